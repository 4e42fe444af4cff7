//! Times in documents that people wrote: at the beginning of a row, an item or a heading.

mod cursor;
mod date;
mod zone;

use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use cursor::ProseCursor;
use date::WrittenDate;
pub(super) use date::named_day;
pub(super) use zone::{ProseZone, zone_said};

/// How much earlier a clock without a date is than the one before it where it is of the next day.
const NEXT_DAY: i64 = 6 * 3600;

/// What the times of a document lean on, from row to row.
#[derive(Clone, Debug)]
pub(super) struct ProseTimes {
    /// The day that the document is about, or of its first time.
    pub(super) about: Option<NaiveDate>,
    /// The day of the last heading or time.
    pub(super) day: Option<NaiveDate>,
    /// The last time, on its own clocks.
    last: Option<NaiveDateTime>,
    /// What times go by that name no zone.
    pub(super) zone: ProseZone,
}

/// A time at the beginning of a text.
#[derive(Clone, Debug)]
pub(super) struct LeadingTime<'t> {
    /// The time; where it can't be read, why.
    pub(super) at: Result<EventTime, UnreadTime>,
    /// As it was written.
    pub(super) written: &'t str,
    /// What follows it.
    pub(super) rest: &'t str,
    /// What was made of a slip in it.
    pub(super) note: Option<String>,
}

/// A time that can't be read.
#[derive(Clone, Debug)]
pub(super) struct UnreadTime {
    pub(super) reason: String,
    /// The day that it is of, as far as that is known.
    pub(super) day: Option<EventTime>,
}

/// What is written at a text's beginning.
#[derive(Default)]
struct WrittenTime {
    date: Option<WrittenDate>,
    clock: Option<NaiveTime>,
    /// The end of a range, on a day of its own or the same.
    end: Option<(Option<WrittenDate>, NaiveTime)>,
    /// Whether it is said to be approximate.
    is_about: bool,
    /// Whether the clock stands as `HH:mm`, `14:??` or `TBC`.
    is_unknown: bool,
    /// The zone that it names.
    zone: String,
    /// Whether it stands in brackets, so that few signs make a time.
    is_bracketed: bool,
}

impl ProseTimes {
    /// Returns what a document's times lean on, where nothing is known of it yet.
    pub(super) fn new(about: Option<NaiveDate>, zone: ProseZone) -> Self {
        Self { about, day: about, last: None, zone }
    }

    /// Goes on from a time that was read by other means.
    pub(super) fn goes_on_from(&mut self, local: NaiveDateTime) {
        self.day = Some(local.date());
        self.about = self.day;
        self.last = Some(local);
    }

    /// Reads the time at the beginning of a text; none where there is none. In a cell of times, less makes one.
    pub(super) fn leading<'t>(&mut self, text: &'t str, in_cell: bool) -> Option<LeadingTime<'t>> {
        let mut cursor = ProseCursor(text);
        let written = written(&mut cursor, in_cell)?;
        let rest = cursor.after_separator();
        let end = text.len().saturating_sub(cursor.0.len());
        let said = text.get(..end).unwrap_or(text).trim();
        let (at, note) = self.resolve(&written);
        Some(LeadingTime { at, written: said, rest, note })
    }

    fn resolve(
        &mut self,
        written: &WrittenTime,
    ) -> (Result<EventTime, UnreadTime>, Option<String>) {
        let known = self.about.or(self.day);
        let (date, note) = match &written.date {
            Some(date) => match date.day(known) {
                Ok((day, note)) => (Some(day), note),
                Err(reason) => return (Err(self.unread(reason)), None),
            },
            None => (None, None),
        };
        if let Some(date) = date {
            self.day = Some(date);
            self.about = self.about.or(Some(date));
        }
        if written.is_unknown {
            return (Err(self.unread("its clock is left open".to_owned())), note);
        }
        let Some(clock) = written.clock else {
            let day = date.map(whole_day).ok_or_else(|| self.unread("it has no clock".to_owned()));
            return (day, note);
        };
        let Some(day) = self.day else {
            return (Err(self.unread("no day is named before it".to_owned())), note);
        };
        let mut local = day.and_time(clock);
        if date.is_none() && self.last.is_some_and(|last| (last - local).num_seconds() >= NEXT_DAY)
        {
            local = local.date().succ_opt().unwrap_or(day).and_time(clock);
            self.day = Some(local.date());
        }
        self.last = Some(local);
        (self.event_time(local, written, known), note)
    }

    fn event_time(
        &self,
        local: NaiveDateTime,
        written: &WrittenTime,
        known: Option<NaiveDate>,
    ) -> Result<EventTime, UnreadTime> {
        let zone = match written.zone.as_str() {
            "" => &self.zone,
            words => &self.zone.of(words),
        };
        let at = |local| zone.at(local).map_err(|reason| self.unread(reason));
        let first = at(local)?;
        if let Some((date, clock)) = &written.end {
            let day = match date {
                Some(date) => date.day(known).map_err(|reason| self.unread(reason))?.0,
                None => local.date(),
            };
            let mut last = day.and_time(*clock);
            if last < local && date.is_none() {
                last = last.date().succ_opt().unwrap_or(day).and_time(*clock);
            }
            let last = at(last)?;
            let ordered = first.instant() <= last.instant();
            return match ordered {
                true => Ok(EventTime::Between(first, last)),
                false => Err(self.unread("it ends before it begins".to_owned())),
            };
        }
        let within = if written.is_about { parse::APPROXIMATE } else { Span::ZERO };
        Ok(EventTime::At { time: first, within })
    }

    fn unread(&self, reason: String) -> UnreadTime {
        UnreadTime { reason, day: self.day.map(whole_day) }
    }
}

/// Reads what is written at the beginning of a text.
fn written(cursor: &mut ProseCursor<'_>, in_cell: bool) -> Option<WrittenTime> {
    cursor.pass_marks();
    let mut found =
        WrittenTime { is_bracketed: cursor.eat_any(&["[", "("]), ..WrittenTime::default() };
    cursor.pass_marks();
    found.is_about = cursor.eat_about();
    let weekday = cursor.attempt(date::weekday);
    let is_close = in_cell || found.is_bracketed;
    found.date = cursor.attempt(|cursor| WrittenDate::read(cursor, is_close));
    if found.date.is_none() && weekday.is_some() {
        return None;
    }
    let is_close = is_close || found.date.is_some();
    let after_date = *cursor;
    if found.date.is_some() {
        cursor.pass_between();
        found.is_about |= cursor.eat_about();
    }
    found.clock = cursor.attempt(|cursor| cursor.clock(is_close));
    found.is_unknown =
        found.clock.is_none() && cursor.attempt(ProseCursor::unknown_clock).is_some();
    if found.date.is_some() && found.clock.is_none() && !found.is_unknown {
        *cursor = after_date;
    }
    if found.date.is_none() && found.clock.is_none() && !(found.is_unknown && is_close) {
        return None;
    }
    if found.clock.is_some() {
        found.is_about |= cursor.eat_any(&["~"]);
        found.end = cursor.attempt(range_end);
    }
    found.zone = cursor.attempt(ProseCursor::zone).unwrap_or_default().to_owned();
    found.is_about |= cursor.eat_about_after();
    if found.end.is_none() && found.clock.is_some() {
        found.end = cursor.attempt(range_end);
    }
    if found.is_bracketed {
        cursor.pass_to_closing();
    }
    // A number that goes on is no time: `11:30-based`, `2020-10-06-name`.
    let goes_on = cursor.0.starts_with(|c: char| c.is_alphanumeric() || c == '%' || c == '/');
    (!goes_on).then_some(found)
}

/// Reads `- 11:00`, `–10:45` or `to 2020-10-07 11:00`.
fn range_end(cursor: &mut ProseCursor<'_>) -> Option<(Option<WrittenDate>, NaiveTime)> {
    cursor.pass_blanks();
    if !cursor.eat_any(&["-", "–", "—", "to ", "until ", ".."]) {
        return None;
    }
    cursor.pass_blanks();
    let date = cursor.attempt(|cursor| WrittenDate::read(cursor, false));
    if date.is_some() {
        cursor.pass_between();
    }
    let clock = cursor.clock(false)?;
    Some((date, clock))
}

/// Returns all of a day.
pub(super) fn whole_day(day: NaiveDate) -> EventTime {
    let whole = crate::model::time::Day::of(day.year(), day.month(), day.day());
    let midnight = || {
        EventTime::exact(OffsetTime::in_zone(
            Instant::from(day.and_time(NaiveTime::MIN).and_utc()),
            Zone::UTC,
        ))
    };
    whole.map_or_else(midnight, EventTime::Day)
}

/// Returns the context of a document.
fn context(zone: Zone) -> ParseContext<'static> {
    ParseContext::file(zone)
}

#[cfg(test)]
mod tests;
