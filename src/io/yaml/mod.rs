//! The YAML door: files as trees with places, facts read from them, and edits that touch only
//! the lines they mean to.

pub mod closing;
pub mod edit;
pub mod emit;
pub mod event;
pub mod fields;
pub mod front;
pub mod incident;
pub mod maintenance;
pub mod merge;
pub mod node;
mod parts;
mod plain;
pub mod policy;
pub mod settings;
pub mod write;

use crate::model::diagnostic::Diagnostic;
use node::Node;

/// Reads a text into a tree: quickly where it is plain, and else in full.
///
/// # Errors
/// What keeps the text from being read as YAML.
pub fn tree(text: &str) -> Result<Node<'_>, Diagnostic> {
    plain::read(text).map_or_else(|| node::read(text), Ok)
}
