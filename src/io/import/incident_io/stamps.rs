//! The named timestamps of an incident, and its updates.

use super::super::json::{JsonNode, RankedTime};
use crate::model::imported::{ImportedEvent, SkippedPart};
use crate::model::incident::Milestone;
use crate::model::vocabulary::Vocabulary;

/// A named timestamp that has a value.
struct NamedStamp {
    key: String,
    /// Its name, without the `at` at its end.
    name: String,
    time: RankedTime,
    mark: Option<Milestone>,
    place: String,
}

/// Returns the events that an incident's timestamps are.
///
/// # Errors
/// A time of the incident itself that is none.
pub(super) fn events(
    node: &JsonNode<'_>,
    mode: &str,
    skipped: &mut Vec<SkippedPart>,
) -> Result<Vec<ImportedEvent>, SkippedPart> {
    let mut stamps = vec![];
    let (values, older) =
        (node.list("incident_timestamp_values", skipped), node.list("timestamps", skipped));
    for one in values.iter().chain(&older) {
        match stamp(one) {
            Ok(stamp) => stamps.extend(stamp),
            Err(skip) => skipped.push(skip),
        }
    }
    if !stamps
        .iter()
        .any(|stamp| matches!(stamp.mark, Some(Milestone::Declared | Milestone::Detected)))
    {
        let created = node.time("created_at")?.map(|time| NamedStamp {
            key: "created".to_owned(),
            name: "Created".to_owned(),
            time,
            mark: Some(Milestone::Declared),
            place: node.place(),
        });
        stamps.extend(created);
    }
    only_once(&mut stamps);
    let over = stamps.iter().filter(|stamp| ends(stamp)).map(|stamp| stamp.time.instant()).min();
    let creator =
        node.at(&["creator", "user", "name"]).or_else(|| node.at(&["creator", "api_key", "name"]));
    let creator = creator.and_then(|name| name.text());
    let is_told_later = |stamp: &NamedStamp| {
        mode == "retrospective" && over.is_some_and(|over| stamp.time.instant() > over)
    };
    Ok(stamps
        .into_iter()
        .map(|stamp| event(&stamp, is_told_later(&stamp), creator.as_ref()))
        .collect())
}

/// Returns whether a stamp is the end of what customers or responders had to do with it.
fn ends(stamp: &NamedStamp) -> bool {
    matches!(stamp.mark, Some(Milestone::Recovered | Milestone::Resolved))
}

/// Reads a timestamp; none where it has no value.
fn stamp(node: &JsonNode<'_>) -> Result<Option<NamedStamp>, SkippedPart> {
    let defined = node.get("incident_timestamp").unwrap_or_else(|| node.clone());
    let name = defined.said("name").ok_or_else(|| node.skip("a timestamp needs a `name`"))?;
    let time = match node.get("value") {
        Some(value) if value.value.is_object() => value.time("value")?,
        Some(_) => node.time("value")?,
        None => node.time("last_occurred_at")?,
    };
    let Some(time) = time else { return Ok(None) };
    let bare = name.trim().strip_suffix(" at").unwrap_or(name.trim()).to_owned();
    let mark = milestone(&bare);
    let key = defined.said("id").unwrap_or_else(|| name.clone());
    Ok(Some(NamedStamp { key, name: bare, time, mark, place: node.place() }))
}

/// Returns the milestone that a timestamp's name means.
fn milestone(name: &str) -> Option<Milestone> {
    match name.to_lowercase().as_str() {
        "impact started" | "impact start" | "started" => Some(Milestone::Started),
        // Who reports has noticed it.
        "reported" => Some(Milestone::Detected),
        // In triage it was found to be one.
        "accepted" => Some(Milestone::Declared),
        "fixed" | "stabilized" | "stabilised" => Some(Milestone::Mitigated),
        "impact ended" | "impact end" | "impact over" => Some(Milestone::Recovered),
        other => {
            let words =
                Vocabulary::milestones(Milestone::BUILT_IN.iter().map(Milestone::to_string));
            words.find(other).ok().and_then(|found| found.parse().ok())
        }
    }
}

/// Leaves a milestone to the stamp that has its very name, where others only mean it too.
fn only_once(stamps: &mut [NamedStamp]) {
    let named: Vec<Milestone> = stamps
        .iter()
        .filter_map(|stamp| {
            stamp.mark.clone().filter(|mark| stamp.name.eq_ignore_ascii_case(mark.as_str()))
        })
        .collect();
    for stamp in stamps {
        let is_other = |mark: &Milestone| {
            named.contains(mark) && !stamp.name.eq_ignore_ascii_case(mark.as_str())
        };
        if stamp.mark.as_ref().is_some_and(is_other) {
            stamp.mark = None;
        }
    }
}

/// Returns a stamp as an event; one that a retrospective set after the end is no milestone of what happened.
fn event(stamp: &NamedStamp, is_told_later: bool, creator: Option<&String>) -> ImportedEvent {
    let is_opening = matches!(stamp.mark, Some(Milestone::Declared | Milestone::Detected));
    let mark = stamp.mark.clone().filter(|mark| !(is_told_later && *mark < Milestone::Recovered));
    let text = match is_told_later && is_opening {
        true => format!("{}, in retrospect", stamp.name),
        false => stamp.name.clone(),
    };
    let place = Milestone::BUILT_IN.iter().position(|known| Some(known) == stamp.mark.as_ref());
    let rank = place.and_then(|place| u32::try_from(place).ok()).unwrap_or(10);
    ImportedEvent {
        place: stamp.place.clone(),
        rank: if stamp.time.rank > 0 { stamp.time.rank } else { rank },
        marks: mark.into_iter().collect(),
        by: creator.filter(|_| is_opening).cloned(),
        ..ImportedEvent::note(stamp.key.clone(), stamp.time.at, text)
    }
}

/// Reads an update.
///
/// # Errors
/// What it lacks.
pub(super) fn update(node: &JsonNode<'_>) -> Result<ImportedEvent, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("an update needs an `id`"))?;
    let time =
        node.time("created_at")?.ok_or_else(|| node.skip("an update needs a `created_at`"))?;
    let name = |key: &str| node.at(&[key, "name"]).and_then(|name| name.text());
    let status = name("new_incident_status").map(|status| format!("Status: {status}"));
    let severity = name("new_severity").map(|severity| format!("Severity: {severity}"));
    let parts: Vec<_> = [node.said("message"), status, severity].into_iter().flatten().collect();
    let by = ["user", "api_key", "workflow"]
        .into_iter()
        .find_map(|key| node.at(&["updater", key, "name"]));
    let text = if parts.is_empty() { "Update".to_owned() } else { parts.join("\n") };
    Ok(ImportedEvent {
        place: node.place(),
        rank: time.rank,
        by: by.and_then(|name| name.text()),
        ..ImportedEvent::note(id, time.at, text)
    })
}
