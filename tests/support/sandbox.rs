//! A folder of its own for a test, with a home, an identity and a clock that nothing outside can change.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// When commands run, where a test does not say otherwise.
pub(crate) const NOW: &str = "2026-06-10T12:00:00Z";

/// A folder of its own for a test.
pub(crate) struct Sandbox {
    dir: TempDir,
    now: String,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Sandbox {
    /// Makes an empty folder with an identity for git.
    pub(crate) fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    /// Makes the same where there is no disk to wait for, if there is such a place: for tests of many states.
    pub(crate) fn quick() -> Self {
        Self::within(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    fn within(dir: TempDir) -> Self {
        fs::create_dir(dir.path().join("home")).unwrap();
        fs::create_dir(dir.path().join("work")).unwrap();
        let identity = "[user]\n\tname = Ada Diallo\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n";
        fs::write(dir.path().join("home/.gitconfig"), identity).unwrap();
        Self { dir, now: NOW.to_owned() }
    }

    /// Makes a folder with an empty record, in UTC.
    pub(crate) fn with_record() -> Self {
        let sandbox = Self::new();
        sandbox.recount(["init"]).ok();
        sandbox
    }

    /// Returns the folder that commands run in.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Moves the clock.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    /// Writes a file, and the folders that it lies in.
    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Reads a file.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Returns the texts of every incident file, with their paths, in order.
    pub(crate) fn incidents(&self) -> Vec<(PathBuf, String)> {
        let mut found = vec![];
        walk(&self.path(), &mut found);
        found.retain(|path| path.ends_with("incident.yaml") || path.ends_with("inbox.yaml"));
        found.sort();
        found.into_iter().map(|p| (p.clone(), fs::read_to_string(&p).unwrap())).collect()
    }

    /// Returns a command that sees this folder, its home and its clock, and nothing else.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_recount")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(bin).chain(std::env::split_paths(&path)));
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path.unwrap())
            .env("HOME", self.dir.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &self.now)
            .env("GIT_COMMITTER_DATE", &self.now)
            .env("RECOUNT_NOW", &self.now)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "100")
            .current_dir(self.path());
        command
    }

    /// Runs recount.
    pub(crate) fn recount<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        Ran::of(self.command("recount").args(args).output().unwrap())
    }

    /// Runs git.
    pub(crate) fn git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        Ran::of(self.command("git").args(args).output().unwrap())
    }

    /// Runs a line of shell.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        Ran::of(self.command("sh").args(["-c", line]).output().unwrap())
    }
}

impl Ran {
    /// Returns what a finished command did.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// Returns the answer of a command that succeeded and had nothing to remark.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// Returns the answer of a command that succeeded, whatever it remarked.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// Returns what a command said that could not do what it was asked.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        self.stderr
    }
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}
