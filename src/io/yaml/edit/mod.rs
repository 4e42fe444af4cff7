//! Edits a YAML text so that only the lines that are meant change.
//!
//! The edits are first made to a tree in memory, the [`plan`]; then the places where the plan and
//! the file part become splices of the text; then two readers read the new text and must find
//! the plan in it, else nothing is returned.

mod check;
mod lines;
mod plan;
mod splice;

#[cfg(test)]
mod tests;

use super::node::Node;
use super::write::YamlValue;
use crate::io::yaml;
use crate::model::diagnostic::{Diagnostic, Location};
use plan::PlannedNode;
use std::fmt;

/// One step from a list or map to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// To the value of a key.
    Key(String),
    /// To an item, counted from 0.
    Index(usize),
}

impl From<&str> for PathStep {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for PathStep {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// One change of a document. Each edit of a batch finds the document as those before it left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replaces a value, or adds its key at the end of its map; maps on the way that are missing
    /// or null are made.
    Set {
        /// The way to the value.
        path: Vec<PathStep>,
        /// What it becomes.
        value: YamlValue,
    },
    /// Replaces a value, or adds its key before the first of some others that stand in its map.
    Add {
        /// The way to the value.
        path: Vec<PathStep>,
        /// The keys that it comes before; where none of them stands there, it comes last.
        before: &'static [&'static str],
        /// What it becomes.
        value: YamlValue,
    },
    /// Removes a key of a map or an item of a list.
    Remove {
        /// The way to the key or item, which must be there.
        path: Vec<PathStep>,
    },
    /// Puts an item into a list, which is made where it is missing or null.
    Insert {
        /// The way to the list.
        path: Vec<PathStep>,
        /// Which item the new one comes before; past the end, it comes last.
        index: usize,
        /// The new item.
        value: YamlValue,
    },
}

/// An edited text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedText {
    /// The new text.
    pub text: String,
    /// Where, in the old text, a node had to be rewritten although the edits mean only a part of
    /// it or none: an alias, or a list or map in brackets or braces.
    pub rewrote: Vec<Location>,
}

/// Why a text could not be edited; it is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The text cannot be read.
    Unreadable(Diagnostic),
    /// Nothing stands at the path.
    Missing(String),
    /// Something else than the list or map that the path goes through stands there.
    Shape {
        /// The path so far.
        path: String,
        /// Where it leads.
        place: Location,
        /// What should stand there.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// The path is empty where a part of the document should be named.
    WholeDocument,
    /// The edited text would not have said what was meant.
    WouldDamage,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => {
                write!(f, "{}: this is not YAML: {}", problem.place, problem.message)
            }
            Self::Missing(path) => write!(f, "nothing stands at `{path}`"),
            Self::Shape { path, place, wanted, found } => {
                write!(f, "{place}: {wanted} should stand at `{path}`, not {found}")
            }
            Self::WholeDocument => f.write_str("an edit must name a part of the document"),
            Self::WouldDamage => f.write_str(
                "this edit would damage the file, so nothing was changed; \
                 make it by hand, or write that part of the file in a simpler way",
            ),
        }
    }
}

impl std::error::Error for EditError {}

/// Makes `edits`, in their order, and touches only the lines that they mean; `root` is the tree of `text`.
///
/// # Errors
/// Where an edit does not fit what stands in the text, and where the outcome, read again by two
/// readers, would not be what the edits mean.
pub fn apply(text: &str, root: &Node<'_>, edits: &[Edit]) -> Result<EditedText, EditError> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    // The tree counts the bytes of a mark at the beginning, which the lines that are edited don't have.
    let marked = body.len() < text.len();
    let unmarked = marked.then(|| yaml::tree(body)).transpose().map_err(EditError::Unreadable)?;
    let old = unmarked.as_ref().unwrap_or(root);
    let mut plan = PlannedNode::Kept(old);
    let mut rewrote = vec![];
    for edit in edits {
        plan.apply(edit, &mut rewrote)?;
    }
    plan.heal_aliases(&mut rewrote);
    let texts = splice::write(body, old, &plan, &mut rewrote).unwrap_or_default();
    let mut outcome = Err(EditError::WouldDamage);
    for text in texts {
        outcome = check::says(&plan, body, &text).map(|()| text);
        if outcome.is_ok() {
            break;
        }
    }
    let new = outcome?;
    rewrote.sort_unstable();
    rewrote.dedup();
    let mark = text.get(..text.len() - body.len()).unwrap_or_default();
    Ok(EditedText { text: format!("{mark}{new}"), rewrote })
}
