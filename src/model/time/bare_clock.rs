//! A clock without a date, read by now and by the incident that it is for.

use super::clock_text::ClockTime;
use super::context::{IncidentWindow, ParseContext};
use super::format::{distance, spoken};
use super::local::{repeated, skipped};
use super::zone::{Clocks, LocalReading};
use super::{
    EventTime, Instant, OffsetTime, Span, TimeBounds, TimeChoice, TimeError, TimeErrorReason,
};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

/// How far ahead a clock is taken for a slip, or for a clock that runs fast, and not for yesterday's time.
const SLIP: Span = Span::minutes(15);

/// How far from the events of an incident, or after its end, a clock is still taken without asking.
const NEAR: Span = Span::hours(6);

/// How many times are named when the clock came often.
const NAMED: usize = 4;

/// A clock without a date, on the clocks of its zone.
#[derive(Clone, Copy)]
pub(super) struct BareClock {
    pub(super) clock: ClockTime,
    pub(super) clocks: Clocks,
    /// Whether the zone was typed with it.
    pub(super) zone_named: bool,
}

impl BareClock {
    /// Reads the clock as the incident and now suggest.
    ///
    /// # Errors
    ///
    /// Refuses one that the clocks just skipped or repeated, one shortly ahead of now, one far from every event
    /// of an open incident, and one that came never or several times in an incident that is over.
    pub(super) fn read(
        self,
        now: Instant,
        context: &ParseContext<'_>,
    ) -> Result<OffsetTime, TimeError> {
        let at = match context.around {
            IncidentWindow::Over { first, last } => self.during([first, last], now, context),
            IncidentWindow::Nothing | IncidentWindow::Open { .. } if context.allow_future => {
                self.next(now)
            }
            IncidentWindow::Nothing => self.by_now(now),
            IncidentWindow::Open { events } => self.near_events(events, now, context),
        };
        at.map(|at| self.clocks.write(at))
    }

    /// Returns the same clock as the machine's zone has it, if that is another and no zone was typed.
    pub(super) fn on_machine(self, context: &ParseContext<'_>) -> Option<Self> {
        let clocks = Clocks::Zone(context.machine_zone.filter(|_| !self.zone_named)?);
        (clocks != self.clocks).then_some(Self { clocks, ..self })
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

    /// Returns the latest instant of the clock up to now, unless that is far from every event of the incident.
    fn near_events(
        self,
        events: &[TimeBounds],
        now: Instant,
        context: &ParseContext<'_>,
    ) -> Result<Instant, TimeError> {
        let far = |at: Instant| {
            let is_near = |event: &TimeBounds| {
                event.earliest().minus(NEAR) <= at && at <= event.latest().plus(NEAR)
            };
            !events.is_empty() && !events.iter().any(is_near)
        };
        match self.by_now(now) {
            Ok(at) if !far(at) => Ok(at),
            Ok(at) => {
                let at = self.clocks.write(at);
                let message = format!(
                    "{} is more than 6 hours from every event of the incident.",
                    spoken(at)
                );
                let choices = self.all_readings(events, now, context);
                let refusal = TimeError::new(TimeErrorReason::FarOff, message, "Write its date.");
                Err(refusal.with_choices(choices))
            }
            Err(refusal) if refusal.reason() == TimeErrorReason::Future => {
                let past = refusal.choices().first().map(|choice| choice.stamp.order(context.zone));
                let more = past.is_some_and(far);
                let more = if more { self.all_readings(events, now, context) } else { vec![] };
                Err(refusal.or_all(more))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Returns what the clock may mean in an open incident: near to its events and by now, here and on the
    /// machine's clocks.
    fn all_readings(
        self,
        events: &[TimeBounds],
        now: Instant,
        context: &ParseContext<'_>,
    ) -> Vec<TimeChoice> {
        let began = events.iter().map(|event| event.earliest().minus(NEAR)).min();
        let around = |clock: Self| {
            let first = began.and_then(|began| clock.soonest(began)).filter(|at| *at <= now);
            let near = events.iter().flat_map(move |event| {
                let (from, to) = (event.earliest().minus(NEAR), event.latest().plus(NEAR));
                clock.all_between(from, to.min(now)).take(NAMED)
            });
            let near: BTreeSet<_> = near.chain(first).collect();
            let likeliest: BTreeSet<_> = near.into_iter().rev().take(NAMED).collect();
            let all = likeliest.into_iter().chain(clock.latest(now).ok());
            all.map(move |at| clock.clocks.write(at))
        };
        let clocks = [Some(self), self.on_machine(context)];
        let all = clocks.into_iter().flatten().flat_map(|clock| {
            let there = if clock.clocks == self.clocks { None } else { Some(clock.clocks.name()) };
            around(clock).map(move |time| (time, there.clone()))
        });
        let mut seen = BTreeSet::new();
        let all = all.filter(|(time, _)| seen.insert(time.instant()));
        let choice = |(time, there): (OffsetTime, Option<String>)| {
            let away = distance(time.instant(), now);
            let there = there.map(|zone| format!(", in {zone}, the zone of this machine"));
            let label = format!("{away}{}", there.unwrap_or_default());
            TimeChoice { stamp: EventTime::exact(time), label }
        };
        all.map(choice).collect()
    }

    /// Returns the instants of the clock from one instant to another, in order.
    fn all_between(self, from: Instant, to: Instant) -> impl Iterator<Item = Instant> {
        let days = to.since(from).as_seconds().max(0) / 86_400 + 2;
        let meanings = (-1..=days).filter_map(self.days(from));
        let instants = meanings.flat_map(|(_, meaning)| meaning.instants()).flatten();
        instants.filter(move |at| from <= *at && *at <= to)
    }

    /// Returns the instant of the clock during an incident that is over, or soon after its end.
    fn during(
        self,
        [first, last]: [Instant; 2],
        now: Instant,
        context: &ParseContext<'_>,
    ) -> Result<Instant, TimeError> {
        // `12:56` is all of that minute: an incident that began 30 seconds into it saw it.
        let from = if self.clock.to_the_second { first } else { first.minus(Span::seconds(59)) };
        let to = last.plus(NEAR);
        let mut found: Vec<_> = self.all_between(from, to).take(NAMED + 1).collect();
        if found.iter().any(|at| *at <= now) && !context.allow_future {
            found.retain(|at| *at <= now);
        }
        if let [one] = found.as_slice() {
            return Ok(*one);
        }
        let by_change = |(local, meaning)| match meaning {
            LocalReading::Twice(a, b) if found == [a, b] => {
                Some(repeated(local, self.clocks, a, b))
            }
            LocalReading::Never(gap) if found.is_empty() && (from..=to).contains(&gap.jump) => {
                Some(skipped(local, &gap))
            }
            LocalReading::Once(_)
            | LocalReading::Twice(..)
            | LocalReading::Never(_)
            | LocalReading::Beyond => None,
        };
        // Only an incident of a few days can have seen it never, or twice on one day.
        let change = (-1..=3).filter_map(self.days(from)).find_map(by_change);
        Err(change.unwrap_or_else(|| self.outside(&found, [from, first, last, to], context)))
    }

    /// Refuses a clock that came never or several times in an incident that is over.
    fn outside(
        self,
        found: &[Instant],
        [from, first, last, to]: [Instant; 4],
        context: &ParseContext<'_>,
    ) -> TimeError {
        let typed = self.clock.time.format("%H:%M:%S").to_string();
        let typed = typed.strip_suffix(":00").unwrap_or(&typed);
        let near = [self.latest(first).ok(), self.soonest(last)];
        let (came, near) = match found {
            [] => ("is outside", near.into_iter().flatten().collect()),
            found => {
                ("came more than once in", found.iter().copied().take(NAMED).collect::<Vec<_>>())
            }
        };
        let [began, ended] = [first, last].map(|at| spoken(self.clocks.write(at)));
        let message = format!("{typed} {came} the incident, which went from {began} to {ended}.");
        let choice =
            |time: OffsetTime| TimeChoice { stamp: EventTime::exact(time), label: spoken(time) };
        let mut choices: Vec<_> =
            near.into_iter().map(|at| choice(self.clocks.write(at))).collect();
        if let Some(machine) = self.on_machine(context) {
            let there = machine.all_between(from, to).take(NAMED);
            choices.extend(there.map(|at| choice(machine.clocks.write(at))));
        }
        let refusal = TimeError::new(TimeErrorReason::Outside, message, "");
        let refusal = refusal.or_all(choices);
        let more = if found.len() > NAMED { ", or a later one" } else { "" };
        let next =
            refusal.write_one().map_or("Write its date.".to_owned(), |one| format!("{one}{more}."));
        refusal.then(next)
    }
}

fn beyond() -> TimeError {
    let message = "That clock is outside the years 1 to 9999.";
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Write the date too.")
}
