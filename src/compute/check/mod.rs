//! What is wrong or missing in an incident, beyond what its reader found.

mod apart;
mod blame;
pub mod codes;
mod conflict;
mod document;
mod doubled;
mod grouped;
mod known_length;
mod merged;
mod missing;
mod order;
mod phrases;
mod secret;
mod silence;
mod story;
mod told;
mod words;

#[cfg(test)]
mod tests;

pub use document::{document, generated};
pub use doubled::{DoubledEvent, doubled_events};
pub use grouped::told_as_one;
pub use secret::exposed_secrets;
pub use silence::{AcceptedFindings, FindingSubject, subject};

use crate::compute::plausibility;
use crate::compute::timeline::Timeline;
use crate::model::diagnostic::{Diagnostic, Location, Spanned};
use crate::model::incident::{Incident, Name};
use crate::model::settings::Settings;
use crate::model::time::Instant;

/// An incident to be checked, and what that takes.
#[derive(Clone, Copy, Debug)]
pub struct CheckedIncident<'a> {
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
pub fn incident(case: &CheckedIncident<'_>) -> Vec<Diagnostic> {
    let (timeline, incident) = (case.timeline, case.timeline.incident);
    let mut found = vec![];
    words::unknown(incident, case.settings, &mut found);
    order::same_ids(incident, &mut found);
    order::out_of_order(timeline, &mut found);
    order::impossible_milestones(timeline, &mut found);
    found.extend(order::voided(timeline));
    found.extend(order::late_recovery(timeline));
    // Of a service that nobody knows it is enough to say that.
    let unknown: Vec<Location> = found.iter().map(|p| p.place).collect();
    let missing = missing::facts(timeline).into_iter();
    found.extend(missing.filter(|p| p.code != "missing-impact" || !unknown.contains(&p.place)));
    found.extend(told::cadence(case));
    found.extend(blame::incident(case));
    found.extend(merged::findings(incident));
    found.extend(unknown_hypotheses(incident));
    found.extend(plausibility::findings(timeline, case.settings));
    found.sort_by_key(|p| p.place);
    // Milestones out of order may be found by their names and by a duration below zero: once is enough.
    found.dedup_by(|later, first| {
        (later.code, later.place) == (first.code, first.place) && later.code == "milestone-order"
    });
    found
}

/// Reports events that settle what no event supposes.
fn unknown_hypotheses(incident: &Incident) -> Vec<Diagnostic> {
    let settled = incident.standing().flat_map(|e| e.refutes.iter().chain(&e.confirms));
    let unknown = settled.filter(|id| incident.event(id.value.as_str()).is_none());
    let problem = |id: &Spanned<Name>| {
        let message = format!("no event of this incident is `{}`", id.value);
        Diagnostic::warning("unknown-hypothesis", id.place, message)
            .help("name the event that supposes it; `recount show` lists the ids")
    };
    unknown.map(problem).collect()
}
