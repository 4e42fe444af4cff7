//! The report of a sync: what came, what went, and what is left to do.

use super::VERSION;
use crate::model::incident::IncidentId;
use serde::Serialize;

/// The JSON of `sync`.
#[derive(Clone, Debug, Serialize)]
pub struct SyncReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The remote.
    pub remote: String,
    /// The branch there.
    pub branch: String,
    /// How many commits came.
    pub fetched: u64,
    /// Whether something came that is in the record now; false where nothing was new.
    pub merged: bool,
    /// How many commits went.
    pub pushed: u64,
    /// How many commits the remote lacks.
    pub ahead: u64,
    /// How many commits the work tree lacks.
    pub behind: u64,
    /// The fields of which two values were written, for a person to settle.
    pub unsettled: Vec<UnsettledReport>,
    /// Whether something is in the way of what came.
    #[serde(skip)]
    pub is_held_up: bool,
    /// For renderers: what to know beside.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// A field of which two values were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnsettledReport {
    /// The incident.
    pub incident: IncidentId,
    /// The event or action; null for the incident's own.
    pub event: Option<String>,
    /// The field.
    pub field: String,
}

impl SyncReport {
    /// Returns the report of a sync that has done nothing yet.
    pub fn begun(remote: String, branch: String) -> Self {
        let (fetched, pushed, ahead, behind) = (0, 0, 0, 0);
        let (unsettled, notes) = (vec![], vec![]);
        Self {
            version: VERSION,
            remote,
            branch,
            fetched,
            merged: false,
            pushed,
            ahead,
            behind,
            unsettled,
            is_held_up: false,
            notes,
        }
    }

    /// Returns whether all is done: nothing is left to go, to come or to settle.
    pub fn is_done(&self) -> bool {
        !self.is_held_up && self.ahead == 0 && self.behind == 0 && self.unsettled.is_empty()
    }
}
