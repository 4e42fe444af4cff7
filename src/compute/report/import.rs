//! The report of `recount import`.

use super::VERSION;
use crate::model::imported::SkippedPart;
use crate::model::incident::IncidentId;
use serde::Serialize;

/// What an import did, or would do.
#[derive(Clone, Debug, Serialize)]
pub struct ImportReport {
    /// The version of this report.
    pub version: u32,
    /// The format that was read.
    pub format: String,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// The incidents that it is about, in the order of their ids.
    pub incidents: Vec<ImportOutcome>,
    /// What was left out.
    pub skipped: Vec<SkippedPart>,
    /// Events that the source no longer has; they stay.
    pub gone: Vec<SourceEvent>,
    /// Events that were changed at the source and here; they stay as they are here.
    pub kept: Vec<SourceEvent>,
}

/// What an import did to an incident.
#[derive(Clone, Debug, Serialize)]
pub struct ImportOutcome {
    /// The incident.
    pub incident: IncidentId,
    /// Its id at the source.
    pub source: String,
    /// Whether it is new.
    pub created: bool,
    /// How many events are new.
    pub new: usize,
    /// How many are as they were imported before.
    pub unchanged: usize,
    /// How many were changed at the source and are so here now.
    pub updated: usize,
    /// How many were changed at the source and here.
    pub kept: usize,
}

/// An event that came from another system.
#[derive(Clone, Debug, Serialize)]
pub struct SourceEvent {
    /// The incident that it is in.
    pub incident: IncidentId,
    /// The event.
    pub event: String,
    /// Its id at the source.
    pub source: String,
}

/// What taking back an import did.
#[derive(Clone, Debug, Serialize)]
pub struct ImportUndoReport {
    /// The version of this report.
    pub version: u32,
    /// The format that was imported.
    pub format: String,
    /// The incidents that it wrote to, in the order of their ids.
    pub incidents: Vec<UndoneImport>,
}

/// What taking back an import did to an incident.
#[derive(Clone, Debug, Serialize)]
pub struct UndoneImport {
    /// The incident.
    pub incident: IncidentId,
    /// Whether it is canceled, for it held nothing else.
    pub canceled: bool,
    /// How many events are retracted.
    pub retracted: usize,
    /// How many events are again what they were before.
    pub restored: usize,
    /// The events that somebody changed since; they stay as they are.
    pub kept: Vec<String>,
}

impl ImportReport {
    /// Returns the report of an import that did nothing yet.
    pub fn of(format: &str, dry_run: bool, skipped: Vec<SkippedPart>) -> Self {
        let (incidents, gone, kept) = (vec![], vec![], vec![]);
        Self {
            version: VERSION,
            format: format.to_owned(),
            dry_run,
            incidents,
            skipped,
            gone,
            kept,
        }
    }
}
