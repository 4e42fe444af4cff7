//! Which milestones stand: later impact that is worse takes back what was marked before it.

use super::TimedEvent;
use crate::model::incident::{EventKind, Impact, Incident, Milestone, Name, State};
use std::collections::HashMap;
use std::rc::Rc;

/// The milestones of an incident: those that stand, and those that later impact took back.
#[derive(Clone, Debug, Default)]
pub(super) struct MilestoneMarks {
    /// Each that stands, with the place of the event that marks it.
    pub(super) standing: Vec<(Milestone, usize)>,
    /// Each that doesn't stand, with the places of the event that marked it last and of the one that took it back.
    pub(super) voided: Vec<(Milestone, usize, usize)>,
}

/// Finds the event that sets each milestone: the first mark of an early one, the last of a late one.
/// Impact that is worse than what stood at a late milestone's mark voids it until it is marked again.
pub(super) fn marks(incident: &Incident, events: &[TimedEvent<'_>]) -> MilestoneMarks {
    let mut marks = MilestoneMarks::default();
    let mut now = Rc::new(ImpactState::default());
    let mut late: Vec<LateMark<'_>> = vec![];
    for (index, told) in events.iter().enumerate() {
        if !incident.no_impact && changes_impact(told) {
            let voided: Vec<_> = late.extract_if(.., |mark| mark.is_voided(told)).collect();
            marks.void(&voided, index);
            Rc::make_mut(&mut now).apply(told);
        }
        if told.event.marks.has(&Milestone::Reopened) {
            let voided: Vec<_> = late.extract_if(.., |mark| mark.milestone.is_reopened()).collect();
            marks.void(&voided, index);
        }
        for milestone in told.event.marks.milestones() {
            if marks.mark(milestone, index) && milestone.can_be_voided() {
                late.retain(|known| known.milestone != *milestone);
                late.push(LateMark { milestone: milestone.clone(), impact: Rc::clone(&now) });
            }
        }
    }
    marks
}

fn changes_impact(told: &TimedEvent<'_>) -> bool {
    !told.event.impact.is_empty() || is_recovered(told)
}

fn is_recovered(told: &TimedEvent<'_>) -> bool {
    told.event.marks.has(&Milestone::Recovered)
}

impl MilestoneMarks {
    /// Takes what `by` voids from those that stand.
    fn void(&mut self, voided: &[LateMark<'_>], by: usize) {
        let is_voided = |(m, _): &mut (Milestone, usize)| voided.iter().any(|v| v.milestone == *m);
        let taken = self.standing.extract_if(.., is_voided);
        self.voided.extend(taken.map(|(milestone, marked)| (milestone, marked, by)));
    }

    /// Marks a milestone; returns whether this mark is the one that counts.
    fn mark(&mut self, milestone: &Milestone, index: usize) -> bool {
        self.voided.retain(|(voided, ..)| voided != milestone);
        let known = self.standing.iter().position(|(m, _)| m == milestone);
        if known.is_some() && !milestone.counts_last() {
            return false;
        }
        if let Some(place) = known {
            self.standing.remove(place);
        }
        self.standing.push((milestone.clone(), index));
        true
    }
}

/// A late milestone that stands, and what services were when it was marked.
struct LateMark<'a> {
    milestone: Milestone,
    impact: Rc<ImpactState<'a>>,
}

impl<'a> LateMark<'a> {
    /// Returns whether an event makes something worse than it was at the mark.
    ///
    /// A service that was up is no worse for planned work, nor for what responders did to mend another.
    fn is_voided(&self, by: &TimedEvent<'a>) -> bool {
        let is_deliberate = by.event.kind == Ok(EventKind::Action);
        by.event.impact.iter().map(|i| &i.value).any(|impact| {
            self.impact.parts_of(impact).into_iter().any(|part| {
                match self.impact.state(&impact.service, part) {
                    State::Up => impact.state.hurts() && !is_deliberate,
                    before => impact.state > before,
                }
            })
        })
    }
}

/// What services were for their customers after the events so far.
#[derive(Clone, Debug, Default)]
struct ImpactState<'a> {
    services: HashMap<&'a Name, ServiceState<'a>>,
    /// How many changes there were.
    changes: usize,
    /// The last change that set every service up.
    all_up: usize,
}

/// The last change that was told for each part of a service, and its state.
///
/// Impact of a known length is no change here: it gives way by itself, to what was told before it. Whether it had done so
/// at a mark would hang on uncertain times.
#[derive(Clone, Debug, Default)]
struct ServiceState<'a> {
    parts: HashMap<ServicePart<'a>, (usize, State)>,
}

/// A region, a resource and a customer, of which none is any: what one change names of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ServicePart<'a> {
    region: Option<&'a str>,
    resource: Option<&'a str>,
    customer: Option<&'a str>,
}

impl<'a> ServicePart<'a> {
    /// Returns whether an impact that names only what a part names is for all of it, or less than it.
    fn is_within(self, impact: &Impact) -> bool {
        let within = |names: &[String], name: Option<&str>| {
            names.is_empty() || name.is_some_and(|name| names.iter().any(|n| n == name))
        };
        within(&impact.regions, self.region)
            && within(&impact.resources, self.resource)
            && within(&impact.customers, self.customer)
    }

    /// Returns the part, narrowed by what another names and it doesn't.
    fn narrowed(self, by: Self) -> Self {
        Self {
            region: self.region.or(by.region),
            resource: self.resource.or(by.resource),
            customer: self.customer.or(by.customer),
        }
    }

    /// Returns whether a part is this one or holds it.
    fn is_part_of(self, wider: Self) -> bool {
        let holds = |wider: Option<&str>, own: Option<&str>| wider.is_none() || wider == own;
        holds(wider.region, self.region)
            && holds(wider.resource, self.resource)
            && holds(wider.customer, self.customer)
    }
}

impl<'a> ImpactState<'a> {
    fn apply(&mut self, told: &TimedEvent<'a>) {
        self.changes += 1;
        if is_recovered(told) {
            self.all_up = self.changes;
        }
        let lasting = told.event.impact.iter().filter(|_| told.event.lasting.is_none());
        for impact in lasting.map(|i| &i.value) {
            self.changes += 1;
            let service = self.services.entry(&impact.service).or_default();
            for part in parts(impact) {
                service.parts.insert(part, (self.changes, impact.state));
            }
        }
    }

    /// Returns the parts whose state an impact changes: those that it names, in all that was told of before.
    fn parts_of(&self, impact: &'a Impact) -> Vec<ServicePart<'a>> {
        let known = self.services.get(&impact.service).into_iter().flat_map(|s| s.parts.keys());
        let mut seen = parts(impact);
        for part in known.copied() {
            // What names less than the impact is narrowed to what both name.
            for own in parts(impact) {
                let narrowed = own.narrowed(part);
                if narrowed.is_within(impact) && !seen.contains(&narrowed) {
                    seen.push(narrowed);
                }
            }
        }
        seen
    }

    /// Returns the state of a part of a service that of the last change that names it, or more than it.
    fn state(&self, service: &Name, part: ServicePart<'a>) -> State {
        let Some(told) = self.services.get(service) else { return State::Up };
        let wider = told.parts.iter().filter(|(wider, _)| part.is_part_of(**wider));
        let states = wider.map(|(_, told)| *told).filter(|(change, _)| *change > self.all_up);
        states.max_by_key(|(change, _)| *change).map_or(State::Up, |(_, state)| state)
    }
}

/// Returns each region, resource and customer that an impact names.
fn parts(impact: &Impact) -> Vec<ServicePart<'_>> {
    let customers = or_any(&impact.customers);
    let mut parts = vec![];
    for region in or_any(&impact.regions) {
        for resource in or_any(&impact.resources) {
            parts.extend(customers.iter().map(|c| ServicePart { region, resource, customer: *c }));
        }
    }
    parts
}

/// Returns the names, or none for any.
fn or_any(names: &[String]) -> Vec<Option<&str>> {
    if names.is_empty() { vec![None] } else { names.iter().map(|n| Some(n.as_str())).collect() }
}
