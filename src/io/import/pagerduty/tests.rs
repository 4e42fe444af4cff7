use super::*;
use crate::model::incident::EventKind;
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

/// Returns what is told of the only incident: each event's time, marks, who and text.
#[track_caller]
fn told(files: &[(&str, &str)], all: bool) -> Vec<String> {
    let read = read_all(files, all);
    assert_eq!(read.skipped, []);
    assert_eq!(read.incidents.len(), 1, "{:?}", read.incidents);
    read.incidents[0].events.iter().map(shown).collect()
}

fn shown(event: &ImportedEvent) -> String {
    let marks = event.marks.iter().map(Milestone::as_str).collect::<Vec<_>>().join("+");
    let at = event.at.fields().to_string();
    let clock = at.get(11..19).unwrap_or_default();
    format!("{clock} [{marks}] {}: {}", event.by.as_deref().unwrap_or("-"), event.text)
}

const INCIDENT: &str = r#"{"incident": {"id": "PX1", "type": "incident", "summary": "[#12] Mail is slow", "incident_number": 12,
    "status": "resolved", "created_at": "2026-05-06T10:00:00Z", "last_status_change_at": "2026-05-06T11:30:00Z",
    "last_status_change_by": {"summary": "Ada"}, "html_url": "https://example.pagerduty.com/incidents/PX1",
    "service": {"id": "S1", "summary": "Mail"}, "priority": {"id": "P", "summary": "P2"},
    "first_trigger_log_entry": {"id": "L1", "type": "trigger_log_entry_reference", "summary": "Triggered through the API"},
    "acknowledgements": [{"at": "2026-05-06T10:04:00Z", "acknowledger": {"id": "U1", "summary": "Ada"}}]}}"#;

fn entry(id: &str, kind: &str, clock: &str, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", "type": "{kind}_log_entry", "created_at": "2026-05-06T{clock}Z", "summary": "{kind} by Ada",
        "agent": {{"id": "U1", "type": "user_reference", "summary": "Ada"}}, "incident": {{"id": "PX1", "type": "incident_reference",
        "summary": "[#12] Mail is slow"}}{more}}}"#
    )
}

fn entries() -> String {
    let all = [
        entry("L5", "resolve", "11:30:00", ""),
        entry("L3", "acknowledge", "10:04:00", ""),
        entry(
            "L4",
            "annotate",
            "10:20:00",
            r#", "channel": {"type": "note", "summary": "The queue is full"}"#,
        ),
        entry("L6", "trigger", "10:40:00", ""),
        entry("L2", "notify", "10:00:00", ""),
        entry("L1", "trigger", "10:00:00", r#", "event_details": {"description": "p95 over 2 s"}"#),
    ];
    format!(r#"{{"log_entries": [{}]}}"#, all.join(","))
}

#[test]
fn log_entries_mark_what_they_mean_and_notifications_stay_out() {
    let expected = [
        "10:00:00 [started+detected] Ada: trigger by Ada: p95 over 2 s",
        "10:04:00 [acknowledged] Ada: acknowledge by Ada",
        "10:20:00 [] Ada: The queue is full",
        "10:40:00 [] Ada: trigger by Ada",
        "11:30:00 [resolved] Ada: resolve by Ada",
    ];
    assert_eq!(told(&[("log.json", &entries())], false), expected);
    let all = told(&[("log.json", &entries())], true);
    assert_eq!(
        (all.len(), all[1].as_str()),
        (6, "10:00:00 [] Ada: notify by Ada"),
        "after the trigger of its second"
    );
}

#[test]
fn an_incident_alone_tells_its_trigger_its_answers_and_its_end() {
    let expected = [
        "10:00:00 [started+detected] -: Triggered through the API",
        "10:04:00 [acknowledged] Ada: Acknowledged",
        "11:30:00 [resolved] Ada: Resolved",
    ];
    assert_eq!(told(&[("incident.json", INCIDENT)], false), expected);
    let read = read_all(&[("incident.json", INCIDENT)], false);
    let incident = &read.incidents[0];
    assert_eq!((incident.key.as_str(), incident.title.as_str()), ("PX1", "Mail is slow"));
    assert_eq!(
        (incident.severity.as_deref(), &incident.services[..]),
        (Some("P2"), &["Mail".to_owned()][..])
    );
    assert_eq!(incident.url.as_deref(), Some("https://example.pagerduty.com/incidents/PX1"));
    assert_eq!(incident.events[0].kind, EventKind::Alert);
    assert_eq!(incident.events[0].key, "L1", "as its log entry has it");
}

#[test]
fn what_is_told_in_several_ways_is_one_event_in_any_order_of_files() {
    let notes = r#"{"notes": [{"id": "N1", "user": {"id": "U1", "summary": "Ada"}, "content": "The queue is full", "created_at": "2026-05-06T10:20:01Z"},
        {"id": "N2", "user": {"id": "U2", "summary": "Bo"}, "content": "More workers", "created_at": "2026-05-06T10:50:00Z"}]}"#;
    let (entries, hook) =
        (entries(), hook("acknowledged", "10:04:00.512", r#""status": "acknowledged""#));
    let files = [("a.json", INCIDENT), ("b.json", &entries), ("c.json", notes), ("d.json", &hook)];
    let all = told(&files, false);
    assert_eq!(all.len(), 6, "{all:#?}");
    assert!(all.contains(&"10:50:00 [] Bo: More workers".to_owned()));
    let mut back = files;
    back.reverse();
    assert_eq!(told(&back, false), all);
}

fn hook(kind: &str, clock: &str, data: &str) -> String {
    format!(
        r#"{{"event": {{"id": "E-{kind}", "event_type": "incident.{kind}", "resource_type": "incident", "occurred_at": "2026-05-06T{clock}Z",
        "agent": {{"id": "U1", "type": "user_reference", "summary": "Ada"}}, "data": {{"id": "PX1", "type": "incident", "title": "Mail is slow",
        "service": {{"summary": "Mail"}}, {data}}}}}}}"#
    )
}

#[test]
fn webhooks_are_read_as_they_come() {
    let note = r#"{"event": {"id": "E9", "event_type": "incident.annotated", "occurred_at": "2026-05-06T10:10:00.1Z", "agent": {"summary": "Bo"},
        "data": {"incident": {"id": "PX1", "type": "incident_reference", "summary": "Mail is slow"}, "id": "N1", "content": "Killed it", "type": "incident_note"}}}"#;
    let ping = r#"{"event": {"id": "E0", "event_type": "pagey.ping", "occurred_at": "2026-05-06T10:10:00Z", "agent": null, "data": {"message": "Hello", "type": "ping"}}}"#;
    let priority = hook(
        "priority_updated",
        "10:06:00.3",
        r#""status": "triggered", "priority": {"summary": "P1"}"#,
    );
    let hooks = [
        hook("triggered", "10:00:00.2", r#""status": "triggered", "priority": null"#),
        hook("resolved", "11:30:00.9", r#""status": "resolved", "priority": {"summary": "P1"}"#),
        note.to_owned(),
        ping.to_owned(),
        priority,
    ];
    let expected = [
        "10:00:00 [started+detected] Ada: Triggered: Mail is slow",
        "10:06:00 [] Ada: Priority set to P1",
        "10:10:00 [] Bo: Killed it",
        "11:30:00 [resolved] Ada: Resolved",
    ];
    let list = format!("[{}]", hooks.join(","));
    assert_eq!(told(&[("hooks.json", &list)], false), expected);
    let files: Vec<_> = hooks.iter().map(|hook| ("hook.json", hook.as_str())).collect();
    assert_eq!(told(&files, false), expected);
    let read = read_all(&files, false);
    assert_eq!(read.incidents[0].severity.as_deref(), Some("P1"), "as the last one says");
    assert_eq!(read.incidents[0].events[1].severity.as_deref(), Some("P1"));
}

#[test]
fn a_note_goes_to_the_incident_that_its_file_is_named_by() {
    let other = INCIDENT.replace("PX1", "PX2");
    let note =
        r#"{"notes": [{"id": "N1", "content": "Here", "created_at": "2026-05-06T10:50:00Z"}]}"#;
    let read =
        read_all(&[("PX2/notes.json", note), ("a.json", INCIDENT), ("b.json", &other)], false);
    assert_eq!(read.skipped, []);
    let counts: Vec<_> =
        read.incidents.iter().map(|it| (it.key.as_str(), it.events.len())).collect();
    assert_eq!(counts, [("PX1", 3), ("PX2", 4)]);
    let read = read_all(&[("notes.json", note), ("a.json", INCIDENT), ("b.json", &other)], false);
    assert_eq!(read.skipped[0].place, "notes.json#/notes/0");
    assert!(read.skipped[0].reason.starts_with("it names no incident"));
}

#[test]
fn what_is_malformed_is_told_with_its_place_and_the_rest_goes_on() {
    let entries = format!(
        r#"{{"log_entries": [7, {{"id": "L0", "type": "trigger_log_entry"}}, {}, {}]}}"#,
        entry("L1", "trigger", "10:00:00", "").replace("2026-05-06T", "yesterday "),
        entry("L2", "trigger", "10:01:00", "")
    );
    let read = read_all(&[("log.json", &entries), ("x.json", "{}"), ("y.json", "{")], false);
    let places: Vec<_> = read.skipped.iter().map(|s| s.place.as_str()).collect();
    let expected = [
        "log.json#/log_entries/0",
        "log.json#/log_entries/1",
        "log.json#/log_entries/2/created_at",
        "x.json#",
        "y.json:1:1",
    ];
    assert_eq!(places, expected, "{:#?}", read.skipped);
    assert_eq!(read.incidents[0].events.len(), 1);
}

proptest! {
    #[test]
    fn any_json_is_read(cut in 0usize..900, from in 0usize..900, to in 0usize..900) {
        let mut text = INCIDENT.to_owned();
        // A part of it in a place of another.
        if let (Some(part), true) = (INCIDENT.get(from.min(to)..from.max(to)), text.is_char_boundary(cut.min(text.len()))) {
            text.insert_str(cut.min(INCIDENT.len()), part);
        }
        let read = read_all(&[("a.json", &text)], true);
        prop_assert!(!read.incidents.is_empty() || !read.skipped.is_empty());
    }
}
