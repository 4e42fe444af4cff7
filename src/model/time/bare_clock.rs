//! A clock without a date, read by now and by the incident that it is for.

use super::context::{IncidentWindow, ParseContext};
use super::format::{distance, spoken};
use super::grammar::ClockTime;
use super::local::{repeated, skipped};
use super::zone::{Clocks, LocalReading};
use super::{EventTime, Instant, OffsetTime, Span, TimeError, TimeErrorReason, duration};
use chrono::{NaiveDateTime, TimeDelta};

/// How far ahead a clock is taken for a slip, or for a clock that runs fast, and not for yesterday's time.
const SLIP: Span = Span::minutes(15);

/// How long before the first event of an incident a clock is still taken without asking.
const EARLY: Span = Span::hours(12);

/// How many times are named when the clock came often.
const NAMED: usize = 4;

/// A clock without a date, on the clocks of its zone.
#[derive(Clone, Copy)]
pub(super) struct BareClock {
    pub(super) clock: ClockTime,
    pub(super) clocks: Clocks,
}

impl BareClock {
    /// Reads the clock as the incident and now suggest.
    ///
    /// # Errors
    ///
    /// Refuses one that the clocks just skipped or repeated, one shortly ahead of now, one long before the first
    /// event of an open incident, and one that came never or several times in an incident that is over.
    pub(super) fn read(
        self,
        now: Instant,
        context: &ParseContext,
    ) -> Result<OffsetTime, TimeError> {
        let at = match context.around {
            IncidentWindow::Over { first, last } => self.during(first, last),
            IncidentWindow::Nothing | IncidentWindow::Open { .. } if context.allow_future => {
                self.next(now)
            }
            IncidentWindow::Nothing | IncidentWindow::Open { first: None } => self.by_now(now),
            IncidentWindow::Open { first: Some(first) } => {
                self.by_now(now).and_then(|at| self.not_early(at, first, now))
            }
        };
        at.map(|at| self.clocks.write(at))
    }

    /// Returns the latest instant of the clock that is not after `end`.
    ///
    /// # Errors
    ///
    /// Refuses where that would be a time that the clocks skipped or repeated.
    pub(super) fn latest(self, end: Instant) -> Result<Instant, TimeError> {
        // Where clocks are put back over midnight, the first minutes of tomorrow have already been once.
        for (local, meaning) in (-3..=1).rev().filter_map(self.days(end)) {
            match meaning {
                LocalReading::Once(at) if at <= end => return Ok(at),
                LocalReading::Twice(a, b) if b <= end => {
                    return Err(repeated(local, self.clocks, a, b));
                }
                LocalReading::Twice(a, _) if a <= end => return Ok(a),
                LocalReading::Never(gap) if gap.jump <= end && !gap.skips_a_day() => {
                    return Err(skipped(local, &gap));
                }
                LocalReading::Once(_)
                | LocalReading::Twice(..)
                | LocalReading::Never(_)
                | LocalReading::Beyond => {}
            }
        }
        Err(beyond())
    }

    /// Returns the next instant of the clock, now included.
    fn next(self, now: Instant) -> Result<Instant, TimeError> {
        for (local, meaning) in (-1..=3).filter_map(self.days(now)) {
            match meaning {
                LocalReading::Once(at) if at >= now => return Ok(at),
                LocalReading::Twice(a, b) if a >= now => {
                    return Err(repeated(local, self.clocks, a, b));
                }
                LocalReading::Twice(_, b) if b >= now => return Ok(b),
                LocalReading::Never(gap) if gap.jump > now && !gap.skips_a_day() => {
                    return Err(skipped(local, &gap));
                }
                LocalReading::Once(_)
                | LocalReading::Twice(..)
                | LocalReading::Never(_)
                | LocalReading::Beyond => {}
            }
        }
        Err(beyond())
    }

    /// Returns the earliest instant of the clock after `start`, passing over days that skip it.
    fn soonest(self, start: Instant) -> Option<Instant> {
        let meanings = (-1..=3).filter_map(self.days(start));
        let instants = meanings.flat_map(|(_, meaning)| meaning.instants()).flatten();
        instants.filter(|at| *at > start).min()
    }

    /// Returns what the clock means on a day, counted from the one that it is at `at`.
    fn days(self, at: Instant) -> impl Fn(i64) -> Option<(NaiveDateTime, LocalReading)> {
        let today = self.clocks.date(at);
        move |days| {
            let date = today.checked_add_signed(TimeDelta::try_days(days)?)?;
            let local = date.and_time(self.clock.time);
            Some((local, self.clocks.read(local)))
        }
    }

    /// Returns the latest instant of the clock up to now, unless the next one is so near that it may be meant.
    fn by_now(self, now: Instant) -> Result<Instant, TimeError> {
        let past = self.latest(now);
        let ahead = self.soonest(now).filter(|at| at.since(now) <= SLIP);
        let Some(ahead) = ahead.map(|at| self.clocks.write(at)) else { return past };
        let away = distance(ahead.instant(), now);
        let message = format!("{} is in the future ({away}).", spoken(ahead));
        let to_come = "`--future` if it is still to come";
        Err(match past.map(|at| self.clocks.write(at)) {
            Ok(past) => {
                let next = format!("Write `{past}` if it was then, or give {to_come}.");
                let label = distance(past.instant(), now);
                TimeError::new(TimeErrorReason::Future, message, next)
                    .or(EventTime::exact(past), label)
            }
            Err(_) => TimeError::new(
                TimeErrorReason::Future,
                message,
                format!("Write its date too, or give {to_come}."),
            ),
        }
        .or(EventTime::exact(ahead), away))
    }

    /// Asks about an instant long before the first event of the incident.
    fn not_early(self, at: Instant, first: Instant, now: Instant) -> Result<Instant, TimeError> {
        if first.since(at) <= EARLY {
            return Ok(at);
        }
        let written = self.clocks.write(at);
        let before = duration::words(first.since(at));
        let message =
            format!("{} is {before} before the first event of the incident.", spoken(written));
        let next = format!("Write `{written}` if it was then.");
        let refusal = TimeError::new(TimeErrorReason::Early, message, next)
            .or(EventTime::exact(written), distance(at, now));
        Err(match self.soonest(now) {
            Some(ahead) => {
                refusal.or(EventTime::exact(self.clocks.write(ahead)), distance(ahead, now))
            }
            None => refusal,
        })
    }

    /// Returns the instant of the clock during an incident that is over.
    fn during(self, first: Instant, last: Instant) -> Result<Instant, TimeError> {
        // `12:56` is all of that minute: an incident that began 30 seconds into it saw it.
        let from = if self.clock.to_the_second { first } else { first.minus(Span::seconds(59)) };
        let span = from..=last;
        let days = last.since(from).as_seconds().max(0) / 86_400 + 2;
        let meanings = || (-1..=days).filter_map(self.days(from));
        let found = meanings().flat_map(|(_, meaning)| meaning.instants()).flatten();
        let found: Vec<_> = found.filter(|at| span.contains(at)).take(NAMED + 1).collect();
        if let [one] = found.as_slice() {
            return Ok(*one);
        }
        let by_change = |(local, meaning)| match meaning {
            LocalReading::Twice(a, b) if found == [a, b] => {
                Some(repeated(local, self.clocks, a, b))
            }
            LocalReading::Never(gap) if found.is_empty() && span.contains(&gap.jump) => {
                Some(skipped(local, &gap))
            }
            LocalReading::Once(_)
            | LocalReading::Twice(..)
            | LocalReading::Never(_)
            | LocalReading::Beyond => None,
        };
        // Only an incident of a few days can have seen it never, or twice on one day.
        let change = meanings().take(NAMED).find_map(by_change);
        Err(change.unwrap_or_else(|| self.outside(&found, first, last)))
    }

    /// Refuses a clock that came never or several times in an incident that is over.
    fn outside(self, found: &[Instant], first: Instant, last: Instant) -> TimeError {
        let typed = self.clock.time.format("%H:%M:%S").to_string();
        let typed = typed.strip_suffix(":00").unwrap_or(&typed);
        let [from, to] = [first, last].map(|at| spoken(self.clocks.write(at)));
        let (came, near) = match found {
            [] => (
                "is outside",
                [self.latest(first).ok(), self.soonest(last)].into_iter().flatten().collect(),
            ),
            found => {
                ("came more than once in", found.iter().copied().take(NAMED).collect::<Vec<_>>())
            }
        };
        let message = format!("{typed} {came} the incident, which went from {from} to {to}.");
        let near: Vec<_> = near.into_iter().map(|at| self.clocks.write(at)).collect();
        let texts: Vec<_> = near.iter().map(|time| format!("`{time}`")).collect();
        let more = if found.len() > NAMED { " or a later one" } else { "" };
        let refusal = TimeError::new(
            TimeErrorReason::Outside,
            message,
            format!("Write {}{more}.", texts.join(" or ")),
        );
        near.into_iter()
            .fold(refusal, |refusal, time| refusal.or(EventTime::exact(time), spoken(time)))
    }
}

fn beyond() -> TimeError {
    let message = "That clock is outside the years 1 to 9999.";
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Write the date too.")
}
