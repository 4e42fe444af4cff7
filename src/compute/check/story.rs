//! What an incident's events say about lengths and times, for prose to be held against.

use super::CheckedIncident;
use super::apart::EventDistances;
use super::known_length::{KnownLength, VAGUE};
use crate::compute::downtime;
use crate::compute::metrics::{DurationDefinition, measure};
use crate::compute::plausibility::{self, MilestonePair};
use crate::compute::prose::{StatedClock, StatedDate, StatedLength, StatedZone};
use crate::compute::timeline::TimedEvent;
use crate::model::incident::Name;
use crate::model::time::{EventTime, Instant, Span, TimeBounds, day_start, named_offsets};
use chrono::{Days, NaiveDate};

/// What is known no better than this says nothing of a time of day.
const WIDE: Span = Span::hours(24);
const DAY: i64 = 24 * 3600;
/// How far from the incident a date may lie that is told of it, with its weekday.
const FAR_DATE: i64 = 31;
/// How far one may lie without its weekday.
const NEAR_DATE: i64 = 3;

/// What an incident's events say.
pub(super) struct StatedFacts<'c> {
    case: &'c CheckedIncident<'c>,
    pairs: Vec<MilestonePair>,
    /// The lengths that the events support.
    lengths: Vec<KnownLength>,
    /// How far apart the events lie.
    distances: EventDistances,
    /// The zone that the document states for its times.
    zone: StatedZone,
}

/// The event that comes nearest to a time of day at which nothing happened.
pub(super) struct MissedClock<'c> {
    pub(super) nearest: TimedEvent<'c>,
    /// How far away it is.
    pub(super) away: Span,
    /// The uncertain event within whose bounds the time lies, which are too wide to support it.
    pub(super) around: Option<TimedEvent<'c>>,
}

/// What is wrong with a date.
pub(super) enum WrongDate {
    /// It is another day of the week.
    Weekday(NaiveDate),
    /// No event is of that day; the nearest day that has one.
    NoEvent(NaiveDate),
}

impl<'c> StatedFacts<'c> {
    pub(super) fn of(case: &'c CheckedIncident<'c>, zone: StatedZone) -> Self {
        let pairs = plausibility::pairs(case.timeline, case.settings);
        let lengths = pairs.iter().map(KnownLength::of_pair).chain(others(case)).collect();
        let distances = EventDistances::of(case.timeline.events());
        Self { case, pairs, lengths, distances, zone }
    }

    /// Returns the two milestones whose distance is nearest to a length that nothing supports; none where
    /// something does, or where nothing can tell.
    pub(super) fn refutes(&self, length: &StatedLength) -> Option<&MilestonePair> {
        let supported = self.lengths.iter().any(|known| known.supports(length));
        if supported || self.distances.support(length) {
            return None;
        }
        let off = |pair: &&MilestonePair| {
            let known = KnownLength::of_pair(pair);
            (known.is_vague(), known.off(length))
        };
        self.pairs.iter().min_by_key(off)
    }

    /// Returns the event nearest to a time of day at which nothing happened; none where something did, or where nothing
    /// can tell.
    ///
    /// An uncertain event supports a time within its stated bounds, and one that is vague at its bounds alone.
    pub(super) fn misses(
        &self,
        clock: &StatedClock,
        day: Option<NaiveDate>,
    ) -> Option<MissedClock<'c>> {
        let all = self.case.timeline.events().iter().filter(|t| {
            !matches!(t.event.at, EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_))
        });
        let mut nearest: Option<(Span, TimedEvent<'c>)> = None;
        let mut around: Option<(Span, TimedEvent<'c>)> = None;
        for told in all {
            let stated = told.event.at.moment(self.case.timeline.zone);
            let offsets = self.offsets(&clock.zone, stated.earliest());
            if offsets.is_empty() {
                return None;
            }
            let away = |m: TimeBounds| {
                offsets.iter().map(|offset| away_from(clock, day, m, *offset)).min()
            };
            let exact = stated.is_exact();
            let slack =
                if clock.about && exact { self.case.settings.approximate } else { Span::ZERO };
            let off = moments(stated).into_iter().filter_map(away).min()?;
            if off <= slack {
                return None;
            }
            let width = stated.latest().since(stated.earliest());
            let narrower = around.as_ref().is_none_or(|(known, _)| width < *known);
            if width < WIDE && narrower && away(stated) == Some(Span::ZERO) {
                around = Some((width, *told));
            }
            if nearest.as_ref().is_none_or(|(known, _)| off < *known) {
                nearest = Some((off, *told));
            }
        }
        let around = around.map(|(_, told)| told);
        nearest.map(|(away, nearest)| MissedClock { nearest, away, around })
    }

    /// Returns how far east of UTC a time of day can be meant, in seconds; nothing where its zone is one that we cannot
    /// tell. Without a zone it is one of the document's, which is the incident's unless the document says so.
    fn offsets(&self, zone: &StatedZone, at: Instant) -> Vec<i64> {
        let ours = self.case.timeline.zone;
        match zone {
            StatedZone::Silent if self.zone != StatedZone::Silent => self.offsets(&self.zone, at),
            StatedZone::Silent => vec![ours.offset_until(at).0],
            StatedZone::Offset(seconds) => vec![*seconds],
            StatedZone::Named(name) => {
                let mut found = named_offsets(name, at);
                // People write `CET` in summer too, though nobody writes `CEST` in winter.
                let seasons = [0, 91, 182, 273].map(|days| at.plus(Span::hours(days * 24)));
                let abbreviation = |at: Instant| at.local(ours).format("%Z").to_string();
                let is_ours = seasons.into_iter().any(|at| abbreviation(at) == *name);
                let own = ours.offset_until(at).0;
                found.extend((is_ours && found.iter().all(|east| *east <= own)).then_some(own));
                found
            }
        }
    }

    /// Returns the day that a date means, where an event is of it.
    pub(super) fn day_of_event(&self, date: &StatedDate) -> Option<NaiveDate> {
        let begin = self.case.timeline.begin()?.moment.nominal();
        let day = date.day_near(begin.local(self.case.timeline.zone).date_naive())?;
        self.has_event_on(day).then_some(day)
    }

    /// Returns what is wrong with a date: its weekday, or that no event is of it though it lies near; of several days that
    /// are told as one it is enough where one has an event.
    pub(super) fn refutes_date(&self, date: &StatedDate, is_of_several: bool) -> Option<WrongDate> {
        use chrono::Datelike;
        let zone = self.case.timeline.zone;
        let begin = self.case.timeline.begin()?.moment.nominal().local(zone).date_naive();
        let day = date.day_near(begin)?;
        let days = self.case.timeline.events().iter().flat_map(|t| {
            let stated = t.event.at.moment(zone);
            [stated.earliest(), stated.latest()].map(|at| at.local(zone).date_naive())
        });
        let nearest = days.min_by_key(|known| (*known - day).num_days().abs())?;
        let far = (nearest - day).num_days().abs();
        let wrong_weekday = date.weekday.is_some_and(|weekday| weekday != day.weekday());
        let limit = if date.weekday.is_some() { FAR_DATE } else { NEAR_DATE };
        if wrong_weekday && (date.year.is_some() || far <= FAR_DATE) {
            return Some(WrongDate::Weekday(day));
        }
        let wrong = !date.is_aside && !is_of_several && far <= limit && !self.has_event_on(day);
        wrong.then_some(WrongDate::NoEvent(nearest))
    }

    /// Returns whether some event can be of a day, as the clocks show it here or in UTC.
    fn has_event_on(&self, day: NaiveDate) -> bool {
        let ours = self.case.timeline.zone;
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let mut zones = [ours, crate::model::time::Zone::UTC].into_iter();
        zones.any(|zone| {
            let (from, to) = (day_start(day, zone), day_start(next, zone));
            self.case.timeline.events().iter().any(|t| {
                let stated = t.event.at.moment(ours);
                stated.earliest() < to && stated.latest() >= from
            })
        })
    }
}

/// Returns the lengths beside those between milestones: durations on working hours, downtime, its parts, what
/// events lasted, and what the record promises.
fn others(case: &CheckedIncident<'_>) -> Vec<KnownLength> {
    let CheckedIncident { timeline, settings, .. } = case;
    let definitions = DurationDefinition::all(settings);
    let measured = measure(timeline, &definitions, settings, Instant::MAX);
    let measured = measured.into_iter().filter_map(|m| m.value.ok()).filter(|v| !v.running);
    let mut all: Vec<_> = measured.map(|v| KnownLength::within(v.length)).collect();
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
    let total = total.into_iter().flat_map(|t| [t.affected, t.down, t.degraded]);
    let total = total.filter(|part| part.highest > Span::ZERO).map(KnownLength::within);
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

/// Returns how far a time of day, of some day or of any, is from a moment on clocks so many seconds east of UTC; a clock
/// without seconds shows the minute that has begun, and people round it.
fn away_from(clock: &StatedClock, day: Option<NaiveDate>, moment: TimeBounds, east: i64) -> Span {
    let begin = moment.earliest().minus(Span::seconds(59)).epoch().saturating_add(east);
    let end = moment.latest().plus(Span::seconds(59)).epoch().saturating_add(east);
    let dated = |second: i64| {
        let at = day?.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + second;
        Some((begin - at).max(at - end).max(0))
    };
    let any_day = |second: i64| {
        let behind = (second - begin).rem_euclid(DAY);
        let length = end - begin;
        if behind <= length { 0 } else { (behind - length).min(DAY - behind) }
    };
    let one = |second: i64| dated(second).unwrap_or_else(|| any_day(second));
    let other = clock.half_open.then(|| one((clock.second + DAY / 2) % DAY));
    Span::seconds(other.map_or(one(clock.second), |other| other.min(one(clock.second))))
}
