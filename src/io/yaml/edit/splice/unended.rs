//! Files without a final line end.

use crate::io::yaml::edit::plan::PlannedNode;
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::{self, YamlValue};

/// Tells whether a text that had no final line end may go without one: a block scalar that comes
/// to stand last would lose its own, which is part of what it says (8.1.1.2).
pub(super) fn may_lack_line_end(text: &str, plan: &PlannedNode<'_>) -> bool {
    match plan.last_leaf() {
        PlannedNode::Kept(node) => {
            let last = last_node(node);
            last.style != NodeStyle::Block || is_unended(last, text)
        }
        PlannedNode::Copied(node) => {
            last_node(node).text().is_none_or(|text| !write::is_block(text))
        }
        PlannedNode::Scalar(YamlValue::Text(text)) => !write::is_block(text),
        PlannedNode::Scalar(_) | PlannedNode::Collection(_) => true,
    }
}

/// Tells whether a block scalar reaches to the end of such a file.
pub(super) fn is_unended(node: &Node<'_>, text: &str) -> bool {
    node.style == NodeStyle::Block && node.bytes.end >= text.len()
}

/// Returns the last scalar, or empty list or map, of a node.
pub(super) fn last_node<'n>(mut node: &'n Node<'n>) -> &'n Node<'n> {
    loop {
        let last = match &node.what {
            _ if node.style == NodeStyle::Alias => None,
            NodeKind::List(items) => items.last(),
            NodeKind::Map(entries) => entries.last().map(|e| &e.value),
            NodeKind::Null | NodeKind::Text(_) => None,
        };
        let Some(last) = last else { return node };
        node = last;
    }
}
