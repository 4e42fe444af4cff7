//! A disk that gets full at every step of a write: what was acknowledged is there, and git finds no fault.

use crate::support::mount::{self, Mounted};
use crate::support::place::Place;
use crate::support::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

#[test]
fn a_disk_without_room_loses_nothing_that_was_acknowledged() {
    mount::in_namespace_of_its_own("full_disk::sweep_over_free_blocks");
}

#[test]
fn a_disk_without_room_for_another_file_loses_nothing_that_was_acknowledged() {
    mount::in_namespace_of_its_own("full_disk::sweep_over_free_files");
}

#[test]
fn what_could_not_be_noted_is_not_undone_in_the_place_of_another() {
    mount::in_namespace_of_its_own("full_disk::undo_without_a_note");
}

#[test]
#[ignore = "run by another test, where it may mount file systems"]
fn undo_without_a_note() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, "record");
    let state = here.path().join(".git/recount");
    let _disk = Mounted::memory(&state, "size=1m,nr_inodes=20");
    here.recount(["log", "noted"]).ok();
    let filler = |n: usize| state.join(format!("filler-{n}"));
    let count = (0..).take_while(|n| File::create(filler(*n)).is_ok()).count();
    here.recount(["log", "not noted"]).ok();
    (0..count).for_each(|n| fs::remove_file(filler(n)).unwrap());
    assert!(here.recount(["undo"]).refused().contains("can be undone"));
    here.assert_committed();
}

#[test]
#[ignore = "run by another test, where it may mount file systems"]
fn sweep_over_free_blocks() {
    let said: String = (0..=24)
        .flat_map(|blocks| LOGS.map(|logs| (blocks, logs)))
        .map(|(blocks, logs)| {
            fill_and_log(&format!("{blocks} blocks are free"), logs, |disk| {
                let mut filler = File::create(disk.join("filler")).unwrap();
                while filler.write_all(&[0; BLOCK]).is_ok() {}
                let full = filler.metadata().unwrap().len();
                filler.set_len(full - blocks * BLOCK as u64).unwrap();
            })
        })
        .collect();
    assert_failed_everywhere(
        &said,
        &["objects", "index", "refs/heads/main.lock", "logs/HEAD", "logs/refs/heads/main"],
    );
}

#[test]
#[ignore = "run by another test, where it may mount file systems"]
fn sweep_over_free_files() {
    let said: String = (0..=18)
        .flat_map(|files| LOGS.map(|logs| (files, logs)))
        .map(|(files, logs)| {
            fill_and_log(&format!("{files} files are free"), logs, |disk| {
                let folder = disk.join("filler");
                fs::create_dir(&folder).unwrap();
                let filler = |n: usize| folder.join(n.to_string());
                let count = (0..).take_while(|n| File::create(filler(*n)).is_ok()).count();
                (count - files..count).for_each(|n| fs::remove_file(filler(n)).unwrap());
            })
        })
        .collect();
    // Which of them fails depends on the names of the objects, for a folder is a file too.
    assert_failed_everywhere(&said, &["objects"]);
}

const BLOCK: usize = 4096;
/// How many verbs run while the disk is full: what the first one leaves waiting is not for the last one to mend.
const LOGS: [usize; 2] = [1, 4];

/// Holds a sweep to have met a full disk at every step: in what was kept nowhere, and in what git needs.
fn assert_failed_everywhere(said: &str, places: &[&str]) {
    assert!(said.contains("could not be kept anywhere"), "{said}");
    for place in places {
        assert!(said.contains(&format!(".git/{place}")), "{place}: {said}");
    }
}

/// Logs so often on a disk that `fill` leaves little room on, makes room, and looks at what there is.
///
/// Returns what was said.
fn fill_and_log(level: &str, logs: usize, fill: impl Fn(&Path)) -> String {
    eprintln!("{level}, {logs} logs");
    let mut all = String::new();
    let sandbox = Sandbox::quick();
    let _disk = Mounted::memory(&sandbox.path(), "size=2m,nr_inodes=800");
    // What is this user's own lies on the same disk, so that there is nowhere else to keep an event.
    let state = sandbox.path().join("state").display().to_string();
    let here = Place::made(&sandbox, "record").env("XDG_STATE_HOME", state);
    let old = sandbox.read(Path::new("record").join(here.file()));
    // With all folders of objects there, each write takes as many files, whatever the names of the objects.
    for folder in 0..=255 {
        fs::create_dir_all(sandbox.path().join(format!("record/.git/objects/{folder:02x}")))
            .unwrap();
    }
    // The logs of HEAD and of its branch need another block soon.
    here.shell(&format!("git commit -q --allow-empty -m {}", "x".repeat(BLOCK - 750)));
    fill(&sandbox.path());
    let mut acknowledged = BTreeSet::new();
    for n in 0..logs {
        let text = format!("event {n}");
        let said = here.recount(["log", &text]);
        eprintln!("  {} {}", said.code, said.stderr);
        all += &said.stderr;
        match said.code {
            0 => drop(acknowledged.insert(text)),
            2 => assert!(said.stderr.contains("\n  → "), "what to do: {said:?}"),
            _ => panic!("{said:?}"),
        }
        assert!(
            sandbox.read(Path::new("record").join(here.file())).starts_with(&old),
            "the file is whole"
        );
        assert_eq!(texts(&here), acknowledged, "what was acknowledged is told");
    }
    sandbox.shell("rm -r filler").ok();
    // It writes elsewhere, and commits what waits all the same.
    here.recount(["declare", "Room again"]).done();
    assert_eq!(texts(&here), acknowledged);
    here.assert_committed();
    assert_eq!(here.git(["status", "--porcelain"]).ok(), "");
    let litter = "mkdir -p ../state; find . ../state -name '.recount-*' -o -name '*.lock' -o -name 'tmp_*' -o -name 'recount-*' -o -name '*.json' -path '*/spool/*'";
    assert_eq!(here.shell(litter), "");
    // Each log of a ref leads from commit to commit, and to no other.
    let commits = here.git(["log", "--reverse", "--format=%P %H"]).ok();
    for log in ["HEAD", "refs/heads/main"] {
        let log = sandbox.read(Path::new("record/.git/logs").join(log));
        let names = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ") + "\n";
        assert_eq!(
            log.lines().map(names).collect::<String>().replace(&"0".repeat(40), ""),
            commits
        );
    }
    all
}

/// Returns the texts of the incident's events but the first, and holds each to be there once.
#[track_caller]
fn texts(here: &Place<'_>) -> BTreeSet<String> {
    let all = here.texts();
    let once: BTreeSet<_> = all.iter().filter(|text| *text != "Declared").cloned().collect();
    assert_eq!(once.len() + 1, all.len(), "none twice: {all:?}");
    once
}
