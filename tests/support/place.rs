//! A record somewhere in a repository, and the promise that every verb that writes is held to there.

use super::sandbox::{Ran, Sandbox};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;

/// The incident that every place has open.
pub(crate) const INCIDENT: &str = "2026-06-10-power-loss";

/// A record, and how commands come to it.
pub(crate) struct Place<'s> {
    sandbox: &'s Sandbox,
    /// The record's folder, from the sandbox's.
    dir: PathBuf,
    env: Vec<(&'static str, String)>,
}

/// What git says of a repository before a verb writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    head: Option<String>,
    /// What is staged, dirty or untracked, but for the incident's own file.
    status: Vec<String>,
    /// What is staged, to the byte, but for the incident's own file.
    staged: Vec<String>,
}

impl<'s> Place<'s> {
    /// Returns the record in that folder, where an incident is open.
    pub(crate) fn at(sandbox: &'s Sandbox, dir: impl Into<PathBuf>) -> Self {
        Self { sandbox, dir: dir.into(), env: vec![] }
    }

    /// Makes a record in that folder, and declares the incident.
    pub(crate) fn made(sandbox: &'s Sandbox, dir: impl Into<PathBuf>) -> Self {
        let place = Self::at(sandbox, dir);
        sandbox.recount([OsStr::new("init"), place.dir.as_os_str()]).ok();
        place.recount(["-q", "declare", "Power loss"]).ok();
        place
    }

    /// Sets a variable for every command.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    fn run<I: AsRef<OsStr>>(&self, program: &str, args: impl IntoIterator<Item = I>) -> Ran {
        let mut command = self.sandbox.command(program);
        let env = self.env.iter().map(|(name, value)| (name, value));
        command.current_dir(self.path()).envs(env).args(args);
        Ran::of(command.output().unwrap())
    }

    /// Returns the record's folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.sandbox.path().join(&self.dir)
    }

    /// Runs recount.
    pub(crate) fn recount<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        self.run("recount", args)
    }

    /// Runs git.
    pub(crate) fn git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        self.run("git", args)
    }

    /// Runs lines of shell, of which each must succeed.
    #[track_caller]
    pub(crate) fn shell(&self, lines: &str) -> String {
        self.run("sh", ["-ec", lines]).done()
    }

    /// Returns the incident's file, from the record's folder.
    pub(crate) fn file(&self) -> String {
        format!("incidents/2026/{INCIDENT}/incident.yaml")
    }

    /// Returns the incident's events as JSON that have this text.
    #[track_caller]
    pub(crate) fn told(&self, text: &str) -> Vec<Value> {
        let json = self.recount(["show", INCIDENT, "--format", "json"]).done();
        let report: Value = serde_json::from_str(&json).unwrap();
        let events = report["events"].as_array().unwrap().iter();
        events.filter(|event| event["text"] == text).cloned().collect()
    }

    /// Returns how the repository is now.
    #[track_caller]
    pub(crate) fn seen(&self) -> Seen {
        let head = self.git(["rev-parse", "-q", "--verify", "HEAD"]);
        let others = |said: String| {
            let lines = said.lines().filter(|line| !line.contains(INCIDENT));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        Seen {
            head: (head.code == 0).then(|| head.stdout.trim().to_owned()),
            status: others(self.git(["status", "--porcelain", "-uall"]).ok()),
            staged: others(self.git(["diff", "--cached", "--raw", "--no-renames"]).ok()),
        }
    }

    /// Logs an event, and holds the verb to its promise.
    #[track_caller]
    pub(crate) fn promise(&self, text: &str) {
        let before = self.seen();
        self.recount(["log", text]).ok();
        self.judge(&before, text);
    }

    /// Holds a verb that logged an event to its promise: the event is told once, one commit has the
    /// incident's file and nothing else, and all the rest is as it was.
    #[track_caller]
    pub(crate) fn judge(&self, before: &Seen, text: &str) {
        let told = self.told(text);
        assert_eq!(told.len(), 1, "told once: {told:?}");
        let message = format!(
            "log: {text}\n\nIncident: {INCIDENT}\nEvent: {}\n\n",
            told[0]["id"].as_str().unwrap()
        );
        assert_eq!(self.git(["log", "-1", "--encoding=UTF-8", "--format=%B"]).ok(), message);
        let after = self.seen();
        let new = before.head.as_ref().map_or("HEAD".to_owned(), |old| format!("{old}..HEAD"));
        assert_eq!(self.git(["rev-list", "--count", &new]).ok(), "1\n", "one commit");
        let parent = self.git(["log", "-1", "--format=%P"]).ok();
        assert_eq!(parent.trim(), before.head.as_deref().unwrap_or_default());
        let changed = ["diff-tree", "--root", "--no-commit-id", "--name-only", "--relative", "-r"];
        assert_eq!(self.git(changed.iter().chain(&["HEAD"])).ok().trim(), self.file());
        assert_eq!(after, Seen { head: after.head.clone(), ..before.clone() });
        self.assert_whole();
    }

    /// Holds the repository to be whole, and the incident's file to be as the last commit has it.
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        let fsck = self.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
        assert_eq!((fsck.code, fsck.stdout.as_str()), (0, ""), "{}", fsck.stderr);
        let file = self.file();
        assert_eq!(self.git(["status", "--porcelain", "--", &file]).ok(), "");
        self.git(["write-tree"]).ok();
        let litter = ".git/index.lock .git/refs/heads/main.lock .git/index.recount";
        assert_eq!(self.shell(&format!("ls {litter} 2>/dev/null || true")), "");
    }

    /// Logs an event where git is busy, and holds the verb to keep it for the next commit and to say so.
    #[track_caller]
    pub(crate) fn keeps(&self, text: &str, word: &str) {
        let before = self.seen();
        let said = self.recount(["log", text]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stderr.contains(word), "{word}: {said:?}");
        assert_eq!(self.told(text).len(), 1, "told once");
        assert_eq!(self.seen(), before);
    }
}
