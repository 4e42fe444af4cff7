//! The report of who wrote, corrected or retracted what, when and in which commit.

use super::VERSION;
use super::completeness::Completeness;
use crate::compute::event_diff::{ChangeKind, ChangedPart, RecordedChange};
use crate::model::incident::{IncidentId, Name};
use crate::model::time::{Instant, Zone};
use serde::Serialize;

/// The JSON of `history`.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The incident.
    pub incident: IncidentId,
    /// What changed, the oldest first.
    pub changes: Vec<HistoryRow>,
    /// The commit that this clone's history begins with, where more may have come before it: a shallow clone.
    pub shallow: Option<String>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// The zone to show times in.
    #[serde(skip)]
    pub zone: Zone,
}

/// One change.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryRow {
    /// When it was committed; null where it waits for the next commit.
    pub at: Option<Instant>,
    /// Who committed it.
    pub by: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// What was done.
    pub done: ChangeKind,
    /// The event that changed.
    pub event: Option<Name>,
    /// The follow-up action that changed.
    pub action: Option<Name>,
    /// The keys that changed.
    pub keys: Vec<&'static str>,
    /// The text of the event, or the title of the action or the incident, after the change.
    pub text: String,
    /// Why an event was retracted, or its words were taken out.
    pub reason: Option<String>,
}

/// The commit that holds a revision.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its name.
    pub name: String,
    /// Its author.
    pub author: String,
    /// When it was written, by the author's clock.
    pub when: Instant,
}

impl HistoryReport {
    /// Returns the report of an incident without any change yet.
    pub fn of(incident: &IncidentId, zone: Zone) -> Self {
        Self {
            version: VERSION,
            incident: incident.clone(),
            changes: vec![],
            shallow: None,
            completeness: Completeness::default(),
            zone,
        }
    }
}

impl HistoryRow {
    /// Returns the row of a change, and of the commit that holds it where one does.
    pub fn of(change: &RecordedChange<'_>, commit: Option<&Commit>) -> Self {
        let (event, action, text, reason) = match change.part {
            ChangedPart::Whole(incident) => (None, None, &incident.title, None),
            ChangedPart::Event(e) => {
                let is_redacted = change.done == ChangeKind::Redacted;
                let reason = if is_redacted { &e.redacted } else { &e.retracted };
                (e.id.clone(), None, &e.text, reason.clone())
            }
            ChangedPart::Action(action) => (None, action.id.clone(), &action.title, None),
        };
        Self {
            at: commit.map(|c| c.when),
            by: commit.map(|c| c.author.clone()),
            commit: commit.map(|c| c.name.clone()),
            done: change.done,
            event,
            action,
            keys: change.keys.clone(),
            text: text.clone(),
            reason,
        }
    }

    /// Returns whether it tells that an event's words were taken out.
    pub fn is_redaction(&self) -> bool {
        self.done == ChangeKind::Redacted
    }
}
