//! What is wrong or missing in an incident, beyond what its reader found.

mod missing;
mod order;
mod words;

#[cfg(test)]
mod tests;

use crate::place::Problem;
use crate::settings::Settings;
use crate::time::Instant;
use crate::timeline::Timeline;

/// An incident to be checked, and what that takes.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The incident's timeline.
    pub timeline: &'a Timeline<'a>,
    /// The record's settings.
    pub settings: &'a Settings,
    /// The text of the incident's file.
    pub text: &'a str,
    /// The time now, for what still goes on.
    pub now: Instant,
}

/// Returns the findings of one incident, in the order of the file.
pub fn incident(case: &Case<'_>) -> Vec<Problem> {
    let (timeline, incident) = (case.timeline, case.timeline.incident);
    let mut found = vec![];
    words::unknown(incident, case.settings, &mut found);
    order::same_ids(incident, &mut found);
    order::out_of_order(timeline, &mut found);
    order::impossible_milestones(timeline, &mut found);
    missing::impact(incident, &mut found);
    found.extend(incident.events.iter().filter(|e| e.unsettled).map(|e| {
        Problem::warning("unsettled", e.place, "a merge left two values for this event")
            .help("keep the right one, and remove `was:`")
    }));
    found.sort_by_key(|p| p.place);
    found
}
