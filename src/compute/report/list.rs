//! The report of many incidents, one row each.

use super::VERSION;
use super::completeness::Completeness;
use super::heading::IncidentHeading;
use crate::compute::timeline::Timeline;
use crate::model::incident::{Handles, IncidentId, Name};
use crate::model::time::{EventTime, Instant, TimeBounds, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The JSON of `list`.
#[derive(Clone, Debug, Serialize)]
pub struct ListReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The incidents, the latest first.
    pub incidents: Vec<ListRow>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// For renderers: short names, for where ids have no room.
    #[serde(skip)]
    pub handles: Handles,
}

/// One incident.
#[derive(Clone, Debug, Serialize)]
pub struct ListRow {
    /// What it is, and how far.
    #[serde(flatten)]
    pub heading: IncidentHeading,
    /// Whether responders are still at it.
    pub open: bool,
    /// Where it begins: at `started`, else at the first impact, else at the first event.
    pub began: Option<Instant>,
    /// The earliest and the latest that this can have been.
    #[serde(flatten, serialize_with = "began_bounds")]
    pub began_bounds: Option<TimeBounds>,
    /// For renderers: the same as its writer knew it.
    #[serde(skip)]
    pub began_as_told: Option<EventTime>,
    /// The services concerned.
    pub services: Vec<Name>,
    /// How many events stand.
    pub events: usize,
    /// The incident that tells the same story.
    pub duplicate_of: Option<IncidentId>,
    /// Whether it was canceled.
    pub canceled: bool,
    /// For renderers: the incident's zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// Returns the row of one incident.
pub fn row(timeline: &Timeline<'_>) -> ListRow {
    let incident = timeline.incident;
    ListRow {
        heading: IncidentHeading::of(timeline),
        open: timeline.is_open(),
        began: timeline.begin().map(|t| t.moment.nominal()),
        began_bounds: timeline.begin().map(|t| t.moment),
        began_as_told: timeline.begin().map(|t| t.event.at),
        services: timeline.services().into_iter().cloned().collect(),
        events: timeline.events().len(),
        duplicate_of: incident.duplicate_of.as_ref().map(|d| d.value.clone()),
        canceled: incident.is_canceled(),
        zone: timeline.zone,
    }
}

/// Writes the bounds of the beginning under keys of their own.
fn began_bounds<S: Serializer>(
    bounds: &Option<TimeBounds>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("TimeBounds", 2)?;
    fields.serialize_field("began_earliest", &bounds.map(TimeBounds::earliest))?;
    fields.serialize_field("began_latest", &bounds.map(TimeBounds::latest))?;
    fields.end()
}

/// Returns the report of some rows, the latest first.
pub fn list(mut rows: Vec<ListRow>, handles: Handles, completeness: Completeness) -> ListReport {
    let shown = |row: &ListRow| row.began_as_told.map(|stamp| stamp.shown_from(row.zone));
    let order = |row: &ListRow| (shown(row), row.heading.incident.clone());
    rows.sort_by_cached_key(|row| std::cmp::Reverse(order(row)));
    ListReport { version: VERSION, incidents: rows, completeness, handles }
}
