//! A cancellation, which holds for the events that its writer had seen.

use super::FieldOwner;
use crate::compute::merge::source::{SourceNode, SourcePart};
use crate::compute::merge::versions::Versions;
use std::collections::HashSet;

/// Returns the versions of `canceled` without those whose writers had not seen an event that the other side added: such
/// a cancellation is kept among what lost, and the incident is open again.
pub(in crate::compute::merge) fn for_unseen<'a>(
    owner: &mut FieldOwner<'_>,
    part: Versions<'a, SourcePart>,
) -> Versions<'a, SourcePart> {
    let Versions { base, ours, theirs } = part;
    let whole = owner.versions();
    let meaning = |part: Option<&SourcePart>| part.map(|part| part.node.meaning());
    let is_new = |part: Option<&SourcePart>| part.is_some() && meaning(part) != meaning(base);
    let [our_time, their_time] = owner.times("canceled");
    let mut kept = part;
    if is_new(ours) && has_unseen(whole.theirs, [whole.base, whole.ours]) {
        owner.lose("canceled", ours.map(|part| part.node.clone()), our_time);
        kept.ours = base;
    }
    if is_new(theirs) && has_unseen(whole.ours, [whole.base, whole.theirs]) {
        owner.lose("canceled", theirs.map(|part| part.node.clone()), their_time);
        kept.theirs = base;
    }
    kept
}

/// Returns whether a side has an event that counts and that no other has.
fn has_unseen(side: Option<&SourceNode>, others: [Option<&SourceNode>; 2]) -> bool {
    let seen: HashSet<&str> =
        others.into_iter().flatten().flat_map(ids).map(|(id, _)| id).collect();
    side.is_some_and(|side| {
        ids(side).any(|(id, event)| event.get("retracted").is_none() && !seen.contains(id))
    })
}

fn ids(incident: &SourceNode) -> impl Iterator<Item = (&str, &SourceNode)> {
    let events = incident.get("events").map(SourceNode::parts).unwrap_or_default();
    events.iter().filter_map(|event| Some((event.node.get("id")?.scalar_text()?, &event.node)))
}
