//! Times of day as people write them in sentences.

use super::token::{Token, tokens};
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

/// The zone that a time of day names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StatedZone {
    /// None.
    Silent,
    /// UTC.
    Utc,
    /// An abbreviation, such as `CET`.
    Named(String),
}

const ABOUT: [&str; 10] =
    ["about", "around", "roughly", "approximately", "~", "≈", "circa", "after", "before", "by"];

/// Returns the times of day that a text states: `13:56`, `13:56:30`, `3am`, `7:30 pm GMT`.
pub(crate) fn clocks(plain: &str) -> Vec<StatedClock> {
    let tokens = tokens(plain);
    let mut found = vec![];
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        match read(before, rest) {
            Some((clock, taken)) => {
                found.push(clock);
                at += taken;
            }
            None => at += 1,
        }
    }
    found
}

fn read(before: Option<&Token<'_>>, rest: &[Token<'_>]) -> Option<(StatedClock, usize)> {
    let first = rest.first()?;
    // `1:23:45`, `host:8080`, `2019-01-24T13:56` and `v1.2:30` are something else.
    let glued =
        first.joined && !before?.is_one_of(&["(", "[", "\"", "~", "≈", "–", "-", "—", "/", "“"]);
    let short = first.text.len() <= 2;
    if glued || !short {
        return None;
    }
    let hour = first.number()?;
    let (minute, taken) = minutes(rest)?;
    let (half, taken) = match half(rest.get(taken..)?) {
        Some((half, more)) => (Some(half), taken + more),
        None => (None, taken),
    };
    if half.is_none() && taken == 1 {
        return None;
    }
    let hour = on_24_hours(hour, half)?;
    let tail = rest.get(taken..).unwrap_or_default();
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

/// Reads the zone behind a time, and how many tokens it takes.
fn zone(tail: &[Token<'_>]) -> (StatedZone, usize) {
    let Some(word) = tail.first() else { return (StatedZone::Silent, 0) };
    let capitals = word.text.bytes().all(|b| b.is_ascii_uppercase());
    // `UTC+2` is another zone than UTC.
    let shifted =
        matches!(tail, [_, sign, n, ..] if sign.joined && n.joined && sign.is_one_of(&["+", "-"]));
    match word.text {
        "UTC" | "GMT" | "Z" if !shifted => (StatedZone::Utc, 1),
        text if capitals && (2..=5).contains(&text.len()) && (shifted || is_zone(text)) => {
            (StatedZone::Named(text.to_owned()), 1)
        }
        "+" | "-" if word.joined => (StatedZone::Named(word.text.to_owned()), 1),
        _ => (StatedZone::Silent, 0),
    }
}

/// Returns whether a word in capitals is built like the abbreviation of a zone: `CET`, `PDT`, `AEST`.
fn is_zone(text: &str) -> bool {
    text.len() >= 3 && text.ends_with('T')
}
