//! The report of one whole incident.

use super::action::ActionReport;
use super::completeness::Completeness;
use super::heading::IncidentHeading;
use super::{VERSION, values};
pub use crate::compute::hypotheses::HypothesisState;
use crate::compute::hypotheses::{Hypothesis, hypotheses};
use crate::compute::timeline::{TimedEvent, Timeline, VoidedMilestone};
use crate::model::incident::{
    Attribution, Cancellation, Cause, CustomField, CustomFieldValue, Event, IncidentId, Link,
    Milestone, Name, StatedDuration,
};
use crate::model::settings::Settings;
use crate::model::time::{TimeBounds, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// The JSON of `show`.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// The version of this report's fields.
    pub version: u32,
    /// What it is, and how far.
    #[serde(flatten)]
    pub heading: IncidentHeading,
    /// The zone of its bare times.
    #[serde(rename = "timezone", serialize_with = "values::zone")]
    pub zone: Zone,
    /// The services concerned.
    pub services: Vec<Name>,
    /// Those of them that had no impact.
    pub unaffected: Vec<Name>,
    /// Whose doing it was before any event changed that.
    pub attribution: Attribution,
    /// What is told of it beside its events.
    #[serde(flatten)]
    pub story: IncidentStory,
    /// The milestones that later impact took back.
    pub voided: Vec<VoidedMark>,
    /// What people supposed, and what came of it.
    pub hypotheses: Vec<HypothesisReport>,
    /// All events in order, retracted ones too.
    pub events: Vec<EventReport>,
    /// The follow-up actions.
    pub actions: Vec<ActionReport>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

/// A milestone that later impact took back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VoidedMark {
    /// The milestone.
    pub milestone: Milestone,
    /// The event that marked it last.
    pub event: Option<Name>,
    /// The event whose impact took it back.
    pub by: Option<Name>,
}

impl VoidedMark {
    /// Returns all of an incident, in the order of their marks.
    pub fn all(timeline: &Timeline<'_>) -> Vec<Self> {
        let of = |v: VoidedMilestone<'_, '_>| Self {
            milestone: v.milestone.clone(),
            event: v.marked.event.id.clone(),
            by: v.by.event.id.clone(),
        };
        timeline.voided().map(of).collect()
    }
}

/// What somebody supposed, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HypothesisReport {
    /// The event that supposes it.
    pub event: Option<Name>,
    /// What it supposes.
    pub text: String,
    /// What came of it.
    pub state: HypothesisState,
    /// The event that settled it last.
    pub by: Option<Name>,
}

impl HypothesisReport {
    /// Returns all of an incident, in order.
    pub fn all(timeline: &Timeline<'_>) -> Vec<Self> {
        let of = |h: Hypothesis<'_>| Self {
            event: h.supposed.event.id.clone(),
            text: h.supposed.event.text.clone(),
            state: h.state,
            by: h.by.and_then(|by| by.event.id.clone()),
        };
        hypotheses(timeline).into_iter().map(of).collect()
    }
}

/// What is told of an incident beside its events.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentStory {
    /// Who has which role after the last event.
    pub roles: BTreeMap<Name, String>,
    /// Facts of the record's own.
    pub fields: BTreeMap<Name, CustomFieldValue>,
    /// The incident that tells the same story; this one counts in no number then.
    pub duplicate_of: Option<IncidentId>,
    /// Why it was no incident, where it was none.
    pub canceled: Option<Cancellation>,
    /// Incidents that have to do with it.
    pub related: Vec<IncidentId>,
    /// One paragraph in Markdown.
    pub summary: Option<String>,
    /// Why it happened.
    pub causes: Vec<Cause>,
    /// Durations that people stated.
    pub claims: Vec<StatedDuration>,
    /// Where to read on.
    pub links: Vec<Link>,
}

/// One event.
#[derive(Clone, Debug, Serialize)]
pub struct EventReport {
    /// Its id; null where a person wrote it and the tool has not touched the file since.
    pub id: Option<Name>,
    /// When it was.
    #[serde(flatten)]
    pub moment: TimeBounds,
    /// What happened, and what that changed.
    #[serde(flatten)]
    pub event: Event,
}

/// Returns the report of one incident.
pub fn show(timeline: &Timeline<'_>, settings: &Settings) -> ShowReport {
    let incident = timeline.incident;
    ShowReport {
        version: VERSION,
        heading: IncidentHeading::of(timeline),
        zone: timeline.zone,
        services: timeline.services().into_iter().cloned().collect(),
        unaffected: incident.unaffected.iter().map(|s| s.value.clone()).collect(),
        attribution: incident.attribution,
        story: IncidentStory::of(timeline),
        voided: VoidedMark::all(timeline),
        hypotheses: HypothesisReport::all(timeline),
        events: Timeline::all(incident, settings).iter().map(event).collect(),
        actions: ActionReport::all(incident),
        completeness: Completeness::default(),
    }
}

impl IncidentStory {
    /// Returns what is told of an incident beside its events.
    fn of(timeline: &Timeline<'_>) -> Self {
        let incident = timeline.incident;
        let field = |field: &CustomField| (field.name.clone(), field.value.clone());
        Self {
            roles: roles(timeline),
            fields: incident.fields.iter().map(field).collect(),
            duplicate_of: incident.duplicate_of.as_ref().map(|id| id.value.clone()),
            canceled: incident.canceled.clone(),
            related: incident.related.iter().map(|id| id.value.clone()).collect(),
            summary: incident.summary.clone(),
            causes: incident.causes.clone(),
            claims: incident.claims.clone(),
            links: incident.links.clone(),
        }
    }
}

/// Returns who has which role after the last event.
pub(super) fn roles(timeline: &Timeline<'_>) -> BTreeMap<Name, String> {
    timeline.roles().into_iter().map(|(role, who)| (role.clone(), who.to_owned())).collect()
}

/// Returns the report of one event.
pub fn event(told: &TimedEvent<'_>) -> EventReport {
    EventReport { id: told.event.id.clone(), moment: told.moment, event: told.event.clone() }
}
