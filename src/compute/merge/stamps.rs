//! When fields were last changed, and the values that lost to others, as a file tells both.

use super::source::{SourceKind, SourceNode};
use super::versions::Versions;
use crate::model::time::{Instant, Zone, read_instant};
use std::collections::{BTreeMap, BTreeSet};

/// When each field was last changed.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldTimes {
    /// The one time that the first format has for all.
    whole: Option<Instant>,
    fields: BTreeMap<String, Instant>,
}

impl FieldTimes {
    /// Reads an `edited`.
    pub(super) fn read(edited: Option<&SourceNode>) -> Self {
        let Some(node) = edited else { return Self::default() };
        let fields = node.parts().iter().filter(|_| node.is_map());
        let fields = fields.filter_map(|part| Some((part.key.clone(), instant(&part.node)?)));
        Self { whole: instant(node), fields: fields.collect() }
    }

    /// Returns when a field was changed.
    pub(super) fn time(&self, field: &str) -> Option<Instant> {
        self.own(field).or(self.whole)
    }

    /// Returns when a field was changed, where the file says so of this one.
    pub(super) fn own(&self, field: &str) -> Option<Instant> {
        self.fields.get(field).copied()
    }
}

/// Merges two `edited`: each field's latest time.
pub(super) fn edited(versions: Versions<'_, SourceNode>) -> Option<SourceNode> {
    if let Some(plain) = versions.plain() {
        return plain.cloned();
    }
    let mut fields: BTreeMap<&str, &SourceNode> = BTreeMap::new();
    for part in versions.sides().filter(|side| side.is_map()).flat_map(SourceNode::parts) {
        let known = fields.entry(part.key.as_str()).or_insert(&part.node);
        let key = |node: &SourceNode| (instant(node), node.meaning());
        if key(&part.node) > key(known) {
            *known = &part.node;
        }
    }
    if fields.is_empty() {
        return versions.sides().max_by_key(|side| (instant(side), side.meaning())).cloned();
    }
    Some(SourceNode::map(fields.into_iter().map(|(field, at)| (field, at.bare_value()))))
}

fn instant(node: &SourceNode) -> Option<Instant> {
    node.scalar_text().and_then(|text| read_instant(text, Zone::UTC).ok())
}

/// A value that lost to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LostValue {
    pub(super) edited: Option<Instant>,
    /// What it says; nothing where the field was absent.
    pub(super) meaning: Option<String>,
    pub(super) value: SourceNode,
}

impl LostValue {
    pub(super) fn new(value: Option<SourceNode>, edited: Option<Instant>) -> Self {
        let meaning = value.as_ref().map(SourceNode::meaning);
        let nothing = SourceNode { kind: SourceKind::Null, text: super::source::SourceText::New };
        Self { edited, meaning, value: value.unwrap_or(nothing).bare_value() }
    }

    fn read(node: &SourceNode) -> Self {
        let value = node.get("value").filter(|value| value.kind != SourceKind::Null);
        Self::new(value.cloned(), node.get("edited").and_then(instant))
    }

    fn written(&self) -> SourceNode {
        let edited = self.edited.map(|at| ("edited", SourceNode::scalar(at.rfc3339(), true)));
        SourceNode::map([("value", self.value.clone())].into_iter().chain(edited))
    }
}

/// The values that lost, by field.
pub(super) type LostValues = BTreeMap<String, BTreeSet<LostValue>>;

/// Reads a `was`.
pub(super) fn read_was(was: Option<&SourceNode>) -> LostValues {
    let fields = was.filter(|was| was.is_map()).map(SourceNode::parts).unwrap_or_default();
    let values =
        |node: &SourceNode| node.parts().iter().map(|p| LostValue::read(&p.node)).collect();
    fields.iter().map(|part| (part.key.clone(), values(&part.node))).collect()
}

/// Returns what lost on either side, but for what one of them settled.
pub(super) fn united(versions: Versions<'_, SourceNode>) -> LostValues {
    let [base, ours, theirs] = versions.each(read_was);
    let mut all = LostValues::new();
    for (field, value) in
        ours.iter().chain(&theirs).flat_map(|(f, vs)| vs.iter().map(move |v| (f, v)))
    {
        let has = |side: &LostValues| side.get(field).is_some_and(|values| values.contains(value));
        if !has(&base) || (has(&ours) && has(&theirs)) {
            all.entry(field.clone()).or_default().insert(value.clone());
        }
    }
    all
}

/// Writes what lost, each value once and with its latest time, but for what stands now.
pub(super) fn write_was(
    lost: LostValues,
    stands: impl Fn(&str) -> Option<String>,
) -> Option<SourceNode> {
    let mut fields = vec![];
    for (field, values) in lost {
        let now = stands(&field);
        let mut latest: BTreeMap<Option<String>, LostValue> = BTreeMap::new();
        for value in values.into_iter().filter(|value| value.meaning != now) {
            // They come in the order of their times.
            latest.insert(value.meaning.clone(), value);
        }
        let sorted: BTreeSet<_> = latest.into_values().collect();
        if !sorted.is_empty() {
            fields.push((field, SourceNode::list(sorted.iter().map(LostValue::written))));
        }
    }
    (!fields.is_empty()).then(|| SourceNode::map(fields))
}
