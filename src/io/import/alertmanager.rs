//! Alertmanager: bodies of its webhook, versions 3 and 4, and lists of alerts.
//!
//! A group's alerts are one incident from the first that fires until all are resolved; an alert's end that has not come is
//! told as the year 1.

use super::file::ImportFile;
use super::json::{self, JsonNode, RankedTime};
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::{EventKind, Link, Milestone};
use crate::model::time::Instant;
use std::collections::BTreeMap;

/// How many labels stand behind an alert's text.
const MOST_LABELS: usize = 30;

/// Reads webhooks' bodies.
pub(super) fn read(files: &[ImportFile]) -> ImportedIncidents {
    let mut reader = HookReader::default();
    for file in files {
        match json::parse(file) {
            Ok(value) => reader.look(&JsonNode::root(file, &value), None),
            Err(skip) => reader.skipped.push(skip),
        }
    }
    let groups = reader.groups.into_iter();
    let incidents = groups.flat_map(|(key, group)| group.incidents(&key)).collect();
    ImportedIncidents { incidents, skipped: reader.skipped, ..ImportedIncidents::default() }
}

#[derive(Default)]
struct HookReader {
    /// The alerts of each group, by its key.
    groups: BTreeMap<String, AlertGroup>,
    skipped: Vec<SkippedPart>,
}

/// What is told of a group.
#[derive(Default)]
struct AlertGroup {
    title: String,
    url: Option<String>,
    place: String,
    /// By what tells one firing of an alert from others.
    alerts: BTreeMap<String, FiredAlert>,
}

/// One firing of an alert.
struct FiredAlert {
    key: String,
    place: String,
    text: String,
    severity: Option<String>,
    service: Option<String>,
    url: Option<String>,
    from: RankedTime,
    /// When it was resolved; none while it fires.
    to: Option<RankedTime>,
}

impl HookReader {
    /// Reads a body, a list of bodies, or an alert by itself.
    fn look(&mut self, node: &JsonNode<'_>, group: Option<&str>) {
        if let Some(items) = node.items() {
            items.for_each(|item| self.look(&item, group));
        } else if node.get("alerts").is_some() {
            let key = self.group(node);
            for alert in node.list("alerts", &mut self.skipped) {
                self.look(&alert, Some(&key));
            }
        } else if node.get("labels").is_some() && node.get("startsAt").is_some() {
            match FiredAlert::read(node) {
                Ok(alert) => self.add(alert, node, group),
                Err(skip) => self.skipped.push(skip),
            }
        } else if let Some(body) = node.get("body").or_else(|| node.get("data")) {
            self.look(&body, None);
        } else {
            self.skipped.push(node.skip("there is no alert in it"));
        }
    }

    /// Notes what a body says of its group, and returns the group's key.
    fn group(&mut self, node: &JsonNode<'_>) -> String {
        let labels = |key| node.get(key).map(|labels| label_text(&labels)).unwrap_or_default();
        let grouped = labels("groupLabels");
        let key = node.said("groupKey").unwrap_or_else(|| grouped.clone());
        let title = node.at(&["commonAnnotations", "summary"]).and_then(|it| it.text());
        let name = || node.at(&["commonLabels", "alertname"]).and_then(|it| it.text());
        let title = title.or_else(name).unwrap_or(grouped);
        let group = self.groups.entry(key.clone()).or_default();
        // Of several bodies any may come first: the least text is the same whichever does.
        if group.title.is_empty() || !title.is_empty() && title < group.title {
            group.title = title;
        }
        group.url = group.url.take().or_else(|| node.said("externalURL"));
        if group.place.is_empty() {
            group.place = node.place();
        }
        key
    }

    fn add(&mut self, alert: FiredAlert, node: &JsonNode<'_>, group: Option<&str>) {
        let name = node.at(&["labels", "alertname"]).and_then(|it| it.text());
        let name = name.unwrap_or_else(|| "alert".to_owned());
        let key = group.map_or_else(|| format!("{{alertname={name}}}"), str::to_owned);
        let group = self.groups.entry(key).or_default();
        if group.title.is_empty() {
            group.title = name;
        }
        if group.place.is_empty() {
            group.place.clone_from(&alert.place);
        }
        match group.alerts.get_mut(&alert.key) {
            // A later body tells of the end; none takes it back.
            Some(known) => known.to = known.to.or(alert.to),
            None => drop(group.alerts.insert(alert.key.clone(), alert)),
        }
    }
}

impl FiredAlert {
    fn read(node: &JsonNode<'_>) -> Result<Self, SkippedPart> {
        let labels = node.get("labels").ok_or_else(|| node.skip("an alert needs `labels`"))?;
        let label = |name: &str| labels.said(name);
        let note = |name: &str| node.at(&["annotations", name]).and_then(|it| it.text());
        let from = node.time("startsAt")?.filter(|time| !is_not_yet(time));
        let from = from.ok_or_else(|| node.skip("this alert has no `startsAt`"))?;
        let to = node.time("endsAt")?.filter(|time| !is_not_yet(time));
        // While an alert fires, an end in the future is when it would be forgotten.
        let status = node.at(&["status", "state"]).or_else(|| node.get("status"));
        let status = status.and_then(|status| status.text());
        let is_resolved = status.is_none_or(|status| status == "resolved");
        let to = to.filter(|to| is_resolved && to.instant() >= from.instant());
        let named = label_text(&labels);
        let says = note("summary").or_else(|| note("description")).or_else(|| note("message"));
        let says = says.or_else(|| label("alertname")).unwrap_or_else(|| "Alert".to_owned());
        let id = node.said("fingerprint").unwrap_or_else(|| named.clone());
        let url = node.said("generatorURL").filter(|url| url.starts_with("http"));
        Ok(Self {
            key: format!("{id}@{}", from.instant().epoch()),
            place: node.place(),
            text: if named.is_empty() { says } else { format!("{says}\n{named}") },
            severity: label("severity"),
            service: label("service"),
            url,
            from,
            to,
        })
    }

    /// Returns what happened: that it fired, and that it was resolved.
    fn events(&self) -> Vec<ImportedEvent> {
        let links = self.url.iter().map(|url| Link { title: None, url: url.clone() });
        let told = |what: &str, time: RankedTime, text: String| ImportedEvent {
            place: self.place.clone(),
            rank: time.rank,
            kind: EventKind::Alert,
            ..ImportedEvent::note(format!("{}/{what}", self.key), time.at, text)
        };
        let fired = told("firing", self.from, self.text.clone());
        let fired = ImportedEvent { links: links.collect(), ..fired };
        let first = self.text.lines().next().unwrap_or_default();
        let end = self.to.map(|to| told("resolved", to, format!("Resolved: {first}")));
        std::iter::once(fired).chain(end).collect()
    }
}

impl AlertGroup {
    /// Returns the incidents of a group: one from the first alert that fires until none does.
    fn incidents(self, key: &str) -> Vec<ImportedIncident> {
        let Self { title, url, place, alerts } = self;
        let mut alerts: Vec<FiredAlert> = alerts.into_values().collect();
        alerts.sort_by_key(|alert| (alert.from.instant(), alert.key.clone()));
        let mut times: Vec<Vec<FiredAlert>> = vec![];
        let mut over: Option<Instant> = None;
        for alert in alerts {
            let from = alert.from.instant();
            let end = alert.to.map_or(Instant::MAX, |to| to.instant());
            match times.last_mut() {
                Some(current) if over.is_some_and(|over| from <= over) => current.push(alert),
                _ => times.push(vec![alert]),
            }
            over = Some(over.map_or(end, |over| over.max(end)));
        }
        let incident = |alerts: Vec<FiredAlert>| {
            let facts = ImportedIncident::new(key, title.clone(), place.clone());
            episode(ImportedIncident { url: url.clone(), ..facts }, &alerts)
        };
        times.into_iter().map(incident).collect()
    }
}

/// Returns an incident with its alerts: the first that fires is its beginning, and the end of the last its end.
fn episode(facts: ImportedIncident, alerts: &[FiredAlert]) -> ImportedIncident {
    let mut events: Vec<_> = alerts.iter().flat_map(FiredAlert::events).collect();
    if let Some(first) = events.first_mut() {
        first.marks = vec![Milestone::Started, Milestone::Detected];
    }
    let ends = alerts.iter().map(|alert| alert.to.map(|to| (to.instant(), &alert.key)));
    let ends: Option<Vec<_>> = ends.collect();
    let last = ends.and_then(|ends| ends.into_iter().max());
    if let Some((_, key)) = last {
        let key = format!("{key}/resolved");
        let end = events.iter_mut().find(|event| event.key == key);
        end.into_iter().for_each(|event| event.marks = vec![Milestone::Resolved]);
    }
    let services = alerts.iter().filter_map(|alert| alert.service.clone());
    let services = services.fold(vec![], |mut all: Vec<String>, service| {
        if !all.contains(&service) {
            all.push(service);
        }
        all
    });
    let begun =
        alerts.first().map(|alert| alert.from.instant().epoch().to_string()).unwrap_or_default();
    ImportedIncident {
        key: format!("{}@{begun}", facts.key),
        severity: alerts.iter().find_map(|alert| alert.severity.clone()),
        services,
        events,
        ..facts
    }
}

/// Returns whether a time is the one that stands for none.
fn is_not_yet(time: &RankedTime) -> bool {
    time.instant().epoch() <= 0
}

/// Returns labels as text, in the order of their names.
fn label_text(labels: &JsonNode<'_>) -> String {
    let Some(labels) = labels.value.as_object() else { return String::new() };
    let mut told: Vec<_> = labels
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_str()?)))
        .collect();
    told.sort();
    told.truncate(MOST_LABELS);
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"version": "4", "groupKey": "{}:{alertname=\"Slow\"}", "groupLabels": {"alertname": "Slow"},
 "commonLabels": {"alertname": "Slow"}, "commonAnnotations": {}, "externalURL": "https://alerts.example.com", "alerts": [
 {"status": "firing", "labels": {"alertname": "Slow", "severity": "critical", "pod": "b"}, "annotations": {"summary": "Search is slow"},
  "startsAt": "2026-06-01T10:00:00.5Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "/graph", "fingerprint": "f1"},
 {"status": "firing", "labels": {"alertname": "Slow", "severity": "warning", "pod": "c"}, "annotations": {},
  "startsAt": "2026-06-01T12:10:00+02:00", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "f2"}]}"#;

    fn told(bodies: &[&str]) -> ImportedIncidents {
        let file = |text: &&str| ImportFile {
            name: "hook.json".to_owned(),
            inner: "hook.json".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        read(&bodies.iter().map(file).collect::<Vec<_>>())
    }

    /// The end of an alert that fired, as a later body tells it.
    fn resolved(body: &str, end: &str) -> String {
        body.replace("\"firing\"", "\"resolved\"").replace("0001-01-01T00:00:00Z", end)
    }

    #[test]
    fn a_group_is_one_incident_from_its_first_alert_until_none_fires() {
        let open = told(&[BODY]);
        let [incident] = open.incidents.as_slice() else { panic!("{open:?}") };
        assert_eq!((incident.title.as_str(), incident.events.len()), ("Slow", 2));
        assert_eq!(incident.severity.as_deref(), Some("critical"));
        assert_eq!(incident.events[0].marks, [Milestone::Started, Milestone::Detected]);
        assert_eq!(
            incident.events[0].text,
            "Search is slow\nalertname=Slow, pod=b, severity=critical"
        );
        assert!(incident.events[0].links.is_empty(), "a path is no address");

        let end = resolved(BODY, "2026-06-01T11:00:00Z");
        for bodies in [[BODY, &end], [&end, BODY]] {
            let over = told(&bodies);
            let [incident] = over.incidents.as_slice() else { panic!("{over:?}") };
            assert_eq!(incident.events.len(), 4);
            let marked = incident.events.iter().filter(|it| it.marks == [Milestone::Resolved]);
            assert_eq!(marked.count(), 1);
        }
        // The same group a day later is another incident.
        let later = BODY.replace("2026-06-01", "2026-06-02");
        assert_eq!(told(&[&end, &later]).incidents.len(), 2);
    }

    #[test]
    fn what_is_no_alert_is_told_with_its_place() {
        let wrong = BODY
            .replace("2026-06-01T10:00:00.5Z", "soon")
            .replace("2026-06-01T12:10:00+02:00", "0001-01-01T00:00:00Z");
        let read = told(&[&wrong, "{}", "[1]", "{\"alerts\": 3}", "{"]);
        assert!(read.incidents.iter().all(|it| it.events.is_empty()), "{read:?}");
        let places: Vec<_> = read.skipped.iter().map(|skip| skip.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "hook.json#/alerts/0/startsAt",
                "hook.json#/alerts/1",
                "hook.json#",
                "hook.json#/0",
                "hook.json#/alerts",
                "hook.json:1:1"
            ]
        );
    }

    #[test]
    fn a_list_of_alerts_is_grouped_by_name() {
        let list = r#"[{"labels": {"alertname": "A"}, "startsAt": "2026-06-01T10:00:00Z", "endsAt": "2026-06-01T10:05:00Z", "status": {"state": "active"}},
                       {"labels": {"alertname": "B"}, "startsAt": "2026-06-01T10:00:00Z"}]"#;
        let read = told(&[list]);
        assert_eq!(
            read.incidents.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(),
            ["A", "B"]
        );
    }
}
