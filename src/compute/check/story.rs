//! What an incident's events say about lengths and times, for prose to be held against.

use super::CheckedIncident;
use crate::compute::downtime;
use crate::compute::metrics::{DurationDefinition, measure};
use crate::compute::plausibility::{self, MilestonePair};
use crate::compute::prose::{StatedClock, StatedLength, StatedZone};
use crate::compute::timeline::TimedEvent;
use crate::model::incident::Name;
use crate::model::time::{EventTime, Instant, Span, TimeBounds, Zone};

/// What is no better known than this supports what people state at its bounds and its middle alone: else a vague
/// record would support every sentence.
const VAGUE: Span = Span::hours(1);
const DAY: i64 = 24 * 3600;
/// How many events are held against each other: of more, some two lie as far apart as nearly any length that
/// people state.
const MOST_PAIRED: usize = 2_000;

/// What an incident's events say.
pub(super) struct StatedFacts<'c> {
    case: &'c CheckedIncident<'c>,
    pairs: Vec<MilestonePair>,
    /// The lengths that the events support.
    lengths: Vec<KnownLength>,
}

/// A length that events tell: its least, its nominal and its greatest value.
#[derive(Clone, Copy)]
struct KnownLength([Span; 3]);

impl KnownLength {
    fn exact(span: Span) -> Self {
        Self([span; 3])
    }

    fn of_pair((.., nominal, (lowest, highest)): &MilestonePair) -> Self {
        Self([*lowest, *nominal, *highest])
    }

    /// Returns how far two moments lie apart.
    fn between(a: TimeBounds, b: TimeBounds) -> Self {
        let least = b.earliest().since(a.latest()).max(Span::ZERO);
        Self([least, b.nominal().since(a.nominal()), b.latest().since(a.earliest())])
    }

    fn is_vague(self) -> bool {
        let Self([lowest, _, highest]) = self;
        highest.minus(lowest) > VAGUE
    }

    /// Returns how far a stated length is from it; zero or less where it supports that.
    fn off(self, length: &StatedLength) -> Span {
        let Self([lowest, _, highest]) = self;
        let apart =
            |low: Span, high: Span| length.lowest.minus(high).max(low.minus(length.highest));
        if self.is_vague() {
            let Self(all) = self;
            return all.into_iter().map(|span| apart(span, span)).min().unwrap_or(Span::ZERO);
        }
        apart(lowest, highest)
    }

    fn supports(self, length: &StatedLength) -> bool {
        self.off(length) <= Span::ZERO
    }
}

impl<'c> StatedFacts<'c> {
    pub(super) fn of(case: &'c CheckedIncident<'c>) -> Self {
        let pairs = plausibility::pairs(case.timeline, case.settings);
        let lengths = pairs.iter().map(KnownLength::of_pair).chain(others(case)).collect();
        Self { case, pairs, lengths }
    }

    /// Returns the two milestones whose distance is nearest to a length that nothing supports; none where
    /// something does, or where nothing can tell.
    pub(super) fn refutes(&self, length: &StatedLength) -> Option<&MilestonePair> {
        let supported = self.lengths.iter().any(|known| known.supports(length));
        if supported || (length.between_events && self.events_support(length)) {
            return None;
        }
        let off = |pair: &&MilestonePair| {
            let known = KnownLength::of_pair(pair);
            (known.is_vague(), known.off(length))
        };
        self.pairs.iter().min_by_key(off)
    }

    /// Returns whether some two events lie so far apart.
    fn events_support(&self, length: &StatedLength) -> bool {
        let events = self.case.timeline.events();
        if events.len() > MOST_PAIRED {
            return true;
        }
        let mut later = events.iter().enumerate().flat_map(|(at, a)| {
            events.iter().skip(at + 1).map(move |b| KnownLength::between(a.moment, b.moment))
        });
        later.any(|known| known.supports(length))
    }

    /// Returns the event nearest to a time of day at which nothing happened, and how far away it is; none where
    /// something did, or where nothing can tell.
    pub(super) fn misses(&self, clock: &StatedClock) -> Option<(TimedEvent<'c>, Span)> {
        let zones = self.zones(&clock.zone)?;
        let events = self.case.timeline.events().iter();
        let away = events.filter(|t| {
            !matches!(t.event.at, EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_))
        });
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
    fn zones(&self, zone: &StatedZone) -> Option<Vec<Zone>> {
        let ours = self.case.timeline.zone;
        match zone {
            StatedZone::Utc => Some(vec![Zone::UTC]),
            StatedZone::Silent => Some(vec![ours, Zone::UTC]),
            StatedZone::Named(name) => {
                let begin = self.case.timeline.begin()?.moment.nominal();
                let is_ours = begin.local(ours).format("%Z").to_string() == *name;
                is_ours.then(|| vec![ours])
            }
        }
    }
}

/// Returns the lengths beside those between milestones: durations on working hours, downtime, its parts, what
/// events lasted, and what the record promises.
fn others(case: &CheckedIncident<'_>) -> Vec<KnownLength> {
    let CheckedIncident { timeline, settings, .. } = case;
    let definitions = DurationDefinition::all(settings);
    let measured = measure(timeline, &definitions, settings, Instant::MAX);
    let measured = measured.into_iter().filter_map(|m| m.value.ok()).filter(|v| !v.running);
    let mut all: Vec<_> = measured
        .map(|v| KnownLength([v.length.lowest, v.length.nominal, v.length.highest]))
        .collect();
    all.extend(down(&downtime::of_incident(timeline, Instant::MAX)));
    let of = |service: &Name| down(&downtime::of_service(timeline, service, Instant::MAX));
    all.extend(timeline.services().into_iter().flat_map(of));
    let lasting = timeline.events().iter().filter_map(|t| t.event.lasting);
    let cadence = settings.cadence.iter().map(|(_, every)| *every);
    let objectives = settings.objectives.iter().flat_map(|(_, all)| all).map(|(_, span)| *span);
    all.extend(lasting.chain(cadence).chain(objectives).map(KnownLength::exact));
    all
}

fn down(downtime: &downtime::ServiceDowntime<'_>) -> Vec<KnownLength> {
    let total = downtime.total.ok().filter(|t| !t.running);
    let total = total.map(|t| KnownLength([t.lowest, t.affected(), t.highest]));
    let interval = |i: &downtime::AffectedInterval<downtime::Boundary<'_>>| {
        Some(KnownLength::between(i.start.moment(), i.end?.moment()))
    };
    downtime.intervals.iter().filter_map(interval).chain(total).collect()
}

/// Returns the moments at which an event is told: one, or both ends of one that is vague.
fn moments(moment: TimeBounds) -> Vec<TimeBounds> {
    let (earliest, latest) = (moment.earliest(), moment.latest());
    match latest.since(earliest) > VAGUE {
        true => vec![TimeBounds::exact(earliest), TimeBounds::exact(latest)],
        false => vec![moment],
    }
}

/// Returns how far a time of day is from a moment on the clocks of a zone; a clock without seconds shows the
/// minute that has begun, and people round it.
fn away_from(clock: &StatedClock, moment: TimeBounds, zone: Zone) -> Span {
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
