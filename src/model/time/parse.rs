//! Times as people type them, on the command line and in every file.

use super::bare_clock::BareClock;
use super::error::quote;
use super::grammar::{self, ClockExpr, DayName, TimeExpr};
use super::zone::Clocks;
use super::{Day, EventTime, Instant, OffsetTime, Span, TimeError, TimeErrorReason, Year, Zone};
use super::{duration, format, local, range, zone_name};
use chrono::{Datelike, Days, Offset, Utc};

/// What the words of a time lean on.
#[derive(Clone, Copy, Debug)]
pub struct ParseContext {
    /// The time that it is; none in a file, which must mean the same whenever it is read.
    pub now: Option<Instant>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// When the incident started, where that is known.
    pub started: Option<Instant>,
    /// What `~` means, either way.
    pub approximate: Span,
    /// The incident that the time is for.
    pub around: IncidentWindow,
    /// Whether a time may be in the future; a bare clock then is the next one.
    pub allow_future: bool,
}

/// The incident that a time is for, as far as it helps to read a bare clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentWindow {
    /// None.
    Nothing,
    /// One that goes on.
    Open {
        /// The time of its first event, where it has one.
        first: Option<Instant>,
    },
    /// One that is over.
    Over {
        /// The time of its first event.
        first: Instant,
        /// The time of its last event.
        last: Instant,
    },
}

/// What `~` means where nothing else is set.
pub const APPROXIMATE: Span = Span::minutes(15);

impl ParseContext {
    /// Returns the context of a file, in which nothing depends on when it is read.
    pub fn file(zone: Zone) -> Self {
        Self {
            now: None,
            zone,
            started: None,
            approximate: APPROXIMATE,
            around: IncidentWindow::Nothing,
            allow_future: true,
        }
    }

    /// Returns the context of a command at a moment, before any incident is known.
    pub fn at(now: Instant, zone: Zone) -> Self {
        Self { now: Some(now), allow_future: false, ..Self::file(zone) }
    }
}

/// Reads a time, in either case and with any white space.
///
/// # Errors
///
/// Refuses what has no form of a time, what means several times (with the choices), and, unless the context
/// allows it, the future.
pub fn read(text: &str, context: &ParseContext) -> Result<EventTime, TimeError> {
    // Nearly every time in a file is written so, and there are hundreds of thousands of them.
    if let Some(at) = utc(text.as_bytes()) {
        return not_ahead(EventTime::exact(OffsetTime::at(at, Utc.fix())), context);
    }
    read_words(text, context)
}

/// Reads a time in UTC as the tool writes it, `2019-01-24T12:56:00Z`; none where it is anything else.
fn utc(text: &[u8]) -> Option<Instant> {
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = text
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        let digit = |sum: u32, b: &u8| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0'));
        digits.iter().try_fold(0, digit)
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = Day::of(year, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let time =
        day.date().and_hms_opt(number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?)?;
    Instant::from_epoch(time.and_utc().timestamp())
}

fn read_words(text: &str, context: &ParseContext) -> Result<EventTime, TimeError> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let stamp = if let Some(words) = words.strip_prefix('~') {
        near(words.trim_start(), context.approximate, context)?
    } else if let Some((first, last)) = words.split_once("..") {
        range::read(first.trim_end(), last.trim_start(), context)?
    } else if let Some((words, within)) = split_within(&words)? {
        near(&words, within, context)?
    } else {
        resolve(&point(&words, context)?, &words, context)?
    };
    not_ahead(stamp, context)
}

/// Reads one time by its form.
pub(super) fn point<'a>(words: &'a str, context: &ParseContext) -> Result<TimeExpr<'a>, TimeError> {
    grammar::point(words)?.ok_or_else(|| no_form(words, context))
}

/// Reads a time that is uncertain by `within` either way.
fn near(words: &str, within: Span, context: &ParseContext) -> Result<EventTime, TimeError> {
    let widen = |stamp| match stamp {
        EventTime::At { time, .. } => Some(EventTime::At { time, within }),
        EventTime::Between(..) | EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            None
        }
    };
    let stamp =
        resolve(&point(words, context)?, words, context).map_err(|refusal| refusal.refit(widen))?;
    widen(stamp).ok_or_else(|| {
        let message =
            format!("{} is all of that time, and so can't be uncertain by minutes.", quote(words));
        TimeError::new(
            TimeErrorReason::NoForm,
            message,
            "Leave out the uncertainty, or write a time of day.",
        )
        .or(stamp, "all of it")
    })
}

/// Splits `12:56±2m` into the time and the length; a zone may also stand at the end.
fn split_within(words: &str) -> Result<Option<(String, Span)>, TimeError> {
    let Some((time, rest)) = ["±", "+/-", "+-"].iter().find_map(|sign| words.split_once(sign))
    else {
        return Ok(None);
    };
    let (time, rest) = (time.trim_end(), rest.trim_start());
    let whole = duration::read_span(rest);
    let (within, zone) = match (whole, rest.rsplit_once(' ')) {
        (Err(_), Some((within, zone))) if duration::read_span(within).is_ok() => {
            (duration::read_span(within)?, zone)
        }
        (whole, _) => (whole?, ""),
    };
    Ok(Some((format!("{time} {zone}").trim_end().to_owned(), within)))
}

/// Looks a time up on the clocks that it names.
pub(super) fn resolve(
    point: &TimeExpr<'_>,
    words: &str,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let now = || context.now.ok_or_else(|| relative(words));
    let here = |at: Option<Instant>| {
        let at = at.ok_or_else(|| beyond(words))?;
        Ok(EventTime::exact(OffsetTime::in_zone(at, context.zone)))
    };
    match *point {
        TimeExpr::Now => here(Some(now()?)),
        TimeExpr::Ago(span) => here(Instant::from_epoch(now()?.epoch() - span.as_seconds())),
        TimeExpr::AfterStart(span) => {
            let started = context.started.ok_or_else(|| no_start(words))?;
            here(Instant::from_epoch(started.epoch() + span.as_seconds()))
        }
        TimeExpr::Clock(timed) => zone_name::on(timed.zone, context.zone, &|clocks| {
            clock_on(timed, clocks, words, context)
        }),
        TimeExpr::Day(name) => {
            day_on(name, Clocks::Zone(context.zone), words, context).map(EventTime::Day)
        }
        TimeExpr::Month(month) => Ok(EventTime::Month(month)),
        TimeExpr::Year(year) if context.now.is_some() && year.first().date().year() < 1970 => {
            Err(old_year(words, year))
        }
        TimeExpr::Year(year) => Ok(EventTime::Year(year)),
    }
}

/// Looks up a clock on the clocks of its zone.
fn clock_on(
    timed: ClockExpr<'_>,
    clocks: Clocks,
    words: &str,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let now = || context.now.ok_or_else(|| relative(words));
    let time = match timed.day {
        Some(name) => local::read(day_on(name, clocks, words, context)?, timed.clock, clocks)?,
        None => BareClock { clock: timed.clock, clocks }.read(now()?, context)?,
    };
    Ok(EventTime::exact(time))
}

/// Returns the day that is meant, as the clocks have it.
fn day_on(
    name: DayName,
    clocks: Clocks,
    words: &str,
    context: &ParseContext,
) -> Result<Day, TimeError> {
    let today = || context.now.map(|now| clocks.date(now)).ok_or_else(|| relative(words));
    let (today, back) = match name {
        DayName::On(day) => return Ok(day),
        DayName::Today => (today()?, 0),
        DayName::Yesterday => (today()?, 1),
        DayName::Last(weekday) => (today()?, today()?.weekday().days_since(weekday)),
    };
    today.checked_sub_days(Days::new(back.into())).and_then(Day::new).ok_or_else(|| beyond(words))
}

/// Refuses a time in the future, unless the context allows it.
fn not_ahead(stamp: EventTime, context: &ParseContext) -> Result<EventTime, TimeError> {
    let Some(now) = context.now.filter(|_| !context.allow_future) else { return Ok(stamp) };
    let reading = match stamp {
        EventTime::At { time, .. } => time.instant(),
        EventTime::Between(_, last) => last.instant(),
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            stamp.moment(context.zone).earliest()
        }
    };
    if reading <= now {
        return Ok(stamp);
    }
    let message = format!("That is in the future: {}.", format::echo(stamp, context.zone, now));
    Err(TimeError::new(
        TimeErrorReason::Future,
        message,
        "Give the time that it was, or `--future` if it is still to come.",
    ))
}

/// Refuses a text that has no form of a time.
fn no_form(words: &str, context: &ParseContext) -> TimeError {
    let message = match words {
        "" => "There is no time here.".to_owned(),
        words => format!("{} is not a time.", quote(words)),
    };
    let dated =
        "`2019-01-24T12:56:00Z`, `24 Jan 2019 12:56 Europe/Paris`, `2019-01-24` or `2019-01`";
    let next = match context.now {
        Some(_) => format!(
            "Write `now`, `-7m`, `12:56`, `9pm GMT`, `yesterday 21:30`, `T+45m`, {dated}; \
             `~` before it means about, and `12:40..13:10` in between."
        ),
        None => format!("Write {dated}."),
    };
    TimeError::new(TimeErrorReason::NoForm, message, next)
}

/// Refuses a year alone before there were computers on call: `1256` is more often a clock without its colon.
fn old_year(words: &str, year: Year) -> TimeError {
    let message = format!("{} would be a whole year, long ago.", quote(words));
    TimeError::new(TimeErrorReason::NoForm, message, "Write a clock with its colon, as in `12:56`.")
        .or(EventTime::Year(year), format!("the year {year}"))
}

/// Refuses, in a file, words that mean another time whenever they are read.
fn relative(words: &str) -> TimeError {
    let message = format!(
        "{} depends on when it is read, and a file must always mean the same.",
        quote(words)
    );
    TimeError::new(
        TimeErrorReason::Relative,
        message,
        "Write the date too, as in `2019-01-24 12:56` or `2019-01-24T12:56:00+01:00`.",
    )
}

fn no_start(words: &str) -> TimeError {
    let message =
        format!("{} counts from the start of the incident, which is not known.", quote(words));
    TimeError::new(
        TimeErrorReason::NoStart,
        message,
        "Mark `started` first, or write the time itself.",
    )
}

fn beyond(words: &str) -> TimeError {
    let message = format!("{} is outside the years 1 to 9999.", quote(words));
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Check the year.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_time_in_utc_is_read_as_any_other(
            year in 0_u32..10_000, month in 0_u32..14, day in 0_u32..33, hour in 0_u32..26,
            minute in 0_u32..62, second in 0_u32..63, over in any::<bool>(),
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            let now = Instant::saturating(1_500_000_000);
            let around = if over { IncidentWindow::Over { first: now, last: now } } else { IncidentWindow::Nothing };
            for context in [ParseContext::file(Zone::of("Europe/Paris")), ParseContext { around, ..ParseContext::at(now, Zone::UTC) }] {
                prop_assert_eq!(read(&text, &context), read_words(&text, &context));
            }
        }
    }
}
