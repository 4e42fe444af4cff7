//! What was acknowledged is kept, whatever happens to the process, the disk, git and other people's editors.

use crate::support::mount::{self, Mounted};
use crate::support::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

/// Makes a record with one open incident and returns its file.
pub(crate) fn power_loss(sandbox: &Sandbox) -> PathBuf {
    let id = sandbox.recount(["-q", "declare", "Power loss"]).done();
    PathBuf::from(format!("incidents/2026/{}/incident.yaml", id.trim()))
}

/// Returns the texts of an incident's standing events.
pub(crate) fn texts(sandbox: &Sandbox, incident: &str) -> Vec<String> {
    let json = sandbox.recount(["show", incident, "--format", "json"]).done();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let events = report["events"].as_array().unwrap().iter().filter(|e| e["moved"].is_null());
    events.map(|e| e["text"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
pub(crate) fn assert_clean(sandbox: &Sandbox) {
    assert_eq!(sandbox.git(["status", "--short"]).ok(), "");
    let fsck = sandbox.git(["fsck", "--strict", "--no-dangling"]);
    assert_eq!((fsck.code, fsck.stdout.as_str()), (0, ""), "{}", fsck.stderr);
}

#[test]
fn a_hundred_who_log_at_once_make_a_hundred_events_and_commits() {
    const PEOPLE: usize = 100;
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    let log = |n: usize| {
        let mut command = sandbox.command("recount");
        command.args(["log", &format!("event {n}")]).stdout(Stdio::null()).spawn().unwrap()
    };
    let running: Vec<_> = (0..PEOPLE).map(log).collect();
    assert!(running.into_iter().all(|mut child| child.wait().unwrap().success()));
    let told: BTreeSet<_> = texts(&sandbox, "power").into_iter().collect();
    assert_eq!(told.len(), PEOPLE + 1);
    let subjects = sandbox.git(["log", "--format=%s"]).ok();
    assert_eq!(subjects.lines().filter(|s| s.starts_with("log: event")).count(), PEOPLE);
    assert_clean(&sandbox);
}

#[test]
fn a_killed_process_loses_no_acknowledged_event_and_leaves_no_litter() {
    const KILLS: u64 = 200;
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    let mut acknowledged = BTreeSet::new();
    for n in 0..KILLS {
        let text = format!("event {n}");
        let mut command = sandbox.command("recount");
        let mut child = command
            .args(["log", &text])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A whole run takes some milliseconds: the kill falls on every part of it in turn.
        thread::sleep(Duration::from_micros(n * 150 % 15_000));
        let _ = child.kill();
        if child.wait().unwrap().success() {
            acknowledged.insert(text);
        }
    }
    sandbox.recount(["log", "the end"]).done();
    let told = texts(&sandbox, "power");
    let once: BTreeSet<_> = told.iter().cloned().collect();
    assert_eq!(once.len(), told.len(), "none twice");
    let lost: Vec<_> = acknowledged.iter().filter(|text| !once.contains(*text)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(acknowledged.len() < usize::try_from(KILLS).unwrap(), "some were killed in time");
    assert_eq!(
        sandbox.recount(["check", "--format", "json"]).code,
        1,
        "impact is missing, no more"
    );
    assert_clean(&sandbox);
    let litter = sandbox.shell("find . -name '.recount-*' -o -name '*.lock'").ok();
    assert_eq!(litter, "");
}

#[test]
fn a_folder_that_cannot_be_written_sends_the_event_to_the_spool_and_readers_see_it() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let before = sandbox.read(&file);
    let folder = sandbox.path().join(file.parent().unwrap());
    let Some(guard) = Mounted::read_only(&folder) else {
        return mount::skipped("a folder that cannot be written: nothing can be mounted here");
    };
    let said = sandbox.recount(["log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("spool"), "{said:?}");
    assert_eq!(texts(&sandbox, "power"), ["Declared", "Kept"]);
    assert_eq!(sandbox.read(&file), before);
    drop(guard);
    sandbox.recount(["log", "Writable again"]).done();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "Kept", "Writable again"]);
    assert_clean(&sandbox);
}

#[test]
fn a_full_disk_keeps_the_old_file_whole() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let before = sandbox.read(&file);
    // A limit on the size of files stands in for a disk without room.
    let said = sandbox.shell(&format!("ulimit -f 0; recount log '{}'", "x".repeat(4000)));
    assert_eq!(sandbox.read(&file), before);
    assert_ne!(said.code, 0, "{said:?}");
    sandbox.recount(["log", "Room again"]).done();
    assert_eq!(texts(&sandbox, "power").last().map(String::as_str), Some("Room again"));
    assert_clean(&sandbox);
}

#[test]
fn a_file_with_conflict_markers_is_unharmed_and_the_event_waits_once() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let good = sandbox.read(&file);
    let broken = format!("<<<<<<< ours\n{good}=======\ntitle: theirs\n>>>>>>> theirs\n");
    sandbox.write(&file, &broken);
    let said = sandbox.recount(["-i", "power", "log", "Kept all the same"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(sandbox.read(&file), broken);
    sandbox.write(&file, &good);
    assert!(texts(&sandbox, "power").contains(&"Kept all the same".to_owned()), "readers see it");
    let said = sandbox.recount(["-i", "power", "log", "Next"]);
    assert!(said.stderr.contains("is in 2026-06-10-power-loss now"), "{said:?}");
    sandbox.recount(["-i", "power", "log", "And on"]).ok();
    let told = texts(&sandbox, "power");
    assert_eq!(told.iter().filter(|t| *t == "Kept all the same").count(), 1, "{told:?}");
    assert_clean(&sandbox);
}

#[test]
fn a_removed_folder_is_a_clear_refusal_or_a_kept_event() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    fs::remove_dir_all(sandbox.path().join(file.parent().unwrap())).unwrap();
    let said = sandbox.recount(["log", "Where did it go?"]);
    assert_eq!(said.code, 0, "it goes to the inbox: {said:?}");
    assert!(said.stderr.contains("inbox"), "{said:?}");
    let refusal = sandbox.recount(["-i", "power", "log", "By name"]).refused();
    assert!(refusal.contains("power"), "{refusal}");
}

/// Ways to keep a record, by which events are in a commit or not when an editor saves over them.
const WAYS: [&str; 4] = [
    "true",
    "echo 'commit: false' >>recount.yaml; git commit -qam off",
    "echo 'commit: false' >>recount.yaml; rm -rf .git",
    "git config user.name ''",
];

#[test]
fn an_editor_that_saves_an_old_copy_is_noticed_and_its_loss_brought_back() {
    for way in WAYS {
        let sandbox = Sandbox::quick();
        sandbox.recount(["init"]).ok();
        sandbox.shell(way).ok();
        let file = power_loss(&sandbox);
        sandbox.recount(["-q", "declare", "Fire"]).done();
        let old = sandbox.read(&file);
        sandbox.recount(["-i", "power", "log", "New"]).done();
        sandbox.recount(["-i", "power", "log", "Newer"]).done();
        sandbox.recount(["-i", "fire", "log", "Elsewhere"]).done();
        sandbox.write(&file, &old.replace("title: Power loss", "title: Loss of power"));
        assert!(sandbox.recount(["check"]).stdout.contains("lost-event"), "{way}");
        let said = sandbox.recount(["-i", "power", "log", "Newest"]);
        assert!(said.stderr.contains("brought back 2 events"), "{way}: {said:?}");
        assert_eq!(texts(&sandbox, "power"), ["Declared", "New", "Newer", "Newest"]);
        assert!(sandbox.read(&file).contains("title: Loss of power"));
        // A second editor, which had opened the file before the first saved it.
        sandbox.write(&file, &old);
        sandbox.recount(["-i", "fire", "log", "Meanwhile"]).done();
        sandbox.recount(["-i", "power", "set", "severity=sev1"]).done();
        assert_eq!(texts(&sandbox, "power"), ["Declared", "New", "Newer", "Newest"]);
    }
}

#[test]
fn what_was_taken_away_on_purpose_is_not_brought_back() {
    let sandbox = Sandbox::with_record();
    sandbox.shell("echo 'commit: false' >>recount.yaml; git commit -qam off").ok();
    let kept = sandbox.recount(["log", "Which incident?", "--format", "json"]).done();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let file = power_loss(&sandbox);
    sandbox.shell("git add .; git commit -qm 'by hand'; git branch before").ok();
    sandbox.recount(["amend", kept["event"]["id"].as_str().unwrap(), "--to", "power"]).ok();
    sandbox.recount(["log", "Gone soon"]).ok();
    sandbox.recount(["-i", "inbox", "log", "Another"]).ok();
    assert_eq!(texts(&sandbox, "inbox"), ["Another"], "the first was moved");
    sandbox.shell("git commit -qam all; git checkout -q before").ok();
    sandbox.recount(["-i", "power", "log", "On the branch"]).ok();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "On the branch"]);
    assert!(!sandbox.read(file).contains("Gone soon"));
}

#[test]
fn another_writer_who_never_ends_does_not_keep_an_event_from_the_disk() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    let lock =
        fs::File::options().write(true).open(sandbox.path().join(".git/recount/lock")).unwrap();
    lock.lock().unwrap();
    let said = sandbox.recount(["log", "Behind the lock"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("held the lock"), "{said:?}");
    assert!(texts(&sandbox, "power").contains(&"Behind the lock".to_owned()));
    lock.unlock().unwrap();
    sandbox.recount(["log", "Free"]).done();
    assert_eq!(texts(&sandbox, "power").len(), 3);
    assert_clean(&sandbox);
}

#[test]
fn the_open_incidents_are_right_whoever_changed_the_record() {
    let sandbox = Sandbox::with_record();
    let first = power_loss(&sandbox);
    sandbox.git(["branch", "before"]).ok();
    let target = |text: &str| {
        let said = sandbox.recount(["log", text]);
        said.stdout.lines().last().unwrap().trim().to_owned()
    };
    assert_eq!(target("one"), "in 2026-06-10-power-loss");
    sandbox.recount(["mark", "resolved"]).ok();
    assert_eq!(target("two"), "in inbox", "nothing is open");
    sandbox.recount(["-q", "declare", "Fire"]).ok();
    assert_eq!(target("three"), "in 2026-06-10-fire");
    sandbox.git(["checkout", "-q", "before"]).done();
    assert_eq!(target("four"), "in 2026-06-10-power-loss", "after a checkout");
    sandbox.git(["checkout", "-q", "main"]).done();
    assert_eq!(target("five"), "in 2026-06-10-fire", "and back");
    let reopened = sandbox.read(&first).replace("    mark: resolved\n", "");
    sandbox.write(&first, &reopened);
    assert!(sandbox.recount(["status"]).ok().contains("Power loss"), "a hand reopened it");
    assert_eq!(target("six"), "in inbox", "two are open");
    sandbox.git(["commit", "-qam", "by hand"]).ok();
    assert_eq!(target("seven"), "in inbox", "two are open still");
}

#[test]
fn what_waits_in_one_work_tree_holds_up_no_other() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.git(["worktree", "add", "-q", "../linked", "-b", "linked"]).done();
    let lock = sandbox.write(".git/index.lock", "");
    assert!(sandbox.recount(["log", "Here"]).stderr.contains("not committed yet"));
    sandbox.shell("cd ../linked && recount log There").ok();
    let subjects = sandbox.git(["log", "--format=%s", "-1", "linked"]).ok();
    assert_eq!(subjects, "log: There\n");
    fs::remove_file(lock).unwrap();
    sandbox.recount(["log", "Here again"]).ok();
    assert_clean(&sandbox);
}

#[test]
fn a_file_that_cannot_be_committed_holds_up_no_other() {
    let sandbox = Sandbox::with_record();
    let first = power_loss(&sandbox);
    let conflict = format!(
        "h=$(git rev-parse HEAD:{0}) && printf '100644 %s 1\\t{0}\\n100644 %s 2\\t{0}\\n' $h $h \
         | (git rm -q --cached {0}; git update-index --index-info)",
        first.display()
    );
    sandbox.shell(&conflict).done();
    let said = sandbox.recount(["-i", "power", "log", "In a conflict"]);
    assert!(said.stderr.contains("conflict"), "{said:?}");
    let id = sandbox.recount(["-q", "declare", "Fire"]).done();
    let subjects = sandbox.git(["log", "--format=%s", "-1"]).ok();
    assert_eq!(subjects, "declare: Fire\n", "{id}");
    sandbox.git(["add", "."]).ok();
    sandbox.recount(["-i", "fire", "log", "On"]).ok();
    assert_clean(&sandbox);
    assert_eq!(texts(&sandbox, "power").len(), 2);
}
