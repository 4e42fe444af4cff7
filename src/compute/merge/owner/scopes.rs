//! The impact that an event sets: service by service, and for one service scope by scope.

use super::FieldOwner;
use crate::compute::merge::parts::joined;
use crate::compute::merge::source::{SourceKind, SourceNode, SourcePart};
use crate::compute::merge::versions::Versions;
use std::collections::BTreeMap;

/// Merges the impact of an event.
pub(in crate::compute::merge) fn impact(
    owner: &mut FieldOwner<'_>,
    nodes: Versions<'_, SourceNode>,
) -> Option<SourceNode> {
    owner.by_key(nodes, service)
}

/// Merges what an event says of one service.
fn service(
    owner: &mut FieldOwner<'_>,
    name: &str,
    part: Versions<'_, SourcePart>,
) -> Option<SourcePart> {
    let nodes = part.parts(|part| Some(&part.node));
    let meanings = nodes.each(|node| node.map(SourceNode::meaning));
    let [base, ours, theirs] = meanings.each_ref().map(Option::as_ref);
    let field = format!("impact.{name}");
    let is_plain = Versions::new(base, ours, theirs).plain().is_some();
    let [was, ours, theirs] = nodes.each(|node| node.map(scopes).unwrap_or_default());
    let known = |scope: &String| ours.contains_key(scope) || theirs.contains_key(scope);
    // One state for all of it on both sides is a field as any other.
    let is_field = ours.keys().chain(theirs.keys()).all(|scope| scope == "{}");
    if is_plain || is_field || nodes.ours.is_none() || nodes.theirs.is_none() {
        return owner.field(&field, "impact", &[part]).into_iter().flatten().next();
    }
    let [our_time, their_time] = owner.times("impact");
    let mut merged = BTreeMap::new();
    let mut loses = [false, false];
    for scope in ours.keys().chain(theirs.keys()).filter(|scope| known(scope)) {
        let versions = Versions::new(was.get(scope), ours.get(scope), theirs.get(scope));
        let outcome = versions.plain().unwrap_or_else(|| {
            let is_ours = (our_time, versions.ours) > (their_time, versions.theirs);
            let [our_loss, their_loss] = &mut loses;
            *(if is_ours { their_loss } else { our_loss }) = true;
            if is_ours { versions.ours } else { versions.theirs }
        });
        merged.extend(outcome.map(|state| (scope.clone(), state.clone())));
    }
    let [our_loss, their_loss] = loses;
    if our_loss {
        owner.lose(&field, nodes.ours.cloned(), our_time);
    }
    if their_loss {
        owner.lose(&field, nodes.theirs.cloned(), their_time);
    }
    joined(part, written(merged.into_values().collect())?)
}

/// Returns the states of a service by whom they are for, each as a map.
fn scopes(node: &SourceNode) -> BTreeMap<String, SourceNode> {
    let items: Vec<_> = match &node.kind {
        SourceKind::List(items) => items.iter().map(|item| &item.node).collect(),
        SourceKind::Null => vec![],
        _ => vec![node],
    };
    items.into_iter().map(|item| scope(item.bare_value())).collect()
}

/// Returns for whom a state is, and the state as a map.
fn scope(state: SourceNode) -> (String, SourceNode) {
    if !state.is_map() {
        return ("{}".to_owned(), SourceNode::map([("state", state)]));
    }
    let whom = ["regions", "resources", "customers"];
    let whom = whom.iter().filter_map(|key| Some((*key, sorted(state.get(key)?.clone()))));
    (SourceNode::map(whom).meaning(), state)
}

/// Returns a list in the order of its values: for whom something is doesn't hang on it.
fn sorted(mut list: SourceNode) -> SourceNode {
    if let Some(items) = list.parts_mut() {
        items.sort_by_key(|item| item.node.meaning());
    }
    list
}

/// Returns states as a file has them: a word where one plain state says it all, else a list.
fn written(mut states: Vec<SourceNode>) -> Option<SourceNode> {
    match states.as_slice() {
        [] => None,
        [one] if matches!(one.parts(), [only] if only.key == "state") => {
            states.pop().and_then(|one| one.get("state").cloned())
        }
        _ => Some(SourceNode::list(states)),
    }
}
