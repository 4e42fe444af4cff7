//! What the events of an incident leave untold of its impact.

use super::{DowntimeUnknown, ImpactRecord, impact_record};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Impact, Kind, Milestone, Name, State};
use std::ops::ControlFlow;

/// Returns why what a service went through can't be told from the events; none where it can.
///
/// A service that an incident names was affected, unless `unaffected` has it: from an unknown time, where an event
/// ends impact that none begins, or where nothing but planned work begins it.
pub fn untold(timeline: &Timeline<'_>, service: &Name) -> Option<DowntimeUnknown> {
    let incident = timeline.incident;
    if let Some(place) = incident.first_unreadable() {
        return Some(DowntimeUnknown::Unreadable(place));
    }
    let told = || told(timeline, service).map(|(_, impact)| impact);
    let record = impact_record(incident);
    if record == ImpactRecord::None {
        return None;
    }
    if told().next().is_none() {
        let unaffected = incident.unaffected.iter().any(|s| s.value == *service);
        let nothing = record == ImpactRecord::Unknown || incident.kind == Kind::Incident;
        return (nothing && !unaffected).then_some(DowntimeUnknown::NotTold);
    }
    if incident.kind != Kind::Incident {
        return None;
    }
    let hurts = |state: State| state.hurts();
    let only_work =
        told().any(|i| i.state == State::Maintenance) && !told().any(|i| hurts(i.state));
    if only_work || end_without_beginning(timeline, service).is_some() {
        return Some(DowntimeUnknown::BeginNotTold);
    }
    None
}

/// Returns the first event that sets a service up where nothing before it said that it was otherwise.
///
/// Before the impact `started`, that is where things stood, and ends nothing.
pub fn end_without_beginning<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
) -> Option<(TimedEvent<'a>, &'a Impact)> {
    let started = timeline.milestone(&Milestone::Started);
    let before_start =
        |t: &TimedEvent<'_>| started.is_some_and(|s| t.moment.latest() < s.moment.earliest());
    let mut before: Vec<&Impact> = vec![];
    let found = told(timeline, service).try_for_each(|(told, impact)| {
        let begun = before.iter().any(|earlier| overlap(earlier, impact));
        if impact.state == State::Up && !begun && !before_start(&told) {
            return ControlFlow::Break((told, impact));
        }
        // One that names no part stands for every later one.
        if !before.iter().any(|earlier| !earlier.is_scoped()) {
            before.push(impact);
        }
        ControlFlow::Continue(())
    });
    found.break_value()
}

/// Returns what events tell of a service, in order.
fn told<'t, 'a>(
    timeline: &'t Timeline<'a>,
    service: &'t Name,
) -> impl Iterator<Item = (TimedEvent<'a>, &'a Impact)> + 't {
    let own = move |impact: &&Impact| impact.service == *service;
    let of = move |t: &TimedEvent<'a>| {
        let (told, impact) = (*t, t.event.impact.iter().map(|i| &i.value).filter(own));
        impact.map(move |impact| (told, impact))
    };
    timeline.events().iter().flat_map(of)
}

/// Returns whether two impacts are for parts of a service that can have customers in common.
fn overlap(a: &Impact, b: &Impact) -> bool {
    let common = |a: &[String], b: &[String]| {
        a.is_empty() || b.is_empty() || a.iter().any(|name| b.contains(name))
    };
    common(&a.regions, &b.regions)
        && common(&a.resources, &b.resources)
        && common(&a.customers, &b.customers)
}
