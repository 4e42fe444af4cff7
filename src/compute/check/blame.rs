//! Words that blame people, in what an incident says.

use super::CheckedIncident;
use super::phrases::{Phrase, Words};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Cause, Incident};
use crate::model::places::PlaceIndex;

/// Reports the words and phrases of blame in each text of an incident, where they stand.
pub(super) fn incident(case: &CheckedIncident<'_>) -> Vec<Diagnostic> {
    let phrases = phrases(case);
    let blaming = |(place, text): (Location, &str)| {
        let words = Words::of(text);
        let found = phrases.iter().enumerate().filter(|(_, p)| words.find(p).next().is_some());
        found.map(|(at, phrase)| (place, at, phrase)).collect::<Vec<_>>()
    };
    let blaming: Vec<_> = texts(case.timeline.incident).into_iter().flat_map(blaming).collect();
    // Most incidents blame nobody, and their files need not be gone through.
    if blaming.is_empty() {
        return vec![];
    }
    let (file, places) = (Words::of(case.text), PlaceIndex::new(case.text));
    // Where each phrase stands in the file, found once: it may be in every text of it.
    let stands: Vec<_> = phrases.iter().map(|p| file.find(p).collect::<Vec<_>>()).collect();
    let found = blaming.into_iter().map(|(place, at, phrase)| {
        let all = stands.get(at).map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|at| *at < places.byte(place));
        // The file may say it otherwise, as with escapes.
        let at = all.get(first).map_or(place, |at| places.place(*at));
        problem(at, phrase)
    });
    found.collect()
}

/// Reports each word and phrase of blame in the prose of a document.
pub(super) fn prose(case: &CheckedIncident<'_>, plain: &str) -> Vec<Diagnostic> {
    let (words, places) = (Words::of(plain), PlaceIndex::new(plain));
    let mut found = vec![];
    for phrase in &phrases(case) {
        found.extend(words.find(phrase).map(|at| problem(places.place(at), phrase)));
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
