//! The forms that a time can be typed in: from text to its parts, before anything is known about now or zones.

use super::error::quote;
use super::{Day, Month, Span, TimeError, TimeErrorReason, Year, duration};
use chrono::{NaiveTime, Weekday};

/// One time as typed, before it is looked up on any clock.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimeExpr<'a> {
    /// `now`.
    Now,
    /// So long before now.
    Ago(Span),
    /// So long after the start of the incident.
    AfterStart(Span),
    /// A clock, perhaps of a day, perhaps in a zone.
    Clock(ClockExpr<'a>),
    /// A day alone.
    Day(DayName),
    /// A month alone.
    Month(Month),
    /// A year alone.
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

/// A time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockTime {
    /// The time, in whole seconds.
    pub(super) time: NaiveTime,
    /// Whether the seconds were typed.
    pub(super) to_the_second: bool,
}

/// A day by its date or by a word for it.
#[derive(Clone, Copy, Debug)]
pub(super) enum DayName {
    /// A date.
    On(Day),
    /// The day that it is now.
    Today,
    /// The day before.
    Yesterday,
    /// The latest such day that is not after today.
    Last(Weekday),
}

/// Reads one time whose white space is single spaces; none where the text has no form of a time.
pub(super) fn point(text: &str) -> Result<Option<TimeExpr<'_>>, TimeError> {
    if text.eq_ignore_ascii_case("now") {
        return Ok(Some(TimeExpr::Now));
    }
    if let Some(span) = ago(text) {
        return duration::read_span(span).map(|span| Some(TimeExpr::Ago(span)));
    }
    if let Some(span) = after_start(text) {
        return duration::read_span(span).map(|span| Some(TimeExpr::AfterStart(span)));
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

/// A year or a month as its digits say it.
enum YearOrMonth {
    Year(u32),
    Month(u32, u32),
}

impl YearOrMonth {
    fn check(self, text: &str) -> Result<TimeExpr<'_>, TimeError> {
        let signed = |year: u32| i32::try_from(year).unwrap_or(0);
        let point = match self {
            Self::Year(year) => Year::new(signed(year)).map(TimeExpr::Year),
            Self::Month(year, month) => Month::new(signed(year), month).map(TimeExpr::Month),
        };
        point.ok_or_else(|| no_such(text, "Years go from 0001 to 9999 and months from 01 to 12."))
    }
}

/// Reads `2019` or `2019-01`, and nothing after it.
fn year_or_month(cursor: &mut TextCursor<'_>) -> Option<YearOrMonth> {
    let year = cursor.digits(4, 4)?;
    if cursor.is_done() {
        return Some(YearOrMonth::Year(year));
    }
    let month = if cursor.eat("-") { cursor.digits(2, 2)? } else { return None };
    cursor.is_done().then_some(YearOrMonth::Month(year, month))
}

/// Reads a day, a clock, or both, and the zone after the clock; none where the text has no such form.
fn timed(text: &str) -> Result<Option<TimeExpr<'_>>, TimeError> {
    let mut cursor = TextCursor(text);
    let day = cursor.attempt(day);
    let day = day.map(|day| day.check(text)).transpose()?;
    if let (Some(day), true) = (day, cursor.is_done()) {
        return Ok(Some(TimeExpr::Day(day)));
    }
    if day.is_some() && !cursor.eat(" ") && !cursor.eat("t") {
        return Ok(None);
    }
    let Some(clock) = cursor.attempt(clock) else { return Ok(None) };
    let clock = clock.check(text)?;
    let Some(zone) = cursor.zone() else { return Ok(None) };
    let zone = Some(zone).filter(|zone| !zone.is_empty());
    Ok(Some(TimeExpr::Clock(ClockExpr { day, clock, zone })))
}

/// A day as its digits and words say it.
enum DayText {
    Date { year: u32, month: u32, day: u32 },
    Name(DayName),
}

impl DayText {
    fn check(self, text: &str) -> Result<DayName, TimeError> {
        match self {
            Self::Name(name) => Ok(name),
            Self::Date { year, month, day } => {
                let found = i32::try_from(year).ok().and_then(|year| Day::of(year, month, day));
                found.map(DayName::On).ok_or_else(|| {
                    no_such(text, "Write the year, the month and the day, as in `2019-01-24`.")
                })
            }
        }
    }
}

/// Reads `2019-01-24`, `24 Jan 2019`, `Jan 24 2019`, `yesterday`, `today`, `mon`.
fn day(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    cursor
        .attempt(iso_date)
        .or_else(|| cursor.attempt(spoken_date))
        .or_else(|| cursor.attempt(day_name))
}

fn iso_date(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let year = cursor.digits(4, 4)?;
    cursor.eat("-").then_some(())?;
    let month = cursor.digits(2, 2)?;
    cursor.eat("-").then_some(())?;
    Some(DayText::Date { year, month, day: cursor.digits(2, 2)? })
}

fn spoken_date(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let first = cursor.digits(1, 2);
    if first.is_some() {
        cursor.eat(" ").then_some(())?;
    }
    let month = month(cursor.letters())?;
    cursor.eat(" ").then_some(())?;
    let day = match first {
        Some(day) => day,
        None => {
            let day = cursor.digits(1, 2)?;
            cursor.eat(" ").then_some(())?;
            day
        }
    };
    Some(DayText::Date { year: cursor.digits(4, 4)?, month, day })
}

fn day_name(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let name = match cursor.letters().to_ascii_lowercase().as_str() {
        "today" => DayName::Today,
        "yesterday" => DayName::Yesterday,
        word => DayName::Last(named(word, &WEEKDAYS)?),
    };
    Some(DayText::Name(name))
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

const MONTHS: [(&str, u32); 12] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
];

fn month(word: &str) -> Option<u32> {
    named(&word.to_ascii_lowercase(), &MONTHS)
}

/// Returns the value whose name is the word, in full or in its first three letters.
fn named<T: Copy>(word: &str, names: &[(&str, T)]) -> Option<T> {
    let is = |name: &str| name == word || (word.len() == 3 && name.starts_with(word));
    names.iter().find(|(name, _)| is(name)).map(|(_, value)| *value)
}

/// A time of day as its digits say it.
struct ClockText {
    hour: u32,
    minute: u32,
    second: Option<u32>,
    half: Option<Half>,
}

/// The half of the day that a clock of twelve hours means.
enum Half {
    Am,
    Pm,
}

impl ClockText {
    fn check(self, text: &str) -> Result<ClockTime, TimeError> {
        let hour = match self.half {
            None => Some(self.hour),
            Some(_) if !(1..=12).contains(&self.hour) => None,
            Some(Half::Am) => Some(self.hour % 12),
            Some(Half::Pm) => Some(self.hour % 12 + 12),
        };
        let time = hour
            .and_then(|hour| NaiveTime::from_hms_opt(hour, self.minute, self.second.unwrap_or(0)));
        let clock = time.map(|time| ClockTime { time, to_the_second: self.second.is_some() });
        clock.ok_or_else(|| {
            no_such(text, "Clocks go from 00:00 to 23:59:59, or from 12am to 11:59pm.")
        })
    }
}

/// Reads `12:56`, `12:56:30`, `12:56:30.5`, `9pm`, `9:30 pm`.
fn clock(cursor: &mut TextCursor<'_>) -> Option<ClockText> {
    let hour = cursor.digits(1, 2)?;
    let minute = if cursor.eat(":") { Some(cursor.digits(2, 2)?) } else { None };
    let second =
        if minute.is_some() && cursor.eat(":") { Some(cursor.digits(2, 2)?) } else { None };
    let has_parts = second.is_some() && cursor.eat(".");
    if has_parts && cursor.take(|c| c.is_ascii_digit()).is_empty() {
        return None; // parts of a second are read over, as times are whole seconds
    }
    let half = cursor.attempt(half);
    (minute.is_some() || half.is_some()).then_some(())?;
    Some(ClockText { hour, minute: minute.unwrap_or(0), second, half })
}

fn half(cursor: &mut TextCursor<'_>) -> Option<Half> {
    cursor.eat(" ");
    match cursor.letters() {
        word if word.eq_ignore_ascii_case("am") => Some(Half::Am),
        word if word.eq_ignore_ascii_case("pm") => Some(Half::Pm),
        _ => None,
    }
}

fn no_such(text: &str, next: &str) -> TimeError {
    TimeError::new(TimeErrorReason::NoSuchTime, format!("{} does not exist.", quote(text)), next)
}

/// The rest of a text that is being read.
#[derive(Clone, Copy)]
struct TextCursor<'a>(&'a str);

impl<'a> TextCursor<'a> {
    /// Reads by `form`, and stays where it was if that finds nothing.
    fn attempt<T>(&mut self, form: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = form(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    /// Passes over the literal, in either case, if it comes next.
    fn eat(&mut self, literal: &str) -> bool {
        match self.0.split_at_checked(literal.len()) {
            Some((head, tail)) if head.eq_ignore_ascii_case(literal) => {
                self.0 = tail;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes all the characters that come next and `belong`.
    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (head, tail) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = tail;
        head
    }

    /// Takes a number of so many digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.take(|c| c.is_ascii_digit());
        (least..=most).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
    }

    /// Takes a word.
    fn letters(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_alphabetic())
    }

    /// Takes all the rest if it is empty or may name a zone.
    fn zone(&mut self) -> Option<&'a str> {
        let words = self.take(|_| true).trim();
        let begins = !words.starts_with(|c: char| !c.is_alphabetic() && !matches!(c, '+' | '-'));
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '+' | '-' | ':' | ' ');
        (begins && words.chars().all(fits)).then_some(words)
    }

    /// Returns whether nothing is left.
    fn is_done(self) -> bool {
        self.0.is_empty()
    }
}
