use super::*;
use crate::model::incident::Milestone;
use crate::model::time::Zone;
use proptest::prelude::*;

fn read_all(files: &[(&str, &str)]) -> ImportedIncidents {
    let file = |(name, text): &(&str, &str)| {
        let name = (*name).to_owned();
        ImportFile { inner: name.clone(), name, bytes: text.as_bytes().to_vec() }
    };
    read(&files.iter().map(file).collect::<Vec<_>>())
}

/// Returns what is told of an incident, by time: when, marks, who and text.
fn shown(incident: &ImportedIncident) -> Vec<String> {
    let mut events: Vec<_> = incident.events.iter().collect();
    events.sort_by_key(|event| (event.at.order(Zone::UTC), event.rank));
    let line = |event: &&ImportedEvent| {
        let marks = event.marks.iter().map(Milestone::as_str).collect::<Vec<_>>().join("+");
        let at = event.at.order(Zone::UTC).rfc3339();
        let clock = at.get(8..16).unwrap_or_default();
        format!("{clock} [{marks}] {}: {}", event.by.as_deref().unwrap_or("-"), event.text)
    };
    events.iter().map(line).collect()
}

/// Returns an incident of a mode with named timestamps; `-` is one without a value.
fn incident(id: &str, mode: &str, stamps: &[(&str, &str)], severity: (&str, i64)) -> String {
    let stamp = |(name, value): &(&str, &str)| {
        let value = if *value == "-" {
            "null".to_owned()
        } else {
            format!(r#"{{"value": "2026-05-{value}:00Z"}}"#)
        };
        format!(
            r#"{{"incident_timestamp": {{"id": "ts-{name}", "name": "{name}"}}, "value": {value}}}"#
        )
    };
    let stamps: Vec<_> = stamps.iter().map(stamp).collect();
    format!(
        r#"{{"id": "{id}", "reference": "INC-1", "name": "Mail {id}", "mode": "{mode}", "summary": "Nothing goes out", "permalink": "https://app.incident.io/x/1",
        "created_at": "2026-05-06T10:00:00Z", "updated_at": "2026-05-06T12:00:00Z", "incident_status": {{"name": "Closed", "category": "closed"}},
        "severity": {{"id": "s", "name": "{}", "rank": {}}}, "creator": {{"user": {{"name": "Ada"}}}},
        "custom_field_entries": [{{"custom_field": {{"name": "Affected services"}}, "values": [{{"value_catalog_entry": {{"name": "Mail"}}}}, {{"value_option": {{"value": "Web"}}}}]}}],
        "incident_timestamp_values": [{}]}}"#,
        severity.0,
        severity.1,
        stamps.join(",")
    )
}

fn list(incidents: &[String]) -> String {
    format!(r#"{{"incidents": [{}]}}"#, incidents.join(","))
}

#[test]
fn named_timestamps_are_milestones_and_one_of_their_own_is_an_event() {
    let stamps = [
        ("Impact started at", "06T09:50"),
        ("Reported at", "06T09:55"),
        ("Declared at", "06T10:00"),
        ("Accepted at", "06T10:01"),
        ("Lawyers told at", "06T10:30"),
        ("Fixed at", "06T11:00"),
        ("Resolved at", "06T11:30"),
        ("Documented at", "-"),
        ("Closed at", "06T12:00"),
    ];
    let read = read_all(&[("a.json", &list(&[incident("1", "standard", &stamps, ("Major", 2))]))]);
    assert_eq!(read.skipped, []);
    let expected = [
        "06T09:50 [started] -: Impact started",
        "06T09:55 [detected] Ada: Reported",
        "06T10:00 [declared] Ada: Declared",
        "06T10:01 [] -: Accepted",
        "06T10:30 [] -: Lawyers told",
        "06T11:00 [mitigated] -: Fixed",
        "06T11:30 [resolved] -: Resolved",
        "06T12:00 [closed] -: Closed",
    ];
    let one = &read.incidents[0];
    assert_eq!(shown(one), expected);
    assert_eq!(
        (one.kind, one.title.as_str(), one.severity.as_deref()),
        (Kind::Incident, "Mail 1", Some("Major"))
    );
    assert_eq!(one.services, ["Mail", "Web"]);
    assert_eq!(
        (one.summary.as_deref(), one.url.as_deref()),
        (Some("Nothing goes out"), Some("https://app.incident.io/x/1"))
    );
}

#[test]
fn a_mode_makes_a_drill_and_a_retrospective_declares_nothing_after_the_end() {
    let late =
        [("Declared at", "07T09:05"), ("Resolved at", "06T18:00"), ("Closed at", "07T09:10")];
    let all = [
        incident("1", "test", &[("Declared at", "06T12:00")], ("Minor", 1)),
        incident("2", "retrospective", &late, ("Minor", 1)),
        incident("3", "standard", &late, ("Minor", 1)),
        incident("4", "standard", &[("Resolved at", "-")], ("Minor", 1))
            .replace("\"closed\"", "\"canceled\""),
    ];
    let read = read_all(&[("a.json", &list(&all))]);
    assert_eq!(read.skipped, []);
    let kinds: Vec<_> = read.incidents.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [Kind::Drill, Kind::Incident, Kind::Incident, Kind::Incident]);
    let expected = [
        "06T18:00 [resolved] -: Resolved",
        "07T09:05 [] Ada: Declared, in retrospect",
        "07T09:10 [closed] -: Closed",
    ];
    assert_eq!(shown(&read.incidents[1]), expected);
    assert_eq!(shown(&read.incidents[2])[1], "07T09:05 [declared] Ada: Declared");
    assert_eq!(shown(&read.incidents[3]), ["06T10:00 [declared] Ada: Created"]);
    assert_eq!(read.notes.len(), 1);
    assert!(read.notes[0].contains("INC-1 is canceled"));
}

#[test]
fn severities_have_an_order_where_their_words_alone_do_not() {
    let of = |severities: &[(&str, i64)]| {
        let stamps = [("Declared at", "06T12:00")];
        let all: Vec<_> = severities
            .iter()
            .map(|severity| incident(severity.0, "standard", &stamps, *severity))
            .collect();
        read_all(&[("a.json", &list(&all))]).severities
    };
    assert!(of(&[("Minor", 1), ("Critical", 3), ("Major", 2)]).is_empty());
    assert!(of(&[("Minor", 1)]).is_empty(), "the worst of those that are here isn't the worst");
    assert_eq!(of(&[("Minor", 1), ("Major", 3), ("Moderate", 2)]), ["Major", "Moderate", "Minor"]);
    assert_eq!(of(&[("Gold", 4), ("Lead", 7)]), ["Lead", "Gold"]);
    let known = r#"{"severities": [{"id": "a", "name": "Tin", "rank": 9}]}"#;
    let one = list(&[incident("1", "standard", &[("Declared at", "06T12:00")], ("Lead", 7))]);
    assert_eq!(read_all(&[("s.json", known), ("a.json", &one)]).severities, ["Tin", "Lead"]);
}

#[test]
fn updates_and_webhooks_go_to_their_incident() {
    let updates = r#"{"incident_updates": [
        {"id": "u1", "incident_id": "1", "message": "Queue drained", "created_at": "2026-05-06T10:40:00Z", "updater": {"user": {"name": "Bo"}},
         "new_incident_status": {"name": "Monitoring", "category": "live"}},
        {"id": "u2", "incident_id": "9", "message": "Elsewhere", "created_at": "2026-05-06T10:40:00Z"}], "pagination_meta": {"after": "u2", "page_size": 2}}"#;
    let stamps = [("Declared at", "06T10:00")];
    let hook = format!(
        r#"{{"event_type": "public_incident.incident_created_v2", "public_incident.incident_created_v2": {}}}"#,
        incident("1", "standard", &stamps, ("Minor", 1))
    );
    let read = read_all(&[("updates.json", updates), ("hook.json", &hook)]);
    let expected =
        ["06T10:00 [declared] Ada: Declared", "06T10:40 [] Bo: Queue drained\nStatus: Monitoring"];
    assert_eq!(shown(&read.incidents[0]), expected);
    let places: Vec<_> = read.skipped.iter().map(|skip| skip.place.as_str()).collect();
    assert_eq!(places, ["updates.json#/incident_updates/1"]);
    assert!(read.notes[0].contains("after=u2"));
}

#[test]
fn what_is_malformed_is_told_with_its_place_and_the_rest_goes_on() {
    let stamps = [("Declared at", "06T10:00"), ("Resolved at", "66T10:00")];
    let good = incident("1", "standard", &stamps, ("Minor", 1));
    let bad = r#"{"id": "2", "mode": "standard", "incident_timestamp_values": 3}"#.to_owned();
    let read = read_all(&[
        ("a.json", &list(&["7".to_owned(), good, bad])),
        ("b.json", "{}"),
        ("c.json", "{"),
    ]);
    let places: Vec<_> = read.skipped.iter().map(|skip| skip.place.as_str()).collect();
    let expected = [
        "a.json#/incidents/0",
        "a.json#/incidents/1/incident_timestamp_values/1/value/value",
        "a.json#/incidents/2/incident_timestamp_values",
        "a.json#/incidents/2",
        "b.json#",
        "c.json:1:1",
    ];
    assert_eq!(places, expected, "{:#?}", read.skipped);
    assert_eq!(shown(&read.incidents[0]), ["06T10:00 [declared] Ada: Declared"]);
}

proptest! {
    #[test]
    fn any_json_is_read(cut in 0usize..1200, from in 0usize..1200, to in 0usize..1200) {
        let source = list(&[incident("1", "standard", &[("Declared at", "06T10:00")], ("Minor", 1))]);
        let mut text = source.clone();
        if let Some(part) = source.get(from.min(to)..from.max(to)) {
            text.insert_str(cut.min(source.len()), part);
        }
        let read = read_all(&[("a.json", &text)]);
        prop_assert!(!read.incidents.is_empty() || !read.skipped.is_empty());
    }
}
