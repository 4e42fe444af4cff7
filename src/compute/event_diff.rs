//! What changed between two revisions of an incident.

#[cfg(test)]
mod tests;

use crate::model::diagnostic::Spanned;
use crate::model::incident::names::string_enum;
use crate::model::incident::{Action, CustomFieldValue, Event, Incident, Name};

string_enum! {
    /// What was done to a part of an incident.
    ChangeKind, "change" {
        /// It is there and was not before.
        Wrote = "wrote",
        /// It says something else.
        Corrected = "corrected",
        /// It no longer counts.
        Retracted = "retracted",
        /// Its words were taken out.
        Redacted = "redacted",
        /// It counts again.
        Restored = "restored",
        /// It was there before and is not any more.
        Removed = "removed",
    }
}

/// A part of an incident.
#[derive(Clone, Copy, Debug)]
pub enum ChangedPart<'a> {
    /// What is known of it as a whole.
    Whole(&'a Incident),
    /// One of its events.
    Event(&'a Event),
    /// One of its follow-up actions.
    Action(&'a Action),
}

/// A change of a part of an incident.
#[derive(Clone, Debug)]
pub struct RecordedChange<'a> {
    /// The part as it is after the change; as it was, where it was removed.
    pub part: ChangedPart<'a>,
    /// What was done.
    pub done: ChangeKind,
    /// The keys that changed; empty for what is new or gone.
    pub keys: Vec<&'static str>,
}

/// Returns what changed from one revision to the next; without one before, everything is new.
pub(crate) fn between<'a>(old: Option<&'a Incident>, new: &'a Incident) -> Vec<RecordedChange<'a>> {
    let mut changes = vec![];
    match old.map(|old| whole(old, new)) {
        Some(keys) if keys.is_empty() => {}
        keys => {
            let done = if keys.is_some() { ChangeKind::Corrected } else { ChangeKind::Wrote };
            let keys = keys.unwrap_or_default();
            changes.push(RecordedChange { part: ChangedPart::Whole(new), done, keys });
        }
    }
    let before = old.map_or(&[][..], |old| &old.events);
    for event in &new.events {
        let twin = before.iter().find(|was| is_same(was, event));
        changes.extend(of_event(twin, event));
    }
    let gone = |was: &&Event| !new.events.iter().any(|event| is_same(was, event));
    changes.extend(
        before.iter().filter(gone).map(|was| lone(ChangedPart::Event(was), ChangeKind::Removed)),
    );
    changes.extend(actions(old.map_or(&[][..], |old| &old.actions), &new.actions));
    changes
}

/// Returns what changed from the revisions that one was made from. Of several, which are merged, only that
/// counts which differs from each of them, and what any of them had and is gone.
pub(crate) fn since<'a>(
    olds: &'a [impl AsRef<Incident>],
    new: &'a Incident,
) -> Vec<RecordedChange<'a>> {
    let Some((first, rest)) = olds.split_first() else { return between(None, new) };
    let mut changes = between(Some(first.as_ref()), new);
    for old in rest {
        let others = between(Some(old.as_ref()), new);
        changes.retain_mut(|change| {
            let twin = others.iter().find(|other| is_about(change.part, other.part));
            if let Some(twin) = twin.filter(|_| change.done == ChangeKind::Wrote) {
                change.clone_from(twin);
            }
            change.done == ChangeKind::Removed || twin.is_some()
        });
        let gone = others.into_iter().filter(|other| other.done == ChangeKind::Removed);
        for other in gone {
            if !changes.iter().any(|change| is_about(change.part, other.part)) {
                changes.push(other);
            }
        }
    }
    changes
}

/// Returns whether two parts are revisions of the same one.
fn is_about(a: ChangedPart<'_>, b: ChangedPart<'_>) -> bool {
    match (a, b) {
        (ChangedPart::Whole(_), ChangedPart::Whole(_)) => true,
        (ChangedPart::Event(a), ChangedPart::Event(b)) => is_same(a, b),
        (ChangedPart::Action(a), ChangedPart::Action(b)) => {
            a.id == b.id && (a.id.is_some() || a.title == b.title)
        }
        _ => false,
    }
}

fn lone(part: ChangedPart<'_>, done: ChangeKind) -> RecordedChange<'_> {
    RecordedChange { part, done, keys: vec![] }
}

/// Returns whether two revisions of an incident mean the same event: by its id or, before a file's first
/// write has given ids, by all that it says.
fn is_same(was: &Event, is: &Event) -> bool {
    match (&was.id, &is.id) {
        (Some(was), Some(is)) => was == is,
        _ => event_keys(was, is).is_empty(),
    }
}

fn of_event<'a>(was: Option<&Event>, event: &'a Event) -> Option<RecordedChange<'a>> {
    let Some(was) = was else { return Some(lone(ChangedPart::Event(event), ChangeKind::Wrote)) };
    let done = match (&was.retracted, &event.retracted) {
        (None, Some(_)) => ChangeKind::Retracted,
        (Some(_), None) => ChangeKind::Restored,
        _ if was.redacted.is_none() && event.redacted.is_some() => ChangeKind::Redacted,
        _ => ChangeKind::Corrected,
    };
    let keys = event_keys(was, event);
    if done == ChangeKind::Corrected && keys.is_empty() {
        return None;
    }
    Some(RecordedChange { part: ChangedPart::Event(event), done, keys })
}

fn actions<'a>(old: &'a [Action], new: &'a [Action]) -> Vec<RecordedChange<'a>> {
    let id = |action: &Action| action.id.clone();
    let twin = |all: &'a [Action], action: &Action| {
        all.iter().find(|a| id(a) == id(action) && (a.id.is_some() || a.title == action.title))
    };
    let changed = new.iter().filter_map(|action| match twin(old, action) {
        None => Some(lone(ChangedPart::Action(action), ChangeKind::Wrote)),
        Some(was) => {
            let keys = action_keys(was, action);
            let done = ChangeKind::Corrected;
            (!keys.is_empty()).then_some(RecordedChange {
                part: ChangedPart::Action(action),
                done,
                keys,
            })
        }
    });
    let gone = old.iter().filter(|was| twin(new, was).is_none());
    changed.chain(gone.map(|was| lone(ChangedPart::Action(was), ChangeKind::Removed))).collect()
}

/// Returns the keys by which two revisions of an incident as a whole differ.
fn whole(a: &Incident, b: &Incident) -> Vec<&'static str> {
    differing([
        ("title", a.title == b.title),
        ("severity", value(&a.severity) == value(&b.severity)),
        ("kind", a.kind == b.kind),
        ("class", value(&a.class) == value(&b.class)),
        ("timezone", a.zone == b.zone),
        ("services", values(&a.services) == values(&b.services)),
        ("unaffected", values(&a.unaffected) == values(&b.unaffected)),
        ("attribution", a.attribution == b.attribution),
        ("duplicate_of", value(&a.duplicate_of) == value(&b.duplicate_of)),
        ("canceled", a.canceled == b.canceled),
        ("related", values(&a.related) == values(&b.related)),
        ("fields", custom_fields(a) == custom_fields(b)),
        ("summary", a.summary == b.summary),
        ("impact", a.no_impact == b.no_impact),
        ("causes", a.causes == b.causes),
        ("claims", claims(a) == claims(b)),
        ("public", a.public == b.public),
        ("links", a.links == b.links),
    ])
}

fn event_keys(a: &Event, b: &Event) -> Vec<&'static str> {
    let impact = |e: &Event| e.impact.iter().map(|i| i.value.clone()).collect::<Vec<_>>();
    let progress = |e: &Event| {
        e.progress.iter().map(|(s, p)| (s.value.clone(), p.clone())).collect::<Vec<_>>()
    };
    differing([
        ("at", a.at == b.at),
        ("for", a.lasting == b.lasting),
        ("by", a.by == b.by),
        ("kind", a.kind == b.kind),
        ("mark", a.marks == b.marks),
        ("impact", impact(a) == impact(b)),
        ("severity", value(&a.severity) == value(&b.severity)),
        ("attribution", a.attribution == b.attribution),
        ("roles", a.roles == b.roles),
        ("progress", progress(a) == progress(b)),
        ("audience", a.audience == b.audience),
        ("links", a.links == b.links),
        ("attachments", a.attachments == b.attachments),
        ("refutes", value(&a.refutes) == value(&b.refutes)),
        ("confirms", value(&a.confirms) == value(&b.confirms)),
        ("moved", value(&a.moved) == value(&b.moved)),
        ("redacted", a.redacted == b.redacted),
        ("retracted", a.retracted == b.retracted),
        ("text", a.text == b.text),
    ])
}

fn action_keys(a: &Action, b: &Action) -> Vec<&'static str> {
    differing([
        ("title", a.title == b.title),
        ("kind", a.kind == b.kind),
        ("owner", a.owner == b.owner),
        ("due", a.due == b.due),
        ("status", a.status == b.status),
        ("done_on", a.done_on == b.done_on),
        ("ticket", a.ticket == b.ticket),
        ("incidents", a.incidents == b.incidents),
    ])
}

fn differing<const N: usize>(pairs: [(&'static str, bool); N]) -> Vec<&'static str> {
    pairs.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
}

fn value<T>(placed: &Option<Spanned<T>>) -> Option<&T> {
    placed.as_ref().map(|p| &p.value)
}

fn values<T>(placed: &[Spanned<T>]) -> Vec<&T> {
    placed.iter().map(|p| &p.value).collect()
}

fn custom_fields(incident: &Incident) -> Vec<(&Name, &CustomFieldValue)> {
    incident.fields.iter().map(|field| (&field.name, &field.value)).collect()
}

fn claims(incident: &Incident) -> Vec<(&Name, crate::model::time::Span, bool)> {
    incident.claims.iter().map(|c| (&c.name, c.stated, c.at_least)).collect()
}
