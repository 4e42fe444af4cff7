//! Incidents in the shape of Statuspage's API, version 2, for what already reads that: pages that gather status pages,
//! bots, and the import of this tool.

use super::address;
use crate::compute::report::site::{SiteGrade, SiteIncident, SiteReport, SiteSort, SiteUpdate};
use crate::io::render::text;
use crate::model::digest;
use crate::model::incident::State;
use crate::model::time::Instant;
use serde_json::{Value, json};

/// The names of their files.
pub const API: [&str; 2] = ["api/v2/incidents.json", "api/v2/summary.json"];
/// How many incidents are told of that are over, as there.
const MOST: usize = 50;
const PAGE: &str = "recount";

/// Returns the incidents: those that aren't over, and the latest of the others.
pub fn incidents(report: &SiteReport) -> String {
    let all = || report.incidents.iter().filter(|i| i.sort == SiteSort::Incident);
    let open = all().filter(|incident| incident.is_open());
    let over = all().filter(|incident| !incident.is_open()).take(MOST);
    let found: Vec<_> = open.chain(over).map(|it| incident(report, it)).collect();
    written(&json!({"page": page(report), "incidents": found}))
}

/// Returns what is now: services, and what isn't over.
pub fn summary(report: &SiteReport) -> String {
    let of = |sort: SiteSort| -> Vec<Value> {
        let open = report.incidents.iter().filter(|i| i.sort == sort && i.is_open());
        open.map(|it| incident(report, it)).collect()
    };
    written(&json!({
        "page": page(report),
        "components": components(report),
        "incidents": of(SiteSort::Incident),
        "scheduled_maintenances": of(SiteSort::Maintenance),
        "status": status(report),
    }))
}

fn written(value: &Value) -> String {
    text::json(&format!("{value:#}\n"))
}

fn page(report: &SiteReport) -> Value {
    json!({
        "id": PAGE,
        "name": "Incidents",
        "url": report.url,
        "time_zone": report.zone.name(),
        "updated_at": time(report.incidents.iter().filter_map(SiteIncident::updated).max()),
    })
}

fn time(at: Option<Instant>) -> Option<String> {
    at.map(Instant::rfc3339)
}

fn incident(report: &SiteReport, incident: &SiteIncident) -> Value {
    let id = id(incident);
    let began = incident.began.as_ref().map(|began| began.at);
    let begins = |word: &str| {
        let found = incident.updates.iter().find(|update| update.progress.as_str() == word);
        time(found.map(|update| update.moment.at))
    };
    let updates = incident.updates.iter().rev().map(|it| update(&id, it));
    let names = incident.services.iter();
    let now = |name: &String| incident.now.iter().find(|(s, _)| s == name).map(|(_, state)| *state);
    let components = names.map(|name| component(name, now(name).unwrap_or(State::Up)));
    json!({
        "id": id,
        "name": incident.title,
        "status": incident.progress,
        "impact": match incident.sort {
            SiteSort::Maintenance => "maintenance",
            _ => incident.grade.as_str(),
        },
        "created_at": time(began),
        "started_at": time(began),
        "updated_at": time(incident.updated()),
        "monitoring_at": begins("monitoring"),
        "resolved_at": begins("resolved"),
        "shortlink": report.url.as_ref().map(|url| format!("{url}/{}", address(&incident.page))),
        "page_id": PAGE,
        "incident_updates": updates.collect::<Vec<_>>(),
        "components": components.collect::<Vec<_>>(),
    })
}

/// Returns what an incident is known by: the name of its page, which tells customers nothing.
fn id(incident: &SiteIncident) -> String {
    incident.page.strip_suffix(".html").unwrap_or(&incident.page).to_owned()
}

fn update(incident: &str, update: &SiteUpdate) -> Value {
    let at = update.moment.at.rfc3339();
    let affected = |(name, state): &(String, State)| json!({"code": code(name), "name": name, "old_status": null, "new_status": word(*state)});
    json!({
        "id": format!("{incident}.{}", update.key),
        "incident_id": incident,
        "status": update.progress,
        "body": update.text,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": update.services.iter().map(affected).collect::<Vec<_>>(),
        "deliver_notifications": false,
    })
}

fn components(report: &SiteReport) -> Vec<Value> {
    let standing = report.standing().into_iter();
    standing.map(|(name, state)| component(name, state)).collect()
}

fn component(name: &str, state: State) -> Value {
    json!({
        "id": code(name),
        "name": name,
        "status": word(state),
        "page_id": PAGE,
        "description": null,
        "group": false,
        "group_id": null,
        "only_show_if_degraded": false,
    })
}

/// Returns what a service is known by: of the name that its readers know.
fn code(name: &str) -> String {
    digest::sha256(name).chars().take(12).collect()
}

fn word(state: State) -> &'static str {
    match state {
        State::Up => "operational",
        State::Maintenance => "under_maintenance",
        State::Degraded => "degraded_performance",
        State::Down => "major_outage",
    }
}

/// Returns how bad it is over all; nothing where the record knows of more than its readers may.
fn status(report: &SiteReport) -> Value {
    let open = || report.incidents.iter().filter(|i| i.is_open() && i.sort.counts());
    let grade = open().filter(|i| i.sort == SiteSort::Incident).map(|i| i.grade).max();
    let (indicator, description) = match grade {
        Some(SiteGrade::Critical) => ("critical", "Major Service Outage"),
        Some(SiteGrade::Major) => ("major", "Partial System Outage"),
        Some(SiteGrade::Minor) => ("minor", "Minor Service Outage"),
        Some(SiteGrade::None) | None if open().any(|i| i.sort == SiteSort::Maintenance) => {
            ("maintenance", "Service Under Maintenance")
        }
        Some(SiteGrade::None) | None if report.untold.is_empty() => {
            ("none", "All Systems Operational")
        }
        Some(SiteGrade::None) | None => return json!({"indicator": null, "description": null}),
    };
    json!({"indicator": indicator, "description": description})
}
