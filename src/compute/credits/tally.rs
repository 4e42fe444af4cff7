//! From the time that counts to the uptime: step 7 of how a credit is computed.

use super::counted_incident::CountedIncident;
use super::earlier::EarlierWindow;
use super::impact::{self, ImpactSegments};
use super::review::ReviewReason;
use super::segment::{Disposition, ImpactSegment, live};
use super::subject::{Subject, SubjectTerms};
use super::time_choice::TimeAssignment;
use crate::compute::downtime::IntervalSet;
use crate::model::money::{Exact, whole};
use crate::model::sla::{Blocks, Count, Denominator, Granularity, Partial, Policy, Scheme};
use crate::model::time::{Instant, Span};
use num_traits::{One, Zero};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// All that the amount depends on: the same tally gives every customer of a fee the same credit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tally {
    /// The downtime that counts, in seconds.
    pub counted: Exact,
    /// The downtime that the policy excludes, in seconds.
    pub excluded: Exact,
    /// What the counted time is divided by, in seconds.
    pub denominator: Exact,
    /// The calendar time of the window that counts at all, in seconds.
    pub calendar: Exact,
    /// The uptime as a part of one.
    pub uptime: Exact,
    /// Each incident's own time, where the scheme counts them by themselves.
    pub incidents: Vec<Exact>,
    /// Each incident's duration, where the promise is about durations.
    pub held: Vec<HeldDuration>,
    /// How many days, or clock hours, the scheme counts.
    pub times: i64,
    /// The local day on which the last stretch that counts ended.
    pub ended: Option<chrono::NaiveDate>,
    /// What keeps it from being known.
    pub review: Option<ReviewReason>,
    /// What became of earlier windows, the latest first, as far back as the scheme and the rights look.
    pub earlier: Vec<EarlierWindow>,
}

impl Tally {
    /// Returns whether the uptime is known, also where an earlier window, which the amount hangs on, is not.
    pub fn is_known(&self) -> bool {
        self.review.as_ref().is_none_or(|reason| matches!(reason, ReviewReason::Earlier(_)))
    }
}

/// One incident's duration against what is promised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldDuration {
    /// The incident's place in the inputs.
    pub incident: usize,
    /// How long it took, or has lasted at least; none where that is not known.
    pub length: Option<Span>,
    /// Whether it is still running.
    pub is_running: bool,
    /// Whether it took longer than promised.
    pub is_breach: bool,
    /// What stands in for a milestone at either end, in words.
    pub stand_in: Option<String>,
}

/// A tally and the segments that it was made of.
#[derive(Clone, Debug)]
pub(super) struct CountedTally<'b> {
    pub(super) tally: Tally,
    pub(super) segments: Vec<ImpactSegment<'b>>,
}

/// Returns the tally of downtime.
pub(super) fn tally<'b>(
    incidents: &[&CountedIncident<'b>],
    terms: SubjectTerms<'_, 'b>,
    choice: &TimeAssignment<'_>,
) -> CountedTally<'b> {
    let SubjectTerms { policy, subject, .. } = terms;
    let impact = impact::segments(incidents, terms, choice);
    let window = IntervalSet::union([subject.window]);
    let available = match policy.measure.partial {
        Partial::Available => window,
        Partial::Excluded => window.common(&subject.held),
    };
    let calendar = match &impact.hours {
        Some(hours) => available.common(hours),
        None => available,
    };
    // A fixed time is the policy's own and takes no notice of the window: uptime can be below zero by it.
    let denominator = match policy.measure.denominator {
        Denominator::Calendar => calendar.length(),
        Denominator::MinusMaintenance => calendar.without(&impact.excused).length(),
        Denominator::Fixed(span) => span,
    };
    let (counted, denominator) = (counted(&impact.segments, policy), seconds(denominator));
    let ended = end_of_last(&impact).map(|at| at.local(policy.zone).date_naive());
    let tally = Tally {
        uptime: uptime(&counted, &denominator),
        excluded: excluded(&impact, subject),
        counted,
        denominator,
        calendar: seconds(calendar.length()),
        incidents: vec![],
        held: vec![],
        times: times(&impact, policy, subject),
        ended,
        review: impact.review,
        earlier: vec![],
    };
    CountedTally { tally, segments: impact.segments }
}

/// Returns whether a scheme counts each incident by itself.
pub(super) fn counts_incidents(policy: &Policy) -> bool {
    matches!(
        policy.scheme.value.in_force(),
        Scheme::Blocks(Blocks { count: Count::Incident, .. })
            | Scheme::DurationBands { count: Count::Incident, .. }
    )
}

/// Returns the counted time of an incident by itself, which has all of its time: what two of them share counts
/// for both.
pub(super) fn own_time<'b>(
    incident: &CountedIncident<'b>,
    terms: SubjectTerms<'_, 'b>,
    choice: &TimeAssignment<'_>,
) -> Exact {
    counted(&impact::segments(&[incident], terms, choice).segments, terms.policy)
}

/// Returns where the last stretch that counts in the window ends, which may be beyond it.
fn end_of_last(impact: &ImpactSegments<'_>) -> Option<Instant> {
    let last = impact.segments.iter().filter(|p| p.is_live()).map(|p| p.to).max()?;
    let whole = impact.stretches.parts().iter().find(|(from, to)| *from < last && last <= *to);
    Some(whole.map_or(last, |(_, to)| *to))
}

/// Returns 1 − counted ÷ denominator; where there is no time to count, all of it was up.
pub(super) fn uptime(counted: &Exact, denominator: &Exact) -> Exact {
    if denominator.is_zero() { Exact::one() } else { Exact::one() - counted / denominator }
}

fn seconds(span: Span) -> Exact {
    whole(span.as_seconds())
}

fn weighted<'p, 'b: 'p>(segments: impl Iterator<Item = &'p ImpactSegment<'b>>) -> Exact {
    segments.fold(Exact::zero(), |sum, p| sum + &p.weight * seconds(p.to.since(p.from)))
}

/// Returns the time in which impact was excluded by maintenance or attribution, and nothing else counted.
fn excluded(impact: &ImpactSegments<'_>, subject: &Subject<'_>) -> Exact {
    let excluded = |p: &&ImpactSegment<'_>| {
        matches!(p.disposition, Disposition::Maintenance(_) | Disposition::Attribution { .. })
    };
    let out = impact.segments.iter().filter(excluded).map(|p| (p.from, p.to));
    // Time that counts by another incident was not excluded after all.
    let held = subject.held.common(&IntervalSet::union([subject.window]));
    let out = IntervalSet::union(out).common(&held).without(&live(&impact.segments));
    let out = impact.hours.as_ref().map_or_else(|| out.clone(), |hours| out.common(hours));
    seconds(out.length())
}

/// Returns the counted time by the policy's granularity; time that does not weigh as much as an outage is exact.
fn counted(segments: &[ImpactSegment<'_>], policy: &Policy) -> Exact {
    let alive = || segments.iter().filter(|p| p.is_live());
    let granularity = policy.measure.granularity;
    if granularity == Granularity::Exact {
        return weighted(alive());
    }
    let full = IntervalSet::union(alive().filter(|p| p.weight.is_one()).map(|p| (p.from, p.to)));
    let minutes = by_minutes(&full, granularity);
    let parts = alive().filter(|p| !p.weight.is_one()).map(|p| {
        // A minute that counts whole has no parts left to count.
        let left = IntervalSet::union([(p.from, p.to)]).without(&minutes);
        &p.weight * seconds(left.length())
    });
    parts.fold(seconds(minutes.length()), |sum, part| sum + part)
}

/// Returns the time of intervals in minutes.
fn by_minutes(full: &IntervalSet, granularity: Granularity) -> IntervalSet {
    let floor = |at: Instant| Instant::saturating(at.epoch().div_euclid(MINUTE) * MINUTE);
    let ceil = |at: Instant| Instant::saturating(-((-at.epoch()).div_euclid(MINUTE)) * MINUTE);
    let minutes = |(from, to): &(Instant, Instant)| match granularity {
        Granularity::Exact => (*from, *to),
        Granularity::WholeClockMinutes => (ceil(*from), floor(*to)),
        Granularity::TouchedMinutes => (floor(*from), ceil(*to)),
        Granularity::FloorMinutes => {
            let whole = to.since(*from).as_seconds().div_euclid(MINUTE) * MINUTE;
            (*from, from.plus(Span::seconds(whole)))
        }
    };
    // United, since two outages within one minute touch it twice and cost it once.
    IntervalSet::union(full.parts().iter().map(minutes))
}

/// Returns how many days or clock hours the scheme counts.
fn times(impact: &ImpactSegments<'_>, policy: &Policy, subject: &Subject<'_>) -> i64 {
    let found = match policy.scheme.value.in_force() {
        Scheme::PerDay { over, .. } => {
            // A stretch is as long as it is, whatever the window's edge cuts off; it began where it began.
            let held = subject.held.common(&IntervalSet::union([subject.window]));
            let began_within =
                |at: Instant| held.length_between(at, at.plus(Span::seconds(1))) > Span::ZERO;
            let parts = impact.stretches.parts().iter();
            let long = parts.filter(|(from, to)| to.since(*from) > *over && began_within(*from));
            let mut days: Vec<_> =
                long.map(|(from, _)| from.local(policy.zone).date_naive()).collect();
            // A day pays once however many intervals began on it; they are in order.
            days.dedup();
            days.len()
        }
        Scheme::ClockHours { over } => clock_hours(&impact.segments, *over),
        _ => 0,
    };
    i64::try_from(found).unwrap_or(i64::MAX)
}

/// Counts the clock hours with more weighted downtime than that.
fn clock_hours(segments: &[ImpactSegment<'_>], over: Span) -> usize {
    let mut hours: std::collections::BTreeMap<i64, Exact> = std::collections::BTreeMap::new();
    for segment in segments.iter().filter(|p| p.is_live()) {
        let (from, to) = (segment.from.epoch(), segment.to.epoch());
        // An interval that ends with the hour has no second of the next one.
        for hour in from.div_euclid(HOUR)..=(to - 1).div_euclid(HOUR) {
            let within = to.min((hour + 1) * HOUR) - from.max(hour * HOUR);
            *hours.entry(hour).or_default() += &segment.weight * whole(within);
        }
    }
    hours.values().filter(|time| **time > seconds(over)).count()
}
