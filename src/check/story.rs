//! What an incident's events say about lengths and times, for prose to be held against.

use super::Case;
use crate::doubts::{self, Pair};
use crate::downtime;
use crate::incident::Name;
use crate::metrics::{Definition, measure};
use crate::prose::{Clock, Length, Zoned};
use crate::time::{Instant, Moment, Span, Zone};
use crate::timeline::Told;

/// An event whose time is no better known than this says nothing about a time of day.
const VAGUE: Span = Span::hours(6);
const DAY: i64 = 24 * 3600;

/// What an incident's events say.
pub(super) struct Story<'c> {
    case: &'c Case<'c>,
    pairs: Vec<Pair>,
    /// The lengths that the events support, each with its least and most.
    lengths: Vec<(Span, Span)>,
}

impl<'c> Story<'c> {
    pub(super) fn of(case: &'c Case<'c>) -> Self {
        let pairs = doubts::pairs(case.timeline, case.settings);
        let lengths = pairs.iter().map(|(.., bounds)| *bounds).chain(others(case)).collect();
        Self { case, pairs, lengths }
    }

    /// Returns the two milestones whose distance is nearest to a length that nothing supports; none where
    /// something does, or where nothing can tell.
    pub(super) fn refutes(&self, length: &Length) -> Option<&Pair> {
        let (low, high) = (length.lowest, length.highest);
        let meets = |(l, h): &(Span, Span)| *l <= high && low <= *h;
        if self.lengths.iter().any(meets) || (length.between_events && self.events_apart(meets)) {
            return None;
        }
        let off = |(l, h): (Span, Span)| low.minus(h).max(l.minus(high));
        self.pairs.iter().min_by_key(|(.., bounds)| off(*bounds))
    }

    /// Returns whether some two events lie so far apart.
    fn events_apart(&self, meets: impl Fn(&(Span, Span)) -> bool) -> bool {
        let events = self.case.timeline.events();
        let later = events
            .iter()
            .enumerate()
            .flat_map(|(at, a)| events.iter().skip(at + 1).map(move |b| apart(a.moment, b.moment)));
        later.into_iter().any(|bounds| meets(&bounds))
    }

    /// Returns the event nearest to a time of day at which nothing happened, and how far away it is; none where
    /// something did, or where nothing can tell.
    pub(super) fn misses(&self, clock: &Clock) -> Option<(Told<'c>, Span)> {
        let zones = self.zones(&clock.zone)?;
        let events = self.case.timeline.events().iter();
        let known = events.filter(|t| t.moment.latest().since(t.moment.earliest()) <= VAGUE);
        let away = known.map(|t| (*t, zones.iter().map(|z| away(clock, t.moment, *z)).min()));
        let (told, nearest) = away.min_by_key(|(_, away)| *away)?;
        let slack = if clock.about { self.case.settings.approximate } else { Span::ZERO };
        nearest.filter(|away| *away > slack).map(|away| (told, away))
    }

    /// Returns the zones that a time of day can be meant in; none where it names one that we cannot tell.
    fn zones(&self, zone: &Zoned) -> Option<Vec<Zone>> {
        let ours = self.case.timeline.zone;
        match zone {
            Zoned::Utc => Some(vec![Zone::UTC]),
            Zoned::Silent => Some(vec![ours, Zone::UTC]),
            Zoned::Named(name) => {
                let begin = self.case.timeline.begin()?.moment.nominal();
                let is_ours = begin.local(ours).format("%Z").to_string() == *name;
                is_ours.then(|| vec![ours])
            }
        }
    }
}

/// Returns the lengths beside those between milestones: durations on working hours, downtime, its parts, what
/// events lasted, and what the record promises.
fn others(case: &Case<'_>) -> Vec<(Span, Span)> {
    let Case { timeline, settings, .. } = case;
    let definitions = Definition::all(settings);
    let measured = measure(timeline, &definitions, settings, Instant::MAX);
    let measured = measured.into_iter().filter_map(|m| m.value.ok()).filter(|v| !v.running);
    let exact = |span: Span| (span, span);
    let mut all: Vec<_> = measured.map(|v| (v.lowest, v.highest)).collect();
    all.extend(down(downtime::of_incident(timeline, Instant::MAX)));
    let of = |service: &Name| down(downtime::of_service(timeline, service, Instant::MAX));
    all.extend(timeline.services().into_iter().flat_map(of));
    all.extend(timeline.events().iter().filter_map(|t| t.event.lasting).map(exact));
    all.extend(settings.cadence.iter().map(|(_, every)| exact(*every)));
    let objectives = settings.objectives.iter().flat_map(|(_, all)| all);
    all.extend(objectives.map(|(_, span)| exact(*span)));
    all
}

fn down(downtime: downtime::Downtime<'_>) -> Vec<(Span, Span)> {
    let total = downtime.total.ok().filter(|t| !t.running).map(|t| (t.lowest, t.highest));
    let parts =
        downtime.intervals.iter().filter_map(|i| Some(apart(i.start.moment(), i.end?.moment())));
    parts.chain(total).collect()
}

/// Returns the least and most that two moments lie apart.
fn apart(a: Moment, b: Moment) -> (Span, Span) {
    let least = b.earliest().since(a.latest()).max(Span::ZERO);
    (least, b.latest().since(a.earliest()))
}

/// Returns how far a time of day is from a moment on the clocks of a zone; a clock without seconds shows the
/// minute that has begun, and people round it.
fn away(clock: &Clock, moment: Moment, zone: Zone) -> Span {
    let begin = moment.earliest().minus(Span::seconds(59));
    let length = moment.latest().plus(Span::seconds(59)).since(begin).as_seconds();
    let of_day =
        |at: Instant| i64::from(chrono::Timelike::num_seconds_from_midnight(&at.local(zone)));
    let from = of_day(begin);
    let one = |second: i64| {
        let behind = (second - from).rem_euclid(DAY);
        if behind <= length { 0 } else { (behind - length).min(DAY - behind) }
    };
    let other = clock.half_open.then(|| one((clock.second + DAY / 2) % DAY));
    Span::seconds(other.map_or(one(clock.second), |other| other.min(one(clock.second))))
}
