//! Reads `incident.yaml` into the facts of an incident.

use super::event;
use super::fields::{self, Diagnostics, FieldReader, entries, link, list, noted, parsed, text};
use super::node::{MapEntry, Node, NodeKind};
use super::parts::grouped;
use crate::io::yaml;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{
    Action, ActionStatus, Attribution, Cancellation, Cause, CauseKind, CustomField,
    CustomFieldKind, CustomFieldValue, Edits, Incident, IncidentId, Kind, Public, StatedDuration,
};
use crate::model::settings::Settings;
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{self, EventTime, Zone, duration, read_instant};
use chrono::NaiveDate;

/// How many events an incident may have: each is held against others, and every reading verb reads it.
pub(crate) const MOST_EVENTS: usize = 50_000;

/// An incident and what is wrong in its file.
#[derive(Clone, Debug)]
pub struct IncidentRead {
    /// What could be read.
    pub incident: Incident,
    /// What could not be read, or should be looked at, in the order of the file.
    pub problems: Diagnostics,
}

/// Reads the text of an `incident.yaml`.
///
/// # Errors
/// The one problem that keeps the whole file from being read, such as a syntax error.
pub fn read(id: IncidentId, text: &str, settings: &Settings) -> Result<IncidentRead, Diagnostic> {
    read_tree(id, &yaml::tree(text)?, settings)
}

/// Reads the tree of an `incident.yaml`.
///
/// # Errors
/// Something else than a map; more events than are read.
pub fn read_tree(
    id: IncidentId,
    root: &Node<'_>,
    settings: &Settings,
) -> Result<IncidentRead, Diagnostic> {
    let mut problems = vec![];
    let Some(fields) = FieldReader::open(root, "an incident", &mut problems) else {
        return Err(problems.remove(0).help("begin the file with `title: ...`"));
    };
    has_few_events(root)?;
    let incident = incident(id, fields, settings, &mut problems);
    problems.sort_by_key(|p| p.place);
    Ok(IncidentRead { incident, problems })
}

/// Refuses a file of more events than are read: a part of them would be another story.
fn has_few_events(root: &Node<'_>) -> Result<(), Diagnostic> {
    let events = root.get("events").map(|events| &events.what);
    let Some(NodeKind::List(events)) = events else { return Ok(()) };
    let Some(first) = events.get(MOST_EVENTS) else { return Ok(()) };
    let (found, most) = (grouped(events.len()), grouped(MOST_EVENTS));
    let message = format!("the incident has {found} events; at most {most} are read");
    Err(Diagnostic::error("too-large", first.place, message)
        .help("move the later ones to an incident of their own"))
}

fn incident(
    id: IncidentId,
    mut f: FieldReader<'_, '_>,
    settings: &Settings,
    problems: &mut Diagnostics,
) -> Incident {
    let mut unreadable = vec![];
    let zone = noted(problems, &mut unreadable, |problems| {
        f.take("timezone").and_then(|n| parsed(n, problems, time::read_zone)).map(|p| p.value)
    });
    let scene = times_of(settings, zone);
    let (severity, kind, class) = noted(problems, &mut unreadable, |problems| {
        (
            f.take("severity").and_then(|n| fields::word(n, problems)),
            f.take("kind").and_then(|n| fields::word(n, problems)),
            f.take("class").and_then(|n| fields::word(n, problems)),
        )
    });
    let (services, unaffected, attribution) = noted(problems, &mut unreadable, |problems| {
        (
            f.take("services").map_or(vec![], |n| list(n, problems, fields::word)),
            f.take("unaffected").map_or(vec![], |n| list(n, problems, fields::word)),
            f.take("attribution").and_then(|n| fields::word(n, problems)),
        )
    });
    let (duplicate_of, no_impact, canceled) = noted(problems, &mut unreadable, |problems| {
        (
            f.take("duplicate_of").and_then(|n| fields::word(n, problems)),
            f.take("impact").is_some_and(|n| no_impact(n, problems)),
            f.take("canceled").and_then(|n| canceled(n, zone.unwrap_or(settings.zone), problems)),
        )
    });
    let title = f.need("title", problems).and_then(|n| text(n, problems));
    let summary = f.take("summary");
    let incident = Incident {
        title: title.unwrap_or_else(|| id.to_string()),
        id,
        severity,
        kind: kind.map_or(Kind::Incident, |p| p.value),
        class,
        zone,
        services,
        unaffected,
        attribution: attribution.map_or(Attribution::Own, |p| p.value),
        duplicate_of,
        canceled,
        related: f.take("related").map_or(vec![], |n| list(n, problems, fields::word)),
        fields: f.take("fields").map_or(vec![], |n| custom_fields(n, settings, problems)),
        edits: f.take("edited").map_or(Edits::default(), |n| event::edits(n, &scene, problems)),
        summary: summary.and_then(|n| text(n, problems)),
        summary_place: summary.map_or(f.place(), |n| n.place),
        no_impact,
        causes: f.take("causes").map_or(vec![], |n| list(n, problems, cause)),
        actions: f.take("actions").map_or(vec![], |n| list(n, problems, action)),
        claims: f.take("claims").map_or(vec![], |n| list(n, problems, claim)),
        public: f.take("public").and_then(|n| public(n, problems)),
        links: f.take("links").map_or(vec![], |n| list(n, problems, link)),
        events: f
            .take("events")
            .map_or(vec![], |n| event::read_all(n, scene, problems, &mut unreadable)),
        unsettled: f.take("was").map(event::unsettled).unwrap_or_default(),
        unreadable,
    };
    f.close(problems);
    incident
}

/// Returns how the times of an incident's file are read, in its own zone or else the record's.
fn times_of(settings: &Settings, own: Option<Zone>) -> ParseContext<'static> {
    ParseContext {
        approximate: settings.approximate,
        record_zone: settings.zone,
        ..ParseContext::file(own.unwrap_or(settings.zone))
    }
}

/// Reads the record's own facts, each as `recount.yaml` says what it holds.
fn custom_fields(
    node: &Node<'_>,
    settings: &Settings,
    problems: &mut Diagnostics,
) -> Vec<CustomField> {
    let mut found = vec![];
    for MapEntry { key, value: node, place, .. } in entries(node, problems) {
        let setting = match settings.known_field(key) {
            Ok(setting) => setting,
            Err(error) => {
                problems.push(Diagnostic::warning("unknown-field", *place, error.to_string()));
                continue;
            }
        };
        let value = match (&setting.kind, &node.what) {
            (CustomFieldKind::People, NodeKind::List(_)) => {
                Some(CustomFieldValue::People(list(node, problems, text)))
            }
            (kind, _) => parsed(node, problems, |text| kind.read(text)).map(|p| p.value),
        };
        found.extend(value.map(|value| CustomField {
            name: setting.name.clone(),
            value,
            place: *place,
        }));
    }
    found
}

fn no_impact(node: &Node<'_>, problems: &mut Diagnostics) -> bool {
    let only_none = |text: &str| match text {
        "none" => Ok(true),
        other => Err(format!("`impact: {other}` says nothing here; only `impact: none` does")),
    };
    let said = parsed(node, problems, only_none);
    if said.is_none() {
        let last = problems.pop();
        problems.extend(last.map(|p| p.help("impact is set by events: `impact: {apps: down}`")));
    }
    said.is_some()
}

/// Reads why an incident was none: a text, or a map with `reason` and `at`.
fn canceled(node: &Node<'_>, zone: Zone, problems: &mut Diagnostics) -> Option<Cancellation> {
    if let Some(reason) = node.text() {
        return Some(Cancellation { reason: reason.to_owned(), at: None });
    }
    let mut f = FieldReader::open(node, "a cancellation", problems)?;
    let reason = f.need("reason", problems).and_then(|n| text(n, problems));
    let at = f.take("at").and_then(|n| parsed(n, problems, |text| read_instant(text, zone)));
    f.close(problems);
    Some(Cancellation { reason: reason?, at: at.map(|p| p.value) })
}

fn cause(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Cause> {
    let mut f = FieldReader::open(node, "a cause", problems)?;
    let kind = f.take("kind").and_then(|n| fields::word(n, problems));
    let text = f.need("text", problems).and_then(|n| text(n, problems));
    f.close(problems);
    let kind = kind.map_or(CauseKind::Contributing, |p| p.value);
    Some(Cause { kind, text: text?, place: node.place })
}

fn action(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Action> {
    let mut f = FieldReader::open(node, "an action", problems)?;
    let action = Action {
        id: f.take("id").and_then(|n| fields::word(n, problems)).map(|p| p.value),
        title: f.need("title", problems).and_then(|n| text(n, problems)).unwrap_or_default(),
        kind: f.take("kind").and_then(|n| fields::word(n, problems)).map(|p| p.value),
        owner: f.take("owner").and_then(|n| text(n, problems)),
        due: f.take("due").and_then(|n| date(n, problems)),
        status: f
            .take("status")
            .and_then(|n| fields::word(n, problems))
            .map_or(ActionStatus::Open, |p| p.value),
        done_on: f.take("done_on").and_then(|n| date(n, problems)),
        ticket: f.take("ticket").and_then(|n| text(n, problems)),
        incidents: f
            .take("incidents")
            .map_or(vec![], |n| list(n, problems, fields::word))
            .into_iter()
            .map(|p| p.value)
            .collect(),
        edits: f.take("edited").map_or(Edits::default(), |n| {
            event::edits(n, &ParseContext::file(Zone::UTC), problems)
        }),
        unsettled: f.take("was").map(event::unsettled).unwrap_or_default(),
        place: node.place,
    };
    f.close(problems);
    Some(action)
}

/// Reads a date; a time of day has no place there.
pub(super) fn date(node: &Node<'_>, problems: &mut Diagnostics) -> Option<NaiveDate> {
    let read = |text: &str| match parse::read(text, &ParseContext::file(Zone::UTC)) {
        Ok(EventTime::Day(day)) => Ok(day.date()),
        _ => Err(format!("`{text}` is not a date: write it as 2019-02-15")),
    };
    parsed(node, problems, read).map(|p| p.value)
}

fn claim(node: &Node<'_>, problems: &mut Diagnostics) -> Option<StatedDuration> {
    let mut f = FieldReader::open(node, "a claim", problems)?;
    let name = f.need("name", problems).and_then(|n| fields::word(n, problems));
    let stated = f.need("stated", problems).and_then(|n| parsed(n, problems, duration::read_span));
    let at_least = f.take("at_least").and_then(|n| fields::truth(n, problems));
    f.close(problems);
    Some(StatedDuration {
        name: name?.value,
        stated: stated?.value,
        at_least: at_least.unwrap_or(false),
        place: node.place,
    })
}

fn public(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Public> {
    let mut f = FieldReader::open(node, "the public part", problems)?;
    let public = Public {
        title: f.take("title").and_then(|n| text(n, problems)),
        summary: f.take("summary").and_then(|n| text(n, problems)),
        causes: f.take("causes").map_or(vec![], |n| list(n, problems, public_cause)),
        actions: f
            .take("actions")
            .map_or(vec![], |n| list(n, problems, fields::word))
            .into_iter()
            .map(|p| p.value)
            .collect(),
        place: node.place,
    };
    f.close(problems);
    Some(public)
}

/// Reads a cause that customers may read: a map as inside, or its text alone.
fn public_cause(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Cause> {
    match node.text() {
        Some(text) => {
            Some(Cause { kind: CauseKind::Root, text: text.to_owned(), place: node.place })
        }
        None => cause(node, problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_thousand_events_are_read_and_no_more() {
        let read_many = |events: usize| {
            let text = format!("title: x\nevents:\n{}", "  - at: 2026-06-10\n".repeat(events));
            read("2026-06-10-x".parse().unwrap(), &text, &Settings::default())
        };
        assert_eq!(read_many(50_000).unwrap().incident.events.len(), 50_000);
        let problem = read_many(50_001).unwrap_err();
        assert_eq!((problem.code, problem.place.line), ("too-large", 50_003));
        let message = "the incident has 50,001 events; at most 50,000 are read";
        assert_eq!(problem.message, message);
    }

    #[test]
    fn what_numbers_hang_on_and_cannot_be_read_is_noted() {
        let lines = |text: &str| {
            let text = format!("title: x\n{text}");
            let read = read("2026-06-10-x".parse().unwrap(), &text, &Settings::default()).unwrap();
            read.incident.unreadable.iter().map(|it| it.place.line).collect::<Vec<_>>()
        };
        let event = |keys: &str| format!("events:\n  - {{text: t, {keys}}}\n");
        for keys in [
            "at: 3:15",
            "within: 5m",
            "at: 2026-06-10, within: long",
            "at: 2026-06-10, for: -5m",
            "at: 2026-06-10, impact: {apps: dwn}",
            "at: 2026-06-10, impact: {apps: {state: down, share: most}}",
            "at: 2026-06-10, mark: [two words]",
            "between: [2026-06-11T00:00:00Z, 2026-06-10T00:00:00Z]",
        ] {
            assert_eq!(lines(&event(keys)), [3], "{keys}");
        }
        for text in ["timezone: Nowhere", "impact: some", "services: {apps: 1}", "kind: dril"] {
            assert_eq!(lines(text), [2], "{text}");
        }
        for text in ["events: {}", "events: [later]"] {
            assert_eq!(lines(text), [2], "{text}");
        }
        for keys in ["at: 3:15, retracted: a slip", "at: 2026-06-10, by: [a], links: 3, source: x"]
        {
            assert_eq!(lines(&event(keys)), [0; 0], "{keys}");
        }
        assert_eq!(lines("actions: [{due: never}]\nevents: [{at: 2026-06-10}]\n"), [0; 0]);
    }
}
