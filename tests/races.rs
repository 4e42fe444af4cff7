//! Verbs that write while git moves the files and the branch beneath them: what was acknowledged is kept, and no
//! commit takes out what another wrote.

use crate::support::sandbox::{Ran, Sandbox};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const INCIDENT: &str = "2026-06-10-power-loss";
/// How many shells type, and how often each.
const SHELLS: usize = 4;
const TURNS: usize = 12;
/// What other shells do again and again meanwhile.
const LOOPS: [&str; 3] = [
    "git checkout -q side; sleep 0.02; git checkout -q main; sleep 0.01",
    "git stash -q && sleep 0.01 && git stash pop -q; sleep 0.03",
    "sleep 0.04; git checkout -q -- incidents; sleep 0.03; git reset -q --hard",
];

/// What became of the events of one run.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: BTreeSet<String>,
    /// Those in no commit that git keeps, in no file and not in the spool.
    lost: Vec<String>,
    /// What commits of the tool's own took out.
    removed: Vec<String>,
}

/// Types one thing; returns the words by which it will be known if it was acknowledged.
///
/// An amended text keeps the words that it had.
fn turn(sandbox: &Sandbox, shell: usize, turn: usize, last: &mut Option<String>) -> Option<String> {
    let words_of = |turn: usize| format!("word{shell}x{turn}y");
    let words = words_of(turn);
    let words = words.as_str();
    let log = |args: &[&str]| -> Ran {
        sandbox.recount(["-i", INCIDENT, "--format", "json"].iter().chain(args))
    };
    let ran = match (turn % 6, last.as_deref()) {
        (1, _) => log(&["impact", "web=down", words]),
        (2, Some(id)) => log(&["amend", id, "--text", &format!("{} {words}", words_of(turn - 1))]),
        (3, _) => log(&["action", "add", words]),
        (4, Some(id)) => log(&["retract", id, "--reason", words]),
        (5, _) => sandbox.recount(["declare", words]),
        _ => log(&["log", words]),
    };
    if ran.code != 0 {
        return None;
    }
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    *last = told["event"]["id"].as_str().map(str::to_owned);
    Some(words.to_owned())
}

/// Has shells type beside others that move the files and the branch, and looks what became of it.
fn run() -> Tally {
    let sandbox = Sandbox::quick();
    let shell = |line: &str| sandbox.shell(line).done();
    sandbox.recount(["init"]).done();
    shell("echo 'services: [web]' >>recount.yaml; git commit -qam services");
    sandbox.recount(["-q", "declare", "Power loss"]).done();
    shell("git branch side; recount log 'of main'; git checkout -q side; recount log 'of side'");
    shell("git checkout -q main");
    let typing = AtomicUsize::new(SHELLS);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let shells = (0..SHELLS).map(|shell| {
            let (sandbox, typing) = (&sandbox, &typing);
            scope.spawn(move || {
                let mut last = None;
                let told: Vec<_> =
                    (0..TURNS).filter_map(|n| turn(sandbox, shell, n, &mut last)).collect();
                typing.fetch_sub(1, Ordering::SeqCst);
                told
            })
        });
        let shells: Vec<_> = shells.collect();
        for line in LOOPS {
            let (sandbox, typing) = (&sandbox, &typing);
            scope.spawn(move || {
                while typing.load(Ordering::SeqCst) > 0 {
                    sandbox.shell(line);
                    thread::sleep(Duration::from_millis(1));
                }
            });
        }
        tally.acknowledged = shells.into_iter().flat_map(|it| it.join().unwrap()).collect();
    });
    look(&sandbox, &mut tally);
    tally
}

/// Looks what became of what was acknowledged, and what the commits took out.
fn look(sandbox: &Sandbox, tally: &mut Tally) {
    let shell = |line: &str| sandbox.shell(line).stdout;
    let everywhere = shell(
        "git rev-list --objects --all --reflog | cut -c1-40 | git cat-file --batch | LC_ALL=C tr -cd '\\n\\40-\\176'
         cat .git/recount/spool/* 2>/dev/null; find incidents inbox.yaml -type f -exec cat {} +",
    );
    let absent = |words: &&String| !everywhere.contains(words.as_str());
    tally.lost = tally.acknowledged.iter().filter(absent).cloned().collect();
    let commits = shell("git rev-list --no-merges main side --grep=Incident:");
    for commit in commits.lines() {
        let ids = |revision: &str| -> BTreeSet<String> {
            let text =
                shell(&format!("git grep -hE '^ *(- )?id: ' {revision} -- incidents inbox.yaml"));
            text.lines().map(|line| line.trim_start_matches([' ', '-']).to_owned()).collect()
        };
        let gone = &ids(&format!("{commit}^")) - &ids(commit);
        tally.removed.extend(gone.into_iter().map(|id| format!("{commit}: {id}")));
    }
}

#[test]
fn what_is_acknowledged_while_git_moves_the_files_is_kept_and_nothing_is_removed() {
    // By hand: RECOUNT_TEST_ROUNDS=12 cargo test --locked --test main races -- --nocapture
    let rounds = std::env::var("RECOUNT_TEST_ROUNDS").map_or(2, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        let tally = run();
        let all = tally.acknowledged.len();
        eprintln!("{all} acknowledged, {} lost, {} removed", tally.lost.len(), tally.removed.len());
        assert!(all > SHELLS * TURNS / 3, "{tally:?}");
        assert!(tally.lost.is_empty() && tally.removed.is_empty(), "{tally:#?}");
    }
}
