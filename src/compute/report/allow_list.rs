//! What the public may know: the one allow-list, for documents, charts and the statements of customers.
//!
//! What is not named here as fit for the public can't reach it.

use super::credits::CreditInterval;
use crate::compute::credits::{Disposition, StepKind};
use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::{Attribution, Audience, Kind};
use crate::model::incident::{Edits, Event, Impact, Incident, Milestone};
use crate::model::settings::Settings;

/// Returns an incident that holds of its events the public ones alone, and of those the time, the text,
/// the services and their states.
///
/// Everything else is empty: what is not written here can't reach a reader.
pub(super) fn seen(incident: &Incident) -> Incident {
    let public = incident.standing().filter(|e| is_public(e));
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
        canceled: None,
        related: vec![],
        fields: vec![],
        edits: Edits::default(),
        summary: None,
        summary_place: Location::default(),
        no_impact: incident.no_impact,
        causes: vec![],
        actions: vec![],
        claims: vec![],
        public: None,
        links: vec![],
        events: public.map(event).collect(),
        unsettled: vec![],
        unreadable: incident.unreadable.clone(),
    }
}

/// Returns whether customers may read an event's text.
pub(super) fn is_public(event: &Event) -> bool {
    event.audience == Audience::Public
}

/// Returns the name by which customers know a service.
pub(super) fn service_name<'s>(settings: &'s Settings, service: &str) -> Option<&'s str> {
    settings.service(service)?.public.as_deref()
}

/// Returns the rule that decided about an interval, as customers may read it.
pub(super) fn rule(interval: &CreditInterval) -> &str {
    match interval.rule {
        Disposition::Weightless
        | Disposition::Attribution { .. }
        | Disposition::OutsideHours
        | Disposition::TooShort
        | Disposition::OutsideWindow
        | Disposition::OutsideSubscription => &interval.says,
        // These name what only the record knows: a milestone, another incident, the title of planned work.
        Disposition::Counted => "counts",
        Disposition::BeforeStart => "before the moment from which time counts",
        Disposition::NeverStarted => "the moment from which time counts never came",
        Disposition::Overlap(_) => "counted once, with other impact at the same time",
        Disposition::Maintenance(_) => "planned maintenance",
    }
}

/// Returns the words of a step as customers may read them.
pub(super) fn step(name: StepKind, says: &str) -> &str {
    match name {
        StepKind::Commitment
        | StepKind::Fee
        | StepKind::Scheme
        | StepKind::Cap
        | StepKind::Minimum
        | StepKind::Claim
        | StepKind::Rounding
        | StepKind::Right
        | StepKind::Uncertainty => says,
        // These name incidents, columns of the table, other policies and what a person looks into.
        StepKind::Scope => "some impact was for others",
        StepKind::Duration => "the duration of an incident",
        StepKind::Requires => "a condition of the terms does not hold for this subscription",
        StepKind::Group => "of the policies of one group the best alone counts",
        StepKind::Review => "a person looks at this line before anything is owed",
    }
}

/// Returns what the public may know of a public event.
///
/// That it marks the recovery stays, for it says that every service is up.
fn event(event: &Event) -> Event {
    let says_up = event.marks.iter().filter(|m| m.value == Milestone::Recovered);
    Event {
        id: event.id.clone(),
        lasting: event.lasting,
        logged: event.logged,
        marks: says_up.cloned().collect(),
        impact: event.impact.iter().map(state).collect(),
        audience: Audience::Public,
        text: event.text.clone(),
        place: event.place,
        ..Event::blank(event.at)
    }
}

/// Returns a change of a service's state without the part that was hit. For whom it changes stays, to
/// compute when all are up again; the chart has no place for it.
fn state(impact: &Spanned<Impact>) -> Spanned<Impact> {
    Spanned { value: Impact { share: None, ..impact.value.clone() }, ..impact.clone() }
}
