//! Dates as people write them in sentences.

use super::token::{Token, tokens};
use crate::model::time::{month_named, weekday_named};
use chrono::{NaiveDate, Weekday};
use std::ops::{Range, RangeInclusive};

/// A date that a text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatedDate {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The weekday that stands before it.
    pub weekday: Option<Weekday>,
    /// The year, where it is written.
    pub year: Option<i32>,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1 to 31.
    pub day: u32,
    /// Whether it is the date of a page or of a plan, not of what happened.
    pub is_aside: bool,
}

impl StatedDate {
    /// Returns the day that is meant: in the year that is written, or else in the one in which it is nearest to another
    /// day; none where there is no such day.
    pub(crate) fn day_near(&self, other: NaiveDate) -> Option<NaiveDate> {
        use chrono::Datelike;
        if let Some(year) = self.year {
            return NaiveDate::from_ymd_opt(year, self.month, self.day);
        }
        let year = other.year();
        let near = [year.saturating_sub(1), year, year.saturating_add(1)].into_iter();
        let all = near.filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        all.min_by_key(|day| (*day - other).num_days().abs())
    }
}

/// Returns the dates that a text states: `24 January`, `Wed 29th July 2015`, `Thursday, January 30`, `2019-01-24`.
pub(crate) fn dates(plain: &str) -> Vec<StatedDate> {
    let tokens = tokens(plain);
    let mut found = vec![];
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((mut date, taken)) = read(rest) else {
            at += 1;
            continue;
        };
        date.is_aside = is_aside(tokens.get(..at).unwrap_or_default(), plain, &date.range);
        found.push(date);
        at += taken;
    }
    found
}

/// Returns whether a date is that of a page, or stands in a plan.
fn is_aside(before: &[Token<'_>], plain: &str, range: &Range<usize>) -> bool {
    const PAGE: [&str; 9] = [
        "published",
        "posted",
        "updated",
        "modified",
        "created",
        "due",
        "deadline",
        "retrieved",
        "read",
    ];
    const PLAN: [&str; 12] = [
        "will",
        "ll",
        "plan",
        "planned",
        "plans",
        "scheduled",
        "schedule",
        "until",
        "next",
        "by",
        "expires",
        "conference",
    ];
    let line = plain.get(range.end..).and_then(|tail| tail.lines().next()).unwrap_or_default();
    let near = before.iter().rev().take_while(|t| !t.is(".")).take(6);
    let aside = near.clone().any(|t| t.is_one_of(&PAGE) || t.is_one_of(&PLAN));
    aside || tokens(line).iter().any(|t| t.is("read"))
}

fn read(rest: &[Token<'_>]) -> Option<(StatedDate, usize)> {
    let first = rest.first()?;
    let weekday = weekday_named(&first.text.to_ascii_lowercase(), SHORT);
    let filler = |t: &&Token<'_>| t.is_one_of(&[",", "the", "."]);
    let skip = match weekday {
        Some(_) => 1 + rest.iter().skip(1).take_while(filler).take(2).count(),
        None => 0,
    };
    let tail = rest.get(skip..)?;
    let ((year, month, day), taken) = iso(tail).or_else(|| spoken(tail))?;
    let last = rest.get((skip + taken).checked_sub(1)?)?;
    // No such day at all is a slip of another kind, or no date.
    NaiveDate::from_ymd_opt(year.unwrap_or(2000), month, day)?;
    let range = first.start..last.end();
    Some((StatedDate { range, weekday, year, month, day, is_aside: false }, skip + taken))
}

type DateParts = (Option<i32>, u32, u32);

/// Reads `2019-01-24`.
fn iso(rest: &[Token<'_>]) -> Option<(DateParts, usize)> {
    let [year, a, month, b, day, ..] = rest else { return None };
    let dashes = [a, b].into_iter().all(|t| t.joined && t.is("-"));
    let digits = year.text.len() == 4 && month.text.len() == 2 && day.text.len() == 2;
    if !dashes || !digits || year.joined || !month.joined || !day.joined {
        return None;
    }
    let part = |t: &Token<'_>| t.number().and_then(|n| u32::try_from(n).ok());
    Some(((i32::try_from(year.number()?).ok(), part(month)?, part(day)?), 5))
}

/// Reads `24 January 2019`, `29th of July`, `January 30`, `Jan 24, 2019`.
fn spoken(rest: &[Token<'_>]) -> Option<(DateParts, usize)> {
    let (day, month, taken) = match month(rest.first()?) {
        Some(month) => {
            let dot = usize::from(rest.get(1).is_some_and(|t| t.is(".")));
            let (day, taken) = day(rest.get(1 + dot..)?)?;
            (day, month, 1 + dot + taken)
        }
        None => {
            let (day, taken) = day(rest)?;
            let of = usize::from(rest.get(taken).is_some_and(|t| t.is("of")));
            (day, month(rest.get(taken + of)?)?, taken + of + 1)
        }
    };
    let tail = rest.get(taken..).unwrap_or_default();
    let comma = usize::from(tail.first().is_some_and(|t| t.is(",")));
    let year = tail.get(comma).filter(|t| t.text.len() == 4 && !t.joined).and_then(Token::number);
    match year.filter(|year| (1900..2200).contains(year)) {
        Some(year) => Some(((i32::try_from(year).ok(), month, day), taken + comma + 1)),
        None => Some(((None, month, day), taken)),
    }
}

/// Reads `24`, `24th`, `3rd`, and how many tokens that takes.
fn day(rest: &[Token<'_>]) -> Option<(u32, usize)> {
    let first = rest.first().filter(|t| t.text.len() <= 2)?;
    let day =
        first.number().and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=31).contains(n))?;
    let suffix = |t: &Token<'_>| t.joined && t.is_one_of(&["st", "nd", "rd", "th"]);
    match rest.get(1) {
        Some(t) if suffix(t) => Some((day, 2)),
        // `24.5`, `24:00` and `24%` are no days.
        Some(t) if t.joined && !t.is_one_of(&[",", ".", ")", "-", "–"]) => None,
        _ => Some((day, 1)),
    }
}

/// Reads a month, which is written with a capital: `may` and `march` are words.
fn month(token: &Token<'_>) -> Option<u32> {
    let capital = token.text.starts_with(|c: char| c.is_ascii_uppercase());
    month_named(&token.text.to_ascii_lowercase(), SHORT).filter(|_| capital)
}

/// How many letters of a name may stand for it in prose: `Jan` and `Sept`.
const SHORT: RangeInclusive<usize> = 3..=4;
