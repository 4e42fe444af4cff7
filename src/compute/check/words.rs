//! Words that the settings of the record do not know.

use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::incident::{Incident, UnknownValue};
use crate::model::settings::Settings;

/// Reports services, severities and milestones that the record does not know.
pub(super) fn unknown(incident: &Incident, settings: &Settings, found: &mut Vec<Diagnostic>) {
    let named = incident.services.iter().chain(&incident.unaffected);
    let listed = named.map(|s| (&s.value, s.place));
    let affected = incident.standing().flat_map(|e| &e.impact).map(|i| (&i.value.service, i.place));
    let back = incident.standing().flat_map(|e| &e.progress).map(|(s, _)| (&s.value, s.place));
    for (service, place) in listed.chain(affected).chain(back) {
        let wrong = settings.known_service(service.as_str()).err();
        let problem = |w: UnknownValue| Diagnostic::error("unknown-service", place, w.to_string());
        found.extend(wrong.map(problem).map(|p| p.help(mend("services"))));
    }
    let told = incident.standing().filter_map(|e| e.severity.as_ref());
    for Spanned { value, place } in incident.severity.iter().chain(told) {
        let wrong = settings.known_severity(value.as_str()).err();
        let problem =
            |w: UnknownValue| Diagnostic::error("unknown-severity", *place, w.to_string());
        found.extend(wrong.map(problem).map(|p| p.help(mend("severities"))));
    }
    for Spanned { value, place } in incident.standing().flat_map(|e| e.marks.iter()) {
        let wrong = settings.known_milestone(value.as_str()).err();
        let problem =
            |w: UnknownValue| Diagnostic::error("unknown-milestone", *place, w.to_string());
        found.extend(wrong.map(problem).map(|p| p.help(mend("milestones"))));
    }
}

fn mend(key: &str) -> String {
    format!("correct it, or add it to `{key}` in recount.yaml")
}
