//! The report of many incidents, one row each.

use super::VERSION;
use crate::compute::timeline::Timeline;
use crate::model::incident::{Handles, Name};
use crate::model::time::{TimeBounds, Zone};
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
    pub incident: String,
    /// What it is called.
    pub title: String,
    /// How bad it is after the last event.
    pub severity: Option<String>,
    /// incident, drill or maintenance.
    pub kind: &'static str,
    /// The last milestone that stands.
    pub state: Option<String>,
    /// Whether responders are still at it.
    pub open: bool,
    /// Where it begins: at `started`, else at the first impact, else at the first event.
    pub began: Option<String>,
    /// The services concerned.
    pub services: Vec<String>,
    /// How many events stand.
    pub events: usize,
    /// The incident that tells the same story.
    pub duplicate_of: Option<String>,
    /// For renderers and filters: where it begins.
    #[serde(skip)]
    pub begin: Option<TimeBounds>,
    /// For renderers: the incident's zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// Returns the row of one incident.
pub fn row(timeline: &Timeline<'_>) -> ListRow {
    let incident = timeline.incident;
    let begin = timeline.begin().map(|t| t.moment);
    ListRow {
        incident: incident.id.to_string(),
        title: incident.title.clone(),
        severity: timeline.severity().map(Name::to_string),
        kind: incident.kind.as_str(),
        state: timeline.state().map(ToString::to_string),
        open: timeline.is_open(),
        began: begin.map(|m| m.nominal().rfc3339()),
        services: timeline.services().iter().map(ToString::to_string).collect(),
        events: timeline.events().len(),
        duplicate_of: incident.duplicate_of.as_ref().map(|d| d.value.to_string()),
        begin,
        zone: timeline.zone,
    }
}

/// Returns the report of some rows, the latest first.
pub fn list(mut rows: Vec<ListRow>, handles: Handles) -> ListReport {
    rows.sort_by(|a, b| b.began.cmp(&a.began).then_with(|| b.incident.cmp(&a.incident)));
    ListReport { version: VERSION, incidents: rows, handles }
}
