//! A clock without a date, read by now and by the incident that it is for.

use super::grammar::Clock;
use super::local::{repeated, skipped};
use super::phrase::{Around, Scene};
use super::show::{distance, spoken};
use super::zone::{Clocks, Local};
use super::{Instant, Reason, Refusal, Span, Stamp, Written};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::ops::RangeInclusive;

/// How far ahead a clock is taken for a slip or a fast clock, and not for yesterday's.
const SLIP: Span = Span::minutes(15);

/// How long before the first event of an incident a clock is still taken without asking.
const EARLY: Span = Span::hours(12);

/// How many times of a clock are named when there are many.
const NAMED: usize = 4;

/// Reads a clock without a date.
///
/// # Errors
///
/// Refuses one that the clocks just skipped or repeated, one shortly ahead of now, one long before the first event
/// of an open incident, and one that an incident that is over saw never or several times.
pub(super) fn read(
    clock: Clock,
    clocks: Clocks,
    now: Instant,
    scene: &Scene,
) -> Result<Written, Refusal> {
    let at = match scene.around {
        Around::Over { first, last } => during(clock, clocks, first, last),
        Around::Nothing | Around::Open { .. } if scene.allow_future => next(clock, clocks, now),
        Around::Nothing => by_now(clock, clocks, now),
        Around::Open { first } => {
            by_now(clock, clocks, now).and_then(|at| not_early(at, first, clock, clocks, now))
        }
    };
    at.map(|at| clocks.write(at))
}

/// Returns what the clock means on the days around an instant, by day.
fn days(
    clock: Clock,
    clocks: Clocks,
    at: Instant,
) -> impl Fn(i64) -> Option<(NaiveDateTime, Local)> {
    let today: NaiveDate = clocks.date(at);
    move |days| {
        let date = today.checked_add_signed(TimeDelta::try_days(days)?)?;
        let local = date.and_time(clock.time);
        Some((local, clocks.read(local)))
    }
}

/// Returns the latest instant of the clock that is not after `end`.
pub(super) fn latest(clock: Clock, clocks: Clocks, end: Instant) -> Result<Instant, Refusal> {
    // Tomorrow's first minutes have been where the clocks were put back over midnight.
    for (local, meaning) in [1, 0, -1, -2, -3].into_iter().filter_map(days(clock, clocks, end)) {
        match meaning {
            Local::Once(at) if at <= end => return Ok(at),
            Local::Twice(a, b) if b <= end => return Err(repeated(local, clocks, a, b)),
            Local::Twice(a, _) if a <= end => return Ok(a),
            Local::Never(gap) if gap.jump <= end && !gap.skips_a_day() => {
                return Err(skipped(local, &gap));
            }
            Local::Once(_) | Local::Twice(..) | Local::Never(_) | Local::Beyond => {}
        }
    }
    Err(beyond())
}

/// Returns the earliest instant of the clock after `start`, passing over days that skip it.
fn soonest(clock: Clock, clocks: Clocks, start: Instant) -> Option<Instant> {
    let instants =
        (-1..=2).filter_map(days(clock, clocks, start)).flat_map(|(_, meaning)| meaning.instants());
    instants.flatten().filter(|at| *at > start).min()
}

/// Returns the next instant of the clock, now included.
fn next(clock: Clock, clocks: Clocks, now: Instant) -> Result<Instant, Refusal> {
    for (local, meaning) in (-1..=3).filter_map(days(clock, clocks, now)) {
        match meaning {
            Local::Once(at) if at >= now => return Ok(at),
            Local::Twice(a, b) if a >= now => return Err(repeated(local, clocks, a, b)),
            Local::Twice(_, b) if b >= now => return Ok(b),
            Local::Never(gap) if gap.jump > now && !gap.skips_a_day() => {
                return Err(skipped(local, &gap));
            }
            Local::Once(_) | Local::Twice(..) | Local::Never(_) | Local::Beyond => {}
        }
    }
    Err(beyond())
}

/// Returns the latest instant of the clock up to now, unless the next one is so near that it may be meant.
fn by_now(clock: Clock, clocks: Clocks, now: Instant) -> Result<Instant, Refusal> {
    let past = latest(clock, clocks, now);
    let ahead = soonest(clock, clocks, now).filter(|at| at.since(now) <= SLIP && past != Ok(now));
    let Some(ahead) = ahead else { return past };
    let shown = clocks.write(ahead);
    let message = format!("{} is in the future, {}.", spoken(shown), distance(ahead, now));
    match past {
        Err(_) => {
            Err(Refusal::new(Reason::Future, message, "Give `--future` if it is still to come.")
                .or(Stamp::exact(shown), distance(ahead, now)))
        }
        Ok(past) => {
            let written = clocks.write(past);
            let next = format!(
                "Write `{written}` if it was then, or give `--future` if it is still to come."
            );
            Err(Refusal::new(Reason::Future, message, next)
                .or(Stamp::exact(written), distance(past, now))
                .or(Stamp::exact(shown), distance(ahead, now)))
        }
    }
}

/// Asks about an instant long before the first event of the incident.
fn not_early(
    at: Instant,
    first: Option<Instant>,
    clock: Clock,
    clocks: Clocks,
    now: Instant,
) -> Result<Instant, Refusal> {
    let Some(first) = first.filter(|first| first.since(at) > EARLY) else { return Ok(at) };
    let written = clocks.write(at);
    let before = super::length::words(first.since(at));
    let message =
        format!("{} is {before} before the first event of the incident.", spoken(written));
    let next = format!("Write `{written}` if it was then.");
    let refusal =
        Refusal::new(Reason::Early, message, next).or(Stamp::exact(written), distance(at, now));
    Err(match soonest(clock, clocks, now) {
        Some(ahead) => refusal.or(Stamp::exact(clocks.write(ahead)), distance(ahead, now)),
        None => refusal,
    })
}

/// Returns the instant of the clock during an incident that is over.
fn during(clock: Clock, clocks: Clocks, first: Instant, last: Instant) -> Result<Instant, Refusal> {
    // `12:56` is all of that minute: an incident that began 30 seconds into it saw it.
    let from = if clock.to_the_second { first } else { first.minus(Span::seconds(59)) };
    let span: RangeInclusive<Instant> = from..=last;
    let days_long = last.since(from).as_seconds().max(0) / 86_400 + 2;
    let meanings = || (-1..=days_long).filter_map(days(clock, clocks, from));
    let found = meanings().flat_map(|(_, meaning)| meaning.instants()).flatten();
    let found: Vec<Instant> = found.filter(|at| span.contains(at)).take(NAMED + 1).collect();
    if let [one] = found.as_slice() {
        return Ok(*one);
    }
    let refuse = |(local, meaning)| match meaning {
        Local::Twice(a, b) if found == [a, b] => Some(repeated(local, clocks, a, b)),
        Local::Never(gap) if found.is_empty() && span.contains(&gap.jump) => {
            Some(skipped(local, &gap))
        }
        Local::Once(_) | Local::Twice(..) | Local::Never(_) | Local::Beyond => None,
    };
    let by_change = meanings().take(NAMED + 4).find_map(refuse);
    Err(by_change.unwrap_or_else(|| outside(clock, clocks, &found, first, last)))
}

/// Refuses a clock that an incident saw never or several times.
fn outside(
    clock: Clock,
    clocks: Clocks,
    found: &[Instant],
    first: Instant,
    last: Instant,
) -> Refusal {
    let typed = clock.time.format("%H:%M:%S").to_string();
    let typed = typed.strip_suffix(":00").unwrap_or(&typed);
    let (from, to) = (spoken(clocks.write(first)), spoken(clocks.write(last)));
    let (seen, near) = match found {
        [] => {
            let near = [latest(clock, clocks, first).ok(), soonest(clock, clocks, last)];
            ("never", near.into_iter().flatten().collect())
        }
        found => ("more than once", found.iter().copied().take(NAMED).collect::<Vec<_>>()),
    };
    let message = format!("The incident saw {typed} {seen}: it lasted from {from} to {to}.");
    let texts: Vec<_> = near.iter().map(|at| format!("`{}`", clocks.write(*at))).collect();
    let more = if found.len() > NAMED { " or a later one" } else { "" };
    let refusal =
        Refusal::new(Reason::Outside, message, format!("Write {}{more}.", texts.join(" or ")));
    near.into_iter().fold(refusal, |refusal, at| {
        let time = clocks.write(at);
        refusal.or(Stamp::exact(time), spoken(time))
    })
}

fn beyond() -> Refusal {
    Refusal::new(Reason::NoSuchTime, "That is outside the years 1 to 9999.", "Write the date too.")
}
