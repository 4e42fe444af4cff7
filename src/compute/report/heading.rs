//! What stands first in reports of an incident.

use crate::compute::timeline::Timeline;
use crate::model::incident::{IncidentId, Kind, Milestone, Name};
use serde::Serialize;

/// What an incident is, and how far.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentHeading {
    /// Its id.
    pub incident: IncidentId,
    /// What it is called.
    pub title: String,
    /// How bad it is after the last event.
    pub severity: Option<Name>,
    /// What it is.
    pub kind: Kind,
    /// The last milestone that stands.
    pub state: Option<Milestone>,
}

impl IncidentHeading {
    /// Returns the heading of an incident.
    pub fn of(timeline: &Timeline<'_>) -> Self {
        Self {
            incident: timeline.incident.id.clone(),
            title: timeline.incident.title.clone(),
            severity: timeline.severity().cloned(),
            kind: timeline.incident.kind,
            state: timeline.state().cloned(),
        }
    }
}
