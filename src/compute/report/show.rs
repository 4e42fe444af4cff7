//! The report of one whole incident.

use super::VERSION;
use super::action::ActionReport;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{self, Impact, Incident, Name};
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// The JSON of `show`.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The incident's id.
    pub incident: String,
    /// What it is called.
    pub title: String,
    /// How bad it is after the last event.
    pub severity: Option<String>,
    /// incident, drill or maintenance.
    pub kind: &'static str,
    /// The last milestone that stands.
    pub state: Option<String>,
    /// The zone of its bare times.
    pub timezone: &'static str,
    /// The services concerned.
    pub services: Vec<String>,
    /// Whose doing it was before any event changed that.
    pub attribution: &'static str,
    /// Who has which role after the last event.
    pub roles: BTreeMap<String, String>,
    /// One paragraph in Markdown.
    pub summary: Option<String>,
    /// Why it happened.
    pub causes: Vec<CauseReport>,
    /// Durations that people stated.
    pub claims: Vec<StatedDurationReport>,
    /// Where to read on.
    pub links: Vec<LinkReport>,
    /// All events in order, retracted ones too.
    pub events: Vec<EventReport>,
    /// The follow-up actions.
    pub actions: Vec<ActionReport>,
    /// For renderers: the zone, and each event's stamp as it was written.
    #[serde(skip)]
    pub zone: Zone,
}

/// A cause.
#[derive(Clone, Debug, Serialize)]
pub struct CauseReport {
    /// root, trigger or contributing.
    pub kind: &'static str,
    /// What it was.
    pub text: String,
}

/// A duration that people stated.
#[derive(Clone, Debug, Serialize)]
pub struct StatedDurationReport {
    /// The duration's name.
    pub name: String,
    /// What was stated, in seconds.
    pub stated_seconds: i64,
    /// Whether it was stated as a lower bound.
    pub at_least: bool,
}

/// A place to read on.
#[derive(Clone, Debug, Serialize)]
pub struct LinkReport {
    /// What is there.
    pub title: Option<String>,
    /// Where it is.
    pub url: String,
}

/// One event.
#[derive(Clone, Debug, Serialize)]
pub struct EventReport {
    /// Its id; null where a person wrote it and the tool has not touched the file since.
    pub id: Option<String>,
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// The length of its impact, where that is known better than its ends.
    pub for_seconds: Option<i64>,
    /// When it was written down.
    pub logged: Option<String>,
    /// What happened.
    pub text: String,
    /// What sort of moment it is.
    pub kind: String,
    /// The milestone that it marks.
    pub mark: Option<String>,
    /// Who wrote it down.
    pub by: Option<String>,
    /// The states that services change to, in the shape of the file.
    pub impact: BTreeMap<String, ImpactReport>,
    /// The severity from then on.
    pub severity: Option<String>,
    /// The attribution from then on.
    pub attribution: Option<&'static str>,
    /// Who takes which role from then on.
    pub roles: BTreeMap<String, String>,
    /// How much of each service is back, such as `340/1200`.
    pub progress: BTreeMap<String, String>,
    /// internal or public.
    pub audience: &'static str,
    /// Where to read on.
    pub links: Vec<LinkReport>,
    /// Where it was imported from.
    pub source: Option<EventSourceReport>,
    /// Why it no longer counts.
    pub retracted: Option<String>,
    /// For renderers: the time as its writer meant it.
    #[serde(skip)]
    pub stamp: EventTime,
}

/// The states that one service changes to: a word, or a list where they are scoped.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ImpactReport {
    /// For all of the service.
    All(&'static str),
    /// For parts of it, or with a share.
    Parts(Vec<ScopedImpactReport>),
}

/// The state that a part of a service changes to.
#[derive(Clone, Debug, Serialize)]
pub struct ScopedImpactReport {
    /// down, degraded, up or maintenance.
    pub state: &'static str,
    /// The part of requests or customers hit, as it was written.
    pub share: Option<String>,
    /// The regions; all where empty.
    pub regions: Vec<String>,
    /// The customers; all where empty.
    pub customers: Vec<String>,
}

/// Where an event was imported from.
#[derive(Clone, Debug, Serialize)]
pub struct EventSourceReport {
    /// The system.
    pub from: String,
    /// The thing's id there.
    pub id: Option<String>,
    /// The thing's address there.
    pub url: Option<String>,
}

/// Returns the report of one incident.
pub fn show(timeline: &Timeline<'_>, settings: &Settings) -> ShowReport {
    let incident = timeline.incident;
    ShowReport {
        version: VERSION,
        incident: incident.id.to_string(),
        title: incident.title.clone(),
        severity: timeline.severity().map(Name::to_string),
        kind: incident.kind.as_str(),
        state: timeline.state().map(ToString::to_string),
        timezone: timeline.zone.name(),
        services: timeline.services().iter().map(ToString::to_string).collect(),
        attribution: incident.attribution.as_str(),
        roles: timeline.roles().into_iter().map(|(r, p)| (r.to_string(), p.to_owned())).collect(),
        summary: incident.summary.clone(),
        causes: incident.causes.iter().map(cause).collect(),
        claims: incident.claims.iter().map(claim).collect(),
        links: incident.links.iter().map(link).collect(),
        events: Timeline::all(incident, settings).iter().map(event).collect(),
        actions: actions(incident),
        zone: timeline.zone,
    }
}

fn actions(incident: &Incident) -> Vec<ActionReport> {
    incident.actions.iter().map(|a| ActionReport::of(a, &incident.id)).collect()
}

fn cause(cause: &incident::Cause) -> CauseReport {
    CauseReport { kind: cause.kind.as_str(), text: cause.text.clone() }
}

fn claim(claim: &incident::StatedDuration) -> StatedDurationReport {
    StatedDurationReport {
        name: claim.name.to_string(),
        stated_seconds: claim.stated.as_seconds(),
        at_least: claim.at_least,
    }
}

fn link(link: &incident::Link) -> LinkReport {
    LinkReport { title: link.title.clone(), url: link.url.clone() }
}

/// Returns the report of one event.
pub fn event(told: &TimedEvent<'_>) -> EventReport {
    let event = told.event;
    EventReport {
        id: event.id.as_ref().map(Name::to_string),
        at: told.moment.nominal().rfc3339(),
        earliest: told.moment.earliest().rfc3339(),
        latest: told.moment.latest().rfc3339(),
        for_seconds: event.lasting.map(|s| s.as_seconds()),
        logged: event.logged.map(|at| at.rfc3339()),
        text: event.text.clone(),
        kind: match &event.kind {
            Ok(kind) => kind.to_string(),
            Err(newer) => newer.to_string(),
        },
        mark: event.mark.as_ref().map(|m| m.value.to_string()),
        by: event.by.clone(),
        impact: impact(&event.impact.iter().map(|i| &i.value).collect::<Vec<_>>()),
        severity: event.severity.as_ref().map(|s| s.value.to_string()),
        attribution: event.attribution.map(incident::Attribution::as_str),
        roles: event.roles.iter().map(|(r, p)| (r.to_string(), p.clone())).collect(),
        progress: event
            .progress
            .iter()
            .map(|(s, p)| (s.value.to_string(), p.to_string()))
            .collect(),
        audience: event.audience.as_str(),
        links: event.links.iter().map(link).collect(),
        source: event.source.as_ref().map(source),
        retracted: event.retracted.clone(),
        stamp: event.at,
    }
}

fn source(source: &incident::EventSource) -> EventSourceReport {
    EventSourceReport { from: source.from.clone(), id: source.id.clone(), url: source.url.clone() }
}

fn impact(changes: &[&Impact]) -> BTreeMap<String, ImpactReport> {
    let mut services: BTreeMap<String, ImpactReport> = BTreeMap::new();
    for change in changes {
        let alone =
            !changes.iter().any(|c| c.service == change.service && !std::ptr::eq(*c, *change));
        if alone && !change.is_scoped() && change.share.is_none() {
            services.insert(change.service.to_string(), ImpactReport::All(change.state.as_str()));
            continue;
        }
        let part = ScopedImpactReport {
            state: change.state.as_str(),
            share: change.share.as_ref().map(ToString::to_string),
            regions: change.regions.clone(),
            customers: change.customers.clone(),
        };
        match services.entry(change.service.to_string()).or_insert(ImpactReport::Parts(vec![])) {
            ImpactReport::Parts(parts) => parts.push(part),
            ImpactReport::All(_) => {}
        }
    }
    services
}
