//! Holds `recount import` of 5,000 incidents against `git add -A && git commit -q` of the files that it wrote, in a record of
//! 10 and one of 20,000 incidents, in one run: `cargo bench --bench import`.
//!
//! Git is given the same files in a clone of the same repository, and syncs what it commits, as `import` does: all of
//! it by one sync of the disk. The answer is no (exit code 1) where `import` takes longer than git with writing the files, or where
//! its time grows by more than a half with the history that is already there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a bench fails by panicking, prints what it measured, and writes its own record"
)]

#[path = "support/record.rs"]
mod record;

use record::Record;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many incidents are imported, of four updates each.
const IMPORTED: usize = 5_000;

fn main() -> ExitCode {
    let small = Race::run(10);
    let large = Race::run(20_000);
    let grows = large.import.as_secs_f64() / small.import.as_secs_f64();
    println!("20,000 incidents against 10: {grows:.2} of the time");
    let held = small.ratio() <= 1.0 && large.ratio() <= 1.0 && grows <= 1.5;
    println!(
        "{}",
        if held { "held" } else { "NOT held: at most git's time, and 1.5 with the history" }
    );
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Race {
    import: Duration,
    git: Duration,
}

impl Race {
    fn run(incidents: usize) -> Self {
        // Not in memory: what is synced there costs nothing.
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let record = Record::make(home.path(), incidents);
        let export = home.path().join("incidents.json");
        fs::write(&export, page()).unwrap();
        let open = fs::read(record.root.join(&record.file)).unwrap();
        record.run("sync", &[]);
        let begun = Instant::now();
        record.run(
            env!("CARGO_BIN_EXE_recount"),
            &["import", "statuspage", export.to_str().unwrap()],
        );
        let import = begun.elapsed();
        assert_eq!(fs::read(record.root.join(&record.file)).unwrap(), open);
        let git = by_git(&record);
        let race = Self { import, git };
        println!(
            "{incidents:>6} incidents: import of {IMPORTED} {:6.0} ms, git of the same files {:6.0} ms, ratio {:.2}",
            race.import.as_secs_f64() * 1000.0,
            race.git.as_secs_f64() * 1000.0,
            race.ratio()
        );
        race
    }

    fn ratio(&self) -> f64 {
        self.import.as_secs_f64() / self.git.as_secs_f64()
    }
}

/// Goes back to the commit before, writes the same files by hand and commits them with git; returns how long that takes.
fn by_git(record: &Record) -> Duration {
    assert_eq!(record.run("git", &["status", "--porcelain"]), "");
    let names = record.run("git", &["diff", "--name-only", "--diff-filter=A", "HEAD~", "HEAD"]);
    let read = |name: &str| (record.root.join(name), fs::read(record.root.join(name)).unwrap());
    let files: Vec<_> = names.lines().map(read).collect();
    assert!(files.len() >= IMPORTED, "{}", files.len());
    record.run("git", &["reset", "-q", "--hard", "HEAD~"]);
    record.run("git", &["reflog", "expire", "--expire=now", "--all"]);
    // Objects that are there already would cost git nothing.
    record.run("git", &["gc", "-q", "--prune=now"]);
    record.run("sync", &[]);
    let begun = Instant::now();
    for (path, bytes) in &files {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, bytes).unwrap();
    }
    record.run("sync", &[]);
    record.run("git", &["add", "-A"]);
    record.run("git", &["commit", "-q", "-m", "By hand"]);
    begun.elapsed()
}

/// Returns a page's export: incidents of a minute's distance, four updates each.
fn page() -> String {
    let mut page =
        String::from("{\"page\": {\"url\": \"https://status.example.com\"}, \"incidents\": [");
    for n in 0..IMPORTED {
        let comma = if n == 0 { "" } else { ",\n" };
        let (day, hour, minute) = (1 + n % 28, n / 28 % 24, n / 28 / 24 % 50);
        let month = 1 + n % 12;
        let at =
            |more: usize| format!("2025-{month:02}-{day:02}T{hour:02}:{:02}:00Z", minute + more);
        let mut updates = String::new();
        for (k, status) in
            ["resolved", "monitoring", "identified", "investigating"].iter().enumerate()
        {
            let comma = if k == 0 { "" } else { "," };
            let at = at(9 - 3 * k);
            let _ = write!(
                updates,
                "{comma}{{\"id\": \"u{n}-{k}\", \"status\": \"{status}\", \"body\": \"Word {k} of part {n}.\", \"created_at\": \"{at}\"}}"
            );
        }
        let _ = write!(
            page,
            "{comma}{{\"id\": \"i{n}\", \"name\": \"Part {n} is slow\", \"status\": \"resolved\", \"impact\": \"minor\", \"incident_updates\": [{updates}]}}"
        );
    }
    page + "]}"
}
