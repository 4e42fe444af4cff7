//! How a file indents.

use crate::io::yaml::edit::lines::SourceLines;
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::Indentation;

/// Returns how the file indents, from the first lists and maps in it that tell.
pub(super) fn layout_of(root: &Node<'_>, lines: SourceLines<'_>) -> Indentation {
    let mut found = FoundNode::default();
    found.look(root, lines);
    let usual = Indentation::default();
    Indentation {
        // A block scalar tells its indentation by one digit, never zero (8.1.1.1).
        step: found.step.map_or(usual.step, |step| step.clamp(1, 9)),
        indentless: found.indentless.unwrap_or(usual.indentless),
        blocks: true,
    }
}

#[derive(Default)]
struct FoundNode {
    step: Option<usize>,
    indentless: Option<bool>,
}

impl FoundNode {
    fn look(&mut self, node: &Node<'_>, lines: SourceLines<'_>) {
        if node.style != NodeStyle::Indented || self.step.is_some() && self.indentless.is_some() {
            return;
        }
        match &node.what {
            NodeKind::List(items) => items.iter().for_each(|item| self.look(item, lines)),
            NodeKind::Map(entries) => {
                for entry in entries.iter().filter(|e| e.value.style == NodeStyle::Indented) {
                    let inner = lines.column(lines.first_part(lines.colon(entry)));
                    let step = inner.saturating_sub(lines.column(entry.bytes.start));
                    if step > 0 {
                        self.step.get_or_insert(step);
                    }
                    if matches!(entry.value.what, NodeKind::List(_)) {
                        self.indentless.get_or_insert(step == 0);
                    }
                    self.look(&entry.value, lines);
                }
            }
            NodeKind::Null | NodeKind::Text(_) => {}
        }
    }
}
