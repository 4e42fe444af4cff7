//! What one commit takes, and what it leaves alone.

use super::{EVENTS, Yard, change, script};
use crate::io::git::{CommitBase, CommitOutcome, CommitRequest, Repo};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use tempfile::TempDir;

#[test]
fn a_changed_file_is_committed_and_the_tree_is_clean() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: changed\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
    assert_eq!(
        yard.git(&["log", "-1", "--format=%an <%ae> %cn %s|%b"]).trim(),
        "Ann Author <ann@example.com> Ann Author Log an event|Incident: one"
    );
    assert_eq!(yard.git(&["show", "--name-only", "--format=", "HEAD"]).trim(), EVENTS);
    assert!(yard.git(&["reflog", "-1"]).contains("commit: Log an event"));
    assert!(yard.git(&["reflog", "-1", "main"]).contains("commit: Log an event"));
}

#[test]
fn the_first_commit_of_a_repository_is_made() {
    let yard = Yard::empty(&[]);
    yard.write(EVENTS, "title: first\n");
    yard.write("other", "other\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "?? other\n");
    assert!(yard.git(&["reflog", "-1"]).contains("commit (initial): Log an event"));
    yard.tree_of_index_is_heads();
}

#[test]
fn the_first_commit_leaves_what_is_staged_staged() {
    let yard = Yard::empty(&[]);
    yard.write(EVENTS, "title: first\n");
    yard.write("other", "other\n");
    yard.git(&["add", "other"]);
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "A  other\n");
}

#[test]
fn the_first_commit_on_a_branch_with_a_slash_is_made() {
    let yard = Yard::empty(&[]);
    yard.git(&["symbolic-ref", "HEAD", "refs/heads/team/incidents"]);
    yard.write(EVENTS, "title: first\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.git(&["symbolic-ref", "HEAD"]).trim(), "refs/heads/team/incidents");
}

#[test]
fn a_detached_head_moves_and_its_branch_stays() {
    let yard = Yard::new();
    let main = yard.git(&["rev-parse", "main"]);
    yard.git(&["checkout", "-q", "--detach"]);
    yard.write(EVENTS, "title: detached\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
    assert_eq!(yard.git(&["rev-parse", "main"]), main);
    assert!(yard.git(&["reflog", "-1"]).contains("commit: Log an event"));
}

#[test]
fn packed_refs_and_objects_are_committed_on() {
    let yard = Yard::new();
    yard.git(&["gc", "-q"]);
    yard.git(&["pack-refs", "--all"]);
    yard.write(EVENTS, "title: packed\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
}

#[test]
fn a_shallow_clone_is_committed_to_and_read() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: two\n");
    yard.committed(&[EVENTS]);
    let clone = yard.top.with_file_name("clone");
    let from = format!("file://{}", yard.top.display());
    yard.git(&["clone", "-q", "--depth", "1", &from, clone.to_str().unwrap()]);
    let shallow = Yard { _folder: TempDir::new().unwrap(), top: clone };
    shallow.git(&["config", "user.name", "Ann"]);
    shallow.git(&["config", "user.email", "ann@example.com"]);
    shallow.write(EVENTS, "title: three\n");
    shallow.committed(&[EVENTS]);
    assert_eq!(shallow.status(), "");
    assert_eq!(shallow.repo().history(Path::new(EVENTS)).unwrap().len(), 2);
}

#[test]
fn a_linked_worktree_commits_to_its_own_branch() {
    let yard = Yard::new();
    let main = yard.git(&["rev-parse", "main"]);
    yard.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = Yard { _folder: TempDir::new().unwrap(), top: yard.top.with_file_name("linked") };
    linked.write(EVENTS, "title: linked\n");
    linked.committed(&[EVENTS]);
    assert_eq!(linked.status(), "");
    assert_eq!(yard.status(), "");
    assert_eq!(yard.git(&["rev-parse", "main"]), main);
    assert_eq!(linked.git(&["symbolic-ref", "HEAD"]).trim(), "refs/heads/side");
    assert!(linked.git(&["reflog", "-1"]).contains("commit: Log an event"));
    let repo = linked.repo();
    assert_eq!(repo.common_dir(), yard.top.join(".git"));
    assert_ne!(repo.git_dir(), repo.common_dir());
}

#[test]
fn a_folder_of_a_larger_repository_is_found_and_committed_from() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: nested\n");
    let repo = Repo::find(&yard.top.join("incidents/2019")).unwrap().unwrap();
    assert_eq!(repo.workdir(), yard.top);
    let whole = yard.top.join(EVENTS);
    repo.commit(&change(&[whole.to_str().unwrap()])).unwrap();
    yard.judge(&[EVENTS]);
    assert_eq!(yard.status(), "");
}

#[test]
fn a_repository_is_made_where_there_is_none() {
    let folder = TempDir::new().unwrap();
    let repo = Repo::init(folder.path()).unwrap();
    assert_eq!(repo.workdir(), folder.path().canonicalize().unwrap());
    assert_eq!(repo.head().unwrap(), None);
    assert!(Repo::find(folder.path()).unwrap().is_some());
}

#[test]
fn what_is_staged_stays_staged_and_what_is_dirty_stays_dirty() {
    let yard = Yard::new();
    yard.write("a.txt", "staged\n");
    yard.write("new.txt", "new\n");
    yard.git(&["add", "a.txt", "new.txt"]);
    yard.write("z/last.txt", "dirty\n");
    yard.write("incidents/2019/one/stray", "stray\n");
    yard.git(&["add", "incidents/2019/one/stray"]);
    let status = yard.status();
    yard.write(EVENTS, "title: changed\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), status);
    assert_eq!(yard.git(&["show", "--name-only", "--format=", "HEAD"]).trim(), EVENTS);
}

#[test]
fn a_file_that_is_staged_in_an_older_form_is_committed_as_it_is_now() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: staged\n");
    yard.git(&["add", "."]);
    yard.write(EVENTS, "title: newer\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
    assert_eq!(yard.git(&["show", &format!("HEAD:{EVENTS}")]), "title: newer\n");
}

#[test]
fn a_file_that_head_has_already_makes_no_commit() {
    let yard = Yard::new();
    let head = yard.git(&["rev-parse", "HEAD"]);
    assert_eq!(yard.commit(&[EVENTS]).unwrap(), CommitOutcome::Unchanged);
    assert_eq!(yard.commit(&["no/such/file"]).unwrap(), CommitOutcome::Unchanged);
    assert_eq!(yard.commit(&[]).unwrap(), CommitOutcome::Unchanged);
    // Staged in another form, though: the index is put right.
    yard.write(EVENTS, "title: other\n");
    yard.git(&["add", "."]);
    yard.write(EVENTS, "title: one\n");
    assert_eq!(yard.commit(&[EVENTS]).unwrap(), CommitOutcome::Unchanged);
    assert_eq!(yard.status(), "");
    assert_eq!(yard.git(&["rev-parse", "HEAD"]), head);
    yard.judge(&[EVENTS]);
}

#[test]
fn a_file_that_moved_is_removed_there_and_added_here() {
    let yard = Yard::new();
    let to = "incidents/2019/two/incident.yaml";
    yard.write(to, "title: one\n");
    fs::remove_dir_all(yard.top.join("incidents/2019/one")).unwrap();
    yard.committed(&[EVENTS, to]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
    let files = yard.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files, format!("a.txt\n{to}\nz/last.txt\n"));
}

#[test]
fn the_last_file_can_be_removed() {
    let yard = Yard::empty(&[]);
    yard.write("only", "one\n");
    yard.committed(&["only"]);
    fs::remove_file(yard.top.join("only")).unwrap();
    yard.committed(&["only"]);
    assert_eq!(yard.status(), "");
    assert_eq!(yard.git(&["ls-tree", "HEAD"]), "");
    assert_eq!(yard.commit(&["only"]).unwrap(), CommitOutcome::Unchanged);
}

#[test]
fn a_file_in_a_new_nested_folder_is_added() {
    let yard = Yard::new();
    for path in ["incidents/2020/x/y/incident.yaml", "incidents/2019/one.d/a", "0/first", "zz"] {
        yard.write(path, path);
        yard.committed(&[path]);
        assert_eq!(yard.status(), "");
        yard.tree_of_index_is_heads();
    }
}

#[test]
fn the_executable_bit_is_kept() {
    let yard = Yard::new();
    yard.write("run.sh", "#!/bin/sh\n");
    fs::set_permissions(yard.top.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    yard.committed(&["run.sh"]);
    assert!(yard.git(&["ls-tree", "HEAD", "run.sh"]).starts_with("100755"));
    fs::set_permissions(yard.top.join("run.sh"), fs::Permissions::from_mode(0o644)).unwrap();
    yard.git(&["config", "core.fileMode", "false"]);
    yard.write("run.sh", "#!/bin/sh\ntrue\n");
    yard.committed(&["run.sh"]);
    assert!(yard.git(&["ls-tree", "HEAD", "run.sh"]).starts_with("100755"));
    assert_eq!(yard.status(), "");
}

#[test]
fn a_symbolic_link_is_committed_as_one_and_nothing_behind_one_is() {
    let yard = Yard::new();
    symlink("a.txt", yard.top.join("link")).unwrap();
    yard.committed(&["link"]);
    assert!(yard.git(&["ls-tree", "HEAD", "link"]).starts_with("120000"));
    symlink("incidents", yard.top.join("behind")).unwrap();
    let not_committed = yard.commit(&["behind/2019/one/incident.yaml"]).unwrap_err();
    assert!(not_committed.why.contains("symbolic link"), "{not_committed}");
}

#[test]
fn paths_outside_of_the_repository_and_gits_own_are_refused() {
    let yard = Yard::new();
    for path in ["/etc/passwd", "../other", ".git/config", "a/.GIT/x", ""] {
        assert!(yard.commit(&[path]).is_err(), "{path}");
    }
}

#[test]
fn a_file_where_a_folder_was_and_a_folder_where_a_file_was() {
    let yard = Yard::new();
    fs::remove_dir_all(yard.top.join("z")).unwrap();
    yard.write("z", "now a file\n");
    yard.committed(&["z"]);
    assert_eq!(yard.status(), "");
    fs::remove_file(yard.top.join("a.txt")).unwrap();
    yard.write("a.txt/inner", "now a folder\n");
    yard.committed(&["a.txt", "a.txt/inner"]);
    assert_eq!(yard.status(), "");
    fs::remove_file(yard.top.join("z")).unwrap();
    yard.write("z/inner", "again\n");
    yard.committed(&["z/inner"]);
    assert_eq!(yard.status(), "");
    yard.tree_of_index_is_heads();
}

#[test]
fn nothing_is_committed_in_the_middle_of_a_merge_and_the_next_commit_takes_it() {
    let yard = Yard::new();
    yard.git(&["checkout", "-q", "-b", "side"]);
    yard.write("a.txt", "side\n");
    yard.git(&["commit", "-qam", "side"]);
    yard.git(&["checkout", "-q", "main"]);
    yard.write("a.txt", "main\n");
    yard.git(&["commit", "-qam", "main"]);
    assert!(!yard.try_git(&["merge", "-q", "side"]).status.success());
    let (status, head) = (yard.status(), yard.git(&["rev-parse", "HEAD"]));
    yard.write(EVENTS, "title: during\n");
    let not_committed = yard.commit(&[EVENTS]).unwrap_err();
    assert!(not_committed.why.starts_with("a merge is in progress"), "{not_committed}");
    assert_eq!(yard.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(yard.status(), format!("{status} M {EVENTS}\n"));
    yard.git(&["merge", "--abort"]);
    yard.committed(&[EVENTS]);
    assert_eq!(yard.status(), "");
}

#[test]
fn nothing_is_committed_in_the_middle_of_a_bisect_or_a_rebase() {
    let yard = Yard::new();
    yard.git(&["bisect", "start"]);
    assert!(yard.commit(&[EVENTS]).unwrap_err().why.starts_with("a bisect"));
    yard.git(&["bisect", "reset"]);
    fs::create_dir(yard.top.join(".git/rebase-merge")).unwrap();
    assert!(yard.commit(&[EVENTS]).unwrap_err().why.starts_with("a rebase"));
}

#[test]
fn line_ends_are_stored_as_the_attributes_say() {
    let yard = Yard::new();
    yard.write(".gitattributes", "*.yaml merge=recount text eol=crlf\n");
    yard.write(EVENTS, "title: dos\r\nsummary: x\r\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.git(&["show", &format!("HEAD:{EVENTS}")]), "title: dos\nsummary: x\n");
    assert_eq!(yard.status(), "?? .gitattributes\n");
}

#[test]
fn line_ends_are_stored_as_autocrlf_says() {
    let yard = Yard::new();
    yard.git(&["config", "core.autocrlf", "input"]);
    yard.write("new.txt", "dos\r\n");
    yard.committed(&["new.txt"]);
    assert_eq!(yard.git(&["show", "HEAD:new.txt"]), "dos\n");
    assert_eq!(yard.status(), "");
}

#[test]
fn a_clean_filter_is_run() {
    let yard = Yard::new();
    yard.write(".gitattributes", "*.yaml filter=shout\n");
    yard.git(&["config", "filter.shout.clean", "tr a-z A-Z"]);
    yard.git(&["config", "filter.shout.smudge", "tr A-Z a-z"]);
    yard.write(EVENTS, "title: loud\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.git(&["show", &format!("HEAD:{EVENTS}")]), "TITLE: LOUD\n");
    assert_eq!(yard.status(), "?? .gitattributes\n");
}

#[test]
fn hooks_are_not_run() {
    let yard = Yard::new();
    for hook in ["pre-commit", "post-index-change", "reference-transaction", "post-commit"] {
        script(
            &yard.top.join(".git/hooks").join(hook),
            "#!/bin/sh\ntouch \"$GIT_DIR/../ran\"; exit 1\n",
        );
    }
    yard.git(&["-c", "core.hooksPath=/dev/null", "update-index", "--index-version", "4"]);
    yard.write(EVENTS, "title: quiet\n");
    assert!(matches!(yard.commit(&[EVENTS]).unwrap(), CommitOutcome::Committed(_)));
    assert!(!yard.top.join("ran").exists());
}

#[test]
fn objects_and_index_are_shared_as_the_repository_is() {
    let yard = Yard::new();
    yard.git(&["config", "core.sharedRepository", "group"]);
    yard.write("shared/by/all", "all\n");
    yard.committed(&["shared/by/all"]);
    let mode = |path: &str| fs::metadata(yard.top.join(path)).unwrap().mode() & 0o777;
    assert_eq!(mode(".git/index") & 0o060, 0o060);
    assert_eq!(mode(".git/refs/heads/main") & 0o060, 0o060);
    let blob = yard.git(&["rev-parse", "HEAD:shared/by/all"]);
    let (head, tail) = blob.trim().split_at(2);
    assert_eq!(mode(&format!(".git/objects/{head}/{tail}")) & 0o660, 0o440);
}

#[test]
fn a_partial_clone_is_committed_to() {
    let yard = Yard::new();
    yard.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = yard.top.with_file_name("clone");
    let from = format!("file://{}", yard.top.display());
    yard.git(&["clone", "-q", "--filter=blob:none", &from, clone.to_str().unwrap()]);
    let partial = Yard { _folder: TempDir::new().unwrap(), top: clone };
    partial.git(&["config", "user.name", "Ann"]);
    partial.git(&["config", "user.email", "ann@example.com"]);
    partial.write(EVENTS, "title: partial\n");
    partial.committed(&[EVENTS]);
    assert_eq!(partial.status(), "");
}

#[test]
fn a_change_is_committed_where_it_was_made_or_nowhere() {
    let kinds: [&[&str]; 3] = [&[], &["--object-format=sha256"], &["--ref-format=reftable"]];
    for kind in kinds {
        let yard = Yard::empty(kind);
        yard.seed();
        yard.git(&["branch", "side"]);
        let moves: [&[&str]; 6] = [
            &["checkout", "-q", "side"],
            &["checkout", "-q", "--detach"],
            &["commit", "-q", "--allow-empty", "-m", "theirs"],
            &["rm", "-q", "--cached", "z/last.txt"],
            &["checkout", "-q", "--", EVENTS],
            &["stash", "-q"],
        ];
        for (round, work) in moves.into_iter().enumerate() {
            let repo = yard.repo();
            let position = repo.position().unwrap();
            let text = format!("title: {round}\n");
            yard.write(EVENTS, &text);
            yard.git(work);
            let before = [yard.git(&["rev-parse", "HEAD", "main", "side"]), yard.status()];
            let base = CommitBase { position, written: [(EVENTS.into(), text)].into() };
            let change = CommitRequest { base: Some(base), ..change(&[EVENTS]) };
            assert_eq!(repo.commit(&change), Ok(CommitOutcome::Moved), "{kind:?} {work:?}");
            let after = [yard.git(&["rev-parse", "HEAD", "main", "side"]), yard.status()];
            assert_eq!(before, after, "{kind:?} {work:?}");
            yard.git(&["checkout", "-qf", "main"]);
            yard.git(&["reset", "-q", "--hard"]);
        }
        let position = yard.repo().position().unwrap();
        yard.write(EVENTS, "title: at rest\n");
        yard.git(&["branch", "-f", "side"]);
        let written = [(EVENTS.into(), "title: at rest\n".to_owned())].into();
        let base = Some(CommitBase { position, written });
        // A file that is gone, and of which nothing was written, is left alone.
        fs::remove_file(yard.top.join("z/last.txt")).unwrap();
        let change = CommitRequest { base, ..change(&[EVENTS, "z/last.txt"]) };
        assert!(matches!(yard.repo().commit(&change), Ok(CommitOutcome::Committed(_))), "{kind:?}");
        assert_eq!(yard.git(&["diff", "--name-only", "side", "main"]).trim(), EVENTS);
        assert_eq!(yard.status(), " D z/last.txt\n");
    }
}
