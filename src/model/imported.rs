//! What another system tells of incidents, in its own words, before it is held against the record.

use super::incident::UnknownValue;
use super::incident::names::string_enum;
use super::incident::{Audience, EventKind, Kind, Link, Milestone, Share, State};
use super::time::{EventTime, Instant, Span, Zone};
use serde::Serialize;
use std::str::FromStr;

string_enum! {
    /// A format that can be imported.
    ImportFormat, "format" {
        /// Alertmanager: bodies of its webhook, lists of alerts.
        Alertmanager = "alertmanager",
        /// cState: the issues of a status page, in Markdown with front matter.
        CState = "cstate",
        /// A table with a header, such as a spreadsheet's.
        Csv = "csv",
        /// incident.io: answers of its API, bodies of its webhooks.
        IncidentIo = "incident-io",
        /// Atlassian Statuspage: incidents.json, scheduled-maintenances.json, a webhook's body.
        Statuspage = "statuspage",
        /// Slack: a workspace's export, or the dump of one channel.
        Slack = "slack",
        /// Postmortems and incident logs in Markdown.
        Markdown = "markdown",
        /// Opsgenie: answers of its API.
        Opsgenie = "opsgenie",
        /// PagerDuty: answers of its API, bodies of its webhooks.
        PagerDuty = "pagerduty",
        /// Upptime: the issues of its repository, its history files.
        Upptime = "upptime",
    }
}

string_enum! {
    /// What a column of a table can tell of an event.
    ImportField, "column" {
        /// When it was; a clock alone where the date has a column of its own.
        Time = "time",
        /// On which day.
        Date = "date",
        /// The zone of its time.
        Zone = "zone",
        /// What happened.
        Text = "text",
        /// Who wrote it.
        By = "by",
        /// What it is known by.
        Id = "id",
        /// The incident that it is of.
        Incident = "incident",
        /// What that incident is called.
        Title = "title",
        /// What sort of moment it is.
        Kind = "kind",
        /// The milestones that it marks.
        Mark = "mark",
        /// The states that services change to: `api=down, mail=degraded:40%`.
        Impact = "impact",
        /// The service that it is about.
        Service = "service",
        /// What that service is from then on.
        State = "state",
        /// How bad it is from then on.
        Severity = "severity",
        /// Who may read it.
        Audience = "audience",
        /// Where to read on.
        Url = "url",
    }
}

/// Which column of a table tells what: `time=When it happened`, or by its number, `time=2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportColumn {
    /// What it tells.
    pub field: ImportField,
    /// Its header, or its number from 1 on.
    pub header: String,
}

impl FromStr for ImportColumn {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let Some((field, header)) =
            text.split_once('=').filter(|(_, header)| !header.trim().is_empty())
        else {
            let known =
                ImportField::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!(
                "write what a column tells and its header or number, `time=When`; it can be {known}"
            );
            return Err(UnknownValue(message));
        };
        Ok(Self {
            field: field.trim().to_ascii_lowercase().parse()?,
            header: header.trim().to_owned(),
        })
    }
}

/// What was read of an import: incidents, what had to be left out, and what to tell besides.
#[derive(Clone, Debug, Default)]
pub struct ImportedIncidents {
    /// The incidents.
    pub incidents: Vec<ImportedIncident>,
    /// What could not be read.
    pub skipped: Vec<SkippedPart>,
    /// What a person should know of the whole.
    pub notes: Vec<String>,
    /// The source's severities, worst first, where it ranks them and their words alone don't tell.
    pub severities: Vec<String>,
}

/// A part of an import that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SkippedPart {
    /// Where it stands: `path:line:column`, or `path#/a/json/pointer`.
    pub place: String,
    /// Why it was left out.
    pub reason: String,
}

/// An incident as another system tells it.
#[derive(Clone, Debug)]
pub struct ImportedIncident {
    /// Its id there.
    pub key: String,
    /// Where the source says it.
    pub place: String,
    /// What it is called.
    pub title: String,
    /// Its address there.
    pub url: Option<String>,
    /// Whether it is an incident, a drill or maintenance.
    pub kind: Kind,
    /// How bad it was, in the source's words.
    pub severity: Option<String>,
    /// The zone that its times are told in; the record's where absent.
    pub zone: Option<Zone>,
    /// What was affected, by the source's names.
    pub services: Vec<String>,
    /// One paragraph.
    pub summary: Option<String>,
    /// Durations that people stated.
    pub claims: Vec<ImportedClaim>,
    /// What happened, in any order.
    pub events: Vec<ImportedEvent>,
    /// When it was last changed there: of two versions the later counts.
    pub revised: Option<Instant>,
    /// The time of which the source tells all; from its first event to its last where absent.
    pub covers: Option<(Instant, Instant)>,
}

impl ImportedIncident {
    /// Returns an incident of which nothing but its name is known.
    pub fn new(key: impl Into<String>, title: impl Into<String>, place: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            place: place.into(),
            title: title.into(),
            url: None,
            kind: Kind::Incident,
            severity: None,
            zone: None,
            services: vec![],
            summary: None,
            claims: vec![],
            events: vec![],
            revised: None,
            covers: None,
        }
    }
}

/// A duration that people stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedClaim {
    /// The name of ours that it is closest to.
    pub name: String,
    /// The length.
    pub stated: Span,
}

/// An event as another system tells it.
#[derive(Clone, Debug)]
pub struct ImportedEvent {
    /// Its id there, within its incident.
    pub key: String,
    /// Where the source says it.
    pub place: String,
    /// Its address there.
    pub url: Option<String>,
    /// The order among the events of one second; it becomes a part of the id, and so must hang on the key alone.
    pub rank: u32,
    /// When it was last changed there: of two versions the later counts.
    pub revised: Option<Instant>,
    /// When it happened.
    pub at: EventTime,
    /// When it was written down, where that is another time.
    pub logged: Option<Instant>,
    /// What happened.
    pub text: String,
    /// What sort of moment it is.
    pub kind: EventKind,
    /// The milestones that it marks.
    pub marks: Vec<Milestone>,
    /// The states that services change to.
    pub impact: Vec<ImportedImpact>,
    /// How bad it is from now on, in the source's words.
    pub severity: Option<String>,
    /// Who wrote it.
    pub by: Option<String>,
    /// Other names of who wrote it.
    pub aliases: Vec<String>,
    /// Who may read it.
    pub audience: Audience,
    /// Where to read on.
    pub links: Vec<Link>,
}

impl ImportedEvent {
    /// Returns a note of a time and a text.
    pub fn note(key: impl Into<String>, at: EventTime, text: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            place: String::new(),
            url: None,
            rank: 0,
            revised: None,
            at,
            logged: None,
            text: text.into(),
            kind: EventKind::Note,
            marks: vec![],
            impact: vec![],
            severity: None,
            by: None,
            aliases: vec![],
            audience: Audience::Internal,
            links: vec![],
        }
    }
}

/// A change of a service's state, by the source's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedImpact {
    /// The service.
    pub service: String,
    /// What it is from now on.
    pub state: State,
    /// The part of requests or customers hit.
    pub share: Option<Share>,
}

impl ImportedImpact {
    /// Returns a change of all of a service.
    pub fn all(service: impl Into<String>, state: State) -> Self {
        Self { service: service.into(), state, share: None }
    }
}
