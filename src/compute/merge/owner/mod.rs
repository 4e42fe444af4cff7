//! What has fields: an incident, an event or an action of which both sides changed something.

mod canceled;
mod items;
mod scopes;

use crate::compute::merge::parts::{self, AlignedVersions, NamedParts, joined};
use crate::compute::merge::redacted;
use crate::compute::merge::rules::{MergeRule, OwnerKind, TIME};
use crate::compute::merge::source::{SourceNode, SourcePart};
use crate::compute::merge::stamps::{self, FieldTimes, LostValue, LostValues};
use crate::compute::merge::versions::Versions;
use crate::model::time::{Instant, Zone};
use std::collections::HashMap;

/// Merges what has fields; none where nothing is left in it.
pub(super) fn merge(
    versions: Versions<'_, SourceNode>,
    kind: OwnerKind,
    zone: Zone,
) -> Option<SourceNode> {
    let aligned = AlignedVersions::new(versions);
    let versions = aligned.versions();
    let names = parts::keys(versions);
    let named = NamedParts::new(versions, &names);
    let mut owner = FieldOwner::new(versions, kind, zone);
    owner.merge(&named);
    let merged = aligned.with(owner.in_order(&named))?;
    match kind {
        OwnerKind::Event => Some(redacted::without_words(merged, versions)),
        _ => Some(merged),
    }
}

/// An incident, an event or an action that is being merged.
pub(super) struct FieldOwner<'a> {
    versions: Versions<'a, SourceNode>,
    kind: OwnerKind,
    zone: Zone,
    times: [FieldTimes; 3],
    /// What lost to what stands.
    pub(super) lost: LostValues,
    merged: HashMap<String, SourcePart>,
}

impl<'a> FieldOwner<'a> {
    fn new(versions: Versions<'a, SourceNode>, kind: OwnerKind, zone: Zone) -> Self {
        let times = versions.each(|node| FieldTimes::read(node.and_then(|n| n.get("edited"))));
        let was = versions.parts(|node| node.get("was"));
        Self { versions, kind, zone, times, lost: stamps::united(was), merged: HashMap::new() }
    }

    fn merge(&mut self, named: &NamedParts<'a>) {
        let keys = named.all();
        let is_event = self.kind == OwnerKind::Event;
        let tells_time = |key: &String| is_event && TIME.contains(&key.as_str());
        for key in keys.iter().filter(|key| !tells_time(key) && *key != "was") {
            let part = self.key(key, named.part(key));
            self.put(part);
        }
        if keys.iter().any(tells_time) {
            let time: Vec<_> = TIME.iter().map(|key| named.part(key)).collect();
            let parts = self.field("at", "at", &time);
            parts.into_iter().for_each(|part| self.put(part));
        }
        let lost = std::mem::take(&mut self.lost);
        if let Some(node) = stamps::write_was(lost, |field| self.stands(field)) {
            let written = named.part("was");
            let same = versions_say(written, &node);
            let node = same.unwrap_or(node);
            let part = joined(written, node.clone());
            self.put(Some(part.unwrap_or_else(|| SourcePart::new("was", node))));
        }
    }

    fn put(&mut self, part: Option<SourcePart>) {
        if let Some(part) = part {
            self.merged.insert(part.key.clone(), part);
        }
    }

    /// Merges a key that stands alone.
    fn key(&mut self, key: &str, part: Versions<'a, SourcePart>) -> Option<SourcePart> {
        let part = match (self.kind, key) {
            (OwnerKind::Incident, "canceled") => canceled::for_unseen(self, part),
            _ => part,
        };
        let nodes = part.parts(|part| Some(&part.node));
        let is = |fits: fn(&SourceNode) -> bool| nodes.sides().all(fits);
        let node = match self.kind.rule(key) {
            MergeRule::Set if is(SourceNode::is_list) => parts::set(nodes),
            MergeRule::Members if is(SourceNode::is_map) => self.members(key, nodes),
            MergeRule::Impact if is(SourceNode::is_map) => scopes::impact(self, nodes),
            MergeRule::Public if is(SourceNode::is_map) => self.public(nodes),
            MergeRule::Items(kind) if is(SourceNode::is_list) => {
                items::merge(nodes, kind, self.zone)
            }
            MergeRule::Edited => stamps::edited(nodes),
            _ => return self.field(key, key, &[part]).into_iter().flatten().next(),
        }?;
        joined(part, node)
    }

    /// Merges a map key by key, each as a field.
    fn members(&mut self, field: &str, nodes: Versions<'_, SourceNode>) -> Option<SourceNode> {
        self.by_key(nodes, |owner, key, part| {
            let lists = part.parts(|part| Some(&part.node));
            if lists.sides().all(SourceNode::is_list) {
                return joined(part, parts::set(lists)?);
            }
            owner.field(&format!("{field}.{key}"), field, &[part]).into_iter().flatten().next()
        })
    }

    fn public(&mut self, nodes: Versions<'_, SourceNode>) -> Option<SourceNode> {
        self.by_key(nodes, |owner, key, part| {
            let lists = part.parts(|part| Some(&part.node));
            if ["causes", "actions"].contains(&key) && lists.sides().all(SourceNode::is_list) {
                return joined(part, parts::set(lists)?);
            }
            owner.field(&format!("public.{key}"), "public", &[part]).into_iter().flatten().next()
        })
    }

    /// Merges a map by what is made of each of its keys.
    pub(super) fn by_key(
        &mut self,
        nodes: Versions<'_, SourceNode>,
        merge: impl Fn(&mut Self, &str, Versions<'_, SourcePart>) -> Option<SourcePart>,
    ) -> Option<SourceNode> {
        if let Some(plain) = nodes.plain() {
            return plain.cloned();
        }
        let aligned = AlignedVersions::new(nodes);
        let versions = aligned.versions();
        let names = parts::keys(versions);
        let named = NamedParts::new(versions, &names);
        aligned.with(named.merged(|key, part| merge(self, key, part)))
    }

    /// Merges the keys that make one field: the later change stands, and the other is kept beside it.
    ///
    /// `path` names the field among what lost, `timed` among the times of changes.
    pub(super) fn field(
        &mut self,
        path: &str,
        timed: &str,
        keys: &[Versions<'_, SourcePart>],
    ) -> Vec<Option<SourcePart>> {
        let values = |side: fn(&Versions<'_, SourcePart>) -> Option<SourcePart>| {
            field_value(keys.iter().filter_map(side).collect())
        };
        let base = values(|key| key.base.cloned());
        let sides = [values(|key| key.ours.cloned()), values(|key| key.theirs.cloned())];
        let [base_times, our_times, their_times] = &self.times;
        let meaning = |value: &Option<SourceNode>| value.as_ref().map(SourceNode::meaning);
        // A change to and fro is a change, which the time of a single field tells.
        let changed = |value: &Option<SourceNode>, times: &FieldTimes| {
            let is_own = path == timed && times.own(timed).is_some();
            meaning(value) != meaning(&base) || is_own && times.own(timed) != base_times.own(timed)
        };
        let [ours, theirs] = sides;
        let (our_time, their_time) = (our_times.time(timed), their_times.time(timed));
        let winner = match (changed(&ours, our_times), changed(&theirs, their_times)) {
            _ if meaning(&ours) == meaning(&theirs) => FieldWinner::Both,
            (true, false) => FieldWinner::Ours,
            (false, true) => FieldWinner::Theirs,
            _ if (our_time, meaning(&ours)) > (their_time, meaning(&theirs)) => {
                self.lose(path, theirs, their_time);
                FieldWinner::Ours
            }
            _ => {
                self.lose(path, ours, our_time);
                FieldWinner::Theirs
            }
        };
        keys.iter().map(|key| winner.part(*key)).collect()
    }

    /// Keeps a value that lost; an id that a machine gave is nobody's loss.
    pub(super) fn lose(&mut self, path: &str, value: Option<SourceNode>, edited: Option<Instant>) {
        if path != "id" {
            let values = self.lost.entry(path.to_owned()).or_default();
            values.insert(LostValue::new(value, edited));
        }
    }

    /// Returns the versions of the whole.
    pub(super) fn versions(&self) -> Versions<'a, SourceNode> {
        self.versions
    }

    /// Returns when a field was last changed on either side.
    pub(super) fn times(&self, field: &str) -> [Option<Instant>; 2] {
        let [_, ours, theirs] = &self.times;
        [ours.time(field), theirs.time(field)]
    }

    /// Returns what a field says after the merge.
    fn stands(&self, path: &str) -> Option<String> {
        let value = |key: &str| self.merged.get(key).map(|part| &part.node);
        if self.kind == OwnerKind::Event && path == "at" {
            let time = TIME.iter().filter_map(|key| self.merged.get(*key).cloned()).collect();
            return field_value(time).map(|value| value.meaning());
        }
        let whole = value(path).map(SourceNode::meaning);
        whole.or_else(|| {
            path.split_once('.')
                .and_then(|(key, member)| value(key)?.get(member))
                .map(SourceNode::meaning)
        })
    }

    /// Returns what was merged in the order of both sides, new keys where the tool would put them.
    fn in_order(&mut self, named: &NamedParts<'_>) -> Vec<SourcePart> {
        let [base, ours, theirs] = named.names();
        let with_new = |side: &[String]| {
            let mut side = side.to_vec();
            for key in ["edited", "was"] {
                let is_new = self.merged.contains_key(key) && !base.iter().any(|k| k == key);
                if is_new && !side.iter().any(|k| k == key) {
                    let at = side.iter().position(|key| self.kind.is_last(key));
                    side.insert(at.unwrap_or(side.len()), key.to_owned());
                }
            }
            side
        };
        let (ours, theirs) = (with_new(ours), with_new(theirs));
        let place = |key: &str| (self.kind.order(key), key.to_owned());
        let orders = crate::compute::merge::weave::Orders { base, ours: &ours, theirs: &theirs };
        let stays = |key: &str| self.merged.contains_key(key);
        let order = orders.woven(stays, |a, b| place(a).cmp(&place(b)));
        order.iter().filter_map(|key| self.merged.remove(key)).collect()
    }
}

/// Which side a field is of after a merge.
#[derive(Clone, Copy)]
enum FieldWinner {
    Ours,
    Theirs,
    /// Both say the same.
    Both,
}

impl FieldWinner {
    fn part(self, key: Versions<'_, SourcePart>) -> Option<SourcePart> {
        let nodes = key.parts(|part| Some(&part.node));
        let node = match self {
            Self::Ours => nodes.ours,
            Self::Theirs => nodes.theirs,
            Self::Both => nodes.pick(),
        }?;
        joined(key, node.clone())
    }
}

/// Returns what one or several keys say as one value: one that stands alone says it without its name.
fn field_value(mut keys: Vec<SourcePart>) -> Option<SourceNode> {
    match keys.as_slice() {
        [] => None,
        [one] if one.key != "between" && one.key != "within" => keys.pop().map(|one| one.node),
        _ => Some(SourceNode::map(keys.into_iter().map(|part| (part.key, part.node)))),
    }
}

/// Returns the version of a part that says what a node says, so that its bytes stay.
fn versions_say(part: Versions<'_, SourcePart>, node: &SourceNode) -> Option<SourceNode> {
    let same = part.sides().map(|part| &part.node).filter(|side| side.says(node));
    same.max().cloned()
}
