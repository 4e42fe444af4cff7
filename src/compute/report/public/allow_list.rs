//! What the public may know of an incident's events: the one allow-list, for documents and charts.

use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::{Attribution, Audience, Kind};
use crate::model::incident::{Event, EventKind, Impact, Incident, Milestone};

/// Returns an incident that holds of its events the public ones alone, and of those the time, the text,
/// the services and their states.
///
/// Everything else is empty: what is not written here can't reach a reader.
pub(in crate::compute::report) fn seen(incident: &Incident) -> Incident {
    let public = incident.standing().filter(|e| e.audience == Audience::Public);
    Incident {
        id: incident.id.clone(),
        title: String::new(),
        severity: None,
        kind: Kind::Incident,
        class: None,
        zone: incident.zone,
        services: vec![],
        unaffected: vec![],
        attribution: Attribution::Own,
        duplicate_of: None,
        summary: None,
        summary_place: Location::default(),
        no_impact: incident.no_impact,
        causes: vec![],
        actions: vec![],
        claims: vec![],
        public: None,
        links: vec![],
        events: public.map(event).collect(),
        unsettled: None,
    }
}

/// Returns what the public may know of a public event.
///
/// That it marks the recovery stays, for it says that every service is up.
fn event(event: &Event) -> Event {
    let says_up = event.mark.as_ref().filter(|m| m.value == Milestone::Recovered);
    Event {
        id: event.id.clone(),
        at: event.at,
        lasting: event.lasting,
        logged: event.logged,
        edited: None,
        by: None,
        kind: Ok(EventKind::Note),
        mark: says_up.cloned(),
        impact: event.impact.iter().map(state).collect(),
        severity: None,
        attribution: None,
        roles: vec![],
        progress: vec![],
        audience: Audience::Public,
        links: vec![],
        source: None,
        retracted: None,
        unsettled: false,
        text: event.text.clone(),
        place: event.place,
    }
}

/// Returns a change of a service's state without the part that was hit. For whom it changes stays, to
/// compute when all are up again; the chart has no place for it.
fn state(impact: &Spanned<Impact>) -> Spanned<Impact> {
    Spanned { value: Impact { share: None, ..impact.value.clone() }, ..impact.clone() }
}
