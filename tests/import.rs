//! Imports: what other systems export becomes events, each once.

use crate::support::sandbox::Sandbox;
use serde_json::Value;
use std::path::Path;

/// A page with one incident: newest first, as Statuspage writes it.
const PAGE: &str = r#"{"page": {"url": "https://status.example.com"}, "incidents": [{
 "id": "i1", "name": "Search is slow", "status": "resolved", "impact": "major", "updated_at": "2026-06-01T12:00:00Z", "incident_updates": [
 {"id": "u3", "status": "resolved", "body": "<p>All is well.</p>", "created_at": "2026-06-01T10:00:00.5Z"},
 {"id": "u2", "status": "monitoring", "body": "Errors fall &amp; fall.", "created_at": "2026-06-01T09:30:00Z",
  "affected_components": [{"name": "Search API", "old_status": "major_outage", "new_status": "degraded_performance"}]},
 {"id": "u1", "status": "investigating", "body": "We are looking.", "created_at": "2026-06-01T09:10:00Z", "display_at": "2026-06-01T11:00:00+02:00",
  "affected_components": [{"name": "Search API", "old_status": "operational", "new_status": "major_outage"}]}]}]}"#;

fn import(sandbox: &Sandbox, args: &[&str]) -> Value {
    let ran = sandbox.recount(["import", "--format", "json"].iter().chain(args));
    assert!(ran.code < 2, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Returns how many commits there are, and every file.
fn state(sandbox: &Sandbox) -> (String, Vec<(std::path::PathBuf, String)>) {
    (sandbox.git(["rev-list", "--count", "HEAD"]).ok(), sandbox.incidents())
}

#[test]
fn a_second_import_changes_no_byte_and_makes_no_commit() {
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents.json", PAGE);
    let before = state(&sandbox).0;
    let report = import(&sandbox, &["statuspage", "incidents.json", "--dry-run"]);
    assert_eq!((&report["dry_run"], &report["incidents"][0]["new"]), (&true.into(), &3.into()));
    assert_eq!(state(&sandbox), (before, vec![]));

    let report = import(&sandbox, &["statuspage", "incidents.json"]);
    let one = &report["incidents"][0];
    assert_eq!(one["incident"], "2026-06-01-search-is-slow");
    assert_eq!((&one["source"], &one["created"]), (&"i1".into(), &true.into()));
    let once = state(&sandbox);
    assert!(sandbox.git(["status", "--porcelain", "incidents"]).ok().is_empty());
    sandbox.write("again/a.json", PAGE);
    sandbox.write("again/b.json", PAGE);
    for files in ["incidents.json", "again"] {
        let report = import(&sandbox, &["statuspage", files]);
        assert_eq!(report["incidents"][0]["unchanged"], 3);
        assert_eq!(state(&sandbox), once);
    }
    let metrics = sandbox.recount(["metrics", "--format", "json"]).done();
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    assert_eq!(metrics["incidents"][0]["downtime"][0]["down_seconds"], 1800, "{metrics}");
}

#[test]
fn an_edit_upstream_comes_in_unless_the_event_was_changed_here() {
    let sandbox = Sandbox::with_record();
    let file = sandbox.write("incidents.json", PAGE);
    import(&sandbox, &["statuspage", "incidents.json"]);
    let (path, text) = sandbox.incidents().remove(0);
    // A person changes one event and writes a comment.
    let changed = text.replace("Errors fall & fall.", "Errors fall.") + "# ours\n";
    std::fs::write(&path, changed).unwrap();
    sandbox.git(["commit", "-qam", "by hand"]).ok();
    let there = PAGE
        .replace("Errors fall &amp; fall.", "Errors rise.")
        .replace("We are looking", "We look");
    std::fs::write(&file, there.replace("\"u3\"", "\"u4\"")).unwrap();
    let ran = sandbox.recount(["import", "statuspage", "incidents.json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("1 new, 1 updated, 1 kept"), "{ran:?}");
    assert!(ran.stderr.contains("kept, for it was changed here and at the source"), "{ran:?}");
    assert!(ran.stderr.contains("gone at the source, and kept here"), "{ran:?}");
    let text = sandbox.incidents().remove(0).1;
    assert!(
        text.contains("We look.") && text.contains("Errors fall.") && text.ends_with("# ours\n")
    );
    let once = state(&sandbox);
    import(&sandbox, &["statuspage", "incidents.json"]);
    assert_eq!(state(&sandbox), once);
}

#[test]
fn two_machines_make_the_same_events() {
    let texts =
        [("UTC", "2026-06-10T12:00:00Z"), ("UTC", "2026-07-01T08:00:00Z")].map(|(_, now)| {
            let mut sandbox = Sandbox::with_record();
            sandbox.at(now).write("incidents.json", PAGE);
            import(&sandbox, &["statuspage", "incidents.json"]);
            sandbox.incidents().remove(0).1
        });
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn what_is_skipped_is_told_with_its_place_and_the_answer_is_no() {
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents.json", &PAGE.replace("2026-06-01T09:30:00Z", "soon"));
    sandbox.write("broken.json", "{\"incidents\": [");
    let ran = sandbox.recount(["import", "statuspage", "incidents.json", "broken.json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains(
        "incidents.json#/incidents/0/incident_updates/1/created_at: `soon` is not a time"
    ));
    assert!(ran.stderr.contains("broken.json:1:"), "{ran:?}");
    assert!(sandbox.incidents()[0].1.contains("All is well."));
    sandbox.recount(["import", "statuspage", "nowhere.json"]).refused();
}

#[test]
fn credentials_in_an_import_are_masked_before_they_are_on_the_disk() {
    let sandbox = Sandbox::with_record();
    let secret = ["AKIA", "QYLPMN5HHHFPZAM2"].concat();
    sandbox.write("incidents.json", &PAGE.replace("We are looking.", &secret));
    let ran = sandbox.recount(["import", "statuspage", "incidents.json"]);
    assert!(ran.stderr.contains("masked"), "{ran:?}");
    assert!(!sandbox.incidents()[0].1.contains(&secret));
}

#[test]
fn services_of_the_record_are_found_by_what_people_call_them() {
    let sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "services: {search: {public: Search API}}\n");
    sandbox.write("incidents.json", PAGE);
    import(&sandbox, &["statuspage", "incidents.json"]);
    assert!(sandbox.incidents()[0].1.contains("impact: {search: down}"));

    let sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "services: [mail]\n");
    sandbox.write("incidents.json", PAGE);
    let report = import(&sandbox, &["statuspage", "incidents.json"]);
    assert!(report["skipped"][0]["reason"].as_str().unwrap().starts_with("`Search API`"));
}

#[test]
fn a_table_comes_in_once_with_the_columns_that_people_name() {
    let sandbox = Sandbox::with_record();
    let table = "When (UTC);Entry;Phase\n10.06.2026 09:00;Search is gone;start\n;unclear;\n10.06.2026 09:40;All is well;restored\n";
    sandbox.write("log.csv", table);
    let ran = sandbox.recount(["import", "csv", "log.csv"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("log.csv:3"), "{ran:?}");
    let once = state(&sandbox);
    for part in
        ["2026-06-10T09:00:00Z", "mark: started", "mark: recovered", "unclear (time as written"]
    {
        assert!(once.1[0].1.contains(part), "{part}: {once:?}");
    }
    let report = import(&sandbox, &["csv", "log.csv", "--columns", "time=1,text=Entry,mark=Phase"]);
    assert_eq!(report["incidents"][0]["unchanged"], 3);
    assert_eq!(state(&sandbox), once);
    sandbox.recount(["import", "csv", "log.csv", "--columns", "tine=1"]).refused();
}

/// One incident as PagerDuty, Opsgenie and incident.io tell it: the files of each.
const TOLD: &[(&str, &[(&str, &str)])] = &[
    (
        "pagerduty",
        &[
            (
                "incident.json",
                r#"{"incident": {"id": "P1", "type": "incident", "title": "Mail stops", "status": "resolved", "created_at": "2026-05-06T10:00:00Z",
                "resolved_at": "2026-05-06T11:00:00Z", "priority": {"summary": "P2"}, "service": {"summary": "Mail"},
                "first_trigger_log_entry": {"id": "L1", "summary": "Triggered"}}}"#,
            ),
            (
                "log.json",
                r#"{"log_entries": [
                {"id": "L1", "type": "trigger_log_entry", "summary": "Triggered", "created_at": "2026-05-06T10:00:00Z", "incident": {"id": "P1"}},
                {"id": "L2", "type": "acknowledge_log_entry", "summary": "Acknowledged by Ada", "created_at": "2026-05-06T10:05:00Z", "agent": {"summary": "Ada"}, "incident": {"id": "P1"}},
                {"id": "L3", "type": "resolve_log_entry", "summary": "Resolved by Ada", "created_at": "2026-05-06T11:00:00Z", "agent": {"summary": "Ada"}, "incident": {"id": "P1"}}]}"#,
            ),
        ],
    ),
    (
        "opsgenie",
        &[
            (
                "incidents.json",
                r#"{"data": [{"id": "O1", "message": "Mail stops", "status": "resolved", "priority": "P2", "impactedServices": ["s-1"],
                "createdAt": "2026-05-06T10:02:00Z", "updatedAt": "2026-05-06T12:00:00Z", "impactStartDate": "2026-05-06T10:00:00Z", "impactEndDate": "2026-05-06T11:00:00Z"}]}"#,
            ),
            ("services.json", r#"{"data": [{"id": "s-1", "name": "Mail"}]}"#),
            (
                "timeline/O1.json",
                r#"{"data": {"entries": [{"id": "t1", "type": "IncidentResolved", "eventTime": "2026-05-06T11:00:00Z", "actor": {"name": "Ada"}}]}}"#,
            ),
        ],
    ),
    (
        "incident-io",
        &[
            (
                "incidents.json",
                r#"{"incidents": [{"id": "I1", "name": "Mail stops", "mode": "standard", "severity": {"name": "Major", "rank": 2}, "created_at": "2026-05-06T10:00:00Z",
                "incident_timestamp_values": [{"incident_timestamp": {"id": "a", "name": "Declared at"}, "value": {"value": "2026-05-06T10:00:00Z"}},
                {"incident_timestamp": {"id": "b", "name": "Resolved at"}, "value": {"value": "2026-05-06T11:00:00Z"}}]}]}"#,
            ),
            (
                "updates.json",
                r#"{"incident_updates": [{"id": "u", "incident_id": "I1", "message": "Queue drained", "created_at": "2026-05-06T10:30:00Z", "updater": {"user": {"name": "Ada"}}}]}"#,
            ),
        ],
    ),
];

#[test]
fn what_responders_use_comes_in_once_in_any_order_of_its_files() {
    for (format, files) in TOLD {
        let sandbox = Sandbox::with_record();
        for (name, text) in *files {
            sandbox.write(name, text);
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let report = import(&sandbox, &[&[*format], names.as_slice()].concat());
        assert_eq!(report["skipped"], Value::Array(vec![]), "{format}");
        assert_eq!(report["incidents"][0]["incident"], "2026-05-06-mail-stops", "{format}");
        let once = state(&sandbox);
        let text = &once.1[0].1;
        for part in ["severity: sev2", "mark: resolved", "at: 2026-05-06T11:00:00Z", "by: Ada"] {
            assert!(text.contains(part), "{format}: {part}: {text}");
        }
        let back: Vec<&str> = names.iter().rev().copied().collect();
        let report = import(&sandbox, &[&[*format], back.as_slice()].concat());
        assert_eq!(report["gone"], Value::Array(vec![]), "{format}");
        assert_eq!(state(&sandbox), once, "{format}");
    }
}

/// Returns the folder of real exports, where there is one.
fn real(folder: &str) -> Option<String> {
    let Some(root) = std::env::var_os("RECOUNT_IMPORTS") else {
        eprintln!("skipped: RECOUNT_IMPORTS names no folder of real exports");
        return None;
    };
    Some(Path::new(&root).join(folder).display().to_string())
}

/// Imports real exports twice: the second time changes nothing.
#[track_caller]
fn twice(format: &str, folder: &str) -> Option<(Sandbox, Value)> {
    let (sandbox, folder) = (Sandbox::with_record(), real(folder)?);
    let first = import(&sandbox, &[format, &folder]);
    let once = state(&sandbox);
    let second = import(&sandbox, &[format, &folder]);
    assert_eq!(state(&sandbox), once);
    assert_eq!(second["gone"], Value::Array(vec![]));
    assert_eq!(first["skipped"], second["skipped"]);
    Some((sandbox, first))
}

#[test]
fn real_status_pages_come_in_whole() {
    let Some((sandbox, report)) = twice("statuspage", "statuspage") else { return };
    assert_eq!(report["skipped"], Value::Array(vec![]));
    assert!(sandbox.incidents().len() >= 148, "{}", sandbox.incidents().len());
}

#[test]
fn an_import_is_taken_back_and_comes_again() {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["-q", "declare", "Fire", "--at", "2026-06-01T09:00Z"]).done();
    sandbox.write("incidents.json", PAGE);
    sandbox.recount(["import", "--undo"]).refused();
    import(&sandbox, &["statuspage", "incidents.json"]);
    import(&sandbox, &["statuspage", "incidents.json", "-i", "fire"]);
    sandbox.recount(["-i", "fire", "undo"]).refused();

    // Into an incident that was there: its events are retracted, but for the one that a person has changed since.
    let (path, text) = sandbox
        .incidents()
        .into_iter()
        .find(|(p, _)| p.ends_with("2026-06-01-fire/incident.yaml"))
        .unwrap();
    std::fs::write(&path, text.replace("All is well.", "All was well.")).unwrap();
    let report: Value =
        serde_json::from_str(&sandbox.recount(["import", "--undo", "--format", "json"]).done())
            .unwrap();
    let one = &report["incidents"][0];
    assert_eq!((&one["retracted"], &one["canceled"]), (&2.into(), &false.into()), "{report}");
    assert_eq!(one["kept"].as_array().unwrap().len(), 1, "{report}");
    sandbox.recount(["import", "--undo"]).refused();

    // An incident that the import made is canceled; with another zone or words it comes again.
    let mut sandbox = Sandbox::with_record();
    sandbox.at("2026-06-10T12:00:00Z").write("incidents.json", PAGE);
    import(&sandbox, &["statuspage", "incidents.json"]);
    let imported = sandbox.incidents();
    let said = sandbox.recount(["import", "--undo"]).done();
    assert!(said.contains("canceled: 1 incident"), "{said}");
    assert!(!sandbox.recount(["list"]).done().contains("search"), "it is in no list");
    let report = import(&sandbox, &["statuspage", "incidents.json"]);
    assert_eq!(report["incidents"][0]["created"], true, "{report}");
    assert!(sandbox.recount(["list"]).done().contains("search"));
    let again = sandbox.incidents();
    assert_eq!(again[0].0, imported[0].0);
    assert!(!again[0].1.contains("canceled: {"), "{}", again[0].1);
    // And is taken back once more, and a changed export comes in as it is now.
    sandbox.recount(["import", "--undo"]).done();
    sandbox.write("incidents.json", &PAGE.replace("We are looking", "We look"));
    import(&sandbox, &["statuspage", "incidents.json"]);
    let (_, text) = sandbox.incidents().remove(0);
    assert!(text.contains("We look.") && !text.contains("canceled: {"), "{text}");
}

#[test]
fn real_answers_of_what_responders_use_come_in_whole() {
    for (format, incidents, skipped) in [
        ("pagerduty", 5, 3),
        ("opsgenie", 2, 0),
        ("incident-io", 5, 0),
        ("alertmanager", 6, 0),
        ("cstate", 30, 0),
        ("upptime", 0, 0),
    ] {
        let Some((sandbox, report)) = twice(format, format) else { return };
        assert_eq!(sandbox.incidents().len(), incidents, "{format}");
        assert_eq!(report["skipped"].as_array().map(Vec::len), Some(skipped), "{format}: {report}");
    }
}
