//! Zones as people write them behind a time of day, or once for all times of a document.

use super::token::{Token, tokens};

/// The zone that a time of day names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StatedZone {
    /// None.
    Silent,
    /// So many seconds east of UTC; none for UTC itself.
    Offset(i64),
    /// An abbreviation or a place, such as `CET`, `Pacific` or `Paris`.
    Named(String),
}

/// Returns the zone that a document states for all of its times: `All times in UTC`, `Times are CET`.
pub(crate) fn zone_of_all(plain: &str) -> StatedZone {
    const ALL: [&str; 4] = ["times", "timezone", "timestamps", "clocks"];
    let tokens = tokens(plain);
    for (at, _) in tokens.iter().enumerate().filter(|(_, t)| t.is_one_of(&ALL)) {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        let near = behind.iter().take_while(|t| !t.is(".")).take(6).count();
        let found = (0..near).map(|skip| plain_zone(behind.get(skip..).unwrap_or_default()).0);
        if let Some(zone) = found.into_iter().find(|z| *z != StatedZone::Silent) {
            return zone;
        }
    }
    StatedZone::Silent
}

/// Reads the zone behind a time, in brackets or not, and how many tokens it takes.
pub(super) fn zone(tail: &[Token<'_>]) -> (StatedZone, usize) {
    let Some((first, inside)) = tail.split_first() else { return (StatedZone::Silent, 0) };
    if !first.is("(") {
        return plain_zone(tail);
    }
    let length = inside.iter().take(8).take_while(|t| !t.is(")")).count();
    let read = |skip: usize| {
        let (zone, taken) = plain_zone(inside.get(skip..length).unwrap_or_default());
        let close = usize::from(inside.get(skip + taken).is_some_and(|t| t.is(")")));
        (zone, skip + taken + close + 1)
    };
    let all = || (0..length).map(read).filter(|(zone, _)| *zone != StatedZone::Silent);
    // `(Paris Time UTC+1)` says it twice.
    let offset = all().find(|(zone, _)| matches!(zone, StatedZone::Offset(_)));
    offset.or_else(|| all().next()).unwrap_or((StatedZone::Silent, 0))
}

fn plain_zone(tail: &[Token<'_>]) -> (StatedZone, usize) {
    const SEASONS: [&str; 4] = ["standard", "daylight", "summer", "winter"];
    let capital = |t: &Token<'_>| t.text.starts_with(|c: char| c.is_ascii_uppercase());
    let named = |t: &Token<'_>| StatedZone::Named(t.text.to_owned());
    match tail {
        [utc, sign, rest @ ..]
            if is_utc(utc) && sign.joined && rest.first().is_some_and(|t| t.joined) =>
        {
            match offset(sign, rest) {
                Some((seconds, taken)) => (StatedZone::Offset(seconds), taken + 2),
                None => (StatedZone::Offset(0), 1),
            }
        }
        [utc, ..] if is_utc(utc) => (StatedZone::Offset(0), 1),
        // A minus may be the dash of a range.
        [plus, rest @ ..] if plus.joined && plus.is("+") => match offset(plus, rest) {
            Some((seconds, taken)) => (StatedZone::Offset(seconds), taken + 1),
            None => (StatedZone::Silent, 0),
        },
        [place, season, time, ..]
            if capital(place) && season.is_one_of(&SEASONS) && time.is("time") =>
        {
            (named(place), 3)
        }
        [place, time, ..] if capital(place) && time.is("time") => (named(place), 2),
        [word, ..] if is_abbreviation(word.text) => (named(word), 1),
        _ => (StatedZone::Silent, 0),
    }
}

fn is_utc(token: &Token<'_>) -> bool {
    matches!(token.text, "UTC" | "GMT" | "Z")
}

/// Reads `2`, `02`, `0200` or `02:00` behind a sign as seconds, and how many tokens they take.
fn offset(sign: &Token<'_>, rest: &[Token<'_>]) -> Option<(i64, usize)> {
    let east = if sign.is("+") { 1 } else { -1 };
    if !sign.is_one_of(&["+", "-", "−"]) {
        return None;
    }
    let (first, behind) = rest.split_first()?;
    let number = first.number().filter(|_| first.text.len() <= 4)?;
    let (hours, minutes, taken) = match behind {
        [colon, minutes, ..] if colon.joined && colon.is(":") && minutes.text.len() == 2 => {
            (number, minutes.number()?, 3)
        }
        _ if first.text.len() > 2 => (number / 100, number % 100, 1),
        _ => (number, 0, 1),
    };
    (hours <= 14 && minutes < 60).then_some((east * (hours * 3600 + minutes * 60), taken))
}

/// Returns whether a word in capitals is built like the abbreviation of a zone: `CET`, `PDT`, `AEST`.
fn is_abbreviation(text: &str) -> bool {
    let capitals = text.bytes().all(|b| b.is_ascii_uppercase());
    capitals
        && (matches!(text, "PT" | "ET") || ((3..=5).contains(&text.len()) && text.ends_with('T')))
}
