//! Finding repositories, and reading what was committed.

use super::{EVENTS, Yard};
use crate::io::git::repo::Engine;
use crate::io::git::{Blob, CommitId, CommitOutcome, Repo};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[test]
fn a_folder_in_no_repository_is_none() {
    let folder = TempDir::new().unwrap();
    assert!(Repo::find(folder.path()).unwrap().is_none());
}

#[test]
fn repositories_that_libgit2_cannot_open_are_committed_to_and_read() {
    let kinds: [&[&str]; 2] = [&["--object-format=sha256"], &["--ref-format=reftable"]];
    for kind in kinds {
        let yard = Yard::empty(kind);
        yard.write("incidents/2019/zero", "zero\n");
        let first = yard.committed(&["incidents/2019/zero"]);
        assert!(matches!(yard.repo().engine, Engine::Program), "{kind:?}");
        yard.seed();
        yard.write("a.txt", "staged\n");
        yard.git(&["add", "a.txt"]);
        yard.write(EVENTS, "title: changed\n");
        let id = yard.committed(&[EVENTS]);
        assert_eq!(yard.status(), "M  a.txt\n", "{kind:?}");
        assert_eq!(yard.commit(&[EVENTS]).unwrap(), CommitOutcome::Unchanged);
        reads_well(&yard, &id);
        fs::remove_file(yard.top.join(EVENTS)).unwrap();
        yard.committed(&[EVENTS]);
        assert_eq!(yard.status(), "M  a.txt\n", "{kind:?}");
        assert_eq!(yard.repo().history(Path::new(EVENTS)).unwrap()[0].blob, None);
        yard.git(&["update-ref", "CHERRY_PICK_HEAD", first.as_str()]);
        assert!(yard.commit(&["a.txt"]).unwrap_err().why.starts_with("a cherry-pick"));
    }
}

/// What the last commit of the seed's events and the one before it look like.
fn reads_well(yard: &Yard, id: &CommitId) {
    let repo = yard.repo();
    assert_eq!(repo.resolve("HEAD").unwrap(), *id);
    assert_eq!(repo.head().unwrap().as_ref(), Some(id));
    let before = repo.resolve("main~1").unwrap();
    for unknown in ["-h", "--all", "nothing", "", "HEAD:a.txt"] {
        assert!(repo.resolve(unknown).is_err(), "{unknown}");
    }
    let read = |commit, path: &str| repo.read_at(commit, Path::new(path)).unwrap();
    assert_eq!(read(id, EVENTS).unwrap(), b"title: changed\n");
    assert_eq!(read(&before, EVENTS).unwrap(), b"title: one\n");
    assert_eq!(read(id, "incidents"), None);
    assert_eq!(read(id, "incidents/nothing"), None);
    assert_eq!(read(id, "a.txt/nothing"), None);
    let listed = repo.list_at(id, &yard.top.join("incidents/2019")).unwrap();
    let one = listed.iter().find(|file| file.path == Path::new(EVENTS)).unwrap();
    assert_eq!(repo.read(&one.blob).unwrap(), b"title: changed\n");
    assert!(repo.list_at(id, Path::new("")).unwrap().len() > listed.len());
    assert!(repo.list_at(id, Path::new("a.txt")).unwrap().is_empty());
    let history = repo.history(Path::new(EVENTS)).unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!((&history[0].commit, history[0].subject.as_str()), (id, "Log an event"));
    assert_eq!((history[1].author.as_str(), history[1].subject.as_str()), ("Ann Author", "seed"));
    assert_eq!(repo.read(history[1].blob.as_ref().unwrap()).unwrap(), b"title: one\n");
}

#[test]
fn what_was_committed_is_read_back() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: changed\n");
    let id = yard.committed(&[EVENTS]);
    reads_well(&yard, &id);
}

#[test]
fn history_follows_all_sides_of_merges() {
    let yard = Yard::new();
    let write = |text: &str| {
        yard.write(EVENTS, text);
        yard.committed(&[EVENTS]);
    };
    write("one\n");
    yard.git(&["checkout", "-q", "-b", "side"]);
    yard.write("a.txt", "elsewhere\n");
    yard.committed(&["a.txt"]);
    write("two\n");
    yard.git(&["checkout", "-q", "main"]);
    yard.write("z/last.txt", "elsewhere too\n");
    yard.committed(&["z/last.txt"]);
    yard.git(&["merge", "-q", "--no-edit", "side"]);
    write("three\n");
    let history = yard.repo().history(Path::new(EVENTS)).unwrap();
    let ours: Vec<String> = history.iter().map(|entry| entry.commit.to_string()).collect();
    let gits = yard.git(&["log", "--format=%H", "--full-history", "--parents", "--", EVENTS]);
    let gits: BTreeSet<_> = gits.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(ours.iter().map(String::as_str).collect::<BTreeSet<_>>(), gits);
    for (place, entry) in history.iter().enumerate() {
        let earlier = |(parent, _): &(CommitId, _)| {
            ours.iter().position(|id| id == parent.as_str()).is_none_or(|there| there > place)
        };
        assert!(entry.parents.iter().all(earlier), "children first");
    }
    assert_eq!(ours.len(), 5, "the merge too, for main lacked what side had");
}

#[test]
fn history_tells_what_each_commit_was_made_from() {
    for kind in [&[][..], &["--object-format=sha256"]] {
        let yard = Yard::empty(kind);
        yard.seed();
        let write = |text: &str| {
            yard.write(EVENTS, text);
            yard.committed(&[EVENTS])
        };
        let base = write("base\n");
        yard.git(&["checkout", "-q", "-b", "side"]);
        let side = write("side\n");
        yard.git(&["checkout", "-q", "main"]);
        let main = write("main\n");
        yard.git(&["merge", "-q", "--no-edit", "-s", "ours", "side"]);
        let repo = yard.repo();
        let history = repo.history(Path::new(EVENTS)).unwrap();
        let of = |id: &CommitId| history.iter().find(|entry| entry.commit == *id).unwrap();
        let merge = of(&repo.head().unwrap().unwrap());
        let said = |(commit, blob): &(CommitId, Option<Blob>)| {
            (commit.clone(), String::from_utf8(repo.read(blob.as_ref().unwrap()).unwrap()).unwrap())
        };
        let parents: Vec<_> = merge.parents.iter().map(said).collect();
        assert_eq!(parents, [(main.clone(), "main\n".into()), (side.clone(), "side\n".into())]);
        assert_eq!(
            of(&side).parents.iter().map(said).collect::<Vec<_>>(),
            [(base, "base\n".into())]
        );
    }
}

#[test]
fn dirty_files_are_named() {
    let yard = Yard::new();
    let all = [PathBuf::from("incidents"), PathBuf::from("z")];
    assert_eq!(yard.repo().dirty(&all).unwrap(), Vec::<PathBuf>::new());
    yard.write("a.txt", "elsewhere\n");
    yard.write("incidents/new", "new\n");
    yard.write("z/last.txt", "changed\n");
    let named = ["z/last.txt", "incidents/new"].map(PathBuf::from);
    assert_eq!(yard.repo().dirty(&all).unwrap(), named);
}

#[test]
fn a_bare_repository_is_refused_in_plain_words() {
    let folder = TempDir::new().unwrap();
    git2::Repository::init_bare(folder.path()).unwrap();
    let error = Repo::find(folder.path()).err().unwrap();
    assert!(error.why.contains("bare"), "{error}");
}
