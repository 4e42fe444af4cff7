//! Holds a cold `stats` over 10,000 incidents with 300,000 events against parsing the same files by
//! serde_yaml alone on one core, and `check` of the same record, committed, against twice `stats`, in one run:
//! `cargo bench --bench stats`.
//!
//! All are tried in turns, and the best time of each counts. The parser is given the texts in memory;
//! `stats` and `check` are processes of their own that find, read, check and count.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a bench fails by panicking, prints what it measured, and writes its own record"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const INCIDENTS: usize = 10_000;
const EVENTS: usize = 30;
const ROUNDS: usize = 5;

const SETTINGS: &str = "timezone: Europe/Paris
services: {apps: {}, databases: {}, network: {}, search: {}}
objectives: {region-failure: {time_to_recover: 2h}, provider-failure: {time_to_recover: 1d}}
commit: false
";

fn main() -> ExitCode {
    let home = tempfile::tempdir().expect("a folder for the record");
    let files = write_record(home.path());
    let texts: Vec<String> = files.iter().map(|f| fs::read_to_string(f).expect("a file")).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{INCIDENTS} incidents, {} events, {} MB", INCIDENTS * EVENTS, bytes / 1_000_000);
    commit(home.path());
    let (mut ours, mut theirs, mut checked) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(timed(|| stats(home.path())));
        checked = checked.min(timed(|| check(home.path())));
        theirs = theirs.min(timed(|| parse(&texts)));
    }
    let percent = ours.as_millis() * 100 / theirs.as_millis().max(1);
    println!("recount stats, cold: {:>5} ms", ours.as_millis());
    println!("serde_yaml, 1 core:  {:>5} ms", theirs.as_millis());
    println!("stats takes {percent} % of the time of parsing alone");
    let percent = checked.as_millis() * 100 / ours.as_millis().max(1);
    println!("recount check:       {:>5} ms, {percent} % of stats", checked.as_millis());
    if ours < theirs && checked < ours * 2 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Counts the record, in a process of its own.
fn stats(record: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recount"));
    command.args(["stats", "--by", "month", "--format", "json"]).current_dir(record);
    let ran = command.env("RECOUNT_NOW", "2026-06-10T12:00:00Z").output().expect("recount runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("a report");
    assert_eq!(report["total"]["incidents"], INCIDENTS, "{said}");
}

/// Checks the record, in a process of its own; it finds something in each incident.
fn check(record: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recount"));
    command.args(["check", "--format", "json"]).current_dir(record);
    let ran = command.env("RECOUNT_NOW", "2026-06-10T12:00:00Z").output().expect("recount runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.code().is_some_and(|code| code < 2), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("a report");
    assert!(report["findings"].is_array(), "{said}");
}

/// Makes the record a repository with one commit of all of it.
fn commit(record: &Path) {
    for args in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-qm", "record"],
    ] {
        let ran = Command::new("git").args(args).current_dir(record).status().expect("git runs");
        assert!(ran.success());
    }
}

/// Parses every text, and nothing else.
fn parse(texts: &[String]) {
    for text in texts {
        let value: serde_yaml::Value = serde_yaml::from_str(text).expect("YAML");
        std::hint::black_box(value);
    }
}

/// Writes the record, and returns its incident files.
fn write_record(root: &Path) -> Vec<PathBuf> {
    fs::write(root.join("recount.yaml"), SETTINGS).expect("the settings");
    let first = chrono::NaiveDate::from_ymd_opt(2016, 1, 1).expect("a day");
    let one = |number: usize| {
        let day = first + chrono::Days::new(number as u64 / 3);
        let id = format!("{day}-outage-{number}");
        let folder = root.join("incidents").join(day.format("%Y").to_string()).join(id);
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("incident.yaml");
        fs::write(&path, incident(number, day)).expect("an incident");
        path
    };
    (0..INCIDENTS).map(one).collect()
}

/// Writes one incident as the tool would.
fn incident(number: usize, day: chrono::NaiveDate) -> String {
    let service = ["apps", "databases", "network", "search"][number % 4];
    let class = ["region-failure", "provider-failure", "zone-failure"][number % 3];
    let mut text = format!(
        "title: Outage number {number} of {service}\nseverity: sev{}\nclass: {class}\nservices: [{service}]\n\
         summary: |\n  What happened in outage {number}, in a few words that nobody needs twice.\n\
         causes:\n  - {{kind: root, text: \"Cause {} was there all along\"}}\nevents:\n",
        1 + number % 5,
        number % 50
    );
    let mut minute = number * 7 % 600;
    for event in 0..EVENTS {
        minute += 1 + (number * 31 + event * 17) % 11;
        let at =
            day.and_hms_opt(0, 0, 0).expect("midnight") + chrono::TimeDelta::minutes(minute as i64);
        let at = at.format("%Y-%m-%dT%H:%M:%SZ");
        let id = format!("e{number:05}{event:02}");
        let _ = write!(text, "  - id: {id}\n    at: {at}\n    logged: {at}\n    by: Ada Diallo\n");
        text += &match event {
            0 => format!("    mark: started\n    impact: {{{service}: down}}\n"),
            3 => "    within: 2m\n    mark: detected\n".to_owned(),
            5 => "    mark: acknowledged\n".to_owned(),
            12 => "    mark: identified\n".to_owned(),
            20 => format!("    mark: mitigated\n    impact: {{{service}: degraded}}\n"),
            25 => "    mark: recovered\n".to_owned(),
            29 => "    mark: resolved\n".to_owned(),
            n if n % 4 == 2 => "    kind: action\n".to_owned(),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "    text: Step {event} of outage {number}, as somebody typed it during the night"
        );
    }
    text
}
