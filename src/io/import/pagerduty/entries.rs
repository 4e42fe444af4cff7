//! What PagerDuty tells of an incident, step by step.

use super::super::json::{JsonNode, RankedTime};
use crate::model::imported::{ImportedEvent, SkippedPart};
use crate::model::incident::{EventKind, Link, Milestone};

/// Where a step is told, the fullest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntryOrigin {
    LogEntry,
    Webhook,
    Note,
    /// The incident itself, which has its last states alone.
    Incident,
}

/// A step, as it is being read.
pub(super) struct DutyEntry {
    pub(super) event: ImportedEvent,
    pub(super) origin: EntryOrigin,
    /// Which step it is, where the same may be told in several ways.
    pub(super) step: Option<Milestone>,
    /// Whether it tells that somebody was notified.
    pub(super) is_noise: bool,
}

/// What a word of PagerDuty means: its kind, its milestone, and its place among those of one second.
struct StepMeaning {
    kind: EventKind,
    mark: Option<Milestone>,
    rank: u32,
    is_noise: bool,
}

/// Returns what a type of log entry or webhook means, without what stands around it.
fn meaning(word: &str) -> StepMeaning {
    let of = |kind, mark, rank| StepMeaning { kind, mark, rank, is_noise: false };
    match word {
        "trigger" | "triggered" => of(EventKind::Alert, Some(Milestone::Started), 0),
        "acknowledge" | "acknowledged" => of(EventKind::Action, Some(Milestone::Acknowledged), 4),
        "resolve" | "resolved" => of(EventKind::Action, Some(Milestone::Resolved), 6),
        "reopen" | "reopened" => of(EventKind::Note, Some(Milestone::Reopened), 7),
        "status_update" | "status_update_published" => of(EventKind::Communication, None, 5),
        "notify" | "workflow.started" | "workflow.completed" => {
            StepMeaning { is_noise: true, ..of(EventKind::Note, None, 3) }
        }
        "assign" | "escalate" | "escalated" | "delegate" | "delegated" | "reassigned" => {
            of(EventKind::Note, None, 2)
        }
        "alert" => of(EventKind::Alert, None, 1),
        _ => of(EventKind::Note, None, 5),
    }
}

/// Reads a log entry.
///
/// # Errors
/// What it lacks.
pub(super) fn log_entry(node: &JsonNode<'_>) -> Result<DutyEntry, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("a log entry needs an `id`"))?;
    let time = timed(node, "created_at", "a log entry")?;
    let kind = node.said("type").unwrap_or_default();
    let word = kind.trim_end_matches("_reference").trim_end_matches("_log_entry");
    let mut entry = entry(node, id, time, StepText { word, text: said(node, word) });
    entry.origin = EntryOrigin::LogEntry;
    if word.starts_with("priority") {
        let changed = ["new_priority", "priority"];
        let changed = changed.iter().find_map(|key| node.at(&["channel", key, "summary"]));
        entry.event.severity = changed.and_then(|word| word.text());
    }
    Ok(entry)
}

/// Returns what a log entry says.
fn said(node: &JsonNode<'_>, word: &str) -> Option<String> {
    let text = |keys: &[&str]| node.at(keys)?.text().filter(|text| !text.trim().is_empty());
    let summary = node.said("summary").or_else(|| text(&["channel", "summary"]));
    match word {
        // The summary is cut, or says no more than that there is a note.
        "annotate" => text(&["channel", "summary"]).or(summary),
        "status_update" => text(&["message"]).or_else(|| text(&["channel", "message"])).or(summary),
        _ => {
            let more = text(&["event_details", "description"]);
            let more = more.or_else(|| text(&["channel", "description"]));
            let more = more.or_else(|| text(&["channel", "summary"]).filter(|_| word == "trigger"));
            match (summary, more) {
                (Some(summary), Some(more)) if !summary.contains(&more) => {
                    Some(format!("{summary}: {more}"))
                }
                (summary, more) => summary.or(more),
            }
        }
    }
}

/// Reads a webhook's event, which is about `data`.
///
/// # Errors
/// What it lacks.
pub(super) fn webhook(node: &JsonNode<'_>, data: &JsonNode<'_>) -> Result<DutyEntry, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("a webhook's event needs an `id`"))?;
    let time = timed(node, "occurred_at", "a webhook's event")?;
    let kind = node.said("event_type").unwrap_or_default();
    let word = kind.strip_prefix("incident.").unwrap_or(&kind);
    let step = title_of(word);
    let told = match word {
        "triggered" => data.said("title").map(|title| format!("{step}: {title}")),
        "priority_updated" => super::priority(data).map(|it| format!("Priority set to {it}")),
        "escalated" | "delegated" | "reassigned" => {
            names(data, "assignees").map(|names| format!("{step} to {names}"))
        }
        _ => data.said("content").or_else(|| data.said("message")),
    };
    let mut entry = entry(node, id, time, StepText { word, text: told });
    entry.origin = EntryOrigin::Webhook;
    if word == "priority_updated" {
        entry.event.severity = super::priority(data);
    }
    Ok(entry)
}

/// Reads a note.
///
/// # Errors
/// What it lacks.
pub(super) fn note(node: &JsonNode<'_>) -> Result<DutyEntry, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("a note needs an `id`"))?;
    let time = timed(node, "created_at", "a note")?;
    let said = StepText { word: "annotate", text: node.said("content") };
    let entry = entry(node, id, time, said);
    Ok(DutyEntry { origin: EntryOrigin::Note, ..entry })
}

/// Reads an alert.
///
/// # Errors
/// What it lacks.
pub(super) fn alert(node: &JsonNode<'_>) -> Result<DutyEntry, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("an alert needs an `id`"))?;
    let time = timed(node, "created_at", "an alert")?;
    let said = StepText { word: "alert", text: node.said("summary") };
    let entry = entry(node, id, time, said);
    Ok(DutyEntry { origin: EntryOrigin::LogEntry, ..entry })
}

/// Reads the steps that an incident itself tells: its trigger, who acknowledged it, its end.
pub(super) fn of_incident(node: &JsonNode<'_>) -> Vec<Result<DutyEntry, SkippedPart>> {
    let mut found = vec![];
    let mut add = |at: (&JsonNode<'_>, &str), key: String, word: &str, text: Option<String>| {
        let (node, time) = at;
        match node.time(time) {
            Ok(Some(time)) => found.push(Ok(entry(node, key, time, StepText { word, text }))),
            Ok(None) => {}
            Err(skip) => found.push(Err(skip)),
        }
    };
    // It has the log entry's id, so that the same is known again when that comes.
    let trigger = node.get("first_trigger_log_entry");
    let of_trigger = |key| trigger.as_ref().and_then(|it| it.said(key));
    let key = of_trigger("id").unwrap_or_else(|| "triggered".to_owned());
    add((node, "created_at"), key, "trigger", of_trigger("summary"));
    let all = node.get("acknowledgements");
    for one in all.iter().flat_map(|all| all.items().into_iter().flatten()) {
        let key = format!("acknowledged.{}", one.said("at").unwrap_or_default());
        add((&one, "at"), key, "acknowledge", None);
    }
    if node.said("status").is_some_and(|status| status == "resolved") {
        let ends = ["resolved_at", "last_status_change_at"];
        let time = ends.into_iter().find(|key| node.get(key).is_some()).unwrap_or("resolved_at");
        add((node, time), "resolved".to_owned(), "resolve", None);
    }
    found
}

/// What is said of a step.
struct StepText<'w> {
    /// Which step it is, in PagerDuty's word.
    word: &'w str,
    /// The text; the word's own where there is none.
    text: Option<String>,
}

/// Returns a step of a time.
fn entry(node: &JsonNode<'_>, key: String, time: RankedTime, said: StepText<'_>) -> DutyEntry {
    let StepText { word, text } = said;
    let StepMeaning { kind, mark, rank, is_noise } = meaning(word);
    let agents = ["agent", "user", "acknowledger"].into_iter().find_map(|key| node.get(key));
    let last = || node.get("last_status_change_by").filter(|_| word == "resolve");
    let agent = agents.or_else(last);
    let named = |key| agent.as_ref().and_then(|agent| agent.said(key));
    let event = ImportedEvent {
        place: node.place(),
        url: node.said("html_url"),
        rank: if time.rank > 0 { time.rank } else { rank },
        kind,
        // Which trigger began it is known once all are.
        marks: mark.iter().filter(|mark| **mark != Milestone::Started).cloned().collect(),
        by: named("summary").or_else(|| named("name")).or_else(|| named("id")),
        aliases: ["id", "email", "name"].into_iter().filter_map(named).collect(),
        links: links(node),
        ..ImportedEvent::note(key, time.at, text.unwrap_or_else(|| title_of(word)))
    };
    DutyEntry { event, origin: EntryOrigin::Incident, step: mark, is_noise }
}

/// Returns what a trigger says of where to read on.
fn links(node: &JsonNode<'_>) -> Vec<Link> {
    let contexts = node.get("contexts");
    let link = |it: JsonNode<'_>| Some(Link { title: it.said("text"), url: it.said("href")? });
    contexts.iter().flat_map(|all| all.items().into_iter().flatten()).filter_map(link).collect()
}

fn timed(node: &JsonNode<'_>, key: &str, what: &str) -> Result<RankedTime, SkippedPart> {
    node.time(key)?.ok_or_else(|| node.skip(format!("{what} needs a `{key}`")))
}

fn names(node: &JsonNode<'_>, key: &str) -> Option<String> {
    let names: Vec<_> = node.get(key)?.items()?.filter_map(|it| it.said("summary")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns a word of PagerDuty as a text: `priority_updated` is `Priority updated`.
fn title_of(word: &str) -> String {
    let words = match word {
        "trigger" => "triggered".to_owned(),
        "acknowledge" => "acknowledged".to_owned(),
        "resolve" => "resolved".to_owned(),
        other => other.replace(['_', '.'], " "),
    };
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.map_or_else(|| "Log entry".to_owned(), |first| first + letters.as_str())
}
