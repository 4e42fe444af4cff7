//! Times of day as people write them in sentences.

use super::token::{Token, tokens};
use super::zone::{StatedZone, zone};
use std::ops::Range;

/// A time of day that a text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatedClock {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The second of the day.
    pub second: i64,
    /// Whether the other half of the day may be meant: `3:15`, without `am` or `pm`.
    pub half_open: bool,
    /// Whether it was given as about that time.
    pub about: bool,
    /// The zone that stands behind it.
    pub zone: StatedZone,
}

const ABOUT: [&str; 11] = [
    "approx",
    "about",
    "around",
    "roughly",
    "approximately",
    "~",
    "≈",
    "circa",
    "after",
    "before",
    "by",
];

/// Words before a time of day, where it could be another thing without them.
const AT: [&str; 12] = [
    "at", "around", "about", "from", "since", "until", "till", "by", "before", "after", "between",
    "and",
];

/// Returns the times of day that a text states: `13:56`, `13:56:30`, `3am`, `8.30am`, `7:30 pm GMT`, `0830 UTC`,
/// `5:00 (UTC+2)`.
pub(crate) fn clocks(plain: &str) -> Vec<StatedClock> {
    let tokens = tokens(plain);
    let mut found: Vec<StatedClock> = vec![];
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let clauses = tokens.get(..at).unwrap_or_default();
        match read(before, rest).filter(|_| !is_of_every_day(clauses)) {
            Some((clock, taken)) => {
                share_zone(found.last_mut(), &clock, plain);
                found.push(clock);
                at += taken;
            }
            None => at += 1,
        }
    }
    found
}

/// Returns whether what was said just before speaks of hours of work, which are those of every day.
fn is_of_every_day(before: &[Token<'_>]) -> bool {
    const WORK: [&str; 7] = ["support", "office", "business", "working", "opening", "core", "work"];
    let near = before.len().saturating_sub(7);
    let pairs = before.get(near..).unwrap_or_default().windows(2);
    let is = |pair: &[Token<'_>]| matches!(pair, [a, b] if a.is_one_of(&WORK) && b.is("hours"));
    pairs.into_iter().any(is) || before.last().is_some_and(|t| t.is_one_of(&["every", "daily"]))
}

/// Gives the first of two times the zone that stands behind the second: `13:56–15:30 CET`, `from 3am to 7:30am GMT`.
fn share_zone(before: Option<&mut StatedClock>, clock: &StatedClock, plain: &str) {
    let Some(before) = before.filter(|b| b.zone == StatedZone::Silent) else { return };
    let between = plain.get(before.range.end..clock.range.start).unwrap_or_default().trim();
    if ["-", "–", "—", "to", "and", "until", "till"].contains(&between) {
        before.zone = clock.zone.clone();
    }
}

fn read(before: Option<&Token<'_>>, rest: &[Token<'_>]) -> Option<(StatedClock, usize)> {
    let first = rest.first()?;
    // `1:23:45`, `host:8080`, `2019-01-24T13:56` and `v1.2:30` are something else.
    let glued =
        first.joined && !before?.is_one_of(&["(", "[", "\"", "~", "≈", "–", "-", "—", "/", "“"]);
    if glued {
        return None;
    }
    let ((hour, minute, half), taken) = match four_digits(before, rest) {
        Some(clock) => (clock, 1),
        None => hour_and_minute(before, rest)?,
    };
    let hour = on_24_hours(hour, half)?;
    let tail = rest.get(taken..).unwrap_or_default();
    // `1:30 hours` is a length.
    if half.is_none()
        && tail.first().is_some_and(|t| t.is_one_of(&["hours", "hrs", "h", "hour"]))
        && first.text.len() < 4
    {
        return None;
    }
    // What goes on directly behind is no time: `10:30:15:2`, `16:90kg`, `10:30-beta`.
    if tail.first().is_some_and(|t| t.joined && (t.number().is_some() || t.is(":") || t.is("%"))) {
        return None;
    }
    let (zone, more) = zone(tail);
    let last = rest.get((taken + more).checked_sub(1)?)?;
    let clock = StatedClock {
        range: first.start..last.end(),
        second: hour * 3600 + minute,
        half_open: half.is_none() && hour <= 12 && !first.text.starts_with('0'),
        about: before.is_some_and(|t| t.is_one_of(&ABOUT)),
        zone,
    };
    Some((clock, taken + more))
}

/// What a time of day is made of: the hour, the seconds past it, and whether it is of the afternoon, where that is said.
type ClockParts = (i64, i64, Option<bool>);

/// Reads `0830` where a zone follows or it can't be a number.
fn four_digits(before: Option<&Token<'_>>, rest: &[Token<'_>]) -> Option<ClockParts> {
    let (first, tail) = rest.split_first()?;
    let number = first.number().filter(|_| first.text.len() == 4)?;
    let named = zone(tail).0 != StatedZone::Silent || tail.first().is_some_and(|t| t.is("hrs"));
    let at = before.is_some_and(|t| t.is_one_of(&AT)) && first.text.starts_with('0');
    let (hour, minute) = (number / 100, number % 100);
    ((named || at) && hour < 24 && minute < 60).then_some((hour, minute * 60, None))
}

/// Reads `13:56`, `3am`, `8.30am`, `14h30` with what tells the half of the day, and how many tokens it takes.
fn hour_and_minute(before: Option<&Token<'_>>, rest: &[Token<'_>]) -> Option<(ClockParts, usize)> {
    let first = rest.first().filter(|t| t.text.len() <= 2)?;
    let hour = first.number()?;
    if let Some((minute, afternoon, taken)) = dotted(rest) {
        return Some(((hour, minute, Some(afternoon)), taken));
    }
    if let Some(minute) = french(before, rest) {
        return Some(((hour, minute, None), 3));
    }
    let (minute, taken) = minutes(rest)?;
    match half(rest.get(taken..)?) {
        Some((half, more)) => Some(((hour, minute, Some(half)), taken + more)),
        None if taken == 1 => None,
        None => Some(((hour, minute, None), taken)),
    }
}

/// Reads `.30am` behind an hour.
fn dotted(rest: &[Token<'_>]) -> Option<(i64, bool, usize)> {
    let [_, dot, minute, tail @ ..] = rest else { return None };
    let minute = minute.number().filter(|n| minute.joined && minute.text.len() == 2 && *n < 60)?;
    let (afternoon, more) = half(tail).filter(|_| dot.joined && dot.is("."))?;
    Some((minute * 60, afternoon, 3 + more))
}

/// Reads `h30` behind an hour, where a word before it tells that it is no length.
fn french(before: Option<&Token<'_>>, rest: &[Token<'_>]) -> Option<i64> {
    let [_, h, minute, ..] = rest else { return None };
    let minute = minute.number().filter(|n| minute.joined && minute.text.len() == 2 && *n < 60)?;
    let at = before.is_some_and(|t| t.is_one_of(&AT))
        && !before.is_some_and(|t| t.is_one_of(&["about", "after"]));
    (h.joined && h.is("h") && at).then_some(minute * 60)
}

/// Reads `:56` or `:56:30` behind an hour as seconds, and how many tokens the whole takes.
fn minutes(rest: &[Token<'_>]) -> Option<(i64, usize)> {
    let two = |t: &Token<'_>| t.number().filter(|n| t.joined && t.text.len() == 2 && *n < 60);
    let colon = |t: &Token<'_>| t.joined && t.is(":");
    match rest {
        [_, a, minute, b, second, ..] if colon(a) && colon(b) && two(second).is_some() => {
            Some((two(minute)? * 60 + two(second)?, 5))
        }
        [_, a, minute, ..] if colon(a) => Some((two(minute)? * 60, 3)),
        _ => Some((0, 1)),
    }
}

/// Reads `am`, `pm`, `a.m.` or `p.m.`; true where it is the afternoon.
fn half(tail: &[Token<'_>]) -> Option<(bool, usize)> {
    match tail {
        [word, ..] if word.is_one_of(&["am", "pm"]) => Some((word.is("pm"), 1)),
        [letter, a, m, b, ..]
            if letter.is_one_of(&["a", "p"])
                && a.is(".")
                && m.is("m")
                && b.is(".")
                && a.joined
                && m.joined =>
        {
            Some((letter.is("p"), 4))
        }
        _ => None,
    }
}

fn on_24_hours(hour: i64, afternoon: Option<bool>) -> Option<i64> {
    match afternoon {
        None => (0..24).contains(&hour).then_some(hour),
        Some(pm) => (1..=12).contains(&hour).then(|| hour % 12 + if pm { 12 } else { 0 }),
    }
}
