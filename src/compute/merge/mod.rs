//! The merge of two versions of an incident's file by what they mean.
//!
//! It is a function of what there was and what either side has: which side is ours makes no difference, and what was
//! merged before changes nothing. What one side alone touched keeps its bytes.

mod comments;
pub mod marked;
mod owner;
mod parts;
pub mod passages;
mod redacted;
mod rules;
mod settings;
mod source;
mod stamps;
mod versions;
mod weave;

pub use settings::settings;
pub use source::{SourceDocument, SourceKind, SourceNode, SourcePart, SourceText};

use crate::model::time::{self, Zone};
use rules::OwnerKind;
use versions::Versions;

/// Merges two versions of an incident's file.
#[must_use]
pub fn incident(
    base: Option<&SourceDocument>,
    ours: &SourceDocument,
    theirs: &SourceDocument,
) -> SourceDocument {
    let whole = Versions::new(base, Some(ours), Some(theirs));
    if let Some(Some(plain)) = whole.plain() {
        return plain.clone();
    }
    let roots = whole.parts(|document| Some(&document.root));
    let is_map = roots.sides().all(SourceNode::is_map);
    let root = match roots.plain() {
        Some(plain) => plain.cloned(),
        None if is_map => {
            let base = roots.base.filter(|root| root.is_map());
            owner::merge(Versions { base, ..roots }, OwnerKind::Incident, zone(roots))
        }
        // A side that holds nothing, or no map, has no facts that could be merged.
        None => roots.sides().max_by_key(|root| (root.is_map(), *root)).cloned(),
    };
    SourceDocument {
        start: comments::lines(whole.parts(|document| Some(&document.start))),
        root: root.unwrap_or(SourceNode { kind: SourceKind::Null, text: SourceText::New }),
        end: comments::lines(whole.parts(|document| Some(&document.end))),
    }
}

/// Returns the zone by which events are ordered that name none: the incident's own.
fn zone(roots: Versions<'_, SourceNode>) -> Zone {
    let names = roots.parts(|root| root.get("timezone"));
    let name = names.pick().and_then(SourceNode::scalar_text);
    name.and_then(|name| time::read_zone(name).ok()).unwrap_or(Zone::UTC)
}
