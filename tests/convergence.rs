//! Three clones in which people log at the same time, sync and pull at random moments, and are cut off in between: each
//! event that a verb said was recorded is everywhere at the end.

use crate::support::clones::Clones;
use crate::support::sandbox::Sandbox;
use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

const NAMES: [&str; 3] = ["ada", "bo", "chi"];
/// How many events each logs, where `RECOUNT_EVENTS` doesn't say otherwise; `RECOUNT_SEED` makes them do other things.
const EVENTS: usize = 40;

/// Numbers that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// What a person in one clone does.
struct Person<'a> {
    clones: &'a Clones,
    name: &'a str,
    dice: Dice,
    /// The texts that were logged, and whether a verb said so before it was cut off.
    logged: BTreeMap<String, bool>,
}

impl Person<'_> {
    fn work(&mut self, events: usize) {
        for number in 0..events {
            // No text is the beginning of another.
            let text = format!("Seen by {} as number {number:04}.", self.name);
            let cut = self.dice.below(8) == 0;
            let said = self.run("recount", &["-i", "search-is-slow", "log", &text], cut);
            self.logged.insert(text, said);
            match self.dice.below(7) {
                0 | 1 => drop(self.run("recount", &["sync"], false)),
                2 => drop(self.run("recount", &["sync"], true)),
                3 => drop(self.run("git", &["pull", "-q", "--no-rebase", "--no-edit"], false)),
                4 => drop(self.run("git", &["pull", "-q", "--rebase"], false)),
                _ => {}
            }
        }
    }

    /// Runs a command in the clone, and kills it after a while where it is to be cut off; returns whether it did all.
    fn run(&mut self, program: &str, args: &[&str], cut: bool) -> bool {
        let mut command = self.clones.sandbox.command(program);
        command.args(["-C", self.name]).args(args);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        if cut {
            thread::sleep(Duration::from_millis(self.dice.below(120)));
            let _ = child.kill();
        }
        child.wait().expect("it ends").success()
    }
}

#[test]
fn what_three_log_at_the_same_time_is_everywhere_at_the_end() {
    let clones = Clones::within(Sandbox::quick(), &NAMES);
    let events = std::env::var("RECOUNT_EVENTS").map_or(EVENTS, |count| count.parse().unwrap());
    let turn = std::env::var("RECOUNT_SEED").map_or(1, |seed| seed.parse::<u64>().unwrap());
    let all = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for (name, seed) in NAMES.into_iter().zip([3, 5, 7]) {
            let (clones, all) = (&clones, &all);
            scope.spawn(move || {
                let dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed * turn));
                let mut person = Person { clones, name, dice, logged: BTreeMap::new() };
                person.work(events);
                all.lock().unwrap().extend(person.logged);
            });
        }
    });
    settle(&clones);
    let logged = all.into_inner().unwrap();
    assert_eq!(logged.len(), 3 * events);
    for name in NAMES {
        let incident = clones.incident(name);
        for (text, said) in &logged {
            let count = incident.matches(text.as_str()).count();
            // What was cut off may be recorded all the same, and once.
            assert!(count == 1 || count == 0 && !said, "{count} of {text} in {name}\n{incident}");
        }
        clones.git(name, &["fsck", "--strict"]).done();
        assert_eq!(clones.git(name, &["status", "--porcelain"]).ok(), "", "{name}");
        let found = clones.recount(name, &["check", "--format", "json"]).stdout;
        assert!(!found.contains("\"error\""), "{name}: {found}");
    }
    clones.git("hub", &["fsck", "--strict"]).done();
}

/// Syncs until all have the same.
fn settle(clones: &Clones) {
    for _ in 0..4 {
        let ran = NAMES.map(|name| clones.sync(name));
        let heads = NAMES.map(|name| clones.head(name));
        if heads.iter().all(|head| *head == heads[0]) && ran.iter().all(|ran| ran.code == 0) {
            return;
        }
    }
    let ran = NAMES.map(|name| clones.sync(name));
    panic!("they differ: {:?} {ran:?}", NAMES.map(|name| clones.head(name)));
}
