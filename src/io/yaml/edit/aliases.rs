//! Aliases whose anchor an edit takes away: what they stood for is written out.

use super::plan::PlannedNode;
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::model::diagnostic::Location;
use std::collections::HashSet;

impl<'n> PlannedNode<'n> {
    /// Writes out each alias whose anchor goes, or whose node is meant to change: what it stands
    /// for is not meant to. Without its anchor an alias is an error, or stands for an earlier node
    /// that has the same anchor (YAML 1.2.2, 7.1).
    pub(super) fn heal_aliases(&mut self, rewrote: &mut Vec<Location>) {
        let mut intact = HashSet::new();
        self.intact(&mut intact);
        self.heal(&intact, rewrote);
    }

    fn intact(&self, found: &mut HashSet<usize>) {
        match self {
            Self::Kept(node) => anchors(node, found),
            Self::Copied(_) | Self::Scalar(_) => {}
            Self::Collection(group) => group.parts.iter().for_each(|part| part.plan.intact(found)),
        }
    }

    fn heal(&mut self, intact: &HashSet<usize>, rewrote: &mut Vec<Location>) {
        if let Self::Kept(node) = self {
            if !has_broken_alias(node, intact) {
                return;
            }
            if node.style == NodeStyle::Alias {
                rewrote.push(node.place);
                *self = Self::Copied(node);
                return;
            }
            self.open_node(rewrote);
        }
        if let Self::Collection(group) = self {
            group.parts.iter_mut().for_each(|part| part.plan.heal(intact, rewrote));
        }
    }
}

fn has_broken_alias(node: &Node<'_>, intact: &HashSet<usize>) -> bool {
    if node.style == NodeStyle::Alias {
        return !intact.contains(&node.anchor);
    }
    match &node.what {
        NodeKind::Null | NodeKind::Text(_) => false,
        NodeKind::List(items) => items.iter().any(|item| has_broken_alias(item, intact)),
        NodeKind::Map(entries) => entries.iter().any(|e| has_broken_alias(&e.value, intact)),
    }
}

fn anchors(node: &Node<'_>, found: &mut HashSet<usize>) {
    if node.style == NodeStyle::Alias {
        return;
    }
    if node.anchor > 0 {
        found.insert(node.anchor);
    }
    match &node.what {
        NodeKind::Null | NodeKind::Text(_) => {}
        NodeKind::List(items) => items.iter().for_each(|item| anchors(item, found)),
        NodeKind::Map(entries) => entries.iter().for_each(|e| anchors(&e.value, found)),
    }
}
