//! What can't be read is not nothing: whatever keeps a file of the record from being read, no verb answers as if
//! there were no such file. A verb gives the answer that it gives otherwise, or says what it could not read, and
//! money is never reckoned from less than the record.

use crate::support::mount::skipped;
use crate::support::sandbox::{Ran, Sandbox};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The files of the record, and the folders that they lie in.
const PATHS: [&str; 18] = [
    "recount.yaml",
    "incidents",
    "incidents/2025",
    "incidents/2026",
    "incidents/2026/2026-05-10-a",
    "incidents/2026/2026-05-10-a/incident.yaml",
    "incidents/2026/2026-05-10-a/own.md",
    "sla",
    "sla/premium.yaml",
    "customers.csv",
    "claims.csv",
    "credits",
    "credits/adjustments.csv",
    "measurements",
    "measurements/may.csv",
    "maintenance.yaml",
    "templates",
    "templates/own.md",
];

/// What may be wrong with a path: a name, and the lines of shell that make it so.
const DAMAGES: [(&str, &str); 6] = [
    ("left out by a sparse checkout", "git sparse-checkout set --no-cone '/*' \"!/$P\""),
    ("removed", "rm -r $P"),
    ("a link to nothing", "rm -r $P; ln -s gone $P"),
    ("a link to itself", "rm -r $P; ln -s ${P##*/} $P"),
    ("a link out of the record", "mv $P ../aside; ln -s $PWD/../aside $P"),
    ("of another kind", "if [ -d $P ]; then rm -r $P; echo x >$P; else rm $P; mkdir $P; fi"),
];

const CREDITS: [&str; 5] = ["credits", "--period", "2026-05", "--format", "json"];

/// Verbs that read the record.
const READERS: [&[&str]; 12] = [
    &["stats", "--format", "json"],
    &["metrics", "--format", "json"],
    &["list", "--format", "json"],
    &["show", "2026-05-10-a", "--format", "json"],
    &["status", "--format", "json"],
    &["action", "list", "--format", "json"],
    &["why", "mttr", "--format", "json"],
    &["sla", "list", "--format", "json"],
    &["check", "--format", "json"],
    &["draft", "--all", "--check"],
    &["render", "2026-05-10-a", "--template", "own"],
    &["templates", "--format", "json"],
];

fn outage(day: &str, more: &str) -> String {
    format!(
        "title: Outage\nseverity: sev1\nservices: [apps]\n{more}events:\n\
         \x20 - {{id: a{0}, at: {day}T10:00:00Z, mark: started, impact: {{apps: down}}, text: Begins}}\n\
         \x20 - {{id: b{0}, at: {day}T10:30:00Z, mark: detected, text: Seen}}\n\
         \x20 - {{id: c{0}, at: {day}T13:00:00Z, mark: recovered, impact: {{apps: up}}, text: Ends}}\n\
         \x20 - {{id: d{0}, at: {day}T13:00:00Z, mark: resolved, text: ChangeKind}}\n",
        day.replace('-', "")
    )
}

/// Makes a record in which every file counts for something.
fn record() -> Sandbox {
    let sandbox = Sandbox::quick();
    sandbox.recount(["init"]).ok();
    sandbox.write("recount.yaml", "timezone: UTC\nservices: {apps: {}, api: {}}\n");
    sandbox.write(
        "incidents/2025/2025-12-30-z/incident.yaml",
        &outage(
            "2025-12-30",
            "actions:\n  - {id: d1, title: Spread the load, owner: Ada, due: 2026-01-02, incidents: [2026-05-10-a]}\n",
        ),
    );
    sandbox.write("incidents/2026/2026-05-10-a/incident.yaml", &outage("2026-05-10", ""));
    sandbox.write("incidents/2026/2026-05-20-b/incident.yaml", &outage("2026-05-20", ""));
    let terms = "window: month\ntimezone: UTC\ncommitment: {at_least: 99.9}\n\
                 credit: {bands: [{below: 99.9, percent: 10}]}\n";
    let claim = "claim: {within: 60d, from: period-end}\nexclude: {maintenance: {notice: 48h}}\n";
    sandbox.write("sla/premium.yaml", &format!("{terms}{claim}services: [apps]\n"));
    let rate = "measure: {kind: error-rate, interval: 1h}\nservices: [api]\n";
    sandbox.write("sla/rate.yaml", &format!("{terms}{rate}"));
    sandbox.write(
        "customers.csv",
        "customer,service,plan,fee,currency\nacme,apps,gold,1826.10,USD\nacme,api,gold,100.00,USD\n",
    );
    sandbox.write("claims.csv", "customer,service,period,received\nacme,apps,2026-05,2026-06-02\n");
    sandbox.write(
        "credits/adjustments.csv",
        "period,customer,amount,currency,reason,approved_by\n2026-05,acme,5.00,USD,goodwill,Ada\n",
    );
    sandbox.write(
        "measurements/may.csv",
        "service,start,total,bad\napi,2026-05-01T00:00:00Z,600,600\napi,2026-05-01T05:00:00Z,10,0\n",
    );
    sandbox.write(
        "maintenance.yaml",
        "- {title: Works, services: [apps], from: 2026-05-20T10:00:00Z, to: 2026-05-20T11:00:00Z, announced: 2026-05-01T10:00:00Z}\n",
    );
    sandbox.write(
        "templates/own.md",
        "---\ntitle: Own\naudience: internal\nfile: own.md\n---\n# {{ value(name=\"title\") }}\n\n\
         {{ block(name=\"actions\") }}\n\n{{ block(name=\"credits\") }}\n",
    );
    sandbox.git(["add", "-A"]).done();
    sandbox.git(["commit", "-qm", "record"]).done();
    sandbox.recount(["draft", "2026-05-10-a", "--template", "own"]).done();
    sandbox
}

/// What verbs answer where nothing is wrong, with their exit codes.
struct Sound {
    credits: String,
    readers: Vec<(String, i32)>,
}

impl Sound {
    fn of(sandbox: &Sandbox) -> Self {
        let credits = sandbox.recount(CREDITS).ok();
        for part in ["\"182.61\"", "\"10.00\"", "\"5.00\"", "\"excluded_seconds\": \"3600\""] {
            assert!(credits.contains(part), "{part}: {credits}");
        }
        let read = |args: &&[&str]| {
            let ran = sandbox.recount(*args);
            assert!(ran.code < 2 && ran.stderr.is_empty(), "{args:?}: {ran:?}");
            (ran.stdout, ran.code)
        };
        Self { credits, readers: READERS.iter().map(read).collect() }
    }

    /// Holds every verb to answer as before or to say what it could not read; `run` runs it.
    fn hold(&self, path: &str, what: &str, run: &dyn Fn(&[&str]) -> Ran) {
        let ran = run(&CREDITS);
        let same = ran.code == 0 && ran.stdout == self.credits;
        let refused = ran.code == 2 && ran.stdout.is_empty() && says(&ran.stderr, path);
        assert!(same || refused, "{path} is {what}, and credits: {ran:?}");
        for (args, sound) in READERS.iter().zip(&self.readers) {
            let ran = run(args);
            let same = (&ran.stdout, &ran.code) == (&sound.0, &sound.1);
            // `check` finds it, and `why` names what is not as it is committed.
            let answers = ["check", "why"].contains(&args[0]) && says(&ran.stdout, path);
            let said = says(&ran.stderr, path) || answers;
            assert!(same || said, "{path} is {what}, and {args:?}: {ran:?}");
            assert!(ran.code >= 0 && ran.code <= 2, "{path} is {what}, and {args:?}: {ran:?}");
        }
    }

    /// Holds credits of a revision to be the same bytes, whatever is on the disk.
    fn hold_past(&self, path: &str, what: &str, run: &dyn Fn(&[&str]) -> Ran) {
        let ran = run(&[&CREDITS[..], &["--as-of", "HEAD"]].concat());
        assert_eq!(ran.stdout, self.credits, "{path} is {what}: {}", ran.stderr);
    }
}

/// Returns whether a text names a path of the record, or the folder that it lies in as missing its files.
fn says(text: &str, path: &str) -> bool {
    text.contains(path) || path == "recount.yaml" && text.contains("no recount.yaml")
}

/// Runs a case for each path on two threads, each in a copy of the record of its own.
fn in_copies(of: &Sandbox, each: impl Fn(&Sandbox, &str) + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(path) = PATHS.get(next.fetch_add(1, Ordering::Relaxed)) {
            let copy = Sandbox::quick();
            copy.shell(&format!("cp -a '{}/.' .", of.path().display())).ok();
            each(&copy, path);
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        work();
        other.join().unwrap();
    });
}

/// Puts a copy back to what it was, and does damage to it.
fn damage(copy: &Sandbox, path: &str, lines: &str) {
    let restored = "rm -rf ../aside incidents sla credits measurements templates *.yaml *.csv
        git config --unset core.sparseCheckout || true; rm -f .git/info/sparse-checkout
        git read-tree HEAD; git checkout -q -- .";
    copy.shell(&format!("set -e; P='{path}'; {restored}; {lines}")).done();
}

#[test]
fn what_cannot_be_read_is_not_nothing() {
    let sandbox = record();
    let sound = Sound::of(&sandbox);
    in_copies(&sandbox, |copy, path| {
        for (what, lines) in DAMAGES {
            damage(copy, path, lines);
            let run = |args: &[&str]| copy.recount(args);
            sound.hold(path, what, &run);
            sound.hold_past(path, what, &run);
        }
    });
}

#[test]
fn what_cannot_be_read_is_not_nothing_without_a_commit_either() {
    let sandbox = record();
    sandbox.shell("rm -r .git").ok();
    let sound = Sound::of(&sandbox);
    // What is not there is absent then, for nothing says otherwise.
    let lies_there = DAMAGES
        .iter()
        .filter(|(what, _)| !matches!(*what, "removed" | "left out by a sparse checkout"));
    let lies_there: Vec<_> = lies_there.collect();
    in_copies(&sandbox, |copy, path| {
        for (what, lines) in &lies_there {
            copy.shell(&format!("rm -rf ../aside ./*; cp -a '{}/.' .", sandbox.path().display()))
                .ok();
            copy.shell(&format!("set -e; P='{path}'; {lines}")).ok();
            sound.hold(path, what, &|args| copy.recount(args));
        }
    });
}

#[test]
fn what_may_not_be_read_is_not_nothing() {
    // Root may read everything but where it gave that up.
    let may_not = "--bounding-set=-dac_override,-dac_read_search";
    let sandbox = record();
    sandbox.shell("echo x >../no; chmod 000 ../no").ok();
    let as_it_is = sandbox.shell("cat ../no").code != 0;
    let given_up = format!("setpriv {may_not} true && ! setpriv {may_not} cat ../no");
    if !as_it_is && sandbox.shell(&given_up).code != 0 {
        return skipped(
            "what may not be read: permissions do not hold here, and cannot be made to",
        );
    }
    let sound = Sound::of(&sandbox);
    in_copies(&sandbox, |copy, path| {
        copy.shell(&format!("chmod 000 {path}")).ok();
        let run = |args: &[&str]| {
            if as_it_is {
                return copy.recount(args);
            }
            Ran::of(copy.command("setpriv").args([may_not, "recount"]).args(args).output().unwrap())
        };
        sound.hold(path, "not to be read", &run);
        sound.hold_past(path, "not to be read", &run);
        copy.shell(&format!("chmod 755 {path}")).ok();
    });
}

#[test]
fn a_sparse_checkout_changes_no_money_in_silence() {
    let sandbox = record();
    let sound = Sound::of(&sandbox);
    sandbox.git(["sparse-checkout", "set", "sla"]).ok();
    let said = sandbox.recount(CREDITS).refused();
    for part in [
        "5 files that the last commit has are missing here: ",
        "and 2 more; no money is reckoned from less than the record",
        "git sparse-checkout disable",
        "git checkout -- PATH",
        "git rm --cached -- PATH",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let listed = sandbox.recount(["list"]);
    assert!(listed.code == 0 && listed.stderr.starts_with("warning: "), "{listed:?}");
    let found = sandbox.recount(["check"]);
    assert!(found.code == 1 && found.stdout.contains("error[missing-file]"), "{found:?}");
    sound.hold_past("all", "left out", &|args| sandbox.recount(args));
    // Where the settings are left out as well, the commit still tells where the record is.
    sandbox.git(["sparse-checkout", "set", "--no-cone", "/sla/premium.yaml"]).ok();
    sound.hold_past("all", "left out", &|args| sandbox.recount(args));
    sandbox.git(["sparse-checkout", "disable"]).ok();
    assert_eq!(sandbox.recount(CREDITS).ok(), sound.credits);
}

#[test]
fn what_is_meant_to_be_gone_or_not_committed_yet_is_not_missing() {
    let sandbox = record();
    sandbox.git(["rm", "-q", "claims.csv"]).ok();
    let said = sandbox.recount(CREDITS).ok();
    assert!(said.contains("\"claim-pending\"") && said.contains("\"dirty\": true"), "{said}");
    sandbox.recount(["--no-commit", "-q", "declare", "Search is slow"]).ok();
    sandbox.write("sla/new.txt", "");
    sandbox.git(["add", "sla/new.txt"]).ok();
    sandbox.shell("rm sla/new.txt").ok();
    sandbox.recount(["list"]).ok();
    // A document beside an incident bears no money, and no number.
    sandbox.shell("rm incidents/2026/2026-05-10-a/own.md").ok();
    sandbox.recount(["stats"]).ok();
    sandbox.recount(CREDITS).ok();
    let drafted = sandbox.recount(["draft", "--all", "--check"]);
    assert!(drafted.stderr.contains("2026-05-10-a/own.md"), "{drafted:?}");
}

#[test]
fn every_kind_of_index_tells_what_is_missing() {
    for lines in [
        "git update-index --index-version 4",
        "git update-index --split-index",
        "git sparse-checkout set --cone --sparse-index sla",
        "git config index.skipHash true; git update-index --force-write-index",
    ] {
        let sandbox = record();
        sandbox.shell(&format!("set -e; {lines}; rm -rf incidents/2025")).done();
        let listed = sandbox.recount(["list"]);
        assert!(listed.stderr.contains("incidents/2025/2025-12-30-z/"), "{lines}: {listed:?}");
        sandbox.recount(CREDITS).refused();
    }
}

#[test]
fn a_verb_about_one_incident_tells_of_that_one_alone() {
    let sandbox = record();
    sandbox.shell("rm -r incidents/2025 sla; rm templates/*").ok();
    sandbox.recount(["show", "2026-05-10-a"]).ok();
    sandbox.recount(["metrics", "2026-05-10-a"]).ok();
    sandbox.recount(["history", "-i", "2026-05-10-a"]).ok();
    for args in [&["list"][..], &["metrics"]] {
        assert!(sandbox.recount(args).stderr.contains("incidents/2025/2025-12-30-z/"), "{args:?}");
    }
    assert!(sandbox.recount(["templates"]).stderr.contains("missing here: templates/"));
    let shown = sandbox.recount(["show", "2025-12-30-z"]).refused();
    assert!(shown.contains("incidents/2025/2025-12-30-z/"), "{shown}");
}

#[test]
fn an_event_is_kept_where_nobody_can_tell_what_is_open() {
    for lines in
        ["rm -r incidents; echo x >incidents", "rm -r incidents/2025; ln -s gone incidents/2025"]
    {
        let sandbox = record();
        sandbox.recount(["-q", "declare", "Search is slow"]).ok();
        sandbox.shell(&format!("set -e; {lines}")).ok();
        for args in [&["log", "Seen"][..], &["log", "-i", "2025-12-30-z", "Seen again"]] {
            let logged = sandbox.recount(args);
            assert!(
                logged.code == 0 && logged.stderr.contains("incidents"),
                "{args:?}: {logged:?}"
            );
        }
        assert!(sandbox.read("inbox.yaml").contains("Seen"));
        let shown = sandbox.recount(["show"]).refused();
        assert!(shown.contains("name one with `-i`") && shown.contains("incidents"), "{shown}");
    }
}

#[test]
fn an_event_for_a_file_that_holds_too_much_is_in_the_spool() {
    let events = format!("title: X\nevents:\n{}", "  - at: 2026-06-10\n".repeat(50_001));
    let items = format!("title: X\nx-list: [{}]\n", vec!["x"; 1_000_000].join(","));
    let text = "x".repeat(100_000);
    let aliases = format!("title: X\nx-a: &a {text}\nx-list: [{}]\n", vec!["*a"; 200].join(","));
    for (file, why) in [
        (events, "50,001 events; at most 50,000"),
        (items, "1,000,000 keys and items"),
        (aliases, "16 MB"),
    ] {
        let sandbox = Sandbox::with_record();
        sandbox.write("incidents/2026/2026-06-10-big/incident.yaml", &file);
        sandbox.write("incidents/2026/2026-06-11-fine/incident.yaml", "title: Fine\n");
        let said = sandbox.recount(["-i", "2026-06-10-big", "log", "Kept all the same"]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stderr.contains(why) && said.stderr.contains("The event is safe"), "{said:?}");
        assert!(said.stderr.contains("2026-06-10-big/incident.yaml:"), "{said:?}");
        assert!(sandbox.recount(["list"]).stdout.contains("2026-06-11-fine"));
        let fewer = "title: X\nevents: []\n";
        sandbox.write("incidents/2026/2026-06-10-big/incident.yaml", fewer);
        sandbox.recount(["-i", "2026-06-10-big", "log", "Then"]).done();
        let mended = sandbox.read("incidents/2026/2026-06-10-big/incident.yaml");
        assert!(mended.contains("Kept all the same") && mended.contains("Then"), "{mended}");
    }
}
