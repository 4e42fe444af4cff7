//! What an edit asks for, and what comes of it.

use crate::io::yaml::write::YamlValue;
use crate::model::diagnostic::{Diagnostic, Location};
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
