//! Events and actions: by id, in the order of their times where the file has them so.

use crate::compute::merge::owner;
use crate::compute::merge::parts::{AlignedVersions, NamedParts, PartNames, joined, numbered};
use crate::compute::merge::rules::OwnerKind;
use crate::compute::merge::source::{SourceKind, SourceNode, SourcePart};
use crate::compute::merge::versions::Versions;
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Instant, Zone, read_instant};
use std::collections::{HashMap, HashSet};

/// Where an event stands among others: by its time, then by when it was logged, then by its id.
type EventOrder = (Instant, Option<Instant>, String);

/// Merges a list of events or actions; none where none is left.
pub(in crate::compute::merge) fn merge(
    versions: Versions<'_, SourceNode>,
    kind: OwnerKind,
    zone: Zone,
) -> Option<SourceNode> {
    if let Some(plain) = versions.plain() {
        return plain.cloned();
    }
    let aligned = AlignedVersions::new(versions);
    let versions = aligned.versions();
    let names = names(versions);
    let named = NamedParts::new(versions, &names);
    let merged: HashMap<String, SourcePart> = named
        .all()
        .into_iter()
        .filter_map(|name| item(named.part(&name), kind, zone).map(|part| (name, part)))
        .collect();
    let orders: HashMap<&str, EventOrder> = merged
        .iter()
        .filter_map(|(name, part)| Some((name.as_str(), order(&part.node, zone)?)))
        .collect();
    let stays = |name: &str| merged.contains_key(name);
    let mut order = named.woven(stays, |a, b| (orders.get(a), a).cmp(&(orders.get(b), b)));
    if kind == OwnerKind::Event && is_sorted(versions.base, zone) {
        let [was, ..] = &names;
        order = in_time(order, was, &orders);
    }
    let mut merged = merged.clone();
    aligned.with(order.iter().filter_map(|name| merged.remove(name)).collect())
}

/// Puts what was added among what there was by its time, as a verb would: whoever merges with whom first, the outcome is
/// the same. What there was stays as it stands, also where it has another time now.
fn in_time(order: Vec<String>, was: &[String], orders: &HashMap<&str, EventOrder>) -> Vec<String> {
    let was: HashSet<&str> = was.iter().map(String::as_str).collect();
    let is_new = |name: &String| !was.contains(name.as_str());
    if order.iter().any(|name| is_new(name) && !orders.contains_key(name.as_str())) {
        return order;
    }
    let (mut new, known): (Vec<_>, Vec<_>) = order.into_iter().partition(is_new);
    new.sort_by(|a, b| orders.get(a.as_str()).cmp(&orders.get(b.as_str())));
    let time = |name: &String| orders.get(name.as_str()).map(|(time, ..)| *time);
    // An event stands behind the last one that is not later.
    let mut places = vec![vec![]; known.len() + 1];
    for name in new {
        let is_earlier = |other: &String| time(other).is_some_and(|at| Some(at) <= time(&name));
        let place = known.iter().rposition(is_earlier).map_or(0, |last| last + 1);
        places.get_mut(place).into_iter().for_each(|at: &mut Vec<String>| at.push(name.clone()));
    }
    let mut placed = vec![];
    let mut known = known.into_iter();
    for added in places {
        placed.extend(added);
        placed.extend(known.next());
    }
    placed
}

/// Merges one event or action: what one side removed and the other changed stays.
fn item(versions: Versions<'_, SourcePart>, kind: OwnerKind, zone: Zone) -> Option<SourcePart> {
    match versions {
        Versions { ours: Some(_), theirs: Some(_), .. } => {
            let nodes = versions.parts(|part| Some(&part.node));
            let node = match nodes.plain() {
                Some(plain) => plain?.clone(),
                None if nodes.sides().all(SourceNode::is_map) => {
                    let base = nodes.base.filter(|node| node.is_map());
                    owner::merge(Versions { base, ..nodes }, kind, zone)?
                }
                None => nodes.pick()?.clone(),
            };
            joined(versions, node)
        }
        Versions { base, ours, theirs } => {
            let left = ours.or(theirs)?;
            (Some(left) != base).then(|| left.clone())
        }
    }
}

/// Returns a name for each item: its id; for one that a person wrote without, what it says.
///
/// Both sides may have given ids of their own to one that had none: what it says tells that it is the same.
fn names(versions: Versions<'_, SourceNode>) -> PartNames {
    let items = |node: Option<&SourceNode>| -> Vec<SourceNode> {
        node.map(SourceNode::parts).unwrap_or_default().iter().map(|p| p.node.clone()).collect()
    };
    let [base, ours, theirs] = versions.each(items);
    let without: Vec<&SourceNode> = base.iter().filter(|item| id(item).is_none()).collect();
    let known: HashSet<&str> = base.iter().filter_map(id).collect();
    let own = |item: &SourceNode| id(item).map_or_else(|| content(item), str::to_owned);
    let base_names = base.iter().map(own).collect::<Vec<_>>();
    let side = |items: &[SourceNode]| {
        let mut left = without.clone();
        let mut named: Vec<Option<String>> = items
            .iter()
            .map(|item| id(item).filter(|id| known.contains(id)).map(str::to_owned))
            .collect();
        for same in [says_same, seems_same] {
            for (name, item) in named.iter_mut().zip(items).filter(|(name, _)| name.is_none()) {
                if let Some(at) = left.iter().position(|was| same(was, item)) {
                    *name = Some(content(left.remove(at)));
                }
            }
        }
        named.into_iter().zip(items).map(|(name, item)| name.unwrap_or_else(|| own(item))).collect()
    };
    let all: [Vec<String>; 3] = [base_names, side(&ours), side(&theirs)];
    all.map(numbered)
}

fn id(item: &SourceNode) -> Option<&str> {
    item.get("id").and_then(SourceNode::scalar_text)
}

/// Returns what an item says beside its id, as a name that no id is.
fn content(item: &SourceNode) -> String {
    let mut bare = item.bare_value();
    if let SourceKind::Map(parts) = &mut bare.kind {
        parts.retain(|part| part.key != "id");
    }
    format!("\u{0}{}", bare.meaning())
}

fn says_same(was: &SourceNode, item: &SourceNode) -> bool {
    content(was) == content(item)
}

fn seems_same(was: &SourceNode, item: &SourceNode) -> bool {
    let key = |node: &SourceNode, key: &str| node.get(key).map(SourceNode::meaning);
    ["text", "at", "title"].iter().any(|k| key(was, k).is_some() && key(was, k) == key(item, k))
}

/// Returns where an event stands among others; none where its time can't be told from it alone.
fn order(event: &SourceNode, zone: Zone) -> Option<EventOrder> {
    let context = ParseContext::file(zone);
    let time = |node: &SourceNode| parse::read(node.scalar_text()?, &context).ok();
    let at = match (event.get("at"), event.get("between").map(SourceNode::parts)) {
        (Some(at), _) => time(at)?,
        (None, Some([a, b])) => match (time(&a.node)?, time(&b.node)?) {
            (EventTime::At { time: a, .. }, EventTime::At { time: b, .. }) => {
                EventTime::Between(a, b)
            }
            _ => return None,
        },
        _ => return None,
    };
    let logged = event.get("logged").and_then(SourceNode::scalar_text);
    let logged = logged.and_then(|text| read_instant(text, zone).ok());
    Some((at.order(zone), logged, id(event).unwrap_or_default().to_owned()))
}

/// Returns whether events stand in the order of their times.
fn is_sorted(events: Option<&SourceNode>, zone: Zone) -> bool {
    let events = events.map(SourceNode::parts).unwrap_or_default();
    let orders: Vec<_> = events.iter().map(|event| order(&event.node, zone)).collect();
    orders.iter().all(Option::is_some)
        && orders.windows(2).all(|pair| match pair {
            [Some(a), Some(b)] => a.0 <= b.0,
            _ => true,
        })
}
