//! Living documents: prose that belongs to people, and generated parts between markers.
//!
//! ```text
//! <!-- recount:begin timeline 5f1c0a9e -->
//! ...
//! <!-- recount:end timeline -->
//! It lasted <!-- recount:value time_to_recover 88ab01c2 -->5 h 44 min<!-- recount:end -->.
//! ```
//!
//! The hash is that of what was generated, white space aside, so that a part which a person changed is known.
//! Markers inside code are no markers, and markers are never nested.

mod clean;
mod marker;
mod refresh;
mod scan;
mod web;

#[cfg(test)]
mod tests;

pub(crate) use clean::clean;
pub(crate) use marker::{block, is_name, stamp, value};
pub(crate) use refresh::{Contents, RefreshOutcome, Refreshed, RefreshedPart, refresh};
pub(crate) use web::web;

use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::Audience;
use crate::model::incident::names::string_enum;
use crate::model::places::PlaceIndex;
use marker::Marker;
use scan::Comment;
use std::ops::Range;

/// A document taken apart.
#[derive(Clone, Debug)]
pub(crate) struct ParsedDocument<'t> {
    text: &'t str,
    places: PlaceIndex<'t>,
    /// The template that it was made from and its audience, where its first marker says so.
    pub made_from: Option<MadeFrom>,
    /// The generated parts, in order.
    pub parts: Vec<GeneratedPart>,
    /// Markers that are broken.
    pub problems: Vec<Diagnostic>,
}

/// What a document was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MadeFrom {
    /// The template's name.
    pub template: String,
    /// Who may read the document.
    pub audience: Audience,
}

string_enum! {
    /// Whether a part is a passage or stands in a sentence.
    PartKind, "part" {
        /// Whole lines.
        Block = "block",
        /// A few words.
        Value = "value",
    }
}

/// A generated part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedPart {
    /// Whether it is a passage or stands in a sentence.
    pub kind: PartKind,
    /// What it says, such as `timeline`.
    pub name: String,
    /// Where its first marker stands.
    pub place: Location,
    /// The bytes of the hash in its marker; empty, where one can be put, if it has none yet.
    hash: Range<usize>,
    /// The bytes between its markers.
    content: Range<usize>,
}

impl GeneratedPart {
    /// Returns the bytes between its markers.
    pub fn content(&self) -> Range<usize> {
        self.content.clone()
    }
}

impl<'t> ParsedDocument<'t> {
    /// Takes a text apart; what cannot be understood is among the problems, and nothing else is touched.
    pub(crate) fn read(text: &'t str) -> Self {
        let places = PlaceIndex::new(text);
        let mut document = Self { text, places, made_from: None, parts: vec![], problems: vec![] };
        let comments = scan::comments(text);
        let mut rest = comments.as_slice();
        while let Some((comment, after)) = rest.split_first() {
            rest = after;
            match marker::read(text, comment) {
                None => {}
                Some(Ok(marker)) => rest = document.take(comment, marker, after),
                Some(Err(why)) => document.broken(comment, why),
            }
        }
        document
    }

    /// Takes in a marker and returns the comments that come after what it opens.
    fn take<'c>(
        &mut self,
        comment: &Comment,
        marker: Marker,
        after: &'c [Comment],
    ) -> &'c [Comment] {
        match marker {
            Marker::Document(made_from) => {
                self.made_from.get_or_insert(made_from);
                after
            }
            Marker::Begin { name, hash } => self.take_block(comment, name, hash, after),
            Marker::Value { name, hash } => self.take_value(comment, name, hash, after),
            Marker::End { name } => {
                let name = name.map(|n| format!(" {n}")).unwrap_or_default();
                self.broken(comment, format!("`recount:end{name}` closes nothing"));
                after
            }
        }
    }

    fn take_block<'c>(
        &mut self,
        begin: &Comment,
        name: String,
        hash: Range<usize>,
        after: &'c [Comment],
    ) -> &'c [Comment] {
        let Some(start) = scan::line_after(self.text, begin) else {
            self.broken(begin, format!("the marker of `{name}` must stand alone on its line"));
            return after;
        };
        // Comments that are no markers, and whole values, may stand in a block that a person changed.
        let markers = |c: &&Comment| marker::read(self.text, c).is_some();
        let closes = |c: &Comment| match marker::read(self.text, c) {
            Some(Ok(Marker::End { name: Some(n) })) => n == name,
            _ => false,
        };
        let opens = |c: &Comment| {
            matches!(
                marker::read(self.text, c),
                Some(Ok(Marker::Begin { .. } | Marker::End { name: Some(_) }))
            )
        };
        let next = after.iter().position(|c| markers(&c) && (closes(c) || opens(c)));
        let Some((index, end)) =
            next.and_then(|i| Some((i, after.get(i)?))).filter(|(_, c)| closes(c))
        else {
            let why =
                format!("the block `{name}` has no `recount:end {name}` before the next marker");
            self.broken(begin, why);
            return after;
        };
        let rest = after.get(index.saturating_add(1)..).unwrap_or_default();
        match scan::line_before(self.text, end) {
            Some(stop) => self.parts.push(GeneratedPart {
                kind: PartKind::Block,
                name,
                place: self.places.place(begin.range.start),
                hash,
                content: start..stop,
            }),
            None => {
                let why = format!("the end of the block `{name}` must stand alone on its line");
                self.broken(end, why);
            }
        }
        rest
    }

    fn take_value<'c>(
        &mut self,
        begin: &Comment,
        name: String,
        hash: Range<usize>,
        after: &'c [Comment],
    ) -> &'c [Comment] {
        let Some((end, rest)) = after.split_first().filter(|(end, _)| {
            matches!(marker::read(self.text, end), Some(Ok(Marker::End { name: None })))
        }) else {
            self.broken(begin, format!("the value `{name}` has no `recount:end` behind it"));
            return after;
        };
        let content = begin.range.end..end.range.start;
        if scan::has_blank_line(self.text.get(content.clone()).unwrap_or_default()) {
            let why =
                format!("the value `{name}` and its `recount:end` stand in different paragraphs");
            self.broken(begin, why);
            return rest;
        }
        let place = self.places.place(begin.range.start);
        self.parts.push(GeneratedPart { kind: PartKind::Value, name, place, hash, content });
        rest
    }

    fn broken(&mut self, comment: &Comment, why: impl Into<String>) {
        let place = self.places.place(comment.range.start);
        let help = "repair the marker, or take it away to make the passage yours";
        self.problems.push(Diagnostic::error("broken-marker", place, why).help(help));
    }
}
