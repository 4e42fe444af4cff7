//! The report of many incidents, one row each.

use super::VERSION;
use crate::compute::timeline::Timeline;
use crate::model::incident::{Handles, IncidentId, Kind, Milestone, Name};
use crate::model::time::{Instant, Zone};
use serde::Serialize;

/// The JSON of `list`.
#[derive(Clone, Debug, Serialize)]
pub struct ListReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The incidents, the latest first.
    pub incidents: Vec<ListRow>,
    /// For renderers: short names, for where ids have no room.
    #[serde(skip)]
    pub handles: Handles,
}

/// One incident.
#[derive(Clone, Debug, Serialize)]
pub struct ListRow {
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
    /// Whether responders are still at it.
    pub open: bool,
    /// Where it begins: at `started`, else at the first impact, else at the first event.
    pub began: Option<Instant>,
    /// The services concerned.
    pub services: Vec<Name>,
    /// How many events stand.
    pub events: usize,
    /// The incident that tells the same story.
    pub duplicate_of: Option<IncidentId>,
    /// For renderers: the incident's zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// Returns the row of one incident.
pub fn row(timeline: &Timeline<'_>) -> ListRow {
    let incident = timeline.incident;
    ListRow {
        incident: incident.id.clone(),
        title: incident.title.clone(),
        severity: timeline.severity().cloned(),
        kind: incident.kind,
        state: timeline.state().cloned(),
        open: timeline.is_open(),
        began: timeline.begin().map(|t| t.moment.nominal()),
        services: timeline.services().into_iter().cloned().collect(),
        events: timeline.events().len(),
        duplicate_of: incident.duplicate_of.as_ref().map(|d| d.value.clone()),
        zone: timeline.zone,
    }
}

/// Returns the report of some rows, the latest first.
pub fn list(mut rows: Vec<ListRow>, handles: Handles) -> ListReport {
    rows.sort_by(|a, b| b.began.cmp(&a.began).then_with(|| b.incident.cmp(&a.incident)));
    ListReport { version: VERSION, incidents: rows, handles }
}
