use super::*;
use crate::model::incident::State;
use proptest::prelude::*;

fn read_all(files: &[(&str, &str)], all: bool) -> ImportedIncidents {
    let file = |(name, text): &(&str, &str)| {
        let name = (*name).to_owned();
        ImportFile { inner: name.clone(), name, bytes: text.as_bytes().to_vec() }
    };
    let options = ImportOptions {
        zone: Zone::UTC,
        zone_given: false,
        channels: vec![],
        thread: None,
        pin: None,
        all,
        columns: vec![],
    };
    read(&files.iter().map(file).collect::<Vec<_>>(), &options)
}

/// Returns what is told of an incident, by time: when, marks, who and text.
fn shown(incident: &ImportedIncident) -> Vec<String> {
    let mut events: Vec<_> = incident.events.iter().collect();
    events.sort_by_key(|event| (event.at.order(Zone::UTC), event.rank));
    let line = |event: &&ImportedEvent| {
        let marks = event.marks.iter().map(Milestone::as_str).collect::<Vec<_>>().join("+");
        let at = event.at.order(Zone::UTC).rfc3339();
        let clock = at.get(11..19).unwrap_or_default();
        format!("{clock} [{marks}] {}: {}", event.by.as_deref().unwrap_or("-"), event.text)
    };
    events.iter().map(line).collect()
}

const INCIDENTS: &str = r#"{"data": [
    {"id": "in-1", "tinyId": "7", "message": "Mail stops", "description": "Nothing goes out", "status": "resolved", "priority": "P2",
     "impactedServices": ["svc-1"], "createdAt": "2026-05-06T10:05:00.3Z", "updatedAt": "2026-05-06T11:40:00.49Z",
     "impactStartDate": "2026-05-06T10:00:00Z", "impactEndDate": "2026-05-06T11:30:00.123456Z",
     "links": {"web": "https://example.app.opsgenie.com/incident/detail/in-1"}},
    {"id": "in-2", "message": "Search is slow", "status": "open", "priority": "P4", "impactedServices": [],
     "createdAt": "2026-05-07T10:00:00Z", "updatedAt": "2026-05-07T10:00:01Z", "impactStartDate": "2026-05-07T10:00:00Z"}], "took": 0.1}"#;

#[test]
fn the_dates_of_its_impact_are_the_impact() {
    let services = r#"{"data": [{"id": "svc-1", "teamId": "t", "name": "Mail relay"}]}"#;
    let read = read_all(&[("incidents.json", INCIDENTS), ("services.json", services)], false);
    assert_eq!(read.skipped, []);
    let [first, second] = read.incidents.as_slice() else { panic!("{read:?}") };
    let expected = [
        "10:00:00 [started] -: Impact began",
        "10:05:00 [declared] -: Incident created",
        "11:30:00 [recovered] -: Impact ended",
        "11:35:00 [resolved] -: Resolved",
    ];
    assert_eq!(shown(first), expected);
    assert_eq!(
        first.events[3].at.fields().to_string().matches("2026").count(),
        2,
        "its time is bounded, and no more"
    );
    let impacts: Vec<_> = first
        .events
        .iter()
        .flat_map(|e| &e.impact)
        .map(|it| (it.service.as_str(), it.state))
        .collect();
    assert_eq!(impacts, [("Mail relay", State::Degraded), ("Mail relay", State::Up)]);
    assert_eq!(
        (first.severity.as_deref(), first.summary.as_deref()),
        (Some("P2"), Some("Nothing goes out"))
    );
    assert_eq!(first.url.as_deref(), Some("https://example.app.opsgenie.com/incident/detail/in-1"));
    assert_eq!(
        shown(second),
        ["10:00:00 [started] -: Impact began", "10:00:00 [declared] -: Incident created"]
    );
    assert!(read.notes.len() == 1 && read.notes[0].contains("degraded"), "{:?}", read.notes);
    let read = read_all(&[("incidents.json", INCIDENTS)], false);
    assert!(read.notes[1].contains("/v1/services"), "{:?}", read.notes);
}

const TIMELINE: &str = r#"{"data": {"entries": [
    {"id": "t1", "group": "incident", "type": "IncidentCreated", "eventTime": "2026-05-06T10:05:01Z", "hidden": false, "actor": {"name": "Ada", "type": "user"}, "description": {"name": "Created", "type": "text"}},
    {"id": "t2", "group": "custom", "type": "TextEntry", "eventTime": "2026-05-06T10:20:00Z", "hidden": false, "actor": {"name": "Bo", "type": "user"}, "title": {"type": "text", "content": "Queue drained"}},
    {"id": "t3", "group": "incident", "type": "ResponderAdded", "eventTime": "2026-05-06T10:21:00Z", "hidden": false, "actor": {"name": "Bo"}},
    {"id": "t4", "group": "incident", "type": "ResponderNotified", "eventTime": "2026-05-06T10:22:00Z", "hidden": false},
    {"id": "t5", "group": "custom", "type": "TextEntry", "eventTime": "2026-05-06T10:23:00Z", "hidden": true, "description": "Hidden"},
    {"id": "t6", "group": "incident", "type": "IncidentResolved", "eventTime": "2026-05-06T11:32:00Z", "hidden": false, "actor": {"name": "Ada"}}]}}"#;

#[test]
fn a_timeline_goes_to_the_incident_that_its_file_is_named_by() {
    let notes = r#"{"data": [{"note": "Told the customers", "owner": "ada@example.com", "createdAt": "2026-05-06T11:00:00Z", "offset": "15"}]}"#;
    let files = [
        ("entries/in-1.json", TIMELINE),
        ("notes-in-1.json", notes),
        ("incidents.json", INCIDENTS),
    ];
    let read = read_all(&files, false);
    assert_eq!(read.skipped, []);
    let expected = [
        "10:00:00 [started] -: Impact began",
        "10:05:00 [declared] -: Incident created",
        "10:20:00 [] Bo: Queue drained",
        "10:21:00 [] Bo: Responder added",
        "11:00:00 [] ada@example.com: Told the customers",
        "11:30:00 [recovered] -: Impact ended",
        "11:32:00 [resolved] Ada: Incident resolved",
    ];
    assert_eq!(shown(&read.incidents[0]), expected);
    let resolved =
        read.incidents[0].events.iter().find(|event| event.marks == [Milestone::Resolved]);
    assert_eq!(resolved.unwrap().key, "resolved", "as without the timeline");
    assert_eq!(read_all(&files, true).incidents[0].events.len(), 9);
    let read = read_all(&[("entries.json", TIMELINE), ("incidents.json", INCIDENTS)], false);
    assert_eq!(read.skipped.len(), 4);
    assert!(read.skipped[0].place.starts_with("entries.json#/data/entries/0"));
}

const ALERTS: &str = r#"{"data": [{"id": "al-1", "alias": "a", "message": "Queue over 1000", "status": "closed", "acknowledged": true, "count": 3, "source": "grafana",
    "priority": "P1", "createdAt": "2026-05-06T09:58:00.25Z", "updatedAt": "2026-05-06T12:00:00Z", "lastOccurredAt": "2026-05-06T10:30:00Z",
    "report": {"ackTime": 120000, "closeTime": 3600000, "acknowledgedBy": "Ada", "closedBy": "System"}},
    {"id": "al-2", "message": "Disk full", "status": "closed", "createdAt": "2026-05-08T10:00:00Z", "updatedAt": "2026-05-08T10:10:00Z"}],
    "paging": {"next": "https://api.opsgenie.com/v2/alerts?offset=2"}}"#;

#[test]
fn an_alert_is_an_incident_unless_it_belongs_to_one() {
    let read = read_all(&[("alerts.json", ALERTS)], false);
    assert_eq!(read.skipped, []);
    let expected = [
        "09:58:00 [started+detected] -: Alert of grafana: Queue over 1000",
        "10:00:00 [acknowledged] Ada: Acknowledged",
        "10:58:00 [resolved] System: Closed",
    ];
    assert_eq!(shown(&read.incidents[0]), expected);
    assert_eq!(
        shown(&read.incidents[1])[1],
        "10:05:00 [resolved] -: Closed",
        "somewhere up to its last change"
    );
    assert!(read.notes[0].contains("alerts.json is not all"));

    let files = [
        ("alerts.json", ALERTS),
        ("in-1/associated-alert-ids.json", r#"{"data": ["al-1"]}"#),
        ("i.json", INCIDENTS),
    ];
    let read = read_all(&files, false);
    let keys: Vec<_> = read.incidents.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["al-2", "in-1", "in-2"]);
    let told = shown(&read.incidents[1]);
    assert_eq!(told[0], "09:58:00 [] -: Alert of grafana: Queue over 1000");
    assert_eq!(told[2], "10:00:00 [acknowledged] Ada: Acknowledged: Queue over 1000");
    assert!(told.contains(&"10:58:00 [] System: Closed: Queue over 1000".to_owned()), "{told:#?}");
}

#[test]
fn what_is_malformed_is_told_with_its_place_and_the_rest_goes_on() {
    let broken = INCIDENTS
        .replace("2026-05-06T10:05:00.3Z", "soon")
        .replace(r#""data": ["#, r#""data": [7, {"id": "x", "impactedServices": 3},"#);
    let read = read_all(&[("a.json", &broken), ("b.json", "{}"), ("c.json", "{")], false);
    let places: Vec<_> = read.skipped.iter().map(|s| s.place.as_str()).collect();
    let expected = [
        "a.json#/data/0",
        "a.json#/data/1/impactedServices",
        "a.json#/data/1",
        "a.json#/data/2/createdAt",
        "b.json#",
        "c.json:1:1",
    ];
    assert_eq!(places, expected, "{:#?}", read.skipped);
    assert_eq!(read.incidents.len(), 1);
}

proptest! {
    #[test]
    fn any_json_is_read(cut in 0usize..1200, from in 0usize..1200, to in 0usize..1200, which in 0usize..3) {
        let source = [INCIDENTS, TIMELINE, ALERTS][which];
        let mut text = source.to_owned();
        if let Some(part) = source.get(from.min(to)..from.max(to)) {
            text.insert_str(cut.min(source.len()), part);
        }
        let read = read_all(&[("a.json", &text)], true);
        prop_assert!(!read.incidents.is_empty() || !read.skipped.is_empty());
    }
}
