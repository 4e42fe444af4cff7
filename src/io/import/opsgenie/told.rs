//! What Opsgenie tells of an incident, an alert, and what happened in them.

use super::super::json::{JsonNode, RankedTime};
use crate::model::imported::{ImportedEvent, ImportedImpact, ImportedIncident, SkippedPart};
use crate::model::incident::{EventKind, Milestone, State};
use crate::model::time::{EventTime, OffsetTime, Span, Zone};

/// What the end of an incident is known by.
pub(super) const RESOLVED: &str = "resolved";

/// An incident, as it is being read.
pub(super) struct GenieIncident {
    /// What it says of itself.
    pub(super) facts: ImportedIncident,
    /// What its timeline and notes tell.
    pub(super) timeline: Vec<ImportedEvent>,
}

/// An alert, which is an incident of its own unless it belongs to one.
pub(super) struct GenieAlert {
    pub(super) facts: ImportedIncident,
}

/// An entry of a timeline, a note or a line of a log.
pub(super) struct GenieEntry {
    pub(super) event: ImportedEvent,
    /// Whether Opsgenie hides it, or wrote it for itself.
    pub(super) is_noise: bool,
}

impl GenieIncident {
    /// Reads an incident.
    ///
    /// # Errors
    /// What it lacks.
    pub(super) fn read(
        node: &JsonNode<'_>,
        skipped: &mut Vec<SkippedPart>,
    ) -> Result<Self, SkippedPart> {
        let mut facts = facts(node)?;
        facts.summary = node.said("description");
        facts.services =
            node.list("impactedServices", skipped).iter().filter_map(JsonNode::text).collect();
        let impact = |state| {
            facts.services.iter().map(|it| ImportedImpact::all(it.clone(), state)).collect()
        };
        let created = node.time("createdAt")?;
        let started = node.time("impactStartDate")?;
        let ended = node.time("impactEndDate")?;
        let earliest = ended.as_ref().or(created.as_ref()).map(|time| time.at);
        let mut events = vec![];
        if let Some(time) = started {
            let (marks, impact) = (vec![Milestone::Started], impact(State::Degraded));
            events.push(ImportedEvent {
                marks,
                impact,
                ..event(node, "impact-start", RankedTime { at: time.at, rank: 0 }, "Impact began")
            });
        }
        if let Some(time) = created {
            let marks = vec![Milestone::Declared];
            events.push(ImportedEvent {
                marks,
                ..event(node, "created", RankedTime { at: time.at, rank: 1 }, "Incident created")
            });
        }
        if let Some(time) = ended {
            let (marks, impact) = (vec![Milestone::Recovered], impact(State::Up));
            events.push(ImportedEvent {
                marks,
                impact,
                ..event(node, "impact-end", RankedTime { at: time.at, rank: 8 }, "Impact ended")
            });
        }
        if node.said("status").is_some_and(|status| status == "resolved" || status == "closed") {
            let end = earliest.and_then(|first| somewhere(first, node.time("updatedAt").ok()??.at));
            events.extend(end.map(|at| {
                let marks = vec![Milestone::Resolved];
                ImportedEvent {
                    marks,
                    kind: EventKind::Action,
                    ..event(node, RESOLVED, RankedTime { at, rank: 9 }, "Resolved")
                }
            }));
        }
        if events.is_empty() {
            return Err(node.skip("no time is told of this incident"));
        }
        facts.events = events;
        Ok(Self { facts, timeline: vec![] })
    }
}

impl GenieAlert {
    /// Reads an alert.
    ///
    /// # Errors
    /// What it lacks.
    pub(super) fn read(node: &JsonNode<'_>) -> Result<Self, SkippedPart> {
        let mut facts = facts(node)?;
        let created =
            node.time("createdAt")?.ok_or_else(|| node.skip("an alert needs a `createdAt`"))?;
        let text = match node.said("source") {
            Some(source) => format!("Alert of {source}: {}", facts.title),
            None => format!("Alert: {}", facts.title),
        };
        let alarm = event(node, "created", created, &text);
        facts.events.push(ImportedEvent {
            kind: EventKind::Alert,
            marks: vec![Milestone::Started, Milestone::Detected],
            ..alarm
        });
        let report = node.get("report");
        let after = |key| {
            let millis: i64 = report.as_ref()?.said(key)?.parse().ok()?;
            let at = created.instant().plus(Span::seconds(millis.checked_div(1000)?));
            Some(EventTime::exact(OffsetTime::in_zone(at, Zone::UTC)))
        };
        let by = |key| report.as_ref().and_then(|report| report.said(key));
        let is_closed = node.said("status").is_some_and(|status| status == "closed");
        let bounded =
            || somewhere(created.at, node.time("updatedAt").ok()??.at).filter(|_| is_closed);
        let steps = [
            (after("ackTime"), by("acknowledgedBy"), "Acknowledged", Milestone::Acknowledged),
            (after("closeTime").or_else(bounded), by("closedBy"), "Closed", Milestone::Resolved),
        ];
        for (rank, (at, by, text, mark)) in [4, 9].into_iter().zip(steps) {
            facts.events.extend(at.map(|at| ImportedEvent {
                kind: EventKind::Action,
                by,
                marks: vec![mark],
                ..event(node, &text.to_lowercase(), RankedTime { at, rank }, text)
            }));
        }
        Ok(Self { facts })
    }

    /// Returns its events as those of the incident that it belongs to: it neither began nor ended that.
    pub(super) fn of_incident(self) -> impl Iterator<Item = ImportedEvent> {
        let (key, title) = (self.facts.key, self.facts.title);
        self.facts.events.into_iter().map(move |mut event| {
            if event.kind != EventKind::Alert {
                event.text = format!("{}: {title}", event.text);
            }
            event.key = format!("{key}.{}", event.key);
            event.marks.retain(|mark| *mark == Milestone::Acknowledged);
            event
        })
    }
}

/// Reads an entry of an incident's timeline.
///
/// # Errors
/// What it lacks.
pub(super) fn timeline_entry(node: &JsonNode<'_>) -> Result<GenieEntry, SkippedPart> {
    let time = timed(node, "eventTime")?;
    let id = node.said("id").ok_or_else(|| node.skip("a timeline entry needs an `id`"))?;
    let kind = node.said("type").unwrap_or_default();
    // What it tells stands in its description or its title, each a text or an object with one.
    let texts = ["description", "title"].into_iter().filter_map(|key| {
        let inner = node.get(key)?;
        ["content", "name", "text"]
            .into_iter()
            .find_map(|key| inner.said(key))
            .or_else(|| node.said(key))
    });
    let text = texts.into_iter().next().unwrap_or_else(|| words(&kind));
    let mark = milestone(&kind);
    let edited = node.get("lastEdit").and_then(|edit| edit.time("editTime").ok()?);
    let event = ImportedEvent {
        by: node.at(&["actor", "name"]).and_then(|name| name.text()),
        revised: edited.map(|time| time.instant()),
        marks: mark.into_iter().collect(),
        ..event(node, &id, time, &text)
    };
    let is_hidden =
        node.get("hidden").is_some_and(|hidden| hidden.value == &serde_json::Value::Bool(true));
    Ok(GenieEntry { event, is_noise: is_hidden || kind.to_lowercase().contains("notif") })
}

/// Reads a note, or a line of a log.
///
/// # Errors
/// What it lacks.
pub(super) fn note(node: &JsonNode<'_>) -> Result<GenieEntry, SkippedPart> {
    let time = timed(node, "createdAt")?;
    let note = node.said("note");
    let is_noise = note.is_none();
    let text =
        note.or_else(|| node.said("log")).ok_or_else(|| node.skip("this note says nothing"))?;
    let key = node
        .said("id")
        .or_else(|| node.said("offset"))
        .or_else(|| node.said("createdAt"))
        .unwrap_or_default();
    let key = if is_noise { format!("log.{key}") } else { format!("note.{key}") };
    let by = node.said("owner");
    Ok(GenieEntry { event: ImportedEvent { by, ..event(node, &key, time, &text) }, is_noise })
}

/// Returns what is told alike of an incident and of an alert.
fn facts(node: &JsonNode<'_>) -> Result<ImportedIncident, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("it needs an `id`"))?;
    let title = node.said("message").unwrap_or_else(|| id.clone());
    let url = node.at(&["links", "web"]).and_then(|url| url.text());
    let revised = node.time("updatedAt")?.map(|time| time.instant());
    Ok(ImportedIncident {
        url,
        revised,
        severity: node.said("priority"),
        ..ImportedIncident::new(id, title, node.place())
    })
}

/// Returns an event of a time.
fn event(node: &JsonNode<'_>, key: &str, time: RankedTime, text: &str) -> ImportedEvent {
    let place = node.place();
    ImportedEvent { place, rank: time.rank, ..ImportedEvent::note(key, time.at, text) }
}

/// Returns a time somewhere between two.
fn somewhere(first: EventTime, last: EventTime) -> Option<EventTime> {
    match (first, last) {
        (EventTime::At { time: a, .. }, EventTime::At { time: b, .. })
            if a.instant() < b.instant() =>
        {
            Some(EventTime::Between(a, b))
        }
        (EventTime::At { .. }, _) => Some(first),
        _ => None,
    }
}

fn timed(node: &JsonNode<'_>, key: &str) -> Result<RankedTime, SkippedPart> {
    node.time(key)?.ok_or_else(|| node.skip(format!("it needs a `{key}`")))
}

/// Returns the milestone that a type of entry means, such as `IncidentCreated`.
fn milestone(kind: &str) -> Option<Milestone> {
    let plain: String =
        kind.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    match plain.strip_prefix("incident").unwrap_or(&plain) {
        "created" | "create" => Some(Milestone::Declared),
        "resolved" | "resolve" => Some(Milestone::Resolved),
        "closed" | "close" => Some(Milestone::Closed),
        "reopened" | "reopen" => Some(Milestone::Reopened),
        "acknowledged" | "acknowledge" | "responderacknowledged" => Some(Milestone::Acknowledged),
        _ => None,
    }
}

/// Returns a type as words: `ResponderAdded` is `Responder added`.
fn words(kind: &str) -> String {
    let mut text = String::new();
    for sign in kind.chars() {
        match sign {
            '_' | '-' => text.push(' '),
            sign if sign.is_uppercase() && text.chars().last().is_some_and(char::is_lowercase) => {
                text.push(' ');
                text.extend(sign.to_lowercase());
            }
            sign => text.push(sign),
        }
    }
    if text.is_empty() { "Timeline entry".to_owned() } else { text }
}
