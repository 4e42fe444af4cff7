//! The forms that a day can be typed in, alone or before a clock.

use super::error::quote;
use super::text_cursor::TextCursor;
use super::{Day, TimeError, TimeErrorReason};
use chrono::{Datelike, Weekday};
use std::ops::RangeInclusive;

/// A day by its date or by a word for it.
#[derive(Clone, Copy, Debug)]
pub(super) enum DayName {
    /// A date.
    On(Day),
    /// A date without its year.
    InSomeYear {
        /// The month, from 1 to 12.
        month: u32,
        /// The day of the month, which that month has in some year.
        day: u32,
    },
    /// The day that it is now.
    Today,
    /// The day before.
    Yesterday,
    /// The latest such day that is not after today.
    Last(Weekday),
}

/// A day as its digits and words say it.
#[derive(Clone, Copy)]
pub(super) struct DayText {
    date: DateText,
    /// The weekday that stands before the date.
    weekday: Option<Weekday>,
}

#[derive(Clone, Copy)]
enum DateText {
    Date { year: u32, month: u32, day: u32 },
    InSomeYear { month: u32, day: u32 },
    Name(DayName),
}

impl DayText {
    fn dated(year: u32, month: u32, day: u32) -> Self {
        Self { date: DateText::Date { year, month, day }, weekday: None }
    }

    /// Returns the date that digits alone say.
    pub(super) fn of_digits(year: u32, month: u32, day: u32) -> Self {
        Self::dated(year, month, day)
    }

    /// Returns the day with its year, if it has none yet; some pasted forms have it at their end.
    pub(super) fn in_year(self, year: u32) -> Option<Self> {
        match self.date {
            DateText::InSomeYear { month, day } => {
                Some(Self { date: DateText::Date { year, month, day }, ..self })
            }
            DateText::Date { .. } | DateText::Name(_) => None,
        }
    }

    /// Returns the day that is meant.
    ///
    /// # Errors
    ///
    /// Refuses days that there are not, and a weekday that isn't the date's.
    pub(super) fn check(self, text: &str) -> Result<DayName, TimeError> {
        let day = match self.date {
            DateText::Name(name) => return Ok(name),
            DateText::InSomeYear { month, day } => {
                // 2000 was a leap year.
                let found = Day::of(2000, month, day).map(|_| DayName::InSomeYear { month, day });
                return found.ok_or_else(|| no_such(text, DATE));
            }
            DateText::Date { year, month, day } => {
                let found = i32::try_from(year).ok().and_then(|year| Day::of(year, month, day));
                found.ok_or_else(|| no_such(text, DATE))?
            }
        };
        match self.weekday {
            Some(typed) if typed != day.date().weekday() => Err(other_weekday(text, day, typed)),
            Some(_) | None => Ok(DayName::On(day)),
        }
    }
}

const DATE: &str = "Write the year, the month and the day, as in `2019-01-24`.";

fn other_weekday(text: &str, day: Day, typed: Weekday) -> TimeError {
    let is = day.date().weekday();
    let message = format!("{} does not exist: {day} is a {is}, not a {typed}.", quote(text));
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Check the day, or leave out its name.")
}

/// Refuses a time that there is not.
pub(super) fn no_such(text: &str, next: &str) -> TimeError {
    TimeError::new(TimeErrorReason::NoSuchTime, format!("{} does not exist.", quote(text)), next)
}

/// Reads `2019-01-24`, `24 Jan 2019`, `Thu, 24 Jan 2019`, `Jan 24, 2019`, `January 24`, `yesterday`, `today`, `mon`.
pub(super) fn day(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    cursor
        .attempt(date)
        .or_else(|| cursor.attempt(date_after_weekday))
        .or_else(|| cursor.attempt(day_name))
}

fn date(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    cursor
        .attempt(iso_date)
        .or_else(|| cursor.attempt(|cursor| spoken_date(cursor, true)))
        .or_else(|| cursor.attempt(|cursor| spoken_date(cursor, false)))
}

fn date_after_weekday(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let weekday = weekday_named(&cursor.letters().to_ascii_lowercase(), SHORT)?;
    cursor.eat_any(&[", ", " ", ","])?;
    Some(DayText { weekday: Some(weekday), ..date(cursor)? })
}

/// Reads `2019-01-24` and `2019/01/24`.
fn iso_date(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let year = cursor.digits(4, 4)?;
    let between = cursor.eat_any(&["-", "/"])?;
    let month = cursor.digits(2, 2)?;
    cursor.eat(between).then_some(())?;
    Some(DayText::dated(year, month, cursor.digits(2, 2)?))
}

/// Reads `24 Jan 2019`, `24/Jan/2019`, `Jan 24 2019` and `Jan 24, 2019`, or these without the year.
fn spoken_date(cursor: &mut TextCursor<'_>, with_year: bool) -> Option<DayText> {
    let first = cursor.digits(1, 2);
    if first.is_some() {
        cursor.eat_any(BETWEEN)?;
    }
    let month = month_named(&cursor.letters().to_ascii_lowercase(), SHORT)?;
    let day = match first {
        Some(day) => day,
        None => {
            cursor.eat_any(BETWEEN)?;
            cursor.digits(1, 2)?
        }
    };
    if !with_year {
        return Some(DayText { date: DateText::InSomeYear { month, day }, weekday: None });
    }
    cursor.eat_any(BETWEEN)?;
    Some(DayText::dated(cursor.digits(4, 4)?, month, day))
}

/// What may stand between the words of a date.
const BETWEEN: &[&str] = &[", ", " ", "/", "-"];

fn day_name(cursor: &mut TextCursor<'_>) -> Option<DayText> {
    let name = match cursor.letters().to_ascii_lowercase().as_str() {
        "today" => DayName::Today,
        "yesterday" => DayName::Yesterday,
        word => DayName::Last(weekday_named(word, SHORT)?),
    };
    Some(DayText { date: DateText::Name(name), weekday: None })
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

/// How many letters of a name may stand for it where people type a time.
const SHORT: RangeInclusive<usize> = 3..=3;

/// Returns the weekday whose name is the word, in lower case, in full or in so many of its first letters.
pub fn weekday_named(word: &str, short: RangeInclusive<usize>) -> Option<Weekday> {
    named(word, &WEEKDAYS, &short)
}

/// Returns the number of the month whose name is the word, in lower case, in full or in so many of its first letters.
pub fn month_named(word: &str, short: RangeInclusive<usize>) -> Option<u32> {
    named(word, &MONTHS, &short)
}

fn named<T: Copy>(word: &str, names: &[(&str, T)], short: &RangeInclusive<usize>) -> Option<T> {
    let short = short.contains(&word.len());
    let is = |name: &str| name == word || (short && name.starts_with(word));
    names.iter().find(|(name, _)| is(name)).map(|(_, value)| *value)
}
