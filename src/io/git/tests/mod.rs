//! Tests against real repositories, judged by the `git` program.

mod commit;
mod crowd;
mod index;
mod people;
mod reading;

use super::{CommitId, CommitOutcome, CommitRequest, Committed, NotCommitted, Repo};
use std::fs;
use std::os::unix::fs::PermissionsExt;
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

    fn commit(&self, paths: &[&str]) -> Result<CommitOutcome, NotCommitted> {
        self.repo().commit(&change(paths))
    }

    fn committed(&self, paths: &[&str]) -> CommitId {
        let before = self.try_git(&["rev-parse", "-q", "--verify", "HEAD"]);
        let before = String::from_utf8(before.stdout).unwrap();
        let CommitOutcome::Committed(Committed { id, .. }) = self.commit(paths).unwrap() else {
            panic!("unchanged")
        };
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

fn change(paths: &[&str]) -> CommitRequest {
    CommitRequest {
        paths: paths.iter().map(PathBuf::from).collect(),
        base: None,
        message: "Log an event\n\nIncident: one".into(),
        when: None,
    }
}

const EVENTS: &str = "incidents/2019/one/incident.yaml";

/// Another process of this test's binary, which runs `child_commits` in the yard.
fn child(yard: &Yard, rounds: u32) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "io::git::tests::crowd::child_commits"]);
    command.current_dir(&yard.top).env("RECOUNT_TEST_ROUNDS", rounds.to_string());
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command
}
