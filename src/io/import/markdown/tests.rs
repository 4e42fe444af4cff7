use super::*;
use crate::model::incident::Milestone;

fn read_text(text: &str) -> ImportedIncidents {
    let name = "2024-03-01-search.md".to_owned();
    let options = ImportOptions {
        zone: Zone::UTC,
        zone_given: false,
        channels: vec![],
        thread: None,
        pin: None,
        all: false,
        columns: vec![],
    };
    read(&[ImportFile { inner: name.clone(), name, bytes: text.into() }], &options)
}

/// Returns the times, the milestones and the texts.
fn told(read: &ImportedIncidents) -> Vec<(String, String, String)> {
    let told = |e: &ImportedEvent| {
        let marks: Vec<_> = e.marks.iter().map(Milestone::as_str).collect();
        (e.at.fields().to_string(), marks.join("+"), e.text.clone())
    };
    read.incidents.iter().flat_map(|incident| &incident.events).map(told).collect()
}

fn lines(lines: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    lines
        .iter()
        .map(|(at, mark, text)| ((*at).to_owned(), (*mark).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn key_events_and_a_log_are_read_and_each_milestone_is_marked_once() {
    let read = read_text(
        "---\ntitle: Incident on 2024-03-01 - Search is down\n---\n# Incident\n\n- **Key events**\n  - First detected: 2024-03-01 10:05\n  - Incident declared 2024-03-01 10.20\n  - Repaired 22024-03-01 11:00\n\n- **Time to repair**: 0h 55m\n\n- **Impact**:\n  - 3 teams came forward\n\n- **Context**:\n  - 2024-03-01 10:05 - Alarm for search\n  – 2024-03-01 11:07: Incident repaired\n",
    );
    assert_eq!(
        told(&read),
        lines(&[
            ("2024-03-01T10:05:00Z", "detected", "First detected"),
            ("2024-03-01T10:20:00Z", "declared", "Incident declared"),
            ("2024-03-01T11:00:00Z", "recovered", "Repaired"),
            ("2024-03-01T10:05:00Z", "", "Alarm for search"),
            ("2024-03-01T11:07:00Z", "", "Incident repaired"),
        ])
    );
    assert_eq!(read.skipped, []);
    assert!(
        read.notes[0]
            .ends_with(":9: 22024-03-01 was read as 2024-03-01, for its year has a digit too many"),
        "{:?}",
        read.notes
    );
    let incident = &read.incidents[0];
    assert_eq!(
        (incident.title.as_str(), incident.claims.len()),
        ("Incident on 2024-03-01 - Search is down", 1)
    );
    let keys: Vec<_> = incident.events.iter().map(|e| e.key.as_str()).collect();
    assert_eq!(keys[3], "2024-03-01T10:05:00Z.1");
}

#[test]
fn tables_are_read_by_their_columns_in_the_zone_that_stands_once() {
    let read = read_text(
        "# Search\n\n## Summary\n\nSearch was down.\nAll of it.\n\nMore.\n\n## Timeline\n\nAll times in CET.\n\n| Time | Event |\n| :--- | --- |\n| 2024-07-01 23:50 | Alarm \\| page |\n| 00:10 - 00:20 | Looking |\n| 0:?? | Tea |\n| when it was | Lost |\n\n| Action | Owner |\n| --- | --- |\n| Alert | Ada |\n",
    );
    assert_eq!(
        told(&read),
        lines(&[
            ("2024-07-01T23:50:00+01:00", "", "Alarm | page"),
            ("2024-07-02T00:10:00+01:00..2024-07-02T00:20:00+01:00", "", "Looking"),
            ("2024-07-02", "", "Tea (time as written: 0:??; its clock is left open)"),
        ])
    );
    let places: Vec<_> = read.skipped.iter().map(|it| it.place.as_str()).collect();
    assert_eq!(places, ["2024-03-01-search.md:18", "2024-03-01-search.md:19"]);
    assert_eq!(read.incidents[0].summary.as_deref(), Some("Search was down. All of it."));
}

#[test]
fn headings_that_are_times_take_the_text_below_them() {
    let read = read_text(
        "# 2024-03-01, too many pods\n\n## Timeline\n\nAll times in PDT\n\n### 2024-03-01 ca. 07:42\n\nUsers report it.\n\n```\n2024-03-01 07:43:00 log\n```\n\n### 08:20 - 08:24\n\n- one\n- two\n\n## Action items\n\n1. More\n",
    );
    assert_eq!(
        told(&read),
        lines(&[
            ("2024-03-01T07:42:00-07:00±15m", "", "Users report it."),
            ("2024-03-01T08:20:00-07:00..2024-03-01T08:24:00-07:00", "", "- one\n- two"),
        ])
    );
}

#[test]
fn a_document_without_times_is_told() {
    let read = read_text("# Search\n\n- Nothing 12 happened\n- 1.17 creates more\n");
    assert!(read.incidents.is_empty());
    assert_eq!(read.skipped[0].place, "2024-03-01-search.md:1");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "[-#|*`\\[\\] \n0-9:.a-zT/–]{0,120}") {
        let _ = read_text(&text);
    }
}
