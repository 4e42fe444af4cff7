//! Atlassian Statuspage: `incidents.json`, `scheduled-maintenances.json`, answers of its API, bodies of its webhooks.

use super::file::ImportFile;
use super::html;
use super::json::{self, JsonNode, RankedTime, short};
use crate::model::imported::{
    ImportedEvent, ImportedImpact, ImportedIncident, ImportedIncidents, SkippedPart,
};
use crate::model::incident::{Audience, EventKind, Kind, Milestone, State};
use crate::model::time::{EventTime, Instant, Zone};

/// How many incidents `incidents.json` has at most: those before are not in it.
const MOST: usize = 50;

/// Reads files of a status page.
pub(super) fn read(files: &[ImportFile]) -> ImportedIncidents {
    let mut all = ImportedIncidents::default();
    for file in files {
        match json::parse(file) {
            Ok(value) => page(&JsonNode::root(file, &value), &mut all),
            Err(skip) => all.skipped.push(skip),
        }
    }
    all
}

fn page(root: &JsonNode<'_>, all: &mut ImportedIncidents) {
    let url = root.at(&["page", "url"]).and_then(|url| url.text());
    let lists = ["incidents", "scheduled_maintenances"].map(|key| root.get(key));
    let (lists, one) = (lists.into_iter().flatten(), root.get("incident"));
    let mut nodes: Vec<_> = lists.map(|list| list.items().map(Iterator::collect)).collect();
    if let Some(items) = root.items() {
        nodes.push(Some(items.collect()));
    }
    nodes.extend(one.map(|one| Some(vec![one])));
    if nodes.is_empty() && root.get("components").is_none() {
        all.skipped.push(root.skip("there are no `incidents` in it"));
    }
    for list in nodes {
        let Some(list): Option<Vec<JsonNode<'_>>> = list else {
            all.skipped.push(root.skip("`incidents` should be a list"));
            continue;
        };
        if list.len() == MOST {
            all.notes.push(format!(
                "{} has {MOST} incidents, as many as a page gives at once: there may be more; its API has them all",
                root.file.name
            ));
        }
        for node in list {
            match incident(&node, url.as_deref(), &mut all.skipped) {
                Ok(incident) => all.incidents.push(incident),
                Err(skip) => all.skipped.push(skip),
            }
        }
    }
}

fn incident(
    node: &JsonNode<'_>,
    page: Option<&str>,
    skipped: &mut Vec<SkippedPart>,
) -> Result<ImportedIncident, SkippedPart> {
    let id = node.said("id").ok_or_else(|| node.skip("an incident needs an `id`"))?;
    let title = node.said("name").map(|name| html::text(&name)).unwrap_or_else(|| id.clone());
    let is_planned = node.get("scheduled_for").is_some();
    let below = page.map(|page| format!("{}/incidents/{id}", page.trim_end_matches('/')));
    let mut incident = ImportedIncident {
        url: node.said("shortlink").or(below),
        kind: if is_planned { Kind::Maintenance } else { Kind::Incident },
        severity: node.said("impact").filter(|_| !is_planned),
        summary: planned(node),
        services: node.list("components", skipped).iter().filter_map(|c| c.said("name")).collect(),
        ..ImportedIncident::new(id, title, node.place())
    };
    let mut updates = vec![];
    for update in node.list("incident_updates", skipped) {
        match self::update(&update) {
            Ok(update) => updates.push(update),
            Err(skip) => skipped.push(skip),
        }
    }
    updates.extend(outcome(node, &updates)?);
    // Newest first as a rule, and backdated ones anywhere.
    updates.sort_by(|a, b| (a.order(), &a.event.key).cmp(&(b.order(), &b.event.key)));
    mark(&mut updates);
    set_impact(&mut updates, &mut incident.services);
    tell_apart(&mut updates);
    let changed = node.time("updated_at")?.map(|time| nominal(&time));
    incident.revised = changed;
    let times = updates.iter().map(|u| u.order().0);
    let last = times.clone().max().max(changed);
    incident.covers = times.min().map(|_| Instant::MIN).zip(last);
    let url = &incident.url;
    incident.events =
        updates.into_iter().map(|u| ImportedEvent { url: url.clone(), ..u.event }).collect();
    match incident.events.is_empty() {
        true => Err(node.skip("it has no update that can be read")),
        false => Ok(incident),
    }
}

/// Returns what was planned of a maintenance.
fn planned(node: &JsonNode<'_>) -> Option<String> {
    let from = node.said("scheduled_for")?;
    Some(match node.said("scheduled_until") {
        Some(until) => format!("Planned from {from} until {until}."),
        None => format!("Planned for {from}."),
    })
}

/// An update as it is being read.
struct PageUpdate {
    event: ImportedEvent,
    status: String,
    /// Each component's name, and its states before and after.
    components: Vec<ComponentChange>,
}

struct ComponentChange {
    name: String,
    before: Option<State>,
    after: State,
}

impl PageUpdate {
    /// Returns what orders it.
    fn order(&self) -> (Instant, u32) {
        (self.event.at.order(Zone::UTC), self.event.rank)
    }
}

fn update(node: &JsonNode<'_>) -> Result<PageUpdate, SkippedPart> {
    let created = node.time("created_at")?;
    let shown = node.time("display_at")?;
    let logged = created.as_ref().map(nominal);
    let time = shown.or(created).ok_or_else(|| node.skip("an update needs a time"))?;
    let status = node.said("status").unwrap_or_default();
    let body = node.said("body").map(|body| html::text(&body)).filter(|body| !body.is_empty());
    let text = body.unwrap_or_else(|| title_of(&status));
    // The same update has the same time, where it has no id.
    let key = node.said("id").unwrap_or_default();
    let event = ImportedEvent {
        place: node.place(),
        rank: time.rank,
        revised: node.time("updated_at")?.map(|time| nominal(&time)),
        logged: logged.filter(|logged| *logged != nominal(&time)),
        kind: EventKind::Communication,
        audience: Audience::Public,
        ..ImportedEvent::note(key, time.at, text)
    };
    Ok(PageUpdate { event, status, components: components(node)? })
}

fn components(node: &JsonNode<'_>) -> Result<Vec<ComponentChange>, SkippedPart> {
    let Some(list) = node.get("affected_components").and_then(|list| list.items()) else {
        return Ok(vec![]);
    };
    let mut found = vec![];
    for component in list {
        let state = |key| component.said(key).map(|word| state(&word, &component)).transpose();
        let (before, after) = (state("old_status")?, state("new_status")?);
        if let (Some(name), Some(after)) = (component.said("name"), after) {
            found.push(ComponentChange { name, before, after });
        }
    }
    Ok(found)
}

/// Returns the state that a component's status is.
fn state(word: &str, node: &JsonNode<'_>) -> Result<State, SkippedPart> {
    match word {
        "operational" => Ok(State::Up),
        "degraded_performance" | "partial_outage" => Ok(State::Degraded),
        "major_outage" => Ok(State::Down),
        "under_maintenance" => Ok(State::Maintenance),
        other => Err(node.skip(format!("`{}` is not a status of a component", short(other)))),
    }
}

/// Returns the update that an incident lacks, where it alone says when it was over.
fn outcome(node: &JsonNode<'_>, updates: &[PageUpdate]) -> Result<Option<PageUpdate>, SkippedPart> {
    let status = node.said("status").unwrap_or_default();
    let over = ["resolved", "completed"];
    let is_told = updates.iter().any(|update| over.contains(&update.status.as_str()));
    if is_told || !over.contains(&status.as_str()) {
        return Ok(None);
    }
    let Some(RankedTime { at, rank }) = node.time("resolved_at")? else { return Ok(None) };
    let event = ImportedEvent {
        place: node.place(),
        rank,
        kind: EventKind::Communication,
        audience: Audience::Public,
        ..ImportedEvent::note("resolved_at", at, title_of(&status))
    };
    Ok(Some(PageUpdate { event, status, components: vec![] }))
}

/// Marks milestones where the status changes; said again, it is none.
fn mark(updates: &mut [PageUpdate]) {
    let mut before = String::new();
    let mut is_over = false;
    for update in updates {
        if update.status == before {
            continue;
        }
        let marks = milestones(&update.status);
        let ends = marks.contains(&Milestone::Resolved);
        update.event.marks = match update.status.as_str() {
            // What is told after the end is no new beginning.
            "postmortem" => vec![],
            _ if is_over && !ends => [Milestone::Reopened].into_iter().chain(marks).collect(),
            _ => marks,
        };
        if update.status != "postmortem" {
            is_over = ends;
            before.clone_from(&update.status);
        }
    }
}

fn milestones(status: &str) -> Vec<Milestone> {
    match status {
        "investigating" => vec![Milestone::Detected],
        "identified" => vec![Milestone::Identified],
        "monitoring" => vec![Milestone::Mitigated],
        "resolved" | "completed" => vec![Milestone::Recovered, Milestone::Resolved],
        "in_progress" => vec![Milestone::Started],
        _ => vec![],
    }
}

/// Says of each component what changes; what was up all the time is named and no more.
fn set_impact(updates: &mut [PageUpdate], services: &mut Vec<String>) {
    let mut known: Vec<(String, State)> = vec![];
    for update in updates {
        for ComponentChange { name, before, after } in &update.components {
            if !services.contains(name) {
                services.push(name.clone());
            }
            let then = known.iter_mut().find(|(known, _)| known == name);
            let was = then.as_ref().map(|(_, state)| *state).or(before.filter(|b| *b == State::Up));
            // One that was bad before the first update and is bad still, changes by what is told first.
            if was.unwrap_or(State::Up) != *after
                || (was.is_none() && before.is_some_and(|b| b != State::Up))
            {
                update.event.impact.push(ImportedImpact::all(name.clone(), *after));
            }
            match then {
                Some((_, state)) => *state = *after,
                None => known.push((name.clone(), *after)),
            }
        }
    }
}

/// Gives updates without an id one of their time: by their order among those of the same.
fn tell_apart(updates: &mut [PageUpdate]) {
    let mut used: Vec<String> = vec![];
    for update in updates {
        if update.event.key.is_empty() {
            let time = update.order().0.rfc3339();
            let same = used.iter().filter(|known| **known == time).count();
            used.push(time.clone());
            update.event.key = if same == 0 { time } else { format!("{time}.{same}") };
        }
    }
}

fn title_of(status: &str) -> String {
    let words = status.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.map_or_else(|| "Update".to_owned(), |first| first + letters.as_str())
}

fn nominal(time: &RankedTime) -> Instant {
    match time.at {
        EventTime::At { time, .. } => time.instant(),
        other => other.order(Zone::UTC),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> ImportedIncidents {
        let name = "incidents.json".to_owned();
        read(&[ImportFile { inner: name.clone(), name, bytes: text.into() }])
    }

    fn one(updates: &str) -> ImportedIncident {
        let text = format!(
            r#"{{"page": {{"url": "https://status.example.com/"}}, "incidents": [{{"id": "i1", "name": "Search is slow",
            "status": "resolved", "impact": "minor", "incident_updates": [{updates}]}}]}}"#
        );
        let read = read_text(&text);
        assert_eq!(read.skipped, []);
        read.incidents.into_iter().next().unwrap()
    }

    fn marks(incident: &ImportedIncident) -> Vec<String> {
        let words =
            |e: &ImportedEvent| e.marks.iter().map(Milestone::as_str).collect::<Vec<_>>().join("+");
        incident.events.iter().map(words).collect()
    }

    #[test]
    fn a_status_marks_a_milestone_where_it_changes() {
        let updates =
            ["resolved", "monitoring", "monitoring", "investigating", "resolved", "investigating"];
        let update = |(n, status): (usize, &&str)| {
            format!(
                r#"{{"id": "u{n}", "status": "{status}", "body": "x", "created_at": "2026-06-10T0{}:00:00Z"}}"#,
                9 - n
            )
        };
        let incident = one(&updates.iter().enumerate().map(update).collect::<Vec<_>>().join(","));
        let expected = [
            "detected",
            "recovered+resolved",
            "reopened+detected",
            "mitigated",
            "",
            "recovered+resolved",
        ];
        assert_eq!(marks(&incident), expected);
        assert_eq!(incident.url.as_deref(), Some("https://status.example.com/incidents/i1"));
    }

    #[test]
    fn a_component_tells_its_impact_where_its_state_changes() {
        let update = |at: &str, old: &str, new: &str| {
            format!(
                r#"{{"id": "{at}", "status": "investigating", "body": "x", "created_at": "2026-06-10T{at}:00Z",
                "affected_components": [{{"name": "Search", "old_status": "{old}", "new_status": "{new}"}},
                {{"name": "Mail", "old_status": "operational", "new_status": "operational"}}]}}"#
            )
        };
        let updates = [
            update("09:00", "operational", "major_outage"),
            update("09:10", "major_outage", "major_outage"),
            update("09:20", "major_outage", "partial_outage"),
            update("09:30", "partial_outage", "operational"),
        ];
        let incident = one(&updates.join(","));
        let states =
            incident.events.iter().map(|e| e.impact.iter().map(|i| i.state).collect::<Vec<_>>());
        assert_eq!(
            states.collect::<Vec<_>>(),
            [vec![State::Down], vec![], vec![State::Degraded], vec![State::Up]]
        );
        assert_eq!(incident.services, ["Search", "Mail"]);
        let incident = one(&update("09:00", "major_outage", "operational"));
        assert_eq!(incident.events[0].impact.len(), 1, "it was bad before, from an unknown time");
    }

    #[test]
    fn updates_without_an_id_are_known_by_their_time() {
        let update = |status: &str| {
            format!(
                r#"{{"id": null, "status": "{status}", "body": "{status}", "created_at": "2026-06-10T09:00:00Z"}}"#
            )
        };
        let incident = one(&[update("monitoring"), update("resolved")].join(","));
        let keys: Vec<_> = incident.events.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["2026-06-10T09:00:00Z", "2026-06-10T09:00:00Z.1"]);
    }

    #[test]
    fn what_is_malformed_is_told_with_its_place_and_the_rest_goes_on() {
        let read = read_text(
            r#"{"incidents": [7, {"id": "a", "name": "A", "incident_updates": [
                {"id": "1", "created_at": "soon"}, {"id": "2", "created_at": "2026-06-10T09:00:00Z", "body": "B"}]}]}"#,
        );
        let places: Vec<_> = read.skipped.iter().map(|s| s.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "incidents.json#/incidents/0",
                "incidents.json#/incidents/1/incident_updates/0/created_at"
            ]
        );
        assert_eq!(read.incidents[0].events.len(), 1);
        let read = read_text("{\"incidents\": [\n  {]");
        assert_eq!(read.skipped[0].place, "incidents.json:2:4");
        assert!(read_text(&"[".repeat(100_000)).skipped[0].reason.contains("not JSON"));
        assert!(!read_text("{}").skipped.is_empty());
    }

    #[test]
    fn as_many_as_a_page_gives_at_once_may_not_be_all() {
        let one = r#"{"id": "a", "name": "A", "incident_updates": [{"id": "2", "created_at": "2026-06-10T09:00:00Z"}]}"#;
        let all = vec![one; MOST].join(",");
        assert!(
            read_text(&format!("{{\"incidents\": [{all}]}}")).notes[0]
                .contains("there may be more")
        );
    }

    #[test]
    fn a_maintenance_that_is_told_once_ends_where_its_record_says() {
        let read = read_text(
            r#"{"scheduled_maintenances": [{"id": "m", "name": "Disks", "status": "completed", "impact": "maintenance",
            "scheduled_for": "2026-06-12T01:00:00+02:00", "scheduled_until": "2026-06-12T02:00:00+02:00",
            "resolved_at": "2026-06-12T01:40:00.512+02:00", "incident_updates": [
            {"id": "1", "status": "scheduled", "body": "<p>Soon</p>", "created_at": "2026-06-10T09:00:00Z"}]}]}"#,
        );
        let incident = &read.incidents[0];
        assert_eq!(
            (incident.kind, marks(incident)),
            (Kind::Maintenance, vec![String::new(), "recovered+resolved".into()])
        );
        assert_eq!(incident.events[1].at.fields().to_string(), "2026-06-12T01:40:00+02:00");
        assert!(incident.summary.as_ref().unwrap().starts_with("Planned from 2026-06-12T01:00"));
    }
}
