//! Edits a YAML text so that only the lines that are meant change.
//!
//! The edits are first made to a tree in memory, the [`plan`]; then the places where the plan and
//! the file part become splices of the text; then two readers read the new text and must find
//! the plan in it, else nothing is returned.

mod aliases;
mod check;
pub(super) mod lines;
mod plan;
mod request;
mod splice;

#[cfg(test)]
mod tests;

pub use request::{Edit, EditError, EditedText, PathStep};

use super::node::Node;
use crate::io::yaml;
use plan::PlannedNode;

/// Makes `edits`, in their order, and touches only the lines that they mean; `root` is the tree of `text`.
///
/// # Errors
/// Where an edit does not fit what stands in the text, and where the outcome, read again by two
/// readers, would not be what the edits mean.
pub fn apply(text: &str, root: &Node<'_>, edits: &[Edit]) -> Result<EditedText, EditError> {
    // A byte order mark is no part of the document (YAML 1.2.2, 5.2); places are counted behind it.
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
