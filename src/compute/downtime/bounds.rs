//! The lowest and highest downtime over every choice of the events' times.
//!
//! A choice gives each event a time within its bounds and keeps the order in which the record tells
//! the events that change a service. Which change comes after which is then the same in every choice,
//! so that the time of impact falls into pieces of two sorts:
//!
//! - a *run* from one event to another: its ends move apart and together;
//! - impact of a known length (`for`), *limited* by it: its ends move together, until a later change cuts it short.
//!
//! Runs that follow on one another by order are one run, whatever the times. What they cover is at
//! least the union of their cores (latest start to earliest end) and at most that of their hulls
//! (earliest start to latest end), and both can be reached. Limited impact adds at most its length, and at
//! least what of it must stick out of the cores and of other limited impact. *Relief* of a known length
//! (`up` for ten minutes) is taken off again.

use super::{CountedStates, IntervalSet, StateChange, changes, views};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Name, State};
use crate::model::time::{Instant, Span};

/// The lowest and the highest total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DowntimeBounds {
    pub(super) lowest: Span,
    pub(super) highest: Span,
}

/// Returns the bounds of the time in which any of `services` was in a state that counts; what has no end runs to
/// `now`.
pub(super) fn bounds(
    timeline: &Timeline<'_>,
    services: &[&Name],
    counted: CountedStates,
    now: Instant,
) -> DowntimeBounds {
    let pieces = ImpactSpans::of(timeline, services, counted);
    let hulls = IntervalSet::union(pieces.runs.iter().map(|r| r.hull(&pieces.times, now)));
    let cores = IntervalSet::union(pieces.runs.iter().map(|r| r.core(&pieces.times, now)));
    let highest = highest(&pieces, &hulls).minus(surely_relieved(&pieces, &cores).length());
    // What every choice relieves comes off the highest; whatever one choice may relieve, off the lowest.
    let relieved = pieces.reliefs.iter().map(|m| most_relieved(m, &pieces, now));
    let lowest = relieved.fold(lowest(&pieces, &cores), Span::minus).max(Span::ZERO);
    // Both err to the safe side by themselves, so that they could pass each other.
    DowntimeBounds { lowest, highest: highest.max(lowest) }
}

/// Returns the time in which a service was surely in a state that counts, and that in which it may have been: no choice
/// has less than the first, none more than the second.
pub(super) fn sure_and_possible(
    timeline: &Timeline<'_>,
    service: &Name,
    counted: CountedStates,
    now: Instant,
) -> (IntervalSet, IntervalSet) {
    let pieces = ImpactSpans::of(timeline, &[service], counted);
    let times = &pieces.times;
    let limited_hulls = pieces.limited.iter().map(|f| f.hull(times));
    let hulls = pieces.runs.iter().map(|r| r.hull(times, now)).chain(limited_hulls);
    let limited_cores = pieces.limited.iter().map(|f| (times.of(f.rank).1, f.end(times).0));
    let cores = pieces.runs.iter().map(|r| r.core(times, now)).chain(limited_cores);
    let relieved = pieces.reliefs.iter().map(|m| {
        let (earliest, latest) = times.of(m.rank);
        (earliest, latest.plus(m.length))
    });
    (IntervalSet::union(cores).without(&IntervalSet::union(relieved)), IntervalSet::union(hulls))
}

/// An end of impact: an event, or a known length after one, unless a later event cuts that short.
#[derive(Clone, Copy, Debug)]
pub struct ImpactEnd<'a> {
    /// The event.
    pub told: TimedEvent<'a>,
    /// How much later than the event.
    pub after: Span,
    /// The earliest instant that it can be.
    pub earliest: Instant,
    /// The latest instant that it can be.
    pub latest: Instant,
    /// Whether it always moves together with its event.
    pub rigid: bool,
}

/// Returns the ends of the pieces of impact of all services, the latest of which ends the impact;
/// none where there was no impact, or some of it has no end.
pub fn impact_ends<'a>(timeline: &Timeline<'a>) -> Vec<ImpactEnd<'a>> {
    let pieces = ImpactSpans::of(timeline, &timeline.services(), State::hurts);
    let told = |rank: usize| timeline.events().get(rank).copied();
    let run_end = |run: &ImpactSpan| {
        let (earliest, latest) = pieces.times.of(run.end?);
        Some(ImpactEnd { told: told(run.end?)?, after: Span::ZERO, earliest, latest, rigid: true })
    };
    let limited_end = |one: &LimitedImpact| {
        let (earliest, latest) = one.end(&pieces.times);
        let rigid = !one.can_be_cut(&pieces.times);
        Some(ImpactEnd { told: told(one.rank)?, after: one.length, earliest, latest, rigid })
    };
    let runs: Option<Vec<_>> = pieces.runs.iter().map(run_end).collect();
    let Some(mut ends) = runs else { return vec![] };
    ends.extend(pieces.limited.iter().filter_map(limited_end));
    ends
}

/// The earliest and latest times of events by rank, narrowed to those that some choice holds.
struct EventTimes(Vec<(Instant, Instant)>);

impl EventTimes {
    fn of(&self, rank: usize) -> (Instant, Instant) {
        self.0.get(rank).copied().unwrap_or((Instant::MAX, Instant::MAX))
    }

    /// Narrows the bounds of the events of `ranks`: none is before an earlier one, none after a later one.
    /// A time outside of these belongs to no choice that keeps the order, and would widen the bounds for nothing.
    fn narrowed(timeline: &Timeline<'_>, ranks: &[usize]) -> Self {
        let moments = timeline.events().iter().map(|t| t.moment);
        let mut times: Vec<_> = moments.map(|m| (m.earliest(), m.latest())).collect();
        let mut floor = Instant::MIN;
        for rank in ranks {
            let Some(time) = times.get_mut(*rank) else { continue };
            floor = floor.max(time.0);
            time.0 = floor;
        }
        let mut ceiling = Instant::MAX;
        for rank in ranks.iter().rev() {
            let Some(time) = times.get_mut(*rank) else { continue };
            ceiling = ceiling.min(time.1);
            time.1 = ceiling;
        }
        Self(times)
    }
}

/// Time of impact from one event to another, by rank; to now where it has no end.
struct ImpactSpan {
    start: usize,
    end: Option<usize>,
}

impl ImpactSpan {
    fn hull(&self, times: &EventTimes, now: Instant) -> (Instant, Instant) {
        (times.of(self.start).0, self.end.map_or(now, |end| times.of(end).1))
    }

    fn core(&self, times: &EventTimes, now: Instant) -> (Instant, Instant) {
        (times.of(self.start).1, self.end.map_or(now, |end| times.of(end).0))
    }

    /// Returns whether `other`, which starts no earlier, begins before this one ends, in every choice.
    fn meets(&self, other: &Self) -> bool {
        self.end.is_none_or(|end| other.start <= end)
    }
}

/// Time of impact of a known length from an event on, cut short by the event of another rank.
struct LimitedImpact {
    rank: usize,
    length: Span,
    cut: Option<usize>,
}

impl LimitedImpact {
    fn can_be_cut(&self, times: &EventTimes) -> bool {
        let latest = times.of(self.rank).1.plus(self.length);
        self.cut.is_some_and(|cut| times.of(cut).0 < latest)
    }

    /// Returns the earliest and the latest end.
    fn end(&self, times: &EventTimes) -> (Instant, Instant) {
        let (earliest, latest) = times.of(self.rank);
        let cut = self.cut.map_or((Instant::MAX, Instant::MAX), |cut| times.of(cut));
        (earliest.plus(self.length).min(cut.0), latest.plus(self.length).min(cut.1))
    }

    fn hull(&self, times: &EventTimes) -> (Instant, Instant) {
        (times.of(self.rank).0, self.end(times).1)
    }

    /// Returns the length that it has in every choice.
    fn sure_length(&self, times: &EventTimes) -> Span {
        let left = self.cut.map(|cut| times.of(cut).0.since(times.of(self.rank).1));
        left.map_or(self.length, |left| left.clamp(Span::ZERO, self.length))
    }
}

/// Time of a known length in which what was told before has no impact.
struct RelievedTime {
    rank: usize,
    length: Span,
    /// Whether it is for a part of a service alone.
    scoped: bool,
    /// The rank of the next change that has impact.
    next: Option<usize>,
    /// The rank of the next change that has impact without a length, by which nothing told before counts any more.
    until: Option<usize>,
}

/// The time of impact of some services, as pieces whose order is the same in every choice.
struct ImpactSpans {
    times: EventTimes,
    runs: Vec<ImpactSpan>,
    limited: Vec<LimitedImpact>,
    reliefs: Vec<RelievedTime>,
    /// Whether reliefs are for all services: that of one leaves the impact on another.
    one_service: bool,
}

impl ImpactSpans {
    fn of(timeline: &Timeline<'_>, services: &[&Name], counted: CountedStates) -> Self {
        let (mut runs, mut limited, mut reliefs, mut ranks) = (vec![], vec![], vec![], vec![]);
        if !timeline.incident.no_impact {
            for service in services {
                for view in views(timeline, service) {
                    let changes = changes(timeline, service, view, |t| t.order);
                    ranks.extend(changes.iter().map(|c| c.rank));
                    runs.extend(runs_of(&changes, counted));
                    limited.extend(limited_of(&changes, counted));
                    reliefs.extend(reliefs_of(&changes, counted));
                }
            }
        }
        ranks.sort_unstable();
        ranks.dedup();
        let times = EventTimes::narrowed(timeline, &ranks);
        let runs = joined(runs);
        let limited = limited_apart(limited, &runs);
        Self {
            times,
            runs,
            limited,
            reliefs: reliefs_apart(reliefs),
            one_service: services.len() == 1,
        }
    }
}

fn runs_of(changes: &[StateChange<'_>], counted: CountedStates) -> Vec<ImpactSpan> {
    let mut runs: Vec<ImpactSpan> = vec![];
    let mut start = None;
    for change in changes.iter().filter(|c| c.lasting.is_none()) {
        if counted(change.state) {
            start = start.or(Some(change.rank));
        } else if let Some(start) = start.take() {
            runs.push(ImpactSpan { start, end: Some(change.rank) });
        }
    }
    runs.extend(start.map(|start| ImpactSpan { start, end: None }));
    runs
}

fn limited_of(changes: &[StateChange<'_>], counted: CountedStates) -> Vec<LimitedImpact> {
    let mut cut = None;
    let mut limited = vec![];
    for change in changes.iter().rev() {
        match change.lasting {
            Some(length) if counted(change.state) => {
                limited.push(LimitedImpact { rank: change.rank, length, cut });
            }
            None if !counted(change.state) => cut = Some(change.rank),
            _ => {}
        }
    }
    limited
}

fn reliefs_of(changes: &[StateChange<'_>], counted: CountedStates) -> Vec<RelievedTime> {
    let (mut next, mut until) = (None, None);
    let mut reliefs = vec![];
    for change in changes.iter().rev() {
        match change.lasting {
            _ if counted(change.state) => {
                next = Some(change.rank);
                until = if change.lasting.is_none() { next } else { until };
            }
            Some(length) => {
                let StateChange { rank, scoped, .. } = *change;
                reliefs.push(RelievedTime { rank, length, scoped, next, until });
            }
            None => {}
        }
    }
    reliefs
}

/// Leaves one relief an event, with the first `next` and the last `until` of all views.
fn reliefs_apart(mut reliefs: Vec<RelievedTime>) -> Vec<RelievedTime> {
    reliefs.sort_by_key(|m| m.rank);
    reliefs.dedup_by(|relief, kept| {
        let same = relief.rank == kept.rank;
        if same {
            kept.scoped |= relief.scoped;
            kept.next = [kept.next, relief.next].into_iter().flatten().min();
            kept.until = kept.until.zip(relief.until).map(|(a, b)| a.max(b));
        }
        same
    });
    reliefs
}

/// Joins runs of which one begins before another ends: by order, and so in every choice.
fn joined(mut runs: Vec<ImpactSpan>) -> Vec<ImpactSpan> {
    runs.retain(|r| r.end != Some(r.start));
    runs.sort_by_key(|r| r.start);
    let mut joined: Vec<ImpactSpan> = vec![];
    for run in runs {
        match joined.last_mut().filter(|last| last.meets(&run)) {
            Some(last) => last.end = last.end.zip(run.end).map(|(a, b)| a.max(b)),
            None => joined.push(run),
        }
    }
    joined
}

/// Leaves one piece an event, the one that is cut last, and none that lies within a run by order.
fn limited_apart(mut limited: Vec<LimitedImpact>, runs: &[ImpactSpan]) -> Vec<LimitedImpact> {
    limited.sort_by_key(|f| (f.rank, f.cut.is_some(), std::cmp::Reverse(f.cut)));
    limited.dedup_by_key(|f| f.rank);
    let within = |f: &LimitedImpact| {
        let over = |r: &ImpactSpan| f.cut.zip(r.end).is_some_and(|(cut, end)| cut <= end);
        runs.iter().any(|r| r.start <= f.rank && over(r))
    };
    limited.retain(|f| f.cut != Some(f.rank) && !within(f));
    limited
}

/// Returns the most that the pieces can cover, without reliefs: the hulls of the runs, and for each
/// group of limited impact whose hulls overlap the lesser of their lengths and of what their hulls add.
fn highest(pieces: &ImpactSpans, hulls: &IntervalSet) -> Span {
    let outside = |part: &IntervalSet| part.length().minus(part.common(hulls).length());
    let limited_hulls: Vec<_> = pieces.limited.iter().map(|f| f.hull(&pieces.times)).collect();
    let groups = IntervalSet::union(limited_hulls.iter().copied());
    let mut added = vec![Span::ZERO; groups.parts().len()];
    for (one, hull) in pieces.limited.iter().zip(&limited_hulls) {
        let group = groups.parts().partition_point(|part| part.1 <= hull.0);
        let most = outside(&IntervalSet::union([*hull])).min(one.length);
        if let Some(sum) = added.get_mut(group) {
            *sum = sum.plus(most);
        }
    }
    let all = groups.parts().iter().zip(added);
    let added = all.map(|(part, sum)| sum.min(outside(&IntervalSet::union([*part]))));
    added.fold(hulls.length(), Span::plus)
}

/// Returns the least that the pieces cover, without reliefs: the cores of the runs, and the best chain
/// of limited impact, of which each adds what must stick out of the cores and of those before it.
///
/// A piece that may lie wholly within a core or under another adds nothing for sure. In order of their latest
/// ends only the hull of the one before can hide some of the next, so that the best chain up to each is enough.
fn lowest(pieces: &ImpactSpans, cores: &IntervalSet) -> Span {
    let mut limited: Vec<_> = pieces
        .limited
        .iter()
        .map(|f| (f.hull(&pieces.times), f.sure_length(&pieces.times)))
        .filter(|((from, to), length)| from < to && *length > Span::ZERO)
        .collect();
    limited.sort_unstable_by_key(|((from, to), _)| (*to, *from));
    let mut chains: Vec<(Instant, Span)> = vec![(Instant::MIN, Span::ZERO)];
    for ((from, to), length) in limited {
        let adds = |(reach, sum): &(Instant, Span)| {
            let free = from.max(*reach);
            let hidden = free.since(from).plus(cores.length_between(free, to));
            sum.plus(length.minus(hidden).max(Span::ZERO))
        };
        let best = chains.iter().map(adds).max().unwrap_or(Span::ZERO);
        chains.push((to, best));
    }
    let best = chains.iter().map(|(_, sum)| *sum).max().unwrap_or(Span::ZERO);
    cores.length().plus(best)
}

/// Returns the time that is relieved in every choice, of what the runs cover in every choice.
fn surely_relieved(pieces: &ImpactSpans, cores: &IntervalSet) -> IntervalSet {
    let times = &pieces.times;
    let sure = |relief: &RelievedTime| {
        let (earliest, latest) = times.of(relief.rank);
        let next = relief.next.map_or(Instant::MAX, |next| times.of(next).0);
        (latest, earliest.plus(relief.length).min(next))
    };
    let whole = pieces.reliefs.iter().filter(|m| pieces.one_service && !m.scoped);
    IntervalSet::union(whole.map(sure)).common(cores)
}

/// Returns the most that a relief can take away from what was told before it.
fn most_relieved(relief: &RelievedTime, pieces: &ImpactSpans, now: Instant) -> Span {
    let times = &pieces.times;
    let (earliest, latest) = times.of(relief.rank);
    let until = relief.until.map_or(Instant::MAX, |until| times.of(until).1);
    let runs = pieces.runs.iter().filter(|r| r.start < relief.rank).map(|r| r.hull(times, now));
    let limited = pieces.limited.iter().filter(|f| f.rank < relief.rank).map(|f| f.hull(times));
    let before = IntervalSet::union(runs.chain(limited));
    before.length_between(earliest, latest.plus(relief.length).min(until)).min(relief.length)
}
