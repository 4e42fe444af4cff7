//! Generated parts written anew, and nothing else, byte for byte.

use super::marker::hash;
use super::{GeneratedPart, ParsedDocument, PartKind, scan};
use crate::model::incident::names::string_enum;
use std::collections::BTreeMap;

/// What the record has to say, by the names of blocks and values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    blocks: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
}

impl Contents {
    /// Returns contents in which nothing can be taken for a marker.
    pub(crate) fn new(
        blocks: impl IntoIterator<Item = (String, String)>,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let lines = |text: String| {
            let text = tame(text.trim_matches('\n'));
            if text.trim().is_empty() { String::new() } else { format!("{text}\n") }
        };
        let words =
            |text: String| tame(text.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
        Self {
            blocks: blocks.into_iter().map(|(name, text)| (name, lines(text))).collect(),
            values: values.into_iter().map(|(name, text)| (name, words(text))).collect(),
        }
    }

    /// Returns the contents with each text changed.
    pub(crate) fn map(self, change: impl Fn(String) -> String) -> Self {
        let all = |texts: BTreeMap<String, String>| {
            texts.into_iter().map(|(name, text)| (name, change(text))).collect()
        };
        Self { blocks: all(self.blocks), values: all(self.values) }
    }

    /// Returns what a part says by the record; none where the record knows no such part.
    pub(crate) fn get(&self, kind: PartKind, name: &str) -> Option<&str> {
        let all = match kind {
            PartKind::Block => &self.blocks,
            PartKind::Value => &self.values,
        };
        all.get(name).map(String::as_str)
    }

    /// Returns the names of the parts of a kind.
    pub(crate) fn names(&self, kind: PartKind) -> impl Iterator<Item = &str> {
        let all = match kind {
            PartKind::Block => &self.blocks,
            PartKind::Value => &self.values,
        };
        all.keys().map(String::as_str)
    }
}

/// Returns text without comments: what would be one is shown.
fn tame(text: &str) -> String {
    if scan::comments(text).is_empty() { text.to_owned() } else { text.replace("<!--", "&lt;!--") }
}

string_enum! {
    /// What became of a generated part.
    RefreshOutcome, "outcome" {
        /// It says what the record says.
        Current = "current",
        /// It was written anew.
        Renewed = "renewed",
        /// A person changed it; it is kept.
        Kept = "kept",
        /// A person changed it; it was written anew all the same.
        Forced = "forced",
        /// The record knows no such part; it is left as it is.
        Unknown = "unknown",
    }
}

/// A generated part and what became of it.
#[derive(Clone, Debug)]
pub struct RefreshedPart {
    /// The part, as it stood before.
    pub part: GeneratedPart,
    /// What became of it.
    pub outcome: RefreshOutcome,
}

/// A document after a refresh.
#[derive(Clone, Debug)]
pub(crate) struct Refreshed {
    /// Its text.
    pub text: String,
    /// Its generated parts, in order.
    pub parts: Vec<RefreshedPart>,
}

impl Refreshed {
    /// Returns whether every part says what the record says.
    pub(crate) fn is_current(&self) -> bool {
        self.parts.iter().all(|t| t.outcome == RefreshOutcome::Current)
    }
}

/// Writes the generated parts of a document anew; those that a person changed only where `force` says so.
pub(crate) fn refresh(
    document: &ParsedDocument<'_>,
    contents: &Contents,
    force: bool,
) -> Refreshed {
    let text = document.text;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut parts = vec![];
    for part in &document.parts {
        let new = contents.get(part.kind, &part.name).map(|new| part.with_line_ends(text, new));
        let outcome =
            new.as_deref().map_or(RefreshOutcome::Unknown, |new| part.outcome(text, new, force));
        if let (RefreshOutcome::Renewed | RefreshOutcome::Forced, Some(new)) = (outcome, new) {
            out.push_str(text.get(copied..part.hash.start).unwrap_or_default());
            if part.hash.is_empty() {
                out.push(' ');
            }
            out.push_str(&hash(&new));
            out.push_str(text.get(part.hash.end..part.content.start).unwrap_or_default());
            out.push_str(&new);
            copied = part.content.end;
        }
        parts.push(RefreshedPart { part: part.clone(), outcome });
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Refreshed { text: out, parts }
}

impl GeneratedPart {
    fn outcome(&self, text: &str, new: &str, force: bool) -> RefreshOutcome {
        let content = text.get(self.content.clone()).unwrap_or_default();
        let written = text.get(self.hash.clone()).unwrap_or_default();
        let same = content.split_whitespace().eq(new.split_whitespace());
        match (same, written == hash(content)) {
            // Also where both sides of a merge brought the same words, and one its hash.
            (true, _) if written == hash(new) => RefreshOutcome::Current,
            (true, _) | (false, true) => RefreshOutcome::Renewed,
            (false, false) if content.trim().is_empty() => RefreshOutcome::Renewed,
            (false, false) if force => RefreshOutcome::Forced,
            (false, false) => RefreshOutcome::Kept,
        }
    }

    /// Returns a content with the line breaks that the document has here.
    pub(super) fn with_line_ends(&self, text: &str, new: &str) -> String {
        let before = text.get(..self.content.start).unwrap_or_default();
        let crlf = self.kind == PartKind::Block && before.ends_with("\r\n");
        if crlf { new.replace('\n', "\r\n") } else { new.to_owned() }
    }
}
