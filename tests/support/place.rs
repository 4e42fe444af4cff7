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
    /// The commit that HEAD is at; none on a branch without one.
    head: Option<String>,
    /// What is staged (with its bytes' names), dirty or untracked, but for the incident's own file.
    rest: Vec<String>,
}

impl Seen {
    /// Returns what is staged, dirty or untracked.
    pub(crate) fn rest(&self) -> &[String] {
        &self.rest
    }
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

    /// Returns the incident's events as JSON.
    #[track_caller]
    fn events(&self) -> Vec<Value> {
        let json = self.recount(["show", INCIDENT, "--format", "json"]).done();
        let report: Value = serde_json::from_str(&json).unwrap();
        report["events"].as_array().unwrap().clone()
    }

    /// Returns the incident's events that have this text.
    #[track_caller]
    pub(crate) fn told(&self, text: &str) -> Vec<Value> {
        self.events().into_iter().filter(|event| event["text"] == text).collect()
    }

    /// Returns the texts of the incident's events.
    #[track_caller]
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |event: &Value| event["text"].as_str().unwrap().to_owned();
        self.events().iter().map(text).collect()
    }

    /// Returns how the repository is now.
    #[track_caller]
    pub(crate) fn seen(&self) -> Seen {
        let mut seen = self.seen_whole();
        seen.rest.retain(|line| !line.contains(INCIDENT));
        seen
    }

    fn seen_whole(&self) -> Seen {
        let said = self.git(["status", "--porcelain=v2", "--branch", "-uall"]).ok();
        let head = said.lines().find_map(|line| line.strip_prefix("# branch.oid "));
        Seen {
            head: head.filter(|head| *head != "(initial)").map(str::to_owned),
            rest: said.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect(),
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
        let id = told[0]["id"].as_str().unwrap();
        let commit = format!(
            "{}\nlog: {text}\n\nIncident: {INCIDENT}\nEvent: {id}\n\n\n{}\n",
            before.head.as_deref().unwrap_or_default(),
            self.file()
        );
        let show = ["show", "--encoding=UTF-8", "--format=%P%n%B", "--name-only", "--relative"];
        assert_eq!(self.git(show).ok(), commit);
        let after = self.seen_whole();
        assert_ne!(after.head, before.head);
        assert_eq!(after.rest, before.rest);
        self.assert_whole();
    }

    /// Holds git to find no fault with the repository.
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        let fsck = self.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
        assert_eq!((fsck.code, fsck.stdout.as_str()), (0, ""), "{}", fsck.stderr);
        self.git(["write-tree"]).ok();
        let litter =
            ["index.lock", "refs/heads/main.lock", "index.recount"].map(|l| format!(".git/{l}"));
        let left: Vec<_> = litter.iter().filter(|l| self.path().join(l).exists()).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    /// Returns whether everything of the incident is committed.
    #[track_caller]
    pub(crate) fn assert_committed(&self) {
        self.assert_whole();
        assert_eq!(self.git(["status", "--porcelain", "--", "incidents"]).ok(), "");
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
