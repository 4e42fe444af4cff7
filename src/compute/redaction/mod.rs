//! Words that were taken out of the record: known again wherever else they stand, and never shown.
//!
//! The whole text of an event is taken out of other texts too, and so are its lines, long passages of it and words in
//! it that only one thing can be meant by, such as a password. Its short ordinary words are everybody's.

mod letters;
mod overlay;
#[cfg(test)]
mod tests;

pub(crate) use overlay::{RedactedSince, as_redacted, mask_incident};

use crate::model::incident::{Event, State};
use letters::{Letters, Reading};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// What stands in the place of words that were taken out.
pub(crate) const MARK: &str = "(redacted)";

/// How many letters and digits in a row are a passage, and no turn of phrase.
const LONG: usize = 32;
/// How many letters and digits a whole text or a line must have, so that it is taken out elsewhere too.
const LEAST: usize = 10;
/// How many characters a word must have, so that it is taken out elsewhere too.
const LEAST_WORD: usize = 8;

/// Words that were taken out.
#[derive(Clone, Debug, Default)]
pub(crate) struct RedactedWords {
    /// Whole texts and lines: their letters and digits alone, for each format breaks and escapes the rest its own way.
    passages: BTreeSet<String>,
    /// Words to be found as they are.
    words: BTreeSet<String>,
}

impl RedactedWords {
    /// Returns the words of some events, such as all that one said from revision to revision.
    pub(crate) fn of_events<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut all = Self::default();
        for event in events.into_iter().filter(|event| event.text != MARK) {
            if !says_its_effect(event) {
                all.add(&event.text);
            }
            for link in &event.links {
                all.words.insert(link.url.clone());
                all.add(link.title.as_deref().unwrap_or_default());
            }
            for attachment in &event.attachments {
                all.add(attachment.title.as_deref().unwrap_or_default());
            }
        }
        all.words.retain(|word| word.chars().count() >= LEAST_WORD && word != MARK);
        all
    }

    /// Returns the words of a passage that a person named: all of it, however short.
    pub(crate) fn of_passage(passage: &str) -> Self {
        let passage = passage.trim();
        let mut all = Self::default();
        all.add(passage);
        all.words.extend((!passage.is_empty()).then(|| passage.to_owned()));
        all
    }

    /// Returns the words but for some that are names, and must stay as they are.
    pub(crate) fn without(mut self, names: &BTreeSet<String>) -> Self {
        self.words.retain(|word| !names.contains(word));
        self
    }

    fn add(&mut self, text: &str) {
        for line in text.lines().chain([text]) {
            let said = Letters::read(line, Reading::Plain).said;
            if line.split_whitespace().nth(1).is_some() && said.chars().count() >= LEAST {
                self.passages.insert(said);
            }
        }
        self.words.extend(
            text.split_whitespace().map(bare).filter(|w| is_singular(w)).map(str::to_owned),
        );
    }

    /// Adds others.
    pub(crate) fn extend(&mut self, other: Self) {
        self.passages.extend(other.passages);
        self.words.extend(other.words);
    }

    /// Returns whether there are none that could be found elsewhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.passages.is_empty() && self.words.is_empty()
    }

    /// Returns whether they stand in a text.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        !self.is_empty() && !self.places(text).is_empty()
    }

    /// Returns a text with the mark in their place; none where they don't stand in it.
    pub(crate) fn masked(&self, text: &str) -> Option<String> {
        let places = if self.is_empty() { vec![] } else { self.places(text) };
        if places.is_empty() {
            return None;
        }
        let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
        for place in places {
            out.push_str(text.get(copied..place.start).unwrap_or_default());
            out.push_str(MARK);
            copied = place.end;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Some(out)
    }

    /// Masks a text in its place.
    pub(crate) fn mask(&self, text: &mut String) {
        if let Some(masked) = self.masked(text) {
            *text = masked;
        }
    }

    /// Returns the bytes of a text that they stand in, in order and apart from each other.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<_> = self.words.iter().flat_map(|word| written(text, word)).collect();
        let windows = self.windows();
        for reading in [Reading::Plain, Reading::Escaped] {
            let letters = Letters::read(text, reading);
            for passage in self.passages.iter().filter(|it| it.chars().count() < LONG) {
                places.extend(letters.places(passage).filter(|place| is_apart(text, place)));
            }
            if !windows.is_empty() {
                let runs = letters.runs(LONG, |run| windows.contains(run));
                let whole = runs.into_iter().map(|place| to_whole_words(text, place));
                places.extend(whole.filter(|place| !place.is_empty()));
            }
        }
        joined(places)
    }

    /// Returns all runs of so many letters of the long passages.
    fn windows(&self) -> HashSet<&str> {
        let long = self.passages.iter().filter(|it| it.chars().count() >= LONG);
        long.flat_map(|passage| letters::windows(passage, LONG).map(|(_, run)| run)).collect()
    }
}

/// Returns a word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| "\"'`()[]{}<>,;:.…".contains(c))
}

/// Returns whether a word is one that only one thing can be meant by: letters and digits mixed, as in a password, a key
/// or a host's name; a time and a count are everybody's.
fn is_singular(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    let is_time = word.chars().all(|c| c.is_ascii_digit() || "TZUCGM+-:.,~/%±kKhms".contains(c));
    word.chars().count() >= LEAST_WORD
        && has(|c| c.is_alphabetic())
        && has(|c| c.is_numeric())
        && !is_time
}

/// Returns whether an event's text names no more than what the event changed, as the tool writes it by itself.
fn says_its_effect(event: &Event) -> bool {
    let mut known: BTreeSet<String> = ["back", "attribution"].map(str::to_owned).into();
    known.extend(event.marks.milestones().map(|mark| mark.as_str().to_owned()));
    known.extend(event.impact.iter().map(|it| it.value.service.to_string()));
    known.extend(State::ALL.iter().map(|state| state.as_str().to_owned()));
    for (service, progress) in &event.progress {
        known.extend([service.value.to_string(), progress.as_str().to_owned()]);
    }
    known.extend(event.severity.iter().map(|it| it.value.to_string()));
    known.extend(event.attribution.iter().map(|it| it.as_str().to_owned()));
    event.text.split([' ', ',']).all(|word| word.is_empty() || known.contains(&word.to_lowercase()))
}

/// Returns where a word stands in a text, as it is or as formats escape it.
fn written(text: &str, word: &str) -> Vec<Range<usize>> {
    let quoted = word.replace('\\', "\\\\").replace('"', "\\\"");
    let html = word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let html = html.replace('"', "&quot;").replace('\'', "&#39;");
    let forms = BTreeSet::from([word.to_owned(), quoted, word.replace('\'', "''"), html]);
    let found = |form: &String| {
        text.match_indices(form.as_str()).map(|(at, form)| at..at + form.len()).collect::<Vec<_>>()
    };
    forms.iter().flat_map(found).collect()
}

/// Returns whether no word goes on before or after a place.
fn is_apart(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).and_then(|text| text.chars().next_back());
    let after = text.get(place.end..).and_then(|text| text.chars().next());
    !before.into_iter().chain(after).any(char::is_alphanumeric)
}

/// Returns a place without the words that it has only a part of: by chance the next one begins with the same letter.
fn to_whole_words(text: &str, place: Range<usize>) -> Range<usize> {
    let inner = text.get(place.clone()).unwrap_or_default();
    let goes_on = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (mut start, mut end) = (place.start, place.end);
    if goes_on(text.get(..start).and_then(|text| text.chars().next_back())) {
        start += inner.len() - inner.trim_start_matches(char::is_alphanumeric).len();
    }
    if goes_on(text.get(end..).and_then(|text| text.chars().next())) {
        end -= inner.len() - inner.trim_end_matches(char::is_alphanumeric).len();
    }
    let inner = text.get(start..end).unwrap_or_default();
    start += inner.len() - inner.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    end -= inner.len() - inner.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    start..end.max(start)
}

/// Returns places in order, those that meet as one.
fn joined(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_by_key(|place| (place.start, place.end));
    let mut out: Vec<Range<usize>> = vec![];
    for place in places {
        match out.last_mut().filter(|last| place.start <= last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => out.push(place),
        }
    }
    out
}
