//! The durations of the demo's two outages, as those who were there told them, and every number's derivation.

use crate::support::sandbox::Sandbox;
use serde_json::Value;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.recount(["-q", "demo", "d"]).ok();
    sandbox
}

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    let said = sandbox.recount(["-C", "d", "--format", "json"].iter().chain(args)).ok();
    serde_json::from_str(&said).unwrap()
}

/// Returns the nominal, lowest and highest value of a duration of an incident.
fn duration(report: &Value, incident: &str, name: &str) -> [i64; 3] {
    let find = |list: &Value, key: &str, value: &str| {
        let found = list
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one[key].as_str().is_some_and(|text| text.starts_with(value)));
        found.unwrap().clone()
    };
    let incident = find(&report["incidents"], "incident", incident);
    let found = find(&incident["durations"], "name", name);
    ["seconds", "min_seconds", "max_seconds"].map(|key| found[key].as_i64().unwrap())
}

#[test]
fn the_outages_took_as_long_as_those_who_were_there_say() {
    let report = json(&demo(), &["metrics"]);
    let uncertain = |nominal, by| [nominal, nominal - by, nominal + by];
    let of_2015 = |name| duration(&report, "2015-07-29", name);
    assert_eq!(of_2015("time_to_detect"), uncertain(3 * HOUR, 15 * MINUTE));
    assert_eq!(of_2015("time_to_recover"), uncertain(4 * HOUR + 30 * MINUTE, 15 * MINUTE));
    let recover = duration(&report, "2019-01-24", "time_to_recover");
    assert_eq!(recover, [5 * HOUR + 44 * MINUTE; 3]);
}

#[test]
fn demo_ends_with_the_durations_of_both() {
    let sandbox = Sandbox::new();
    let told = sandbox.recount(["demo", "d"]).ok();
    let end = told.split("How long all that took").nth(1).unwrap();
    for line in [
        "time_to_detect       3 h 00 min ± 15 min",
        "time_to_recover      4 h 30 min ± 15 min",
        "time_to_recover      5 h 44 min",
    ] {
        assert!(end.contains(line), "{line}: {end}");
    }
}

#[test]
fn whatever_metrics_and_stats_print_can_be_asked_for() {
    let sandbox = demo();
    let metrics = json(&sandbox, &["metrics"]);
    for incident in metrics["incidents"].as_array().unwrap() {
        let id = incident["incident"].as_str().unwrap();
        for one in incident["durations"].as_array().unwrap() {
            let name = one["name"].as_str().unwrap();
            let why = json(&sandbox, &["why", name, "-i", id]);
            for key in ["seconds", "min_seconds", "max_seconds", "absent", "from", "to", "clock"] {
                assert_eq!(why[key], one[key], "{name} {key} of {id}");
            }
            assert!(why["commit"].is_string() && why["uncommitted"] == serde_json::json!([]));
        }
        for name in incident["milestones"].as_object().unwrap().keys() {
            let why = json(&sandbox, &["why", name, "-i", id]);
            assert_eq!(why["at"], incident["milestones"][name]["at"]);
            let event = why["events"].as_array().unwrap().iter().find(|e| e["role"] == "counts");
            assert_eq!(event.unwrap()["id"], incident["milestones"][name]["event"]);
            assert_line_holds(&sandbox, event.unwrap());
        }
        for one in incident["downtime"].as_array().unwrap() {
            let service = one["service"].as_str().unwrap();
            let why = json(&sandbox, &["why", "downtime", service, "-i", id]);
            assert_eq!(why["min_seconds"], one["min_seconds"]);
            assert_eq!(
                why["intervals"].as_array().unwrap().len(),
                one["intervals"].as_array().unwrap().len()
            );
        }
    }
    let stats = json(&sandbox, &["stats"]);
    for one in stats["total"]["durations"].as_array().unwrap() {
        let name = one["name"].as_str().unwrap();
        for statistic in ["mean", "median", "p90"] {
            let why = json(&sandbox, &["why", statistic, name]);
            assert_eq!(why["seconds"], one[format!("{statistic}_seconds")]);
            assert_eq!([&why["n"], &why["missing"]], [&one["n"], &one["missing"]]);
        }
    }
}

/// Holds the line that a derivation names against the file: the event begins there.
fn assert_line_holds(sandbox: &Sandbox, event: &Value) {
    let file = sandbox.read(format!("d/{}", event["file"].as_str().unwrap()));
    let line = file.lines().nth(event["line"].as_u64().unwrap() as usize - 1).unwrap();
    assert_eq!(line.trim(), format!("- id: {}", event["id"].as_str().unwrap()));
}

#[test]
fn a_revision_is_read_from_git_and_what_ran_then_runs_to_its_commit() {
    let mut sandbox = Sandbox::with_record();
    sandbox.at("2026-06-10T12:00:00Z");
    let id = sandbox.recount(["-q", "declare", "Down", "--at", "11:00"]).ok();
    sandbox.recount(["-q", "mark", "started", "--impact", "apps=down", "--at", "11:00"]).done();
    sandbox.at("2026-06-10T15:00:00Z");
    sandbox.recount(["-q", "mark", "recovered", "--at", "14:00"]).done();
    let recover = |args: &[&str]| {
        let said =
            sandbox.recount(["--format", "json", "metrics", id.trim()].iter().chain(args)).ok();
        let report: Value = serde_json::from_str(&said).unwrap();
        let found = report["incidents"][0]["durations"][4].clone();
        (found["seconds"].as_i64().unwrap() / HOUR, found["running"].as_bool().unwrap())
    };
    assert_eq!(recover(&[]), (3, false));
    assert_eq!(recover(&["--as-of", "HEAD"]), (3, false));
    assert_eq!(recover(&["--as-of", "HEAD~1"]), (1, true));
    let why = sandbox.recount([
        "why",
        "time_to_recover",
        "-i",
        id.trim(),
        "--as-of",
        "HEAD~1",
        "--format",
        "json",
    ]);
    let why: Value = serde_json::from_str(&why.ok()).unwrap();
    let commit = sandbox.git(["rev-parse", "HEAD~1"]).ok();
    assert_eq!((why["commit"].as_str(), &why["as_of"]), (Some(commit.trim()), &Value::Bool(true)));
    let stats = sandbox.recount(["stats", "--as-of", "HEAD~2", "--format", "json"]).ok();
    let stats: Value = serde_json::from_str(&stats).unwrap();
    assert_eq!(stats["total"]["downtime"]["missing"], 1, "then nobody had told of any impact");
}
