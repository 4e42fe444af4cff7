//! The document that is meant: the tree of the file with the edits made in memory.

use super::request::{Edit, EditError, PathStep};
use crate::io::yaml::node::{Node, NodeKind, NodeStyle};
use crate::io::yaml::write::YamlValue;
use crate::model::diagnostic::Location;
use std::borrow::Cow;

/// A node as it is meant to be.
#[derive(Clone, Debug)]
pub(super) enum PlannedNode<'n> {
    /// A node of the file, as it stands.
    Kept(&'n Node<'n>),
    /// A node that an alias of the file stood for, to be written out.
    Copied(&'n Node<'n>),
    /// A new scalar.
    Scalar(&'n YamlValue),
    /// A list or map of which some part is not as the file has it.
    Collection(Collection<'n>),
}

/// A list or map with its parts.
#[derive(Clone, Debug)]
pub(super) struct Collection<'n> {
    /// The node of the file that it was; none for a new one.
    pub(super) origin: Option<&'n Node<'n>>,
    /// Whether it is a list or a map.
    pub(super) kind: CollectionKind,
    /// Whether a new one is meant to stand on one line.
    pub(super) flow: bool,
    /// The parts, in order.
    pub(super) parts: Vec<PlannedPart<'n>>,
}

/// A list or a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CollectionKind {
    List,
    Map,
}

/// An item of a list, or an entry of a map.
#[derive(Clone, Debug)]
pub(super) struct PlannedPart<'n> {
    /// Which part of the group's origin it was; none for a new one.
    pub(super) origin: Option<usize>,
    /// The key; empty in a list.
    pub(super) key: Cow<'n, str>,
    /// The value.
    pub(super) plan: PlannedNode<'n>,
}

/// How an edit walks to its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathWalk {
    /// It makes the maps that are missing.
    Making,
    /// Everything must be there.
    Finding,
}

impl<'n> PlannedNode<'n> {
    /// Makes one edit; `rewrote` takes the places of the nodes that must be written out for it.
    pub(super) fn apply(
        &mut self,
        edit: &'n Edit,
        rewrote: &mut Vec<Location>,
    ) -> Result<(), EditError> {
        match edit {
            Edit::Set { path, value } => {
                let (last, way) = path.split_last().ok_or(EditError::WholeDocument)?;
                let group = self.walk(way, kind_of(last), PathWalk::Making, rewrote)?;
                group
                    .set(last, PlannedNode::of(value))
                    .ok_or_else(|| EditError::Missing(shown(path)))
            }
            Edit::Add { path, before, value } => {
                let (last, way) = path.split_last().ok_or(EditError::WholeDocument)?;
                let group = self.walk(way, kind_of(last), PathWalk::Making, rewrote)?;
                if let (None, PathStep::Key(key)) = (group.position(last), last) {
                    group.add(key, before, PlannedNode::of(value));
                    return Ok(());
                }
                group
                    .set(last, PlannedNode::of(value))
                    .ok_or_else(|| EditError::Missing(shown(path)))
            }
            Edit::Remove { path } => {
                let (last, way) = path.split_last().ok_or(EditError::WholeDocument)?;
                let group = self.walk(way, kind_of(last), PathWalk::Finding, rewrote)?;
                let found = group.position(last).ok_or_else(|| EditError::Missing(shown(path)))?;
                group.parts.remove(found);
                Ok(())
            }
            Edit::Insert { path, index, value } => {
                let group = self.walk(path, CollectionKind::List, PathWalk::Making, rewrote)?;
                let at = (*index).min(group.parts.len());
                group.parts.insert(at, PlannedPart::new("", PlannedNode::of(value)));
                Ok(())
            }
        }
    }

    /// Walks along `way` and returns the list or map at its end, opened to be changed.
    fn walk(
        &mut self,
        way: &'n [PathStep],
        end: CollectionKind,
        walk: PathWalk,
        rewrote: &mut Vec<Location>,
    ) -> Result<&mut Collection<'n>, EditError> {
        let mut here = self;
        for (done, step) in way.iter().enumerate() {
            let so_far = way.get(..done).unwrap_or_default();
            let group = here.open(kind_of(step), so_far, walk, rewrote)?;
            let at = match (group.position(step), step) {
                (Some(at), _) => at,
                (None, PathStep::Key(key)) if walk == PathWalk::Making => {
                    let next = way.get(done + 1).map_or(end, kind_of);
                    group.parts.push(PlannedPart::new(
                        key,
                        PlannedNode::Collection(Collection::new(next)),
                    ));
                    group.parts.len() - 1
                }
                _ => return Err(EditError::Missing(shown(way))),
            };
            here = match group.parts.get_mut(at) {
                Some(part) => &mut part.plan,
                None => return Err(EditError::Missing(shown(way))),
            };
        }
        here.open(end, way, walk, rewrote)
    }

    /// Opens the node to be changed part by part; it must be a `wanted` or, where it may be made, null.
    fn open(
        &mut self,
        wanted: CollectionKind,
        path: &[PathStep],
        walk: PathWalk,
        rewrote: &mut Vec<Location>,
    ) -> Result<&mut Collection<'n>, EditError> {
        let null = matches!(self, Self::Kept(n) | Self::Copied(n) if matches!(n.what, NodeKind::Null))
            || matches!(self, Self::Scalar(YamlValue::Plain(token)) if is_null(token));
        if null && walk == PathWalk::Finding {
            return Err(EditError::Missing(shown(path)));
        }
        if null {
            *self = Self::Collection(Collection::new(wanted));
        }
        self.open_node(rewrote);
        let (place, found) = match self {
            Self::Collection(group) if group.kind == wanted => {
                // Returned below: a borrow that is returned here would last through the errors.
                (Location::default(), "")
            }
            Self::Collection(group) => {
                (group.origin.map(|n| n.place).unwrap_or_default(), group.kind.name())
            }
            Self::Kept(node) | Self::Copied(node) => (node.place, node.kind()),
            Self::Scalar(_) => (Location::default(), "text"),
        };
        match self {
            Self::Collection(group) if group.kind == wanted => Ok(group),
            _ => Err(EditError::Shape { path: shown(path), place, wanted: wanted.name(), found }),
        }
    }

    /// Makes a list or map of the file a group of its parts; a scalar stays what it is.
    pub(super) fn open_node(&mut self, rewrote: &mut Vec<Location>) {
        let (node, in_place) = match self {
            Self::Kept(node) => (*node, node.style != NodeStyle::Alias && !is_bare_pair(node)),
            Self::Copied(node) => (*node, false),
            Self::Scalar(_) | Self::Collection(_) => return,
        };
        let part = if in_place { Self::Kept } else { Self::Copied };
        let (kind, parts): (_, Vec<_>) = match &node.what {
            NodeKind::List(items) => (
                CollectionKind::List,
                items.iter().map(|item| PlannedPart::new("", part(item))).collect(),
            ),
            NodeKind::Map(entries) => (
                CollectionKind::Map,
                entries.iter().map(|e| PlannedPart::new(&e.key, part(&e.value))).collect(),
            ),
            NodeKind::Null | NodeKind::Text(_) => return,
        };
        if matches!(self, Self::Kept(_)) && !in_place {
            rewrote.push(node.place);
        }
        let flow = is_flow(node);
        let mut group = Collection { origin: in_place.then_some(node), kind, flow, parts };
        if in_place {
            (0..).zip(&mut group.parts).for_each(|(index, part)| part.origin = Some(index));
        }
        *self = Self::Collection(group);
    }

    fn of(value: &'n YamlValue) -> Self {
        let (kind, flow, parts) = match value {
            YamlValue::Text(_) | YamlValue::Plain(_) => return Self::Scalar(value),
            YamlValue::List(items) | YamlValue::FlowList(items) => {
                let parts = items.iter().map(|item| PlannedPart::new("", Self::of(item))).collect();
                (CollectionKind::List, matches!(value, YamlValue::FlowList(_)), parts)
            }
            YamlValue::Map(entries) | YamlValue::FlowMap(entries) => {
                let mut group = Collection::new(CollectionKind::Map);
                // As in `Set`, a key that stands twice keeps its first place and its last value.
                for (key, value) in entries {
                    group.put(key, Self::of(value));
                }
                (CollectionKind::Map, matches!(value, YamlValue::FlowMap(_)), group.parts)
            }
        };
        Self::Collection(Collection { origin: None, kind, flow, parts })
    }

    /// Returns the whole node as a value to be written.
    pub(super) fn to_value(&self) -> YamlValue {
        match self {
            Self::Kept(node) | Self::Copied(node) => value_of(node),
            Self::Scalar(value) => (*value).clone(),
            Self::Collection(group) => {
                let items = || group.parts.iter().map(|part| part.plan.to_value()).collect();
                let entry = |part: &PlannedPart<'_>| (part.key.to_string(), part.plan.to_value());
                let entries = || group.parts.iter().map(entry).collect();
                match (group.kind, group.flow) {
                    (CollectionKind::List, false) => YamlValue::List(items()),
                    (CollectionKind::List, true) => YamlValue::FlowList(items()),
                    (CollectionKind::Map, false) => YamlValue::Map(entries()),
                    (CollectionKind::Map, true) => YamlValue::FlowMap(entries()),
                }
            }
        }
    }

    /// Returns the last scalar, or empty list or map, of the plan.
    pub(super) fn last_leaf(&self) -> &Self {
        let mut here = self;
        while let Self::Collection(Collection { parts, .. }) = here
            && let Some(last) = parts.last()
        {
            here = &last.plan;
        }
        here
    }

    /// Tells whether the node of the file that holds the byte `at` is kept.
    pub(super) fn keeps(&self, at: usize) -> bool {
        match self {
            Self::Kept(node) => node.bytes.start <= at && at <= node.bytes.end,
            Self::Copied(_) | Self::Scalar(_) => false,
            Self::Collection(group) => {
                group.origin.is_some() && group.parts.iter().any(|part| part.plan.keeps(at))
            }
        }
    }
}

impl<'n> Collection<'n> {
    fn new(kind: CollectionKind) -> Self {
        Self { origin: None, kind, flow: false, parts: vec![] }
    }

    fn position(&self, step: &PathStep) -> Option<usize> {
        match step {
            PathStep::Key(key) => self.parts.iter().position(|part| part.key == key.as_str()),
            PathStep::Index(index) => (*index < self.parts.len()).then_some(*index),
        }
    }

    /// Replaces a part, or adds a key; none where an item is not there.
    fn set(&mut self, step: &'n PathStep, plan: PlannedNode<'n>) -> Option<()> {
        match step {
            PathStep::Key(key) => self.put(key, plan),
            PathStep::Index(index) => self.parts.get_mut(*index)?.plan = plan,
        }
        Some(())
    }

    /// Adds a key before the first of those that it should come before.
    fn add(&mut self, key: &'n str, before: &[&str], plan: PlannedNode<'n>) {
        let at = self.parts.iter().position(|part| before.contains(&part.key.as_ref()));
        self.parts.insert(at.unwrap_or(self.parts.len()), PlannedPart::new(key, plan));
    }

    fn put(&mut self, key: &'n str, plan: PlannedNode<'n>) {
        match self.parts.iter_mut().find(|part| part.key == key) {
            Some(part) => part.plan = plan,
            None => self.parts.push(PlannedPart::new(key, plan)),
        }
    }
}

impl<'n> PlannedPart<'n> {
    fn new(key: &'n str, plan: PlannedNode<'n>) -> Self {
        Self { origin: None, key: Cow::Borrowed(key), plan }
    }
}

impl CollectionKind {
    fn name(self) -> &'static str {
        match self {
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}

/// Tells whether an unquoted token means nothing, by the core schema (YAML 1.2.2, 10.3.2).
pub(super) fn is_null(token: &str) -> bool {
    matches!(token, "" | "~" | "null" | "Null" | "NULL")
}

/// Tells whether the node is a pair without braces in a list in brackets, `[a: b]` (YAML 1.2.2, 7.4.1): no
/// second pair can be put beside it.
fn is_bare_pair(node: &Node<'_>) -> bool {
    node.style == NodeStyle::Flow && node.bytes.is_empty()
        || matches!(&node.what, NodeKind::Map(entries)
            if entries.first().is_some_and(|e| node.style == NodeStyle::Flow && e.bytes.start == node.bytes.start))
}

/// Tells whether a list or map is written on one line; what an alias stands for is, where it can be.
fn is_flow(node: &Node<'_>) -> bool {
    let lies_flat = |part: &Node<'_>| !matches!(part.style, NodeStyle::Indented | NodeStyle::Block);
    match (node.style, &node.what) {
        (NodeStyle::Alias, NodeKind::List(items)) => items.iter().all(lies_flat),
        (NodeStyle::Alias, NodeKind::Map(entries)) => entries.iter().all(|e| lies_flat(&e.value)),
        (style, _) => style == NodeStyle::Flow,
    }
}

/// Returns a node as a value that reads the same: an unquoted token stays unquoted.
fn value_of(node: &Node<'_>) -> YamlValue {
    let flow = is_flow(node);
    match &node.what {
        NodeKind::Null => YamlValue::plain("null"),
        NodeKind::Text(text) if node.bare => YamlValue::plain(text.as_ref()),
        NodeKind::Text(text) => YamlValue::text(text.as_ref()),
        NodeKind::List(items) => {
            let items = items.iter().map(value_of).collect();
            if flow { YamlValue::FlowList(items) } else { YamlValue::List(items) }
        }
        NodeKind::Map(entries) => {
            let entries = entries.iter().map(|e| (e.key.to_string(), value_of(&e.value))).collect();
            if flow { YamlValue::FlowMap(entries) } else { YamlValue::Map(entries) }
        }
    }
}

fn kind_of(step: &PathStep) -> CollectionKind {
    match step {
        PathStep::Key(_) => CollectionKind::Map,
        PathStep::Index(_) => CollectionKind::List,
    }
}

/// Returns a path as people write it: `events[3].impact.apps`.
fn shown(path: &[PathStep]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            PathStep::Key(key) if out.is_empty() => out.push_str(key),
            PathStep::Key(key) => out.push_str(&format!(".{key}")),
            PathStep::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    if out.is_empty() { "the document".to_owned() } else { out }
}
