//! What was corrected or retracted, for a document.

use crate::compute::timeline::Timeline;
use crate::model::incident::{Event, Incident};
use crate::model::settings::Settings;
use crate::model::time::{Instant, format as times};
use serde::Serialize;

/// An event that was corrected or retracted.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// The event's time, as a document shows it.
    pub time: String,
    /// What it says, or said.
    pub text: String,
    /// When it was last corrected, as a document shows it.
    pub edited: Option<String>,
    /// Why it no longer counts.
    pub retracted: Option<String>,
}

/// Returns the events of an incident that were corrected or retracted, in order.
pub(super) fn corrections(incident: &Incident, settings: &Settings) -> Vec<Correction> {
    let zone = incident.zone.unwrap_or(settings.zone);
    let all = Timeline::all(incident, settings);
    let changed = all.iter().map(|t| t.event);
    let changed = changed.filter(|e| e.retracted.is_some() || !e.edits.is_empty());
    let shown = |at: Instant| times::full(at, zone);
    let correction = |e: &Event| Correction {
        time: times::told(e.at, zone),
        text: e.text.clone(),
        edited: e.edits.last().map(shown),
        retracted: e.retracted.clone(),
    };
    changed.map(correction).collect()
}
