//! Holds `recount log` against `git add FILE && git commit -q -m …` on the same file in the same repository,
//! in a record of 10 and one of 20,000 incidents, in one run: `cargo bench --bench log`.
//!
//! Both sync what they write, the file too: `core.fsync=all` for git, and the line that is added to its file is
//! synced. They are tried in turns, and the medians count. `log` finds the open incident, reads and edits its
//! file, and commits it. The answer is no (exit code 1) where `log` takes longer than a third of git's time at 20,000, or
//! longer than git at 10.

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
use std::fs::File;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many rounds count, behind as many that warm up as there are here.
const ROUNDS: usize = 31;
const WARM_UP: usize = 3;

fn main() -> ExitCode {
    let small = Race::run(10);
    let large = Race::run(20_000);
    let is_prompt = large.prompt <= Duration::from_millis(5);
    let held = small.ratio() <= 1.0 && large.ratio() <= 1.0 / 3.0 && is_prompt;
    let bounds = "NOT held: at most 1 at 10, a third at 20,000, and 5 ms for a prompt";
    println!("{}", if held { "held" } else { bounds });
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The times of both sides, in one record.
struct Race {
    log: Duration,
    git: Duration,
    /// The time of `status --short`, which a shell waits for at each prompt.
    prompt: Duration,
}

impl Race {
    fn run(incidents: usize) -> Self {
        // Not in memory: what is synced there costs nothing.
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let record = Record::make(home.path(), incidents);
        let (mut log, mut git) = (vec![], vec![]);
        for round in 0..ROUNDS + WARM_UP {
            // Whoever comes second finds what the first left in memory: they take turns at it.
            let pair = if round % 2 == 0 {
                let first = record.log(round);
                (first, record.git(round))
            } else {
                let first = record.git(round);
                (record.log(round), first)
            };
            if round >= WARM_UP {
                log.push(pair.0);
                git.push(pair.1);
            }
        }
        record.judge(ROUNDS + WARM_UP);
        let prompt = median((0..ROUNDS).map(|_| record.prompt()).collect());
        println!(
            "{incidents:>6} incidents: status --short {:6.1} ms",
            prompt.as_secs_f64() * 1000.0
        );
        let race = Self { log: median(log), git: median(git), prompt };
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{incidents:>6} incidents: log {:6.1} ms, git add && git commit {:6.1} ms, ratio {:.2}",
            milliseconds(race.log),
            milliseconds(race.git),
            race.ratio()
        );
        race
    }

    fn ratio(&self) -> f64 {
        self.log.as_secs_f64() / self.git.as_secs_f64()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

impl Record {
    fn log(&self, round: usize) -> Duration {
        let text = format!("Event {round} of this morning");
        let begun = Instant::now();
        self.run(env!("CARGO_BIN_EXE_recount"), &["log", &text]);
        begun.elapsed()
    }

    fn prompt(&self) -> Duration {
        let begun = Instant::now();
        let told = self.run(env!("CARGO_BIN_EXE_recount"), &["status", "--short"]);
        assert_eq!(told.lines().count(), 1);
        begun.elapsed()
    }

    fn git(&self, round: usize) -> Duration {
        let path = self.root.join(&self.file);
        let at = "2026-06-01T12:00:00Z";
        let begun = Instant::now();
        let mut file = File::options().append(true).open(path).unwrap();
        writeln!(file, "  - {{at: {at}, logged: {at}, text: Event {round} by hand}}").unwrap();
        file.sync_all().unwrap();
        let file = self.file.to_str().unwrap();
        self.run("git", &["add", file]);
        self.run("git", &["commit", "-q", "-m", "By hand"]);
        begun.elapsed()
    }

    /// Every round must have made its two commits, and left nothing behind.
    fn judge(&self, rounds: usize) {
        let count = self.run("git", &["rev-list", "--count", "HEAD"]);
        assert_eq!(count.trim(), (2 * rounds + 1).to_string());
        assert_eq!(self.run("git", &["status", "--porcelain"]), "");
    }
}
