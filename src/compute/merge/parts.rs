//! The parts of a list or a map of which both sides changed something.

use super::comments;
use super::source::{SourceKind, SourceNode, SourcePart, SourceText};
use super::versions::Versions;
use super::weave::Orders;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Three versions of a list or map, with their parts in one column.
pub(super) struct AlignedVersions {
    nodes: [Option<SourceNode>; 3],
    /// Where the outcome stands; none where it stands in brackets or braces on both sides.
    column: Option<usize>,
}

impl AlignedVersions {
    pub(super) fn new(versions: Versions<'_, SourceNode>) -> Self {
        let columns = versions.each(|node| {
            node.and_then(|node| match node.text {
                SourceText::Block(column) => Some(column),
                _ => None,
            })
        });
        let [base, ours, theirs] = columns.each_ref().map(Option::as_ref);
        let column = match (ours, theirs) {
            (Some(_), Some(_)) => Versions::new(base, ours, theirs).pick().copied(),
            (one, other) => one.or(other).copied(),
        };
        let nodes = versions.each(|node| {
            node.map(|node| column.map_or_else(|| node.clone(), |column| node.in_column(column)))
        });
        Self { nodes, column }
    }

    pub(super) fn versions(&self) -> Versions<'_, SourceNode> {
        let [base, ours, theirs] = self.nodes.each_ref().map(Option::as_ref);
        Versions::new(base, ours, theirs)
    }

    /// Returns the list or map of some parts; none where nothing is in it.
    pub(super) fn with(&self, parts: Vec<SourcePart>) -> Option<SourceNode> {
        let is_list = self.versions().sides().any(SourceNode::is_list);
        let text = self.column.map_or(SourceText::New, SourceText::Block);
        let kind = if is_list { SourceKind::List(parts) } else { SourceKind::Map(parts) };
        let node = SourceNode { kind, text };
        (!node.parts().is_empty()).then_some(node)
    }
}

/// The names of the parts of three versions.
pub(super) type PartNames = [Vec<String>; 3];

/// Returns the names of the keys of maps.
pub(super) fn keys(versions: Versions<'_, SourceNode>) -> PartNames {
    versions.each(|node| {
        node.map(SourceNode::parts).unwrap_or_default().iter().map(|p| p.key.clone()).collect()
    })
}

/// Three versions of a list or map, whose parts have names.
pub(super) struct NamedParts<'a> {
    names: PartNames,
    parts: [HashMap<&'a str, &'a SourcePart>; 3],
}

impl<'a> NamedParts<'a> {
    pub(super) fn new(versions: Versions<'a, SourceNode>, names: &'a PartNames) -> Self {
        let [base, ours, theirs] = names;
        let [b, o, t] = versions.each(|node| node.map(SourceNode::parts).unwrap_or_default());
        let by_name = |names: &'a [String], parts: &'a [SourcePart]| {
            names.iter().map(String::as_str).zip(parts).collect::<HashMap<_, _>>()
        };
        let parts = [by_name(base, b), by_name(ours, o), by_name(theirs, t)];
        Self { names: names.clone(), parts }
    }

    /// Returns the versions of one part.
    pub(super) fn part(&self, name: &str) -> Versions<'a, SourcePart> {
        let [base, ours, theirs] = self.parts.each_ref().map(|parts| parts.get(name).copied());
        Versions::new(base, ours, theirs)
    }

    /// Returns the name of each part of any version, once.
    pub(super) fn all(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        self.names.iter().flatten().filter(|name| seen.insert(*name)).cloned().collect()
    }

    /// Returns the names that stay in one order.
    pub(super) fn woven(
        &self,
        stays: impl Fn(&str) -> bool,
        by: impl Fn(&str, &str) -> Ordering,
    ) -> Vec<String> {
        let [base, ours, theirs] = &self.names;
        Orders { base, ours, theirs }.woven(stays, by)
    }

    /// Returns what is made of each part, in the order of both sides and else in that of the names.
    pub(super) fn merged(
        &self,
        mut merge: impl FnMut(&str, Versions<'a, SourcePart>) -> Option<SourcePart>,
    ) -> Vec<SourcePart> {
        let names = self.all();
        let merged =
            names.iter().filter_map(|name| Some((name.as_str(), merge(name, self.part(name))?)));
        let mut merged: HashMap<&str, SourcePart> = merged.collect();
        let order = self.woven(|name| merged.contains_key(name), |a, b| a.cmp(b));
        order.iter().filter_map(|name| merged.remove(name.as_str())).collect()
    }

    /// Returns the order of the names on each side and before.
    pub(super) fn names(&self) -> &PartNames {
        &self.names
    }
}

/// Returns a part with a value, and with the comments that its versions have.
pub(super) fn joined(versions: Versions<'_, SourcePart>, node: SourceNode) -> Option<SourcePart> {
    let one = match (versions.ours, versions.theirs) {
        (Some(one), Some(_)) => one,
        // A comment is gone with the part that one side removed, and stays with the one that the other kept.
        (one, other) => return one.or(other).map(|part| SourcePart { node, ..part.clone() }),
    };
    Some(SourcePart {
        key: one.key.clone(),
        above: comments::lines(versions.parts(|part| Some(&part.above))),
        head: versions.parts(|part| Some(&part.head)).pick().cloned().unwrap_or_default(),
        node,
        beside: comments::beside(versions.parts(|part| Some(&part.beside))),
    })
}

/// Merges one member of a set: removed on one side, it is gone.
pub(super) fn member(versions: Versions<'_, SourcePart>) -> Option<SourcePart> {
    let Versions { base, ours, theirs } = versions;
    if base.is_some() && (ours.is_none() || theirs.is_none()) {
        return None;
    }
    let node = versions.parts(|part| Some(&part.node)).pick();
    let node = node.or_else(|| versions.sides().next().map(|part| &part.node))?.clone();
    joined(versions, node)
}

/// Merges lists of values, member by member; none where nothing is in them.
pub(super) fn set(versions: Versions<'_, SourceNode>) -> Option<SourceNode> {
    if let Some(plain) = versions.plain() {
        return plain.cloned();
    }
    let aligned = AlignedVersions::new(versions);
    let versions = aligned.versions();
    let names = versions.each(|node| {
        let items = node.map(SourceNode::parts).unwrap_or_default();
        numbered(items.iter().map(|item| item.node.meaning()))
    });
    let named = NamedParts::new(versions, &names);
    aligned.with(named.merged(|_, part| member(part)))
}

/// Tells apart names that stand there several times.
pub(super) fn numbered(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let number = |name: String| {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}\u{0}{count}") }
    };
    names.into_iter().map(number).collect()
}
