//! What an incident's events say about lengths and times, for prose to be held against.

use super::Case;
use crate::doubts::{self, Pair};
use crate::downtime;
use crate::incident::Name;
use crate::metrics::{Definition, measure};
use crate::prose::{Clock, Length, Zoned};
use crate::time::{Instant, Moment, Span, Stamp, Zone};
use crate::timeline::Told;

/// What is no better known than this supports what people state at its bounds and its middle alone: else a vague
/// record would support every sentence.
const VAGUE: Span = Span::hours(1);
const DAY: i64 = 24 * 3600;

/// What an incident's events say.
pub(super) struct Story<'c> {
    case: &'c Case<'c>,
    pairs: Vec<Pair>,
    /// The lengths that the events support.
    lengths: Vec<Known>,
}

/// A length that events tell: its least, its nominal and its greatest value.
#[derive(Clone, Copy)]
struct Known([Span; 3]);

impl Known {
    fn exact(span: Span) -> Self {
        Self([span; 3])
    }

    fn of_pair((.., nominal, (lowest, highest)): &Pair) -> Self {
        Self([*lowest, *nominal, *highest])
    }

    /// Returns how far two moments lie apart.
    fn between(a: Moment, b: Moment) -> Self {
        let least = b.earliest().since(a.latest()).max(Span::ZERO);
        Self([least, b.nominal().since(a.nominal()), b.latest().since(a.earliest())])
    }

    fn is_vague(self) -> bool {
        let Self([lowest, _, highest]) = self;
        highest.minus(lowest) > VAGUE
    }

    /// Returns how far a stated length is from it; zero or less where it supports that.
    fn off(self, length: &Length) -> Span {
        let Self([lowest, _, highest]) = self;
        let apart =
            |low: Span, high: Span| length.lowest.minus(high).max(low.minus(length.highest));
        if self.is_vague() {
            let Self(all) = self;
            return all.into_iter().map(|span| apart(span, span)).min().unwrap_or(Span::ZERO);
        }
        apart(lowest, highest)
    }

    fn supports(self, length: &Length) -> bool {
        self.off(length) <= Span::ZERO
    }
}

impl<'c> Story<'c> {
    pub(super) fn of(case: &'c Case<'c>) -> Self {
        let pairs = doubts::pairs(case.timeline, case.settings);
        let lengths = pairs.iter().map(Known::of_pair).chain(others(case)).collect();
        Self { case, pairs, lengths }
    }

    /// Returns the two milestones whose distance is nearest to a length that nothing supports; none where
    /// something does, or where nothing can tell.
    pub(super) fn refutes(&self, length: &Length) -> Option<&Pair> {
        let supported = self.lengths.iter().any(|known| known.supports(length));
        if supported || (length.between_events && self.events_support(length)) {
            return None;
        }
        let off = |pair: &&Pair| {
            let known = Known::of_pair(pair);
            (known.is_vague(), known.off(length))
        };
        self.pairs.iter().min_by_key(off)
    }

    /// Returns whether some two events lie so far apart.
    fn events_support(&self, length: &Length) -> bool {
        let events = self.case.timeline.events();
        let mut later = events.iter().enumerate().flat_map(|(at, a)| {
            events.iter().skip(at + 1).map(move |b| Known::between(a.moment, b.moment))
        });
        later.any(|known| known.supports(length))
    }

    /// Returns the event nearest to a time of day at which nothing happened, and how far away it is; none where
    /// something did, or where nothing can tell.
    pub(super) fn misses(&self, clock: &Clock) -> Option<(Told<'c>, Span)> {
        let zones = self.zones(&clock.zone)?;
        let events = self.case.timeline.events().iter();
        let away = events
            .filter(|t| !matches!(t.event.at, Stamp::Day(_) | Stamp::Month(_) | Stamp::Year(_)));
        let away = away.map(|t| {
            let moments = moments(t.moment);
            let all = zones.iter().flat_map(|z| moments.iter().map(|m| away_from(clock, *m, *z)));
            (*t, all.min())
        });
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
fn others(case: &Case<'_>) -> Vec<Known> {
    let Case { timeline, settings, .. } = case;
    let definitions = Definition::all(settings);
    let measured = measure(timeline, &definitions, settings, Instant::MAX);
    let measured = measured.into_iter().filter_map(|m| m.value.ok()).filter(|v| !v.running);
    let mut all: Vec<_> = measured.map(|v| Known([v.lowest, v.nominal, v.highest])).collect();
    all.extend(down(&downtime::of_incident(timeline, Instant::MAX)));
    let of = |service: &Name| down(&downtime::of_service(timeline, service, Instant::MAX));
    all.extend(timeline.services().into_iter().flat_map(of));
    let lasting = timeline.events().iter().filter_map(|t| t.event.lasting);
    let cadence = settings.cadence.iter().map(|(_, every)| *every);
    let objectives = settings.objectives.iter().flat_map(|(_, all)| all).map(|(_, span)| *span);
    all.extend(lasting.chain(cadence).chain(objectives).map(Known::exact));
    all
}

fn down(downtime: &downtime::Downtime<'_>) -> Vec<Known> {
    let total = downtime.total.ok().filter(|t| !t.running);
    let total = total.map(|t| Known([t.lowest, t.hurt(), t.highest]));
    let stretch =
        |i: &downtime::Stretch<'_>| Some(Known::between(i.start.moment(), i.end?.moment()));
    downtime.intervals.iter().filter_map(stretch).chain(total).collect()
}

/// Returns the moments at which an event is told: one, or both ends of one that is vague.
fn moments(moment: Moment) -> Vec<Moment> {
    let (earliest, latest) = (moment.earliest(), moment.latest());
    match latest.since(earliest) > VAGUE {
        true => vec![Moment::exact(earliest), Moment::exact(latest)],
        false => vec![moment],
    }
}

/// Returns how far a time of day is from a moment on the clocks of a zone; a clock without seconds shows the
/// minute that has begun, and people round it.
fn away_from(clock: &Clock, moment: Moment, zone: Zone) -> Span {
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
