//! Locks, others at work at the same time, and processes that are killed.

use super::{EVENTS, Yard, change, child, put};
use crate::io::git::{CommitOutcome, Repo};
use std::fs;
use std::path::Path;
use std::time::Duration;

#[test]
fn a_lock_that_git_left_is_named_and_not_touched() {
    let yard = Yard::new();
    let lock = yard.top.join(".git/index.lock");
    put(&lock, b"");
    yard.write(EVENTS, "title: locked\n");
    let mut repo = yard.repo();
    repo.patience = Duration::from_millis(50);
    let not_committed = repo.commit(&change(&[EVENTS])).unwrap_err();
    assert!(not_committed.why.contains(".git/index.lock"), "{not_committed}");
    assert!(not_committed.next.unwrap().contains("rm '"));
    assert!(lock.exists());
    fs::remove_file(&lock).unwrap();
    let branch = yard.top.join(".git/refs/heads/main.lock");
    put(&branch, b"");
    assert!(repo.commit(&change(&[EVENTS])).unwrap_err().why.contains("main.lock"));
    fs::remove_file(&branch).unwrap();
    yard.committed(&[EVENTS]);
}

#[test]
fn a_lock_that_a_killed_process_of_ours_left_is_cleared_away() {
    let yard = Yard::new();
    put(&yard.top.join(".git/index.lock"), b"lock of recount\n");
    put(&yard.top.join(".git/refs/heads/main.lock"), b"lock of recount\n");
    yard.write(EVENTS, "title: unlocked\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
}

#[test]
fn commits_from_many_threads_all_arrive() {
    let yard = Yard::new();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let yard = &yard;
            scope.spawn(move || {
                let repo = yard.repo();
                let path = format!("incidents/2019/t{thread}/incident.yaml");
                for round in 0..20 {
                    yard.write(&path, format!("title: {round}\n"));
                    let outcome = repo.commit(&change(&[&path])).unwrap();
                    assert!(matches!(outcome, CommitOutcome::Committed(_)));
                }
            });
        }
    });
    assert_eq!(yard.git(&["rev-list", "--count", "HEAD"]).trim(), "161");
    yard.judge(&["incidents"]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
}

#[test]
fn commits_of_git_and_of_ours_at_once_all_arrive() {
    let yard = Yard::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..15 {
                yard.write("gits", format!("{round}\n"));
                // git gives up where the index is locked or HEAD moved: so it is asked again.
                for args in [&["add", "gits"][..], &["commit", "-qm", "git's"]] {
                    assert!((0..500).any(|_| yard.try_git(args).status.success()), "{args:?}");
                }
            }
        });
        scope.spawn(|| {
            let repo = yard.repo();
            for round in 0..30 {
                yard.write(EVENTS, format!("title: {round}\n"));
                let outcome = repo.commit(&change(&[EVENTS])).unwrap();
                assert!(matches!(outcome, CommitOutcome::Committed(_)));
            }
        });
    });
    assert_eq!(yard.git(&["log", "--format=%s", "--", EVENTS]).matches("Log").count(), 30);
    assert_eq!(yard.git(&["show", "HEAD:gits"]), "14\n");
    yard.judge(&[EVENTS, "gits"]);
    assert_eq!(yard.status(), "");
}

#[test]
#[ignore = "run by other tests, in a process that they may kill and whose environment they set"]
fn child_commits() {
    let rounds: u32 = std::env::var("RECOUNT_TEST_ROUNDS").unwrap().parse().unwrap();
    let repo = Repo::find(Path::new(".")).unwrap().unwrap();
    for round in 0..rounds {
        let stamp = format!("title: {} {round}\n", std::process::id());
        put(&repo.workdir().join(EVENTS), stamp.as_bytes());
        repo.commit(&change(&[EVENTS])).unwrap();
    }
}

#[test]
fn a_process_that_is_killed_at_any_moment_leaves_a_repository_that_works() {
    let yard = Yard::new();
    for round in 0..40 {
        let mut child = child(&yard, 1000).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(20_000 + round * 1_370));
        child.kill().unwrap();
        child.wait().unwrap();
        yard.write(EVENTS, format!("title: after {round}\n"));
        let outcome = yard.commit(&[EVENTS]).unwrap();
        assert!(matches!(outcome, CommitOutcome::Committed(_)));
        assert_eq!(yard.status(), "");
    }
    yard.judge(&[EVENTS]);
    yard.tree_of_index_is_heads();
    let count: u32 = yard.git(&["rev-list", "--count", "HEAD"]).trim().parse().unwrap();
    assert!(count > 60, "the children were killed before they did anything: {count}");
}
