//! Words that blame people, in what an incident says.

use super::{Case, phrases};
use crate::incident::{Cause, Incident};
use crate::place::{Place, Problem};

/// Reports each text of an incident that holds a word or phrase of blame, where it stands.
pub(super) fn incident(case: &Case<'_>) -> Vec<Problem> {
    let texts = texts(case.timeline.incident);
    let phrases = &case.settings.check.blaming;
    let pairs = texts.iter().flat_map(|text| phrases.iter().map(move |phrase| (text, phrase)));
    let found = pairs.filter(|((_, text), phrase)| phrases::find(text, phrase).is_some());
    found.map(|((place, _), phrase)| problem(spot(case.text, *place, phrase), phrase)).collect()
}

/// Returns the finding of a word of blame.
pub(super) fn problem(place: Place, phrase: &str) -> Problem {
    let message = format!("\"{phrase}\" blames people");
    let help = "say what they saw and knew then, and what let the slip through";
    Problem::warning("blaming-word", place, message).help(help)
}

/// Returns what people wrote, each text with the place of the thing that it belongs to.
fn texts(incident: &Incident) -> Vec<(Place, &str)> {
    fn cause(cause: &Cause) -> (Place, &str) {
        (cause.place, cause.text.as_str())
    }
    let begin = Place { line: 1, column: 1 };
    let summary = incident.summary.iter().map(|s| (incident.summary_place, s.as_str()));
    let causes = incident.causes.iter().map(cause);
    let actions = incident.actions.iter().map(|a| (a.place, a.title.as_str()));
    let public = incident.public.iter().flat_map(|p| {
        let texts = p.title.iter().chain(&p.summary).map(|t| (p.place, t.as_str()));
        texts.chain(p.causes.iter().map(cause))
    });
    let events = incident.standing().map(|e| (e.place, e.text.as_str()));
    let title = std::iter::once((begin, incident.title.as_str()));
    title.chain(summary).chain(causes).chain(actions).chain(public).chain(events).collect()
}

/// Returns where a phrase stands in a file, at or behind a place; that place where the file says it otherwise,
/// as with escapes.
fn spot(file: &str, from: Place, phrase: &str) -> Place {
    let found = phrases::byte(file, from).and_then(|start| {
        let at = phrases::find(file.get(start..)?, phrase)?;
        Some(phrases::place(file, start + at))
    });
    found.unwrap_or(from)
}
