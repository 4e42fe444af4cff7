//! The times that events can have had, where another one may change a credit.
//!
//! A choice gives each uncertain event a time within its bounds and keeps the order in which the record
//! tells them, as `downtime` does. How much time counts changes its course only where an event meets its
//! bounds, another event, or an edge of what is excluded or counted by the clock: those are the times to
//! try. Where they are too many for every combination, each event is moved by itself, towards more and
//! towards less, until nothing changes. Between the least and the most the status may still change and
//! change back (a hole in a table): [`between`] finds where.

use super::counted_incident::CountedIncident;
use super::impact;
use super::subject::Subject;
use crate::compute::timeline::TimedEvent;
use crate::model::incident::{Impact, Milestone};
use crate::model::sla::{Granularity, Policy, StartsAt};
use crate::model::time::{Instant, Span};

/// The most combinations that are all tried: each is a tally of its own, and a record may have many lines.
const MOST_CHOICES: usize = 2_000;
/// The most times that are tried for one event; of more, each so-and-so-many-th is.
const MOST_TIMES: usize = 400;

/// The earliest and the latest time that an event can have had.
#[derive(Clone, Copy, Debug)]
struct EventBounds {
    earliest: Instant,
    latest: Instant,
}

/// The events whose times are not known to the second, and the times to try.
#[derive(Clone, Debug, Default)]
pub(super) struct UncertainEvents<'b> {
    /// The events, incident by incident and in their order there.
    pub(super) events: Vec<TimedEvent<'b>>,
    /// Where the events of another incident begin.
    begins: Vec<bool>,
    /// For each event its earliest and latest time, narrowed by its neighbours.
    bounds: Vec<EventBounds>,
    /// For each event the times to try, in order.
    tries: Vec<Vec<Instant>>,
}

impl<'b> UncertainEvents<'b> {
    /// Returns the uncertain times of what a subject saw in some incidents; `edges` are the
    /// instants at which something else begins or ends to count.
    pub(super) fn about(
        incidents: &[&CountedIncident<'b>],
        policy: &Policy,
        subject: &Subject<'b>,
        edges: &[Instant],
    ) -> Self {
        let mut uncertain = Self::default();
        let mut edges = edges.to_vec();
        for incident in incidents {
            uncertain.add(incident, policy, subject, &mut edges);
        }
        let near = |limit: Span| edges.iter().flat_map(move |at| [at.plus(limit), at.minus(limit)]);
        let shifted: Vec<_> = impact::lengths(policy).into_iter().flat_map(near).collect();
        edges.extend(shifted);
        edges.sort_unstable();
        edges.dedup();
        let tries = uncertain.events.iter().zip(&uncertain.bounds);
        let by_minutes = policy.measure.granularity != Granularity::Exact;
        let tries =
            tries.map(|(told, bounds)| times_to_try(told, *bounds, &edges, by_minutes)).collect();
        uncertain.tries = tries;
        uncertain
    }

    fn add(
        &mut self,
        incident: &CountedIncident<'b>,
        policy: &Policy,
        subject: &Subject<'b>,
        edges: &mut Vec<Instant>,
    ) {
        let start = match policy.measure.starts_at.as_ref().map(|m| &m.value) {
            Some(StartsAt::Milestone(milestone)) => incident.timeline.milestone(milestone),
            Some(StartsAt::Claim) | None => None,
        };
        let attributed = !policy.exclude.attribution.is_empty();
        let of_all = |told: &TimedEvent<'b>| {
            let event = told.event;
            (attributed && event.attribution.is_some())
                || event.marks.has(&Milestone::Recovered)
                || start.is_some_and(|s| std::ptr::eq(s.event, event))
        };
        let own = |impact: &Impact| subject.services.contains(&&impact.service);
        let changes = |told: &TimedEvent<'b>| told.event.impact.iter().any(|i| own(&i.value));
        // Impact on others keeps the order of what the subject saw, and its own time changes nothing.
        let seen = |impact: &Impact| subject.view.views.iter().any(|view| view.sees(impact));
        let is_seen = |told: &TimedEvent<'b>| {
            of_all(told) || told.event.impact.iter().any(|i| own(&i.value) && seen(&i.value))
        };
        let events = incident.timeline.events().iter().copied();
        let events: Vec<_> = events.filter(|told| of_all(told) || changes(told)).collect();
        let narrowed = narrowed(&events);
        let mut begins = true;
        for (told, bounds) in events.into_iter().zip(narrowed).filter(|(told, _)| is_seen(told)) {
            let lasting = told.event.lasting.unwrap_or(Span::ZERO);
            let EventBounds { earliest, latest } = bounds;
            edges.extend([earliest, latest, earliest.plus(lasting), latest.plus(lasting)]);
            if told.moment.is_exact() {
                continue;
            }
            self.begins.push(begins);
            self.events.push(told);
            self.bounds.push(bounds);
            begins = false;
        }
    }

    /// Returns whether all is known to the second.
    pub(super) fn is_none(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns every combination of the times to try that keeps the order; none where they are too many.
    pub(super) fn choices(&self) -> Option<Vec<Vec<Instant>>> {
        let mut choices: Vec<Vec<Instant>> = vec![vec![]];
        for (tries, begins) in self.tries.iter().zip(&self.begins) {
            let mut longer = vec![];
            for choice in &choices {
                let last = choice.last().filter(|_| !begins);
                for time in tries.iter().filter(|t| last.is_none_or(|last| last <= *t)) {
                    longer.push([choice.as_slice(), &[*time]].concat());
                }
            }
            if longer.len() > MOST_CHOICES {
                return None;
            }
            choices = longer;
        }
        Some(choices)
    }

    /// Returns the choice that is reached from another by moving one event after the other, as long as
    /// `better` says of two choices that the second is.
    pub(super) fn walk(
        &self,
        from: Vec<Instant>,
        mut better: impl FnMut(&[Instant], &[Instant]) -> bool,
    ) -> Vec<Instant> {
        // Each round moves every event once; one that another must give way to is moved in the next.
        const ROUNDS: usize = 6;
        let mut best = from;
        for _ in 0..ROUNDS {
            let before = best.clone();
            for (place, tries) in self.tries.iter().enumerate() {
                for time in tries {
                    let next = self.moved(&best, place, *time);
                    if better(&best, &next) {
                        best = next;
                    }
                }
            }
            if best == before {
                break;
            }
        }
        best
    }

    /// Returns a choice with one event moved: those of its incident that would then stand on the wrong
    /// side move along, which their bounds allow.
    fn moved(&self, times: &[Instant], place: usize, to: Instant) -> Vec<Instant> {
        let begin = |n: usize| self.begins.get(n).copied().unwrap_or(true);
        let first = (0..=place).rev().find(|n| begin(*n)).unwrap_or(0);
        let end = (place + 1..times.len()).find(|n| begin(*n)).unwrap_or(times.len());
        let along = |(n, at): (usize, &Instant)| match n {
            n if n == place => to,
            n if (first..place).contains(&n) => to.min(*at),
            n if (place..end).contains(&n) => to.max(*at),
            _ => *at,
        };
        times.iter().enumerate().map(along).collect()
    }

    /// Returns the earliest and the latest choice.
    pub(super) fn corners(&self) -> [Vec<Instant>; 2] {
        let all = |end: fn(&EventBounds) -> Instant| self.bounds.iter().map(end).collect();
        [all(|b| b.earliest), all(|b| b.latest)]
    }
}

/// Narrows the bounds of an incident's events: none is before an earlier one, none after a later one.
fn narrowed(events: &[TimedEvent<'_>]) -> Vec<EventBounds> {
    let of = |told: &TimedEvent<'_>| EventBounds {
        earliest: told.moment.earliest(),
        latest: told.moment.latest(),
    };
    let mut bounds: Vec<_> = events.iter().map(of).collect();
    let mut floor = Instant::MIN;
    for bound in &mut bounds {
        floor = floor.max(bound.earliest);
        bound.earliest = floor;
    }
    let mut ceiling = Instant::MAX;
    for bound in bounds.iter_mut().rev() {
        ceiling = ceiling.min(bound.latest);
        bound.latest = ceiling;
    }
    bounds
}

/// Returns the times to try for an event: its bounds, its nominal time, and where it, or what it sets
/// for a known length, meets an edge or a minute of the clock.
fn times_to_try(
    told: &TimedEvent<'_>,
    EventBounds { earliest: first, latest: last }: EventBounds,
    edges: &[Instant],
    by_minutes: bool,
) -> Vec<Instant> {
    let second = Span::seconds(1);
    let inside = |at: &Instant| first < *at && *at < last;
    let mut times = vec![told.moment.nominal().clamp(first, last)];
    let lasting = told.event.lasting;
    let ends = edges.iter().filter_map(|edge| Some(edge.minus(lasting?)));
    // Limits hold at, above or below a length: a second to either side shows each.
    let near: Vec<_> = edges.iter().copied().chain(ends).filter(inside).collect();
    for at in near {
        times.extend([at.minus(second), at, at.plus(second)]);
    }
    // Between two minutes of the clock whole minutes count alike: the first and the last that lie within tell.
    if by_minutes {
        let minute = |at: Instant| Instant::saturating(at.epoch().div_euclid(60) * 60 + 60);
        let shifts = [Span::ZERO, lasting.unwrap_or(Span::ZERO)];
        for shift in shifts {
            let next = minute(first.plus(shift)).minus(shift);
            let last = minute(last.plus(shift)).minus(shift).minus(Span::minutes(1));
            for at in [next, last] {
                times.extend([at.minus(second), at, at.plus(second)]);
            }
        }
    }
    times.retain(inside);
    times.sort_unstable();
    times.dedup();
    let every = times.len().div_ceil(MOST_TIMES).max(1);
    let mut times: Vec<_> = times.into_iter().step_by(every).collect();
    times.extend([first, last]);
    times.sort_unstable();
    times.dedup();
    times
}

/// Returns the choice so many seconds of the way from one to another; it keeps their order.
fn on_the_way(from: &[Instant], to: &[Instant], step: i64, steps: i64) -> Vec<Instant> {
    let one = |(a, b): (&Instant, &Instant)| {
        let (a, b) = (i128::from(a.epoch()), i128::from(b.epoch()));
        let (step, steps) = (i128::from(step), i128::from(steps.max(1)));
        let at = (a * (steps - step) + b * step).div_euclid(steps);
        Instant::saturating(i64::try_from(at).unwrap_or(i64::MAX))
    };
    from.iter().zip(to).map(one).collect()
}

/// Returns the choices on the way from one to another at which what `kind` tells changes, on both sides
/// of each change.
pub(super) fn between<K: PartialEq>(
    from: &[Instant],
    to: &[Instant],
    mut kind: impl FnMut(&[Instant]) -> K,
) -> Vec<Vec<Instant>> {
    const PARTS: i64 = 16;
    const MOST_CHANGES: usize = 200;
    let steps = from.iter().zip(to).map(|(a, b)| b.since(*a).as_seconds().abs()).max().unwrap_or(0);
    let mut found = vec![];
    let parts: Vec<i64> =
        (0..=PARTS).map(|n| steps / PARTS * n + steps % PARTS * n / PARTS).collect();
    let mut waiting: Vec<(i64, i64)> =
        parts.iter().copied().zip(parts.iter().copied().skip(1)).collect();
    // Halved until the change lies between two seconds; one that changes back within a part is not seen.
    while let Some((low, high)) = waiting.pop() {
        let (a, b) = (on_the_way(from, to, low, steps), on_the_way(from, to, high, steps));
        if low >= high || found.len() >= MOST_CHANGES || kind(&a) == kind(&b) {
            continue;
        }
        if high - low == 1 {
            found.extend([a, b]);
            continue;
        }
        let middle = low + (high - low) / 2;
        waiting.extend([(low, middle), (middle, high)]);
    }
    found
}
