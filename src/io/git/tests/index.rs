//! The index: every layout of it, and what must stay in it.

use super::super::sync_pool::SyncPool;
use super::{EVENTS, Yard, put};
use crate::io::git::index_patch::{PatchOutcome, RacyCheck, splice};
use std::fs;
use std::time::Duration;

#[test]
fn the_cache_tree_stays_whole_over_many_kinds_of_change() {
    let yard = Yard::new();
    let (a, b, c) = ("n/e/w/a", "n/e/w2/b", "n/c");
    for path in [a, b, c] {
        yard.write(path, path);
    }
    yard.committed(&[a, b, c]);
    assert!(
        !String::from_utf8_lossy(&fs::read(yard.top.join(".git/index")).unwrap()).contains("\0-1 ")
    );
    yard.tree_of_index_is_heads();
    fs::remove_file(yard.top.join(a)).unwrap();
    yard.write(b, "changed");
    yard.committed(&[a, b]);
    assert!(
        !String::from_utf8_lossy(&fs::read(yard.top.join(".git/index")).unwrap()).contains("\0-1 ")
    );
    yard.tree_of_index_is_heads();
    assert_eq!(yard.status(), "");
}

#[test]
fn an_intent_to_add_becomes_an_entry_and_others_stay() {
    let yard = Yard::new();
    yard.write("soon.txt", "soon\n");
    yard.write("incidents/2019/two/incident.yaml", "title: two\n");
    yard.git(&["add", "-N", "soon.txt", "incidents/2019/two/incident.yaml"]);
    assert_eq!(index_version(&yard), 3);
    yard.committed(&["incidents/2019/two/incident.yaml"]);
    assert_eq!(yard.status(), " A soon.txt\n");
    yard.committed(&["soon.txt"]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
}

fn index_version(yard: &Yard) -> u8 {
    fs::read(yard.top.join(".git/index")).unwrap()[7]
}

#[test]
fn every_layout_of_the_index_takes_the_change_and_keeps_the_rest() {
    let layouts: [&[&[&str]]; 6] = [
        &[&["update-index", "--index-version", "4"]],
        &[&["update-index", "--split-index"]],
        &[
            &["config", "core.untrackedCache", "true"],
            &["update-index", "--untracked-cache"],
            &["status"],
        ],
        &[&["config", "index.skipHash", "true"], &["update-index", "--force-write-index"]],
        &[&["config", "index.threads", "4"], &["update-index", "--force-write-index"]],
        &[&["update-index", "--skip-worktree", "z/last.txt"]],
    ];
    for layout in layouts {
        let yard = Yard::new();
        layout.iter().for_each(|args| drop(yard.git(args)));
        yard.write("a.txt", "staged\n");
        yard.git(&["add", "a.txt"]);
        yard.write(EVENTS, "title: changed\n");
        yard.write("incidents/2019/new", "new\n");
        yard.committed(&[EVENTS, "incidents/2019/new"]);
        assert_eq!(yard.status(), "M  a.txt\n", "{layout:?}");
        fs::remove_file(yard.top.join("incidents/2019/new")).unwrap();
        yard.committed(&["incidents/2019/new"]);
        assert_eq!(yard.status(), "M  a.txt\n", "{layout:?}");
    }
}

#[test]
fn a_sparse_index_takes_the_change_and_stays_sparse() {
    let yard = Yard::new();
    yard.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "incidents"]);
    // Staged changes make git itself name a tree there that it hasn't written.
    yard.write("a.txt", "dirty\n");
    yard.write(EVENTS, "title: changed\n");
    yard.write("incidents/2019/new", "new\n");
    yard.committed(&[EVENTS, "incidents/2019/new"]);
    assert_eq!(yard.status(), " M a.txt\n");
    assert!(yard.git(&["ls-files", "--sparse"]).lines().any(|line| line == "z/"));
}

#[test]
fn an_index_that_is_gone_is_begun_anew() {
    let yard = Yard::new();
    fs::remove_file(yard.top.join(".git/index")).unwrap();
    yard.write(EVENTS, "title: changed\n");
    yard.committed(&[EVENTS]);
}

#[test]
fn a_file_that_changed_in_the_second_it_was_staged_stays_dirty() {
    let yard = Yard::new();
    // Same size and same time as the index says: only its bytes tell.
    let index = fs::metadata(yard.top.join(".git/index")).unwrap().modified().unwrap();
    let path = yard.top.join("z/last.txt");
    fs::File::options().write(true).open(&path).unwrap().set_modified(index).unwrap();
    yard.git(&["update-index", "--refresh"]);
    let staged = fs::metadata(&path).unwrap().modified().unwrap();
    fs::File::options()
        .write(true)
        .open(yard.top.join(".git/index"))
        .unwrap()
        .set_modified(staged)
        .unwrap();
    put(&path, b"y\n");
    fs::File::options().write(true).open(&path).unwrap().set_modified(staged).unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    yard.write(EVENTS, "title: changed\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), " M z/last.txt\n");
}

#[test]
fn a_path_with_a_conflict_is_refused() {
    let yard = Yard::new();
    yard.git(&["checkout", "-q", "-b", "side"]);
    yard.write(EVENTS, "side\n");
    yard.git(&["commit", "-qam", "side"]);
    yard.git(&["checkout", "-q", "main"]);
    yard.write(EVENTS, "stashed\n");
    yard.git(&["stash", "-q"]);
    yard.write(EVENTS, "main\n");
    yard.git(&["commit", "-qam", "main"]);
    // Conflicts without a merge in progress.
    assert!(!yard.try_git(&["stash", "pop", "-q"]).status.success());
    let not_committed = yard.commit(&[EVENTS]).unwrap_err();
    assert!(not_committed.why.contains("conflict"), "{not_committed}");
    yard.git(&["update-index", "--index-version", "4"]);
    assert!(yard.commit(&[EVENTS]).unwrap_err().why.contains("conflict"));
    // Another file's conflict is no hindrance.
    yard.git(&["update-index", "--index-version", "2"]);
    yard.write("a.txt", "free\n");
    yard.committed(&["a.txt"]);
    assert_eq!(yard.status(), format!("UU {EVENTS}\n"));
}

#[test]
fn an_index_of_garbage_is_declined_and_never_a_panic() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: changed\n");
    let repo = yard.repo();
    let pool = SyncPool::default();
    let loose = repo.loose(&pool).unwrap();
    let staged = crate::io::git::staged::read_files(
        &repo,
        loose.as_ref(),
        &[EVENTS.as_bytes().to_vec()],
        None,
    )
    .unwrap()
    .unwrap();
    let whole = fs::read(yard.top.join(".git/index")).unwrap();
    let run = |bytes: &[u8]| {
        splice(bytes, &staged, &[], &RacyCheck { written: 0, differs: &|_| true }).unwrap()
    };
    assert!(matches!(run(&whole), PatchOutcome::Done(_)));
    for length in 1..whole.len() {
        run(&whole[..length]);
    }
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        run(&broken);
    }
    assert!(matches!(run(b"DIRC"), PatchOutcome::Declined));
    assert!(matches!(run(&whole[..40]), PatchOutcome::Declined));
}

#[test]
fn an_index_is_spliced_where_it_is_understood_and_declined_elsewhere() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: changed\n");
    let staged = |path: &str| {
        let repo = yard.repo();
        let pool = SyncPool::default();
        let loose = repo.loose(&pool).unwrap();
        crate::io::git::staged::read_files(&repo, loose.as_ref(), &[path.into()], None)
            .unwrap()
            .unwrap()
    };
    let spliced = |path: &str| {
        let index = fs::read(yard.top.join(".git/index")).unwrap();
        matches!(
            splice(&index, &staged(path), &[], &RacyCheck { written: 0, differs: &|_| false })
                .unwrap(),
            PatchOutcome::Done(_)
        )
    };
    assert!(spliced(EVENTS));
    yard.write("new", "new\n");
    assert!(spliced("new"));
    yard.git(&["add", "-N", "new"]);
    assert_eq!(index_version(&yard), 3);
    assert!(spliced(EVENTS));
    yard.git(&["update-index", "--untracked-cache"]);
    yard.git(&["status"]);
    yard.write("newer", "newer\n");
    assert!(spliced(EVENTS) && !spliced("newer"));
    yard.git(&["update-index", "--no-untracked-cache", "--split-index"]);
    assert!(!spliced(EVENTS));
    yard.git(&["update-index", "--no-split-index", "--index-version", "4"]);
    assert!(!spliced(EVENTS));
}
