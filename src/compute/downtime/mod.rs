//! What services were for their customers over time, from the impact that events set.

mod affected;
mod bounds;
mod interval_set;
mod times;
mod total;
mod untold;

#[cfg(test)]
mod tests;

pub use affected::{AffectedInterval, IntervalEnd};
pub use bounds::{ImpactEnd, impact_ends};
pub use interval_set::IntervalSet;
pub use times::{AffectedTimes, UncertainTimes};
pub use total::{
    DowntimePart, DowntimeTotal, DowntimeUnknown, ServiceDowntime, ViewsTogether, last_hurt,
    of_incident, of_service, together,
};
pub use untold::{end_without_beginning, untold};

use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Attribution, Impact, Incident, Kind, Milestone, Name, Share, State};
use crate::model::time::{Instant, Span, TimeBounds};
use serde::Serialize;
use std::collections::HashSet;

/// Whether an incident's impact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImpactRecord {
    /// Events tell of it.
    Told,
    /// There was none: `impact: none`, or a drill or maintenance without any.
    None,
    /// Nothing tells of it.
    Unknown,
}

/// Returns whether an incident's impact is known.
pub fn impact_record(incident: &Incident) -> ImpactRecord {
    if !incident.unreadable.is_empty() {
        return ImpactRecord::Unknown;
    }
    if incident.no_impact {
        return ImpactRecord::None;
    }
    if incident.standing().any(|e| !e.impact.is_empty()) {
        return ImpactRecord::Told;
    }
    match incident.kind {
        Kind::Drill | Kind::Maintenance => ImpactRecord::None,
        Kind::Incident => ImpactRecord::Unknown,
    }
}

/// A customer's point of view: a state that a scoped impact may change for some alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ImpactScope<'a> {
    /// The region looked from; none is any region that no event names.
    pub region: Option<&'a str>,
    /// The resource looked at; none is any resource that no event names.
    pub resource: Option<&'a str>,
    /// The customer looking; none is any customer whom no event names.
    pub customer: Option<&'a str>,
}

impl ImpactScope<'_> {
    /// Returns whether a change is for what this view looks at.
    pub fn sees(&self, impact: &Impact) -> bool {
        let within = |names: &[String], name: Option<&str>| {
            names.is_empty() || name.is_some_and(|n| names.iter().any(|x| x == n))
        };
        within(&impact.regions, self.region)
            && within(&impact.resources, self.resource)
            && within(&impact.customers, self.customer)
    }
}

/// An end of an interval: the event that it comes from, so much later.
#[derive(Clone, Copy, Debug)]
pub struct Boundary<'a> {
    /// The event whose time it is.
    pub told: TimedEvent<'a>,
    /// How much later than the event; zero but for the end of an impact that lasts a known length.
    pub after: Span,
    /// The instant, in the choice of times that was computed with.
    pub at: Instant,
}

impl Boundary<'_> {
    /// Returns the bounds of the edge, over every choice of the event's time.
    pub fn moment(&self) -> TimeBounds {
        let m = self.told.moment;
        TimeBounds::between(m.earliest().plus(self.after), m.latest().plus(self.after))
    }
}

/// Returns the intervals in which `service` was not `up` for `view`, in order, at the times that `time_of`
/// chooses for the events; they never overlap.
///
/// The state at any time is that of the last change so far which the view sees and which has not run
/// out: an impact that lasts a known length gives way after it to what would have been without it.
pub fn intervals<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
    view: ImpactScope<'_>,
    time_of: impl Fn(&TimedEvent<'a>) -> Instant,
) -> Vec<AffectedInterval<Boundary<'a>>> {
    if timeline.incident.no_impact {
        return vec![];
    }
    let mut changes = changes(timeline, service, view, &time_of);
    keep_order(&mut changes);
    let mut cuts: Vec<Boundary<'a>> = changes.iter().flat_map(StateChange::edges).collect();
    cuts.sort_by_key(|c| c.at);
    let mut intervals: Vec<AffectedInterval<Boundary<'a>>> = vec![];
    // Changes so far, the latest on top; one that has run out never holds again.
    let (mut waiting, mut held) = (changes.iter().peekable(), vec![]);
    for same in cuts.chunk_by(|a, b| a.at == b.at) {
        let Some(edge) = same.last() else { continue };
        while let Some(change) = waiting.next_if(|c| c.from <= edge.at) {
            held.push(change);
        }
        while held.pop_if(|c| !c.holds(edge.at)).is_some() {}
        let now = held.last();
        step(&mut intervals, now.map_or((State::Up, None), |c| (c.state, c.share)), *edge);
    }
    intervals
}

/// Moves changes whose chosen times contradict their order: the middle of a day whose hour nobody knows may
/// lie after the minute of that day at which all was well again.
///
/// None leaves the bounds that the order leaves it, and times that keep the order stay as they are.
fn keep_order(changes: &mut [StateChange<'_>]) {
    let mut ceiling = Instant::MAX;
    for change in changes.iter_mut().rev() {
        ceiling = ceiling.min(change.told.moment.latest());
        change.from = change.from.min(ceiling);
    }
    let mut floor = Instant::MIN;
    for change in changes {
        floor = floor.max(change.from);
        change.from = floor;
    }
}

/// Ends the interval that runs, and begins the next, where the state changes at `edge`.
fn step<'a>(
    intervals: &mut Vec<AffectedInterval<Boundary<'a>>>,
    (state, share): (State, Option<&Share>),
    edge: Boundary<'a>,
) {
    if let Some(last) = intervals.last_mut().filter(|s| s.end.is_none()) {
        if (last.state, last.share.as_ref()) == (state, share) {
            return;
        }
        last.end = Some(edge);
    }
    if state != State::Up {
        let share = share.cloned();
        intervals.push(AffectedInterval { state, share, start: edge, end: None });
    }
}

/// Which states are impact to what is computed.
type CountedStates = fn(State) -> bool;

/// A change of one service's state that a view sees.
struct StateChange<'a> {
    told: TimedEvent<'a>,
    /// The place of its event in the order of the timeline.
    rank: usize,
    /// Whether it is for a part of the service alone.
    scoped: bool,
    from: Instant,
    lasting: Option<Span>,
    state: State,
    share: Option<&'a Share>,
}

impl<'a> StateChange<'a> {
    fn holds(&self, at: Instant) -> bool {
        self.from <= at && self.lasting.is_none_or(|span| at < self.from.plus(span))
    }

    /// Returns where the change takes hold and, if it runs out, where it gives way.
    fn edges(&self) -> impl Iterator<Item = Boundary<'a>> {
        let edge = |after| Boundary { told: self.told, after, at: self.from.plus(after) };
        [Some(Span::ZERO), self.lasting].into_iter().flatten().map(edge)
    }
}

fn changes<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
    view: ImpactScope<'_>,
    time_of: impl Fn(&TimedEvent<'a>) -> Instant,
) -> Vec<StateChange<'a>> {
    let mut changes = vec![];
    for (rank, told) in timeline.events().iter().enumerate() {
        let own = told.event.impact.iter().map(|i| &i.value).filter(|i| i.service == *service);
        let change = |state, share, lasting, scoped| StateChange {
            told: *told,
            rank,
            scoped,
            from: time_of(told),
            lasting,
            state,
            share,
        };
        let recovered = told.event.marks.has(&Milestone::Recovered);
        if recovered {
            changes.push(change(State::Up, None, None, false));
        }
        for impact in own.filter(|i| view.sees(i)) {
            let share = impact.share.as_ref();
            changes.push(change(impact.state, share, told.event.lasting, impact.is_scoped()));
        }
    }
    changes
}

/// Returns views that together see all of a service's impact: for each impact those of the region, the resource and
/// the customer that it names, and that of all others.
///
/// Whoever is in a narrower place sees these and more. What holds for them comes from one impact, the last that they
/// see; whoever sees that one and less sees it last too. So nothing is lost, and regions need no pairing with customers.
pub fn views<'a>(timeline: &Timeline<'a>, service: &Name) -> Vec<ImpactScope<'a>> {
    let mut views = vec![ImpactScope::default()];
    let mut known: HashSet<ImpactScope<'_>> = views.iter().copied().collect();
    let told = timeline.events().iter().flat_map(|t| &t.event.impact).map(|i| &i.value);
    for impact in told.filter(|i| i.service == *service) {
        for region in each(&impact.regions) {
            for resource in each(&impact.resources) {
                let of = |customer| ImpactScope { region, resource, customer };
                views.extend(each(&impact.customers).map(of).filter(|view| known.insert(*view)));
            }
        }
    }
    views
}

/// Returns the names, or none for any.
fn each(names: &[String]) -> impl Iterator<Item = Option<&str>> {
    let any = names.is_empty().then_some(None);
    any.into_iter().chain(names.iter().map(|name| Some(name.as_str())))
}

/// Returns whose doing the incident was from each moment on, the first from the beginning of time,
/// at the times that `time_of` chooses for the events.
pub fn attributions<'a>(
    timeline: &Timeline<'a>,
    time_of: impl Fn(&TimedEvent<'a>) -> Instant,
) -> Vec<(Instant, Attribution, Option<TimedEvent<'a>>)> {
    let mut from = vec![(Instant::MIN, timeline.incident.attribution, None)];
    let told = timeline.events().iter();
    from.extend(told.filter_map(|t| Some((time_of(t), t.event.attribution?, Some(*t)))));
    from.sort_by_key(|(at, ..)| *at);
    from
}
