//! Whether a new text says what was meant: two readers must find the plan in it.

use super::plan::{Collection, CollectionKind, PlannedNode, PlannedPart, is_null};
use super::request::EditError;
use crate::io::yaml::node::{self, Node, NodeKind};
use crate::io::yaml::plain;
use crate::io::yaml::write::{self, YamlValue};
use crate::model::diagnostic::{Diagnostic, Location};
use serde_yaml::Value as Theirs;

/// Reads `new` with two readers; both must find `plan`.
///
/// What is plain YAML is read by the quick reader and the full one. Anything else is read by the full one and
/// by `serde_yaml`, which has another parser (libyaml's) and types of its own; where they see the old text differently (a tag, a token that they type differently), each must
/// see the same as before in what was kept.
pub(super) fn says(plan: &PlannedNode<'_>, old: &str, new: &str) -> Result<(), EditError> {
    if says_plainly(plan, new) {
        return Ok(());
    }
    let read = || serde_yaml::from_str::<Theirs>(new);
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = std::thread::Builder::new().spawn_scoped(scope, read);
        let ours = node::read(new).is_ok_and(|root| finds(plan, &root, ScalarTypes::Any));
        // Where no thread is to be had, one reads after the other.
        let theirs = theirs.map_or_else(|_| Some(read()), |thread| thread.join().ok());
        (ours, theirs)
    });
    let (true, Some(Ok(theirs))) = (ours, theirs) else { return Err(damage(old)) };
    if reads(plan, &theirs) {
        return Ok(());
    }
    let before: Theirs = serde_yaml::from_str(old).map_err(|e| unreadable(&e))?;
    if reads_as_before(plan, &before, &theirs) { Ok(()) } else { Err(EditError::WouldDamage) }
}

/// Tells a text that the second reader could not read before, either, from one that was damaged.
fn damage(old: &str) -> EditError {
    match serde_yaml::from_str::<Theirs>(old) {
        Ok(_) => EditError::WouldDamage,
        Err(error) => unreadable(&error),
    }
}

fn unreadable(error: &serde_yaml::Error) -> EditError {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let place = error.location().map_or(Location::default(), |at| Location {
        line: small(at.line()),
        column: small(at.column()),
    });
    EditError::Unreadable(Diagnostic::error("syntax", place, error.to_string()))
}

/// Reads plain YAML quickly and in full.
fn says_plainly(plan: &PlannedNode<'_>, new: &str) -> bool {
    let all = |root: &Node<'_>| finds(plan, root, ScalarTypes::Same);
    plain::read(new).as_ref().is_some_and(all) && node::read(new).as_ref().is_ok_and(all)
}

/// Whether every reader must also take the scalars for what they are meant to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScalarTypes {
    Same,
    Any,
}

fn finds(plan: &PlannedNode<'_>, node: &Node<'_>, types: ScalarTypes) -> bool {
    match (plan, &node.what) {
        (PlannedNode::Kept(old) | PlannedNode::Copied(old), _) => same(old, node, types),
        (PlannedNode::Scalar(YamlValue::Plain(token)), NodeKind::Null) => is_null(token),
        (PlannedNode::Scalar(YamlValue::Text(text)), NodeKind::Text(found)) => {
            let clear = types == ScalarTypes::Any || !node.bare || write::is_clear(text, true);
            text == found && clear
        }
        (PlannedNode::Scalar(YamlValue::Plain(text)), NodeKind::Text(found)) => {
            text == found && (types == ScalarTypes::Any || node.bare)
        }
        (
            PlannedNode::Collection(Collection { kind: CollectionKind::List, parts, .. }),
            NodeKind::List(items),
        ) => {
            parts.len() == items.len()
                && parts.iter().zip(items).all(|(part, item)| finds(&part.plan, item, types))
        }
        (
            PlannedNode::Collection(Collection { kind: CollectionKind::Map, parts, .. }),
            NodeKind::Map(entries),
        ) => {
            parts.len() == entries.len()
                && parts
                    .iter()
                    .zip(entries)
                    .all(|(p, e)| p.key == e.key && finds(&p.plan, &e.value, types))
        }
        _ => false,
    }
}

fn same(old: &Node<'_>, new: &Node<'_>, types: ScalarTypes) -> bool {
    match (&old.what, &new.what) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Text(o), NodeKind::Text(n)) => {
            o == n && (types == ScalarTypes::Any || old.bare == new.bare)
        }
        (NodeKind::List(old), NodeKind::List(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new, types))
        }
        (NodeKind::Map(old), NodeKind::Map(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(o, n)| o.key == n.key && same(&o.value, &n.value, types))
        }
        _ => false,
    }
}

/// Tells whether `serde_yaml` read what the plan says.
fn reads(plan: &PlannedNode<'_>, theirs: &Theirs) -> bool {
    match plan {
        PlannedNode::Kept(node) | PlannedNode::Copied(node) => reads_node(node, theirs),
        PlannedNode::Scalar(YamlValue::Text(text)) => theirs.as_str() == Some(text),
        PlannedNode::Scalar(YamlValue::Plain(token)) => reads_token(token, theirs),
        PlannedNode::Scalar(_) => false,
        PlannedNode::Collection(group) => {
            all_parts(group, theirs, |_, part, theirs| reads(&part.plan, theirs))
        }
    }
}

fn reads_node(node: &Node<'_>, theirs: &Theirs) -> bool {
    match (&node.what, theirs) {
        (NodeKind::Null, _) => theirs.is_null(),
        (NodeKind::Text(text), _) if node.bare => reads_token(text, theirs),
        (NodeKind::Text(text), _) => theirs.as_str() == Some(text),
        (NodeKind::List(items), Theirs::Sequence(theirs)) => {
            items.len() == theirs.len()
                && items.iter().zip(theirs).all(|(item, theirs)| reads_node(item, theirs))
        }
        (NodeKind::Map(entries), Theirs::Mapping(theirs)) => {
            entries.len() == theirs.len()
                && entries.iter().zip(theirs).all(|(e, (key, theirs))| {
                    reads_key(&e.key, key) && reads_node(&e.value, theirs)
                })
        }
        _ => false,
    }
}

/// Tells whether `theirs` is an unquoted token: its text, or what it means as a number or so.
fn reads_token(token: &str, theirs: &Theirs) -> bool {
    match theirs {
        Theirs::String(text) => text == token,
        Theirs::Null => is_null(token),
        Theirs::Bool(_) | Theirs::Number(_) => {
            serde_yaml::from_str::<Theirs>(token).is_ok_and(|meant| meant == *theirs)
        }
        _ => false,
    }
}

fn reads_key(key: &str, theirs: &Theirs) -> bool {
    theirs.as_str() == Some(key) || reads_token(key, theirs)
}

/// Tells whether what the plan keeps is to `serde_yaml` what it was, and the rest as planned.
fn reads_as_before(plan: &PlannedNode<'_>, before: &Theirs, theirs: &Theirs) -> bool {
    match plan {
        PlannedNode::Kept(_) => before == theirs,
        PlannedNode::Collection(group) if group.origin.is_some() => {
            all_parts(group, theirs, |part_of, part, theirs| match part_of {
                Some(index) => {
                    part_at(before, index).is_some_and(|b| reads_as_before(&part.plan, b, theirs))
                }
                None => reads(&part.plan, theirs),
            })
        }
        _ => reads(plan, theirs),
    }
}

fn part_at(theirs: &Theirs, index: usize) -> Option<&Theirs> {
    match theirs {
        Theirs::Sequence(items) => items.get(index),
        Theirs::Mapping(entries) => entries.values().nth(index),
        _ => None,
    }
}

fn all_parts(
    group: &Collection<'_>,
    theirs: &Theirs,
    reads: impl Fn(Option<usize>, &PlannedPart<'_>, &Theirs) -> bool,
) -> bool {
    match (group.kind, theirs) {
        (CollectionKind::List, Theirs::Sequence(theirs)) => {
            group.parts.len() == theirs.len()
                && group.parts.iter().zip(theirs).all(|(part, t)| reads(part.origin, part, t))
        }
        (CollectionKind::Map, Theirs::Mapping(theirs)) => {
            group.parts.len() == theirs.len()
                && group.parts.iter().zip(theirs).all(|(part, (key, t))| {
                    reads_key(&part.key, key) && reads(part.origin, part, t)
                })
        }
        _ => false,
    }
}
