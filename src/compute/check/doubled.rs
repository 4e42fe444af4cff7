//! Events that two incidents hold, so that they would count twice.

use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{Incident, IncidentId};
use std::collections::HashMap;

/// An event whose id another incident has, too.
#[derive(Clone, Debug)]
pub struct DoubledEvent {
    /// The incident in which it was found.
    pub incident: IncidentId,
    /// What is wrong.
    pub problem: Diagnostic,
}

/// Returns the events that count in two incidents or more, in each of them.
pub fn doubled_events<'i>(incidents: impl IntoIterator<Item = &'i Incident>) -> Vec<DoubledEvent> {
    let mut places: HashMap<&str, Vec<_>> = HashMap::new();
    for incident in incidents {
        for event in incident.standing() {
            if let Some(id) = &event.id {
                places.entry(id.as_str()).or_default().push((incident, event));
            }
        }
    }
    let mut found = vec![];
    for (id, several) in places {
        for (incident, event) in &several {
            let other = several.iter().find(|(other, _)| other.id != incident.id);
            let Some((other, _)) = other else { continue };
            let message = format!("the event `{id}` is in {} too", other.id);
            let problem = Diagnostic::error("same-id", event.place, message).help(format!(
                "where it doesn't belong: `recount retract {id} -i INCIDENT`, or remove it there"
            ));
            found.push(DoubledEvent { incident: incident.id.clone(), problem });
        }
    }
    found
}
