//! A record for the benches: so many incidents in a repository of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A record in a repository of its own; its last incident alone is open.
pub(crate) struct Record {
    pub(crate) root: PathBuf,
    /// The open incident's file, from the top of the repository.
    pub(crate) file: PathBuf,
}

impl Record {
    /// Makes a record of so many incidents in a folder.
    pub(crate) fn make(home: &Path, incidents: usize) -> Self {
        let root = home.join("record");
        let mut file = PathBuf::new();
        for number in 0..incidents {
            let year = 2010 + number * 16 / incidents;
            let id = format!("{year}-06-01-outage-of-part-{number:05}");
            file = PathBuf::from(format!("incidents/{year}/{id}/incident.yaml"));
            let path = root.join(&file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, incident(number, year, number + 1 == incidents)).unwrap();
        }
        fs::write(root.join("recount.yaml"), "timezone: Europe/Paris\n").unwrap();
        let record = Self { root, file };
        record.run("git", &["init", "-q"]);
        record.configure(&[
            ("user.name", "Ada"),
            ("user.email", "ada@example.com"),
            ("commit.gpgSign", "false"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
            ("core.fsync", "none"),
        ]);
        record.run("git", &["add", "."]);
        record.run("git", &["commit", "-q", "-m", "A record"]);
        record.run("git", &["gc", "-q"]);
        record.configure(&[("core.fsync", "all"), ("core.fsyncMethod", "fsync")]);
        record.run("sync", &[]);
        record
    }

    fn configure(&self, keys: &[(&str, &str)]) {
        for (key, value) in keys {
            self.run("git", &["config", key, value]);
        }
    }

    /// Runs a program in the record, which must do; returns what it printed.
    pub(crate) fn run(&self, program: &str, args: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.root).env_remove("RECOUNT_NOW");
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn incident(number: usize, year: usize, open: bool) -> String {
    let day = format!("{year}-06-01");
    let end = if open { "declared" } else { "resolved" };
    // One that nobody has written to for a day would be asked about.
    let now = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let last = if open { now } else { format!("{day}T12:00:00Z") };
    format!(
        "title: Outage of part {number}
severity: sev2
services: [apps]
events:
  - id: a{number:07}
    at: {day}T10:00:00Z
    logged: {day}T10:01:00Z
    mark: started
    impact: {{apps: down}}
    text: Part {number} fails and takes the platform with it
  - id: b{number:07}
    at: {day}T11:00:00Z
    logged: {day}T11:01:00Z
    mark: {end}
    text: Part {number} is looked after
  - id: c{number:07}
    at: {last}
    logged: {last}
    text: Part {number} is spoken of
"
    )
}
