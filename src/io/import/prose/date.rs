//! Dates that people wrote: whole ones, without their year, and with a digit too many.

use super::cursor::ProseCursor;
use crate::model::time::{month_named, weekday_named};
use chrono::{Datelike, NaiveDate, Weekday};

/// How far a date may lie from the day that a document is about, where one of two readings is chosen by it.
const NEAR: i64 = 45;

/// A date as it was written.
#[derive(Clone, Debug)]
pub(super) enum WrittenDate {
    /// Year, month and day in that order; the year may have a digit too many.
    Whole { year: String, month: u32, day: u32 },
    /// Two numbers that may be month and day or day and month, and a year or none.
    Numbers { first: u32, second: u32, year: Option<i32> },
    /// A day of a month by its name, and a year or none.
    Named { month: u32, day: u32, year: Option<i32> },
}

impl WrittenDate {
    /// Reads a date; two numbers alone make one only where `is_close`.
    pub(super) fn read(cursor: &mut ProseCursor<'_>, is_close: bool) -> Option<Self> {
        let found = cursor
            .attempt(whole)
            .or_else(|| cursor.attempt(|cursor| numbers(cursor, is_close)))
            .or_else(|| cursor.attempt(day_month))
            .or_else(|| cursor.attempt(month_day))?;
        let ends = !cursor.0.starts_with(|c: char| c.is_ascii_digit());
        ends.then_some(found)
    }

    /// Returns the day that is meant beside the day that the document is about, and what was made of a slip.
    ///
    /// # Errors
    /// Why it can't be told.
    pub(super) fn day(
        &self,
        about: Option<NaiveDate>,
    ) -> Result<(NaiveDate, Option<String>), String> {
        let none = |what: String| format!("{what} is no date");
        match self {
            Self::Whole { year, month, day } if year.len() == 4 => {
                let plain =
                    year.parse().ok().and_then(|y| NaiveDate::from_ymd_opt(y, *month, *day));
                Ok((plain.ok_or_else(|| none(format!("{year}-{month:02}-{day:02}")))?, None))
            }
            Self::Whole { year, month, day } => {
                let meant = without_a_digit(year, about);
                let meant = meant.and_then(|y| NaiveDate::from_ymd_opt(y, *month, *day));
                let written = format!("{year}-{month:02}-{day:02}");
                let meant = meant.ok_or_else(|| none(written.clone()))?;
                Ok((
                    meant,
                    Some(format!(
                        "{written} was read as {meant}, for its year has a digit too many"
                    )),
                ))
            }
            Self::Named { month, day, year } => {
                let named = format!("day {day} of month {month}");
                Ok((on(*month, *day, *year, about).ok_or_else(|| none(named))?, None))
            }
            Self::Numbers { first, second, year } => {
                let readings = [(*first, *second), (*second, *first)];
                let days = readings.map(|(month, day)| on(month, day, *year, about));
                let near = |day: &NaiveDate| {
                    about.is_none_or(|about| (*day - about).num_days().abs() <= NEAR)
                };
                match days {
                    [Some(a), Some(b)] if a == b => Ok((a, None)),
                    // Month and day without a year is how logs are stamped.
                    [Some(a), Some(_)] if year.is_none() => Ok((a, None)),
                    [Some(a), Some(b)] => match (near(&a), near(&b)) {
                        (true, false) => Ok((a, None)),
                        (false, true) => Ok((b, None)),
                        _ => Err(format!("it may be {a} or {b}")),
                    },
                    [Some(one), None] | [None, Some(one)] => Ok((one, None)),
                    [None, None] => Err(none(format!("{first}/{second}"))),
                }
            }
        }
    }
}

/// Returns the day of a month; without a year it is the nearest to the day that the document is about.
fn on(month: u32, day: u32, year: Option<i32>, about: Option<NaiveDate>) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let about = about?;
    let years = [about.year(), about.year() - 1, about.year() + 1];
    let days = years.iter().filter_map(|year| NaiveDate::from_ymd_opt(*year, month, day));
    // What a document tells has happened, as a rule.
    days.min_by_key(|day| ((*day - about).num_days() > NEAR, (*day - about).num_days().abs()))
}

/// Returns the year that is meant by one of five digits: without one of them, the document's.
fn without_a_digit(year: &str, about: Option<NaiveDate>) -> Option<i32> {
    let without = |at: usize| {
        let digits = year.chars().enumerate().filter(|(index, _)| *index != at);
        digits.map(|(_, c)| c).collect::<String>().parse::<i32>().ok()
    };
    let mut years: Vec<i32> = (0..year.len()).filter_map(without).collect();
    years.retain(|year| (1990..=2100).contains(year));
    years.sort_unstable();
    years.dedup();
    let known = about.map(|about| about.year());
    let is_near = |year: &i32| known.is_none_or(|known| (year - known).abs() <= 1);
    let near: Vec<i32> = years.iter().copied().filter(is_near).collect();
    match (near.as_slice(), years.as_slice()) {
        ([one], _) | (_, [one]) => Some(*one),
        (near, _) => near.iter().copied().find(|year| Some(*year) == known),
    }
}

fn whole(cursor: &mut ProseCursor<'_>) -> Option<WrittenDate> {
    let year = cursor.digits(4, 5)?.to_owned();
    if !cursor.eat_any(&["-", "/"]) {
        return None;
    }
    let month = cursor.digits(1, 2)?.parse().ok()?;
    if !cursor.eat_any(&["-", "/"]) {
        return None;
    }
    let day = cursor.digits(1, 2)?.parse().ok()?;
    Some(WrittenDate::Whole { year, month, day })
}

/// Reads `31/01/2020`, `01-31-2020`, and `12-05` where few signs make a date.
fn numbers(cursor: &mut ProseCursor<'_>, is_close: bool) -> Option<WrittenDate> {
    let first = cursor.digits(1, 2)?.parse().ok()?;
    let sign = ["/", "-", "."].into_iter().find(|sign| cursor.eat_any(&[sign]))?;
    let second = cursor.digits(1, 2)?.parse().ok()?;
    let year = cursor.attempt(|cursor| {
        if !cursor.eat_any(&[sign]) {
            return None;
        }
        let digits = cursor.digits(2, 4)?;
        let year: i32 = digits.parse().ok()?;
        match digits.len() {
            4 => Some(year),
            2 => Some(2000 + year),
            _ => None,
        }
    });
    let follows = cursor.0.trim_start().starts_with(|c: char| c.is_ascii_digit());
    // `10.45` and `10-11` alone are clocks, or anything.
    let fits = year.is_some() || (is_close && sign != "." && follows);
    fits.then_some(WrittenDate::Numbers { first, second, year })
}

/// Reads `16 December 2019`, `3rd of June`, `16-Dec-2019`.
fn day_month(cursor: &mut ProseCursor<'_>) -> Option<WrittenDate> {
    let day = ordinal(cursor)?;
    cursor.pass_blanks();
    cursor.eat_any(&["of ", "-", "."]);
    cursor.pass_blanks();
    let month = month(cursor)?;
    let year = year(cursor);
    Some(WrittenDate::Named { month, day, year })
}

/// Reads `December 16th, 2019`, `Jan 24`.
fn month_day(cursor: &mut ProseCursor<'_>) -> Option<WrittenDate> {
    let month = month(cursor)?;
    cursor.pass_blanks();
    let day = ordinal(cursor)?;
    // `June 12:30` is none.
    if cursor.0.starts_with([':', '.'])
        && cursor.0.get(1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let year = year(cursor);
    Some(WrittenDate::Named { month, day, year })
}

fn ordinal(cursor: &mut ProseCursor<'_>) -> Option<u32> {
    let day = cursor.digits(1, 2)?.parse().ok().filter(|day| (1..=31).contains(day))?;
    cursor.attempt(|cursor| {
        let is_ordinal = ["st", "nd", "rd", "th"].contains(&cursor.letters());
        is_ordinal.then_some(())
    });
    Some(day)
}

fn month(cursor: &mut ProseCursor<'_>) -> Option<u32> {
    let word = cursor.letters().to_lowercase();
    cursor.eat_any(&["."]);
    month_named(&word, 3..=4)
}

fn year(cursor: &mut ProseCursor<'_>) -> Option<i32> {
    cursor.attempt(|cursor| {
        cursor.pass_blanks();
        cursor.eat_any(&[",", "-"]);
        cursor.pass_blanks();
        let year = cursor.digits(4, 4)?.parse().ok()?;
        (1990..=2100).contains(&year).then_some(year)
    })
}

/// Reads the name of a day of the week.
pub(super) fn weekday(cursor: &mut ProseCursor<'_>) -> Option<Weekday> {
    let word = cursor.letters().to_lowercase();
    let day = weekday_named(&word, 3..=4)?;
    cursor.eat_any(&[".", ","]);
    cursor.pass_blanks();
    Some(day)
}

/// Returns the first whole day that a text names, wherever it stands in it.
pub(crate) fn named_day(text: &str) -> Option<NaiveDate> {
    let starts = text.char_indices().map(|(at, _)| at);
    let mut before = ' ';
    for at in starts {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        let begins = !before.is_alphanumeric() && first.is_alphanumeric();
        before = first;
        if !begins {
            continue;
        }
        let mut cursor = ProseCursor(rest);
        let has_year = |date: &WrittenDate| match date {
            WrittenDate::Whole { year, .. } => year.len() == 4,
            WrittenDate::Named { year, .. } => year.is_some(),
            WrittenDate::Numbers { .. } => false,
        };
        let date = cursor.attempt(|cursor| WrittenDate::read(cursor, false));
        if let Some(Ok((day, _))) = date.filter(has_year).map(|date| date.day(None)) {
            return Some(day);
        }
    }
    None
}
