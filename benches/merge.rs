//! Holds a merge by meaning against git's own, and `sync` with nothing to do against `git fetch`, in a record of 20,000
//! incidents, in one run: `cargo bench --bench merge`.
//!
//! Each side has logged 100 events in the one open incident. Git's own merge takes the lines of both (`merge=union`):
//! it ends as well, with a file that no program may read. They are tried in turns, and the medians count. The answer is no
//! (exit code 1) where the merge driver makes `git merge` take a quarter longer than that, or `sync` takes more than a
//! tenth of a second longer than `git fetch`.

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
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const INCIDENTS: usize = 20_000;
const EVENTS: usize = 100;
/// How many rounds count, behind as many that warm up as there are here.
const ROUNDS: usize = 15;
const WARM_UP: usize = 2;
/// How much longer `sync` may take than `git fetch`, where there is nothing to do.
const SYNC: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    // Not in memory: what is synced there costs nothing.
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let record = Record::make(home.path(), INCIDENTS);
    record.part_ways();
    let merge = record.merges();
    let sync = record.syncs();
    let held = merge <= 1.25 && sync <= SYNC;
    let bounds = "NOT held: at most 1.25 for the merge, and 100 ms more than git fetch for sync";
    println!("{}", if held { "held" } else { bounds });
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Record {
    /// Has two branches log events.
    fn part_ways(&self) {
        let branch = self.run("git", &["branch", "--show-current"]);
        self.run("git", &["branch", "theirs"]);
        for name in [branch.trim(), "theirs"] {
            self.run("git", &["checkout", "-q", name]);
            for number in 0..EVENTS {
                let text = format!("Event {number} on {name}");
                self.run(env!("CARGO_BIN_EXE_recount"), &["log", &text]);
            }
        }
        self.run("git", &["checkout", "-q", branch.trim()]);
    }

    /// Merges in turns with and without the driver; returns the ratio of the medians.
    fn merges(&self) -> f64 {
        let attributes = self.root.join(".git/info/attributes");
        let by_meaning = fs::read_to_string(&attributes).expect("the driver is registered");
        let (mut ours, mut git) = (vec![], vec![]);
        for round in 0..2 * (ROUNDS + WARM_UP) {
            let is_ours = round % 2 == 0;
            let line_by_line = "*.yaml merge=union\n";
            fs::write(&attributes, if is_ours { &by_meaning } else { line_by_line }).unwrap();
            let time = self.merge();
            if is_ours {
                self.judge();
            }
            self.run("git", &["reset", "-q", "--hard", "ORIG_HEAD"]);
            if round >= 2 * WARM_UP {
                if is_ours { &mut ours } else { &mut git }.push(time);
            }
        }
        fs::write(&attributes, by_meaning).unwrap();
        let (ours, git) = (median(ours), median(git));
        let ratio = ours.as_secs_f64() / git.as_secs_f64();
        println!(
            "git merge: by meaning {:.1} ms, line by line {:.1} ms, ratio {ratio:.2}",
            milliseconds(ours),
            milliseconds(git)
        );
        ratio
    }

    fn merge(&self) -> Duration {
        let begun = Instant::now();
        self.run("git", &["merge", "-q", "--no-edit", "theirs"]);
        begun.elapsed()
    }

    /// A merge must have all events of both sides.
    fn judge(&self) {
        let text = fs::read_to_string(self.root.join(&self.file)).unwrap();
        assert_eq!(text.matches("text: Event ").count(), 2 * EVENTS);
        assert!(!text.contains("<<<<<<<"));
    }

    /// Syncs and fetches in turns where there is nothing to do; returns how much longer a sync takes.
    fn syncs(&self) -> Duration {
        self.run("git", &["clone", "-q", "--bare", ".", "../hub"]);
        self.run("git", &["remote", "add", "origin", "../hub"]);
        self.run(env!("CARGO_BIN_EXE_recount"), &["sync"]);
        let timed = |program: &str, args: &[&str]| {
            let begun = Instant::now();
            self.run(program, args);
            begun.elapsed()
        };
        let (mut ours, mut git) = (vec![], vec![]);
        for _ in 0..ROUNDS {
            ours.push(timed(env!("CARGO_BIN_EXE_recount"), &["sync"]));
            git.push(timed("git", &["fetch", "-q"]));
        }
        let (ours, git) = (median(ours), median(git));
        println!(
            "nothing to do: sync {:.1} ms, git fetch {:.1} ms",
            milliseconds(ours),
            milliseconds(git)
        );
        ours.saturating_sub(git)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
