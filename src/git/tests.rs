use super::splice::{Splice, splice};
use super::{Change, CommitId, Engine, Kept, Outcome, Repo};
use crate::time::Instant;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use tempfile::TempDir;

/// A repository of its own for one test, and the `git` program to judge it by.
struct Yard {
    _folder: TempDir,
    top: PathBuf,
}

impl Yard {
    fn empty(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let top = folder.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&top).unwrap();
        let yard = Self { _folder: folder, top };
        yard.git(&[&["init", "-q", "-b", "main"], options].concat());
        for (key, value) in [
            ("user.name", "Ann Author"),
            ("user.email", "ann@example.com"),
            ("commit.gpgsign", "false"),
            ("core.autocrlf", "false"),
            ("index.version", "2"),
            ("core.attributesFile", "/dev/null"),
        ] {
            yard.git(&["config", key, value]);
        }
        yard
    }

    /// A repository with three files in one commit.
    fn new() -> Self {
        let yard = Self::empty(&[]);
        yard.seed();
        yard
    }

    fn seed(&self) {
        self.write("a.txt", "a\n");
        self.write("incidents/2019/one/incident.yaml", "title: one\n");
        self.write("z/last.txt", "z\n");
        self.git(&["add", "."]);
        self.git(&["commit", "-qm", "seed"]);
    }

    fn try_git(&self, args: &[&str]) -> Output {
        Command::new("git")
            .current_dir(&self.top)
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap()
    }

    fn git(&self, args: &[&str]) -> String {
        let output = self.try_git(args);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, content.as_ref());
    }

    fn repo(&self) -> Repo {
        let mut repo = Repo::find(&self.top).unwrap().unwrap();
        repo.patience = Duration::from_secs(20);
        repo
    }

    fn commit(&self, paths: &[&str]) -> Result<Outcome, Kept> {
        self.repo().commit(&change(paths))
    }

    fn committed(&self, paths: &[&str]) -> CommitId {
        let before = self.try_git(&["rev-parse", "-q", "--verify", "HEAD"]);
        let before = String::from_utf8(before.stdout).unwrap();
        let Outcome::Committed(id) = self.commit(paths).unwrap() else { panic!("unchanged") };
        assert_eq!(self.git(&["rev-parse", "HEAD"]).trim(), id.as_str());
        let parents = self.git(&["log", "-1", "--format=%P"]);
        assert_eq!(parents.trim(), before.trim());
        self.judge(paths);
        id
    }

    /// The index has these paths as HEAD has them, and git finds no fault.
    fn judge(&self, paths: &[&str]) {
        let fsck = self.try_git(&["fsck", "--strict", "--no-dangling"]);
        assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
        for path in paths {
            let staged = self.git(&["ls-files", "-s", "--", path]);
            let held = self.git(&["ls-tree", "-r", "HEAD", "--", path]);
            let staged = staged.replace(" 0\t", "\t");
            assert_eq!(staged, held.replace(" blob ", " "), "{path}");
        }
        assert!(!self.top.join(".git/index.lock").exists());
        // The cache-tree that was kept leads to the same tree as one made anew.
        let checked = Command::new("git")
            .current_dir(&self.top)
            .args(["status", "--porcelain"])
            .env("GIT_TEST_CHECK_CACHE_TREE", "1")
            .output()
            .unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }

    fn status(&self) -> String {
        self.git(&["status", "--porcelain"])
    }

    fn tree_of_index_is_heads(&self) {
        assert_eq!(self.git(&["write-tree"]), self.git(&["rev-parse", "HEAD^{tree}"]));
    }
}

fn put(path: &Path, content: &[u8]) {
    use std::io::Write;
    fs::File::create(path).unwrap().write_all(content).unwrap();
}

fn script(path: &Path, text: &str) {
    put(path, text.as_bytes());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn change(paths: &[&str]) -> Change {
    Change {
        paths: paths.iter().map(PathBuf::from).collect(),
        message: "Log an event\n\nIncident: one".into(),
        when: None,
    }
}

const EVENTS: &str = "incidents/2019/one/incident.yaml";

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
fn a_folder_in_no_repository_is_none() {
    let folder = TempDir::new().unwrap();
    assert!(Repo::find(folder.path()).unwrap().is_none());
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
    assert_eq!(yard.commit(&[EVENTS]).unwrap(), Outcome::Unchanged);
    assert_eq!(yard.commit(&["no/such/file"]).unwrap(), Outcome::Unchanged);
    assert_eq!(yard.commit(&[]).unwrap(), Outcome::Unchanged);
    // Staged in another form, though: the index is put right.
    yard.write(EVENTS, "title: other\n");
    yard.git(&["add", "."]);
    yard.write(EVENTS, "title: one\n");
    assert_eq!(yard.commit(&[EVENTS]).unwrap(), Outcome::Unchanged);
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
    assert_eq!(yard.commit(&["only"]).unwrap(), Outcome::Unchanged);
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
    let kept = yard.commit(&["behind/2019/one/incident.yaml"]).unwrap_err();
    assert!(kept.why.contains("symbolic link"), "{kept}");
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
    let kept = yard.commit(&[EVENTS]).unwrap_err();
    assert!(kept.why.starts_with("a merge is in progress"), "{kept}");
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
    let kept = yard.commit(&[EVENTS]).unwrap_err();
    assert!(kept.why.contains("conflict"), "{kept}");
    yard.git(&["update-index", "--index-version", "4"]);
    assert!(yard.commit(&[EVENTS]).unwrap_err().why.contains("conflict"));
    // Another file's conflict is no hindrance.
    yard.git(&["update-index", "--index-version", "2"]);
    yard.write("a.txt", "free\n");
    yard.committed(&["a.txt"]);
    assert_eq!(yard.status(), format!("UU {EVENTS}\n"));
}

#[test]
fn an_unknown_person_is_told_what_to_type() {
    let yard = Yard::new();
    yard.git(&["config", "user.name", ""]);
    yard.write(EVENTS, "title: whose\n");
    let kept = yard.commit(&[EVENTS]).unwrap_err();
    let next = kept.next.unwrap();
    assert!(next.contains("git config --global user.name"), "{next}");
    assert!(next.contains("git config --global user.email"), "{next}");
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
}

#[test]
fn author_and_committer_may_be_set_apart() {
    let yard = Yard::new();
    yard.git(&["config", "author.name", "Other <Author>."]);
    yard.git(&["config", "committer.email", "bot@example.com"]);
    yard.write(EVENTS, "title: apart\n");
    yard.committed(&[EVENTS]);
    let who = yard.git(&["log", "-1", "--format=%an %ae %cn %ce"]);
    assert_eq!(who.trim(), "Other Author ann@example.com Ann Author bot@example.com");
}

#[test]
fn an_include_that_depends_on_the_remote_is_honoured() {
    let yard = Yard::new();
    let extra = yard.top.with_file_name("extra");
    put(&extra, b"[user]\n\tname = Included\n");
    yard.git(&["remote", "add", "origin", "https://example.com/x.git"]);
    let key = "includeIf.hasconfig:remote.*.url:https://example.com/**.path";
    yard.git(&["config", key, extra.to_str().unwrap()]);
    yard.write(EVENTS, "title: included\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.git(&["log", "-1", "--format=%an"]).trim(), "Included");
}

#[test]
fn a_given_time_is_the_commits_time() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: timed\n");
    let when = Instant::from_epoch(1_548_334_560);
    yard.repo().commit(&Change { when, ..change(&[EVENTS]) }).unwrap();
    assert_eq!(yard.git(&["log", "-1", "--format=%at %ct"]).trim(), "1548334560 1548334560");
}

/// Configures a gpg that answers as gpg does, after `body` ran.
fn fake_gpg(yard: &Yard, body: &str) {
    let gpg = yard.top.with_file_name("fake-gpg");
    let answer = "echo '[GNUPG:] BEGIN_SIGNING' >&2; echo '[GNUPG:] SIG_CREATED D 1 10 00 1 ABC' >&2\n\
                  echo '-----BEGIN PGP SIGNATURE-----'; echo; echo iQ; echo '-----END PGP SIGNATURE-----'\n";
    script(&gpg, &format!("#!/bin/sh\n{body}\ncat >/dev/null\n{answer}"));
    yard.git(&["config", "gpg.program", gpg.to_str().unwrap()]);
    yard.git(&["config", "commit.gpgsign", "true"]);
    yard.git(&["config", "user.signingkey", "ABC"]);
}

#[test]
fn a_commit_is_signed_by_the_users_own_gpg() {
    let yard = Yard::new();
    fake_gpg(&yard, "");
    yard.write(EVENTS, "title: signed\n");
    yard.committed(&[EVENTS]);
    let text = yard.git(&["cat-file", "commit", "HEAD"]);
    assert!(text.contains("gpgsig -----BEGIN PGP SIGNATURE-----"), "{text}");
    assert_eq!(yard.git(&["log", "-1", "--format=%s|%b"]).trim(), "Log an event|Incident: one");
    assert_eq!(yard.status(), "");
}

#[test]
fn a_signature_that_fails_keeps_the_change() {
    let yard = Yard::new();
    fake_gpg(&yard, "echo no key >&2; exit 2");
    yard.write(EVENTS, "title: unsigned\n");
    let kept = yard.commit(&[EVENTS]).unwrap_err();
    assert!(kept.why.contains("could not be signed"), "{kept}");
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
    yard.git(&["config", "commit.gpgsign", "false"]);
    yard.committed(&[EVENTS]);
}

#[test]
fn a_signature_that_takes_too_long_is_ended_with_all_that_it_started() {
    let yard = Yard::new();
    let tell = yard.top.with_file_name("still-alive");
    fake_gpg(&yard, &format!("sleep 7; touch '{}'", tell.display()));
    yard.write(EVENTS, "title: slow\n");
    let begun = std::time::Instant::now();
    let kept = yard.commit(&[EVENTS]).unwrap_err();
    assert!(kept.why.contains("5 seconds"), "{kept}");
    assert!(begun.elapsed() < Duration::from_secs(7));
    std::thread::sleep(Duration::from_secs(3));
    assert!(!tell.exists());
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
}

#[test]
fn a_commit_is_signed_with_an_ssh_key() {
    let yard = Yard::new();
    let key = yard.top.with_file_name("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f", key.to_str().unwrap()])
        .status()
        .unwrap();
    assert!(made.success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let signers = yard.top.with_file_name("signers");
    put(&signers, format!("ann@example.com {public}").as_bytes());
    yard.git(&["config", "gpg.format", "ssh"]);
    yard.git(&["config", "user.signingkey", key.to_str().unwrap()]);
    yard.git(&["config", "gpg.ssh.allowedSignersFile", signers.to_str().unwrap()]);
    yard.git(&["config", "commit.gpgsign", "true"]);
    yard.write(EVENTS, "title: signed\n");
    yard.committed(&[EVENTS]);
    yard.git(&["verify-commit", "HEAD"]);
    assert_eq!(yard.status(), "");
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
        assert_eq!(yard.commit(&[EVENTS]).unwrap(), Outcome::Unchanged);
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
fn history_follows_merges_as_git_log_does() {
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
    let ours: Vec<String> = yard
        .repo()
        .history(Path::new(EVENTS))
        .unwrap()
        .iter()
        .map(|entry| entry.commit.to_string())
        .collect();
    let gits = yard.git(&["log", "--format=%H", "--", EVENTS]);
    assert_eq!(ours, gits.lines().collect::<Vec<_>>());
    assert_eq!(ours.len(), 4);
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
fn a_lock_that_git_left_is_named_and_not_touched() {
    let yard = Yard::new();
    let lock = yard.top.join(".git/index.lock");
    put(&lock, b"");
    yard.write(EVENTS, "title: locked\n");
    let mut repo = yard.repo();
    repo.patience = Duration::from_millis(50);
    let kept = repo.commit(&change(&[EVENTS])).unwrap_err();
    assert!(kept.why.contains(".git/index.lock"), "{kept}");
    assert!(kept.next.unwrap().contains("rm '"));
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
                    assert!(matches!(outcome, Outcome::Committed(_)));
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
    assert!(matches!(yard.commit(&[EVENTS]).unwrap(), Outcome::Committed(_)));
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
fn a_bare_repository_is_refused_in_plain_words() {
    let folder = TempDir::new().unwrap();
    git2::Repository::init_bare(folder.path()).unwrap();
    let trouble = Repo::find(folder.path()).err().unwrap();
    assert!(trouble.why.contains("bare"), "{trouble}");
}

#[test]
fn an_index_of_garbage_is_declined_and_never_a_panic() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: changed\n");
    let repo = yard.repo();
    let staged = super::index::read_files(&repo, &[EVENTS.as_bytes().to_vec()]).unwrap();
    let whole = fs::read(yard.top.join(".git/index")).unwrap();
    let run = |bytes: &[u8]| splice(bytes, &staged, &[], (0, &|_| true)).unwrap();
    assert!(matches!(run(&whole), Splice::Done(_)));
    for length in 1..whole.len() {
        run(&whole[..length]);
    }
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        run(&broken);
    }
    assert!(matches!(run(b"DIRC"), Splice::Declined));
    assert!(matches!(run(&whole[..40]), Splice::Declined));
}
