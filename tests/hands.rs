//! What people do to a record with git by hand: what they removed stays away, what they did not mean to
//! lose comes back, and the history tells the truth of both.

use crate::durability::{assert_clean, power_loss, texts};
use crate::support::sandbox::Sandbox;
use std::fs;
use std::path::Path;

/// Returns what the history of an incident says: what was done, and the text of what it was done to.
fn history(sandbox: &Sandbox, incident: &str) -> Vec<String> {
    let json = sandbox.recount(["-i", incident, "history", "--format", "json"]).done();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = report["changes"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["done"].as_str().unwrap(), row["text"].as_str().unwrap()))
        .collect()
}

fn fork(sandbox: &mut Sandbox) {
    sandbox.recount(["log", "One"]).ok();
    sandbox.git(["checkout", "-q", "-b", "side"]).done();
    sandbox.at("2026-06-10T12:01:00Z").recount(["log", "Side"]).ok();
    sandbox.git(["checkout", "-q", "main"]).done();
    sandbox.at("2026-06-10T12:02:00Z").recount(["log", "Main"]).ok();
    sandbox.git(["checkout", "-q", "side"]).done();
    sandbox.at("2026-06-10T12:03:00Z").recount(["log", "Side again"]).ok();
    sandbox.git(["checkout", "-q", "main"]).done();
    sandbox.at("2026-06-10T12:04:00Z");
}

#[test]
fn what_was_taken_out_with_git_stays_out() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    for text in ["One", "Two", "Three"] {
        sandbox.recount(["log", text]).ok();
    }
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    sandbox.recount(["log", "After a reset"]).ok();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "One", "Two", "After a reset"]);
    sandbox.git(["revert", "--no-edit", "HEAD"]).done();
    sandbox.recount(["log", "After a revert"]).ok();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "One", "Two", "After a revert"]);
    sandbox.git(["checkout", "-q", "HEAD~4", "--", "."]).ok();
    let said = sandbox.recount(["log", "After an old file was staged"]);
    assert!(said.stderr.contains("removed, as is staged: 2 events"), "{said:?}");
    assert_eq!(texts(&sandbox, "power"), ["Declared", "One", "After an old file was staged"]);
    assert_clean(&sandbox);
}

#[test]
fn an_event_that_was_moved_is_not_brought_back() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let said = sandbox.recount(["-i", "power", "log", "Smoke"]).ok();
    let id = said.split_whitespace().next().unwrap();
    let lock = sandbox.write(".git/index.lock", "");
    sandbox.recount(["amend", id, "--to", "fire"]).done();
    fs::remove_file(lock).unwrap();
    sandbox.recount(["-i", "power", "log", "On"]).ok();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "On"]);
    assert!(texts(&sandbox, "fire").contains(&"Smoke".to_owned()));
    assert_clean(&sandbox);
}

#[test]
fn a_move_that_was_cut_short_is_finished_by_the_next() {
    let sandbox = Sandbox::with_record();
    let power = power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let said = sandbox.recount(["-i", "power", "log", "Smoke"]).ok();
    let id = said.split_whitespace().next().unwrap();
    let before = sandbox.read(&power);
    sandbox.recount(["amend", id, "--to", "fire"]).ok();
    // A process that dies between its two files leaves the event in both.
    sandbox.write(&power, &before);
    sandbox.recount(["-i", "power", "amend", id, "--to", "fire"]).done();
    assert_eq!(texts(&sandbox, "power"), ["Declared"]);
    assert_eq!(texts(&sandbox, "fire").iter().filter(|text| *text == "Smoke").count(), 1);
}

#[test]
fn the_history_of_a_merge_takes_neither_side_for_a_loss() {
    let mut sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    fork(&mut sandbox);
    sandbox.write(".git/info/attributes", "*.yaml merge=union\n");
    sandbox.git(["merge", "-q", "--no-edit", "side"]).done();
    let told = history(&sandbox, "power");
    let expected = ["Power loss", "Declared", "One", "Side", "Main", "Side again"]
        .map(|t| format!("wrote {t}"));
    assert_eq!(told, expected);
}

#[test]
fn what_a_merge_dropped_is_told_as_removed() {
    let mut sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    fork(&mut sandbox);
    sandbox.git(["merge", "-q", "--no-edit", "-s", "ours", "side"]).done();
    let told = history(&sandbox, "power");
    assert_eq!(told[told.len() - 2..], ["removed Side", "removed Side again"]);
}

#[test]
fn an_incident_that_was_moved_keeps_its_history_and_its_audit() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    sandbox.recount(["mark", "resolved"]).ok();
    sandbox.recount(["-i", "power", "mark", "closed"]).ok();
    sandbox.recount(["-i", "power", "set", "severity=sev3"]).ok();
    let before = history(&sandbox, "power");
    fs::create_dir_all(sandbox.path().join("incidents/2025")).unwrap();
    let folder = file.parent().unwrap().to_str().unwrap();
    sandbox.git(["mv", folder, "incidents/2025/"]).ok();
    sandbox.git(["commit", "-qm", "another year"]).ok();
    assert_eq!(history(&sandbox, "power"), before);
    let shown = sandbox.recount(["show", "power", "--as-of", "HEAD~1"]).ok();
    assert!(shown.contains("sev3"), "{shown}");
    assert!(sandbox.recount(["metrics", "--as-of", "HEAD~1"]).ok().contains("Power loss"));
    sandbox.git(["mv", "incidents/2025/2026-06-10-power-loss", "incidents/2026-06-10-other"]).ok();
    fs::create_dir_all(sandbox.path().join("incidents/2026")).unwrap();
    sandbox.git(["mv", "incidents/2026-06-10-other", "incidents/2026/2026-06-10-outage"]).ok();
    // The event is committed with the new file alone, before the old one is gone.
    sandbox.recount(["-i", "outage", "log", "Late"]).ok();
    let after = [before.as_slice(), &["wrote Late".to_owned()]].concat();
    assert_eq!(history(&sandbox, "outage"), after);
    let audit = sandbox.recount(["check", "outage", "--audit"]).stdout;
    assert!(audit.contains("was corrected (severity) after the review was closed"), "{audit}");
}

#[test]
fn what_was_removed_while_it_waited_is_not_committed_as_removed() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let lock = sandbox.write(".git/index.lock", "");
    sandbox.recount(["-i", "power", "log", "Waits"]).done();
    fs::remove_file(lock).unwrap();
    fs::remove_dir_all(sandbox.path().join(Path::new(&file).parent().unwrap())).unwrap();
    sandbox.recount(["-i", "fire", "log", "On"]).ok();
    let status = sandbox.git(["status", "--short"]).ok();
    assert_eq!(status, format!(" D {}\n", file.display()));
}

#[test]
fn a_second_folder_of_the_same_id_is_an_error_and_hides_nothing() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.shell("mkdir incidents/2025 && cp -r incidents/2026/* incidents/2025/").ok();
    sandbox.recount(["log", "One is open"]).ok();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "One is open"]);
    let said = sandbox.recount(["check"]);
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("error[same-folder]"), "{said:?}");
    assert!(said.stdout.contains("incidents/2025/2026-06-10-power-loss/incident.yaml"), "{said:?}");
}

#[test]
fn undo_moves_an_event_back_and_forth() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let said = sandbox.recount(["-i", "power", "log", "Smoke"]).ok();
    let id = said.split_whitespace().next().unwrap();
    sandbox.recount(["amend", id, "--to", "fire", "--text", "Much smoke"]).ok();
    let all = || [texts(&sandbox, "power").concat(), texts(&sandbox, "fire").concat()];
    let moved = all();
    assert!(moved[1].contains("Much smoke"), "{moved:?}");
    assert!(sandbox.recount(["undo"]).ok().contains("in 2026-06-10-power-loss"));
    assert_eq!(all(), ["DeclaredSmoke", "Declared"]);
    sandbox.recount(["redo"]).ok();
    assert_eq!(all(), moved);
    assert_clean(&sandbox);
}
