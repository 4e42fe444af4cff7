//! The forms that a time can be typed in: from text to its parts, before anything is known about now or zones.

use super::clock_text::{ClockText, ClockTime, clock};
use super::day_text::{DayName, DayText, day, no_such};
use super::text_cursor::TextCursor;
use super::{Instant, Month, Span, TimeError, Year, duration};

/// One time as typed, before it is looked up on any clock.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimeExpr<'a> {
    /// `now`.
    Now,
    /// So long before now.
    Ago(Span),
    /// So long after the start of the incident.
    AfterStart(Span),
    /// An instant, as seconds since 1970 name it.
    Epoch(Instant),
    /// A clock, perhaps of a day, perhaps in a zone.
    Clock(ClockExpr<'a>),
    /// A day alone.
    Day(DayName),
    /// A month alone.
    Month(Month),
    /// Four digits alone, which may be a clock without its colon.
    FourDigits(u32),
    /// A year that is said to be one: `year 2015`.
    Year(Year),
}

/// A clock with what stands around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockExpr<'a> {
    /// The day, where one is named.
    pub(super) day: Option<DayName>,
    /// The time of day.
    pub(super) clock: ClockTime,
    /// The words for the zone, where there are any.
    pub(super) zone: Option<&'a str>,
}

/// Reads one time whose white space is single spaces; none where the text has no form of a time.
pub(super) fn point(text: &str) -> Result<Option<TimeExpr<'_>>, TimeError> {
    if text.eq_ignore_ascii_case("now") {
        return Ok(Some(TimeExpr::Now));
    }
    if let Some(span) = ago(text) {
        return duration::read_decimal_span(span).map(|span| Some(TimeExpr::Ago(span)));
    }
    if let Some(span) = after_start(text) {
        return duration::read_decimal_span(span).map(|span| Some(TimeExpr::AfterStart(span)));
    }
    if let Some(at) = TextCursor(text).attempt(epoch) {
        return Ok(Some(TimeExpr::Epoch(at)));
    }
    match TextCursor(text).attempt(year_or_month) {
        Some(digits) => digits.check(text).map(Some),
        None => timed(text),
    }
}

/// Returns the length in `-7m`, `90s ago`.
fn ago(text: &str) -> Option<&str> {
    text.strip_prefix('-').or_else(|| {
        let (head, tail) = text.split_at_checked(text.len().checked_sub(" ago".len())?)?;
        tail.eq_ignore_ascii_case(" ago").then_some(head)
    })
}

/// Returns the length in `T+45m`.
fn after_start(text: &str) -> Option<&str> {
    text.strip_prefix(['t', 'T'])?.trim_start().strip_prefix('+')
}

/// Reads seconds since 1970 (`1548334567`), with parts (Slack's `1548334567.000200`), and milliseconds.
///
/// Numbers of as many digits as times from 2001 to 2286 have: others are more often a slip than a time.
fn epoch(cursor: &mut TextCursor<'_>) -> Option<Instant> {
    let number = cursor.take(|c| c.is_ascii_digit());
    let seconds = number.split_at_checked(10)?.0;
    match number.len() {
        10 if cursor.eat(".") => {
            cursor.digits(1, 9)?;
        }
        10 | 13 => {}
        _ => return None,
    }
    cursor.is_done().then_some(())?;
    Instant::from_epoch(seconds.parse().ok()?).filter(|at| at.epoch() >= 1_000_000_000)
}

/// A year or a month as its digits say it.
enum YearOrMonth {
    FourDigits(u32),
    Year(u32),
    Month(u32, u32),
}

impl YearOrMonth {
    fn check(self, text: &str) -> Result<TimeExpr<'_>, TimeError> {
        let signed = |year: u32| i32::try_from(year).unwrap_or(0);
        let point = match self {
            Self::FourDigits(number) => Some(TimeExpr::FourDigits(number)),
            Self::Year(year) => Year::new(signed(year)).map(TimeExpr::Year),
            Self::Month(year, month) => Month::new(signed(year), month).map(TimeExpr::Month),
        };
        point.ok_or_else(|| no_such(text, "Years go from 0001 to 9999 and months from 01 to 12."))
    }
}

/// Reads `2019`, `year 2019` or `2019-01`, and nothing after it.
fn year_or_month(cursor: &mut TextCursor<'_>) -> Option<YearOrMonth> {
    let said = cursor.eat("year ");
    let year = cursor.digits(4, 4)?;
    if cursor.is_done() {
        return Some(if said { YearOrMonth::Year(year) } else { YearOrMonth::FourDigits(year) });
    }
    let month = if !said && cursor.eat("-") { cursor.digits(2, 2)? } else { return None };
    cursor.is_done().then_some(YearOrMonth::Month(year, month))
}

/// Reads a day, a clock, or both, and the zone after the clock; none where the text has no such form.
fn timed(text: &str) -> Result<Option<TimeExpr<'_>>, TimeError> {
    // Logs put their stamps in brackets.
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let mut cursor = TextCursor(bare);
    let Some((day, clock)) = cursor.attempt(compact).or_else(|| day_and_clock(&mut cursor)) else {
        return Ok(None);
    };
    let Some(clock) = clock else {
        let day = day.filter(|_| cursor.is_done()).map(|day| day.check(text)).transpose()?;
        return Ok(day.map(TimeExpr::Day));
    };
    let day = day.map(|day| with_year_behind(day, &mut cursor));
    let Some(zone) = cursor.zone() else { return Ok(None) };
    let day = day.map(|day| day.check(text)).transpose()?;
    let clock = clock.check(text)?;
    let zone = Some(zone).filter(|zone| !zone.is_empty());
    Ok(Some(TimeExpr::Clock(ClockExpr { day, clock, zone })))
}

/// Reads a day, a clock, or both; none where there is neither, or something else between them.
fn day_and_clock(cursor: &mut TextCursor<'_>) -> Option<(Option<DayText>, Option<ClockText>)> {
    let day = cursor.attempt(day);
    if day.is_some() && cursor.is_done() {
        return Some((day, None));
    }
    if day.is_some() {
        cursor.eat_any(&[", ", " at ", " ", "t", ":"])?;
    }
    cursor.attempt(clock).map(|clock| (day, Some(clock)))
}

/// Reads `20190124T125600`, with or without the seconds.
fn compact(cursor: &mut TextCursor<'_>) -> Option<(Option<DayText>, Option<ClockText>)> {
    let mut two = || cursor.two_digits();
    let (century, year, month, day) = (two()?, two()?, two()?, two()?);
    cursor.eat("t").then_some(())?;
    let (hour, minute) = (cursor.two_digits()?, cursor.two_digits()?);
    let second = cursor.attempt(TextCursor::two_digits);
    let clock = ClockText::of_digits(hour, minute, second);
    (!cursor.0.starts_with(|c: char| c.is_ascii_digit())).then_some(())?;
    Some((Some(DayText::of_digits(century * 100 + year, month, day)), Some(clock)))
}

/// Gives the day the year that stands behind the clock and its zone, as in `Thu Jan 24 12:56:00 UTC 2019`.
fn with_year_behind(day: DayText, cursor: &mut TextCursor<'_>) -> DayText {
    let Some((rest, last)) = cursor.0.rsplit_once(' ') else { return day };
    let year = TextCursor(last).digits(4, 4).filter(|_| last.len() == 4);
    match year.and_then(|year| day.in_year(year)) {
        Some(day) => {
            cursor.0 = rest;
            day
        }
        None => day,
    }
}
