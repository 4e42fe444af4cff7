//! Words that blame people, in what an incident says.

use super::CheckedIncident;
use super::phrases::{self, Phrase, Words};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Cause, Incident};

/// Reports the words and phrases of blame in each text of an incident, where they stand.
pub(super) fn incident(case: &CheckedIncident<'_>) -> Vec<Diagnostic> {
    let phrases = phrases(case);
    let mut found = vec![];
    for (place, text) in texts(case.timeline.incident) {
        let words = Words::of(text);
        let blaming = phrases.iter().filter(|p| words.find(p).next().is_some());
        found.extend(blaming.map(|phrase| problem(spot(case.text, place, phrase), phrase)));
    }
    found
}

/// Reports each word and phrase of blame in the prose of a document.
pub(super) fn prose(case: &CheckedIncident<'_>, plain: &str) -> Vec<Diagnostic> {
    let words = Words::of(plain);
    let mut found = vec![];
    for phrase in &phrases(case) {
        let places = words.find(phrase).map(|at| phrases::place(plain, at));
        found.extend(places.map(|place| problem(place, phrase)));
    }
    found
}

fn phrases<'c>(case: &'c CheckedIncident<'_>) -> Vec<Phrase<'c>> {
    case.settings.check.blaming.iter().map(|p| Phrase::new(p)).collect()
}

fn problem(place: Location, phrase: &Phrase<'_>) -> Diagnostic {
    let message = format!("\"{}\" blames people", phrase.text);
    let help = "say what they saw and knew then, and what let the slip through";
    Diagnostic::warning("blaming-word", place, message).help(help)
}

/// Returns what people wrote, each text with the place of the thing that it belongs to.
fn texts(incident: &Incident) -> Vec<(Location, &str)> {
    fn cause(cause: &Cause) -> (Location, &str) {
        (cause.place, cause.text.as_str())
    }
    let begin = Location { line: 1, column: 1 };
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
fn spot(file: &str, from: Location, phrase: &Phrase<'_>) -> Location {
    let found = phrases::byte(file, from).and_then(|start| {
        let at = Words::of(file.get(start..)?).find(phrase).next()?;
        Some(phrases::place(file, start + at))
    });
    found.unwrap_or(from)
}
