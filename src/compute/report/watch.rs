//! The report that the war room shows: the open incidents, and the events of the one that is looked at.

use super::cliff::CreditCliff;
use super::show::{self, EventReport};
use super::status::{self, OpenIncident};
use crate::compute::timeline::Timeline;
use crate::model::incident::IncidentId;
use crate::model::settings::Settings;
use crate::model::time::Instant;

/// How many events are kept for a tall screen.
const MOST_EVENTS: usize = 200;

/// What the war room shows.
#[derive(Clone, Debug)]
pub struct WatchReport {
    /// The time now.
    pub now: Instant,
    /// The incident that is looked at: an open one, or the one that was until it was over.
    pub chosen: Option<OpenIncident>,
    /// The other open incidents, the worst first.
    pub others: Vec<OpenIncident>,
    /// What the open incidents cost by each policy, and when they cost more, the soonest first.
    pub credit_cliffs: Vec<CreditCliff>,
    /// Its last events.
    pub events: Vec<EventReport>,
    /// How many came before them.
    pub earlier: usize,
}

/// Returns the report of some incidents, with the events of the chosen one while it is open or none is, or else of the
/// worst that is open.
pub fn watch(
    timelines: &[Timeline<'_>],
    settings: &Settings,
    now: Instant,
    chosen: Option<&IncidentId>,
) -> WatchReport {
    let mut others = status::status(timelines, settings, now, 0).incidents;
    let is_chosen = |id: &IncidentId| chosen == Some(id);
    let place = others.iter().position(|open| is_chosen(&open.heading.incident));
    let over = timelines.iter().find(|t| is_chosen(&t.incident.id) && others.is_empty());
    let chosen = match (place.or((!others.is_empty()).then_some(0)), over) {
        (Some(place), _) => Some(others.remove(place)),
        (None, over) => over.map(|timeline| status::one(timeline, settings, now)),
    };
    let id = chosen.as_ref().map(|open| &open.heading.incident);
    let timeline = timelines.iter().find(|t| Some(&t.incident.id) == id);
    let events = timeline.map(|timeline| timeline.events()).unwrap_or_default();
    let earlier = events.len().saturating_sub(MOST_EVENTS);
    let events = events.iter().skip(earlier).map(show::event).collect();
    WatchReport { now, chosen, others, credit_cliffs: vec![], events, earlier }
}
