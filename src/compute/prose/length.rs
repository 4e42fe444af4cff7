//! Lengths of time as people write them in sentences.

use super::token::{Token, tokens};
use crate::model::time::Span;
use std::ops::Range;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A length of time that a text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatedLength {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The least that it can mean, as it was rounded.
    pub lowest: Span,
    /// The most that it can mean.
    pub highest: Span,
    /// Whether it leads from one event to another: `20 minutes later`.
    pub between_events: bool,
}

/// Words that leave a length open.
const ABOUT: [&str; 9] =
    ["about", "around", "roughly", "approximately", "some", "circa", "~", "≈", "approx"];
const NEARLY: [&str; 3] = ["nearly", "almost", "barely"];
const OVER: [&str; 4] = ["over", "than", "least", "exceeded"];
const UNDER: [&str; 5] = ["under", "within", "to", "most", "below"];

/// Words beside a length that is no part of the incident's story: `every 30 seconds`, `a timeout of 5 minutes`.
const BEFORE: [&str; 19] = [
    "every",
    "each",
    "per",
    "next",
    "last",
    "past",
    "previous",
    "coming",
    "timeout",
    "interval",
    "ttl",
    "retention",
    "limit",
    "threshold",
    "sla",
    "slo",
    "target",
    "objective",
    "first",
];
const BEHIND: [&str; 20] = [
    "read",
    "reading",
    "notice",
    "trial",
    "timeout",
    "timeouts",
    "interval",
    "intervals",
    "ttl",
    "retention",
    "limit",
    "threshold",
    "sla",
    "slo",
    "target",
    "objective",
    "old",
    "window",
    "ago",
    "each",
];
/// Words behind a length that lead from one event to another.
const LEADING: [&str; 6] = ["later", "after", "before", "earlier", "into", "until"];

/// Returns the lengths of a minute or more that a text states about what happened.
pub(crate) fn lengths(plain: &str) -> Vec<StatedLength> {
    let tokens = tokens(plain);
    let mut found = vec![];
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let before = tokens.get(..at).unwrap_or_default();
        let Some(read) = (if may_begin(before, rest) { read(rest) } else { None }) else {
            at += 1;
            continue;
        };
        let behind = rest.get(read.taken..).unwrap_or_default();
        found.extend(stated(before, rest, behind, &read));
        at += read.taken;
    }
    found
}

/// Returns whether no number or word goes on here: the `5` of `1.5`, `v5` or `$5` begins nothing.
fn may_begin(before: &[Token<'_>], rest: &[Token<'_>]) -> bool {
    match (before.last(), rest.first()) {
        (Some(last), Some(first)) => {
            !first.joined || last.is_one_of(&["(", "[", "\"", "~", "≈", "—", "“", "'", "‘"])
        }
        _ => true,
    }
}

/// A length that was read, before what stands around it is looked at.
struct LengthMatch {
    /// How many tokens it takes.
    taken: usize,
    low: i64,
    high: i64,
    /// How far a rounded length may be off.
    rounding: i64,
}

/// Reads amounts with their units: `5 h 44 min`, `three hours and 20 minutes`, `2-3 hours`, `half an hour`.
fn read(rest: &[Token<'_>]) -> Option<LengthMatch> {
    let mut read = part(rest)?;
    let mut unit = read.rounding;
    loop {
        let tail = rest.get(read.taken..).unwrap_or_default();
        let skip = usize::from(tail.first().is_some_and(|t| t.is_one_of(&["and", ","])));
        let next = tail.get(skip..).and_then(part).filter(|n| n.rounding < unit && n.low == n.high);
        let Some(next) = next else { return Some(read) };
        unit = next.rounding;
        read = LengthMatch {
            taken: read.taken + skip + next.taken,
            low: read.low.saturating_add(next.low),
            high: read.high.saturating_add(next.high),
            rounding: next.rounding,
        };
    }
}

/// Reads `5h30` as minutes, hours and minutes written as one, or `1:30 hours`, with how many tokens it takes.
fn hours_and_minutes(rest: &[Token<'_>]) -> Option<LengthMatch> {
    let (hour, minute, taken) = match rest {
        [hour, h, minute, tail @ ..] if h.is("h") => {
            let goes_on =
                tail.first().is_some_and(|t| t.joined && (t.is(":") || unit(t).is_some()));
            (hour, minute, if goes_on { return None } else { 3 })
        }
        [hour, colon, minute, unit, ..]
            if colon.is(":") && unit.is_one_of(&["hours", "hrs", "hour", "h"]) =>
        {
            (hour, minute, 4)
        }
        _ => return None,
    };
    let joined = rest.iter().skip(1).take(2).all(|t| t.joined);
    let minutes = minute.number().filter(|n| joined && minute.text.len() == 2 && *n < 60)?;
    let seconds = hour.number()?.saturating_mul(HOUR).saturating_add(minutes * MINUTE);
    Some(LengthMatch { taken, low: seconds, high: seconds, rounding: MINUTE })
}

/// Reads one amount with its unit.
fn part(rest: &[Token<'_>]) -> Option<LengthMatch> {
    if let Some(read) = halves(rest).or_else(|| hours_and_minutes(rest)) {
        return Some(read);
    }
    let low = amount(rest)?;
    let (high, taken) = match range_end(rest.get(low.taken..)?) {
        Some((high, taken)) if high.tenths >= low.tenths => (high, low.taken + taken),
        _ => (low, low.taken),
    };
    let tail = rest.get(taken..)?;
    let hyphen =
        usize::from(matches!(tail, [sign, next, ..] if sign.is("-") && sign.joined && next.joined));
    let unit = unit(tail.get(hyphen)?)?;
    let taken = taken + hyphen + 1;
    let seconds = |tenths: i64| tenths.saturating_mul(unit) / 10;
    // `an hour and a half`
    let half = matches!(rest.get(taken..), Some([and, a, half, ..]) if and.is("and") && a.is("a") && half.is("half"));
    let (more, words) = if half { (unit / 2, 3) } else { (0, 0) };
    Some(LengthMatch {
        taken: taken + words,
        low: seconds(low.tenths).saturating_add(more),
        high: seconds(high.tenths).saturating_add(more),
        rounding: if half || low.fine { unit / 10 } else { unit },
    })
}

/// Reads `half an hour`, `a quarter of an hour`.
fn halves(rest: &[Token<'_>]) -> Option<LengthMatch> {
    let words: Vec<_> = rest.iter().take(6).collect();
    let (parts, taken, word) = match words.as_slice() {
        [half, a, unit, ..] if half.is("half") && a.is_one_of(&["a", "an"]) => (2, 3, unit),
        [a, half, unit, ..] if a.is("a") && half.is("half") => (2, 3, unit),
        [a, quarter, of, an, unit, ..]
            if a.is("a") && quarter.is("quarter") && of.is("of") && an.is("an") =>
        {
            (4, 5, unit)
        }
        _ => return None,
    };
    let seconds = unit(word)? / parts;
    Some(LengthMatch { taken, low: seconds, high: seconds, rounding: seconds / 5 })
}

/// A number of units, in tenths.
#[derive(Clone, Copy)]
struct UnitAmount {
    tenths: i64,
    taken: usize,
    /// Whether tenths were given.
    fine: bool,
}

fn amount(rest: &[Token<'_>]) -> Option<UnitAmount> {
    let first = rest.first()?;
    if let Some(whole) = first.number() {
        let tenths = whole.saturating_mul(10);
        if let [_, dot, part, ..] = rest
            && dot.is(".")
            && dot.joined
            && part.joined
            && let Some(digit) = part.text.chars().next().and_then(|c| c.to_digit(10))
        {
            return Some(UnitAmount {
                tenths: tenths.saturating_add(digit.into()),
                taken: 3,
                fine: true,
            });
        }
        return Some(UnitAmount { tenths, taken: 1, fine: false });
    }
    let (number, taken) = spelled(rest)?;
    let and_half = matches!(rest.get(taken..), Some([and, a, half, ..]) if and.is("and") && a.is("a") && half.is("half"));
    let (half, more) = if and_half { (5, 3) } else { (0, 0) };
    Some(UnitAmount { tenths: number * 10 + half, taken: taken + more, fine: and_half })
}

/// Reads a number in words: `three`, `forty-five`, `an`.
fn spelled(rest: &[Token<'_>]) -> Option<(i64, usize)> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 5] = ["twenty", "thirty", "forty", "fifty", "sixty"];
    let index = |words: &[&str], token: &Token<'_>| {
        words.iter().position(|w| token.is(w)).and_then(|at| i64::try_from(at).ok())
    };
    let first = rest.first()?;
    if first.is_one_of(&["a", "an"]) {
        return Some((1, 1));
    }
    if let Some(small) = index(&SMALL, first) {
        return Some((small, 1));
    }
    let tens = (index(&TENS, first)? + 2) * 10;
    let ones = match rest {
        [_, hyphen, ones, ..] if hyphen.is("-") => {
            index(&SMALL, ones).filter(|n| (1..10).contains(n))
        }
        _ => None,
    };
    Some(ones.map_or((tens, 1), |ones| (tens + ones, 3)))
}

/// Reads the second number of `2-3 hours` or `two to three hours`, and how many tokens that takes.
fn range_end(tail: &[Token<'_>]) -> Option<(UnitAmount, usize)> {
    let (join, rest) = tail.split_first()?;
    let high = amount(rest).filter(|_| join.is_one_of(&["-", "–", "to", "or"]))?;
    Some((high, 1 + high.taken))
}

fn unit(token: &Token<'_>) -> Option<i64> {
    let word = token.text.to_ascii_lowercase();
    match word.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(MINUTE),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(HOUR),
        "d" | "day" | "days" => Some(DAY),
        "w" | "week" | "weeks" => Some(7 * DAY),
        _ => None,
    }
}

/// Returns what a length states, where it is one of the incident's story and of a minute or more.
fn stated(
    before: &[Token<'_>],
    rest: &[Token<'_>],
    behind: &[Token<'_>],
    read: &LengthMatch,
) -> Option<StatedLength> {
    let (first, last) = (rest.first()?, rest.get(read.taken.checked_sub(1)?)?);
    let near = before.iter().rev().take_while(|t| !t.is(".")).take(3);
    let mut other = near.clone().filter(|t| t.is_one_of(&BEFORE));
    let beside = behind.iter().take(2).any(|t| t.is_one_of(&BEHIND));
    if other.next().is_some() || beside || read.high < MINUTE || is_no_claim(before, behind, read) {
        return None;
    }
    let (one, other) = bounds(read, before.last());
    // People write a range either way round.
    let (low, high) = (one.min(other), one.max(other));
    Some(StatedLength {
        range: first.start..last.end(),
        lowest: Span::seconds(low.max(0)),
        highest: Span::seconds(high),
        between_events: behind.iter().take(2).any(|t| t.is_one_of(&LEADING))
            || near.clone().next().is_some_and(|t| t.is("after")),
    })
}

/// Returns whether a length is no claim about what happened: how long things are kept, tried or read, a share of
/// so many days, or what is planned.
fn is_no_claim(before: &[Token<'_>], behind: &[Token<'_>], read: &LengthMatch) -> bool {
    // Another sentence, or another line with a blank one between, is another matter.
    let clause =
        before.iter().rev().take_while(|t| !t.is_one_of(&[".", ";", "!", "?", "•"])).take(10);
    let rest = behind.iter().take_while(|t| !t.is_one_of(&[".", ";", "!", "?"])).take(5);
    let is_rate = matches!(behind, [a, unit, ..] if a.is_one_of(&["a", "per", "/"]) && self::unit(unit).is_some());
    let kept = matches!(before, [.., kept, r#for] if r#for.is("for") && kept.is_one_of(&["kept", "keep", "keeps", "stored"]));
    let share = read.high >= DAY && clause.clone().chain(rest.clone()).any(|t| t.is("%"));
    let words = clause.clone().any(|t| t.is_one_of(&KEPT) || t.is_one_of(&PLANNED));
    words || rest.clone().any(|t| t.is_one_of(&KEPT)) || is_rate || kept || share
}

/// Words of what is kept or tried for so long.
const KEPT: [&str; 12] = [
    "retention",
    "retain",
    "retained",
    "retains",
    "expire",
    "expires",
    "trial",
    "trials",
    "renewal",
    "warranty",
    "refund",
    "lifetime",
];
/// Words of what is planned, possible or usual.
const PLANNED: [&str; 17] = [
    "will",
    "ll",
    "plan",
    "plans",
    "planned",
    "planning",
    "would",
    "might",
    "can",
    "should",
    "usually",
    "typically",
    "normally",
    "goal",
    "aim",
    "schedule",
    "scheduled",
];

/// Returns the least and most that a length can mean: it may be rounded, and words before it may leave it open.
fn bounds(read: &LengthMatch, word: Option<&Token<'_>>) -> (i64, i64) {
    let LengthMatch { low, high, rounding, .. } = *read;
    let is = |words: &[&str]| word.is_some_and(|t| t.is_one_of(words));
    let percent = |of: i64, part: i64| of.saturating_mul(part) / 100;
    // Minutes are often counted from clocks without seconds, hours often rounded to whole ones.
    let off = if rounding <= MINUTE { MINUTE - 1 } else { rounding / 2 };
    let plus = |off: i64| high.saturating_add(off);
    if is(&ABOUT) {
        let off = off.max(percent(high, 10)).max(5 * MINUTE);
        (low - off, plus(off))
    } else if is(&NEARLY) {
        (percent(low, 80), plus(off))
    } else if is(&OVER) {
        (low - off, percent(high, 150))
    } else if is(&UNDER) {
        (0, plus(off))
    } else {
        (low - off, plus(off))
    }
}
