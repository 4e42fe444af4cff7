//! Two clones and a hub: what plain git does with the merge driver, and what `sync` does.

use crate::support::clones::Clones;
use crate::support::sandbox::{Ran, Sandbox};

#[test]
fn plain_git_merges_what_two_people_logged() {
    let clones = Clones::new(&["ada", "bo"]);
    let log = |clone: &str, text: &str| clones.recount(clone, &["log", text]).done();
    let push = |clone: &str| clones.git(clone, &["push", "-q", "origin", "main"]).done();
    log("ada", "Seen by Ada");
    log("bo", "Seen by Bo");
    push("ada");
    clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit"]).done();
    clones.has("bo", &["Seen by Ada", "Seen by Bo"]);
    push("bo");
    // By a rebase.
    log("ada", "Second of Ada");
    clones.git("ada", &["pull", "-q", "--rebase"]).done();
    clones.has("ada", &["Seen by Ada", "Seen by Bo", "Second of Ada"]);
    push("ada");
    // By a cherry-pick, and a stash.
    log("bo", "Second of Bo");
    clones.git("ada", &["fetch", "-q", "../bo", "main"]).done();
    log("ada", "Third of Ada");
    clones.git("ada", &["cherry-pick", "FETCH_HEAD"]).done();
    clones.has("ada", &["Second of Ada", "Second of Bo", "Third of Ada"]);
    clones.recount("ada", &["--no-commit", "log", "Not committed"]).done();
    clones.git("ada", &["stash", "-q"]).done();
    log("ada", "Fourth of Ada");
    clones.git("ada", &["stash", "pop", "-q"]).done();
    clones.has("ada", &["Not committed", "Fourth of Ada", "Third of Ada"]);
    clones.git("ada", &["fsck", "--strict"]).done();
}

#[test]
fn the_driver_is_found_where_the_program_has_moved() {
    let clones = Clones::new(&["ada", "bo"]);
    for clone in ["ada", "bo"] {
        clones.recount(clone, &["log", &format!("Seen by {clone}")]).done();
        let driver = clones.git(clone, &["config", "merge.recount.driver"]).ok();
        let moved = driver.replace("/debug/recount", "/gone/recount");
        assert_ne!(driver, moved);
        clones.git(clone, &["config", "merge.recount.driver", moved.trim_end()]).ok();
    }
    clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit", "../ada", "main"]).done();
    clones.has("bo", &["Seen by ada", "Seen by bo"]);
    clones.recount("bo", &["log", "mended"]).done();
    assert!(!clones.git("bo", &["config", "merge.recount.driver"]).ok().contains("/gone/"));
}

#[test]
fn settings_and_documents_merge_too() {
    let clones = Clones::new(&["ada", "bo"]);
    let commit = |clone: &str, path: &str, text: &str| {
        clones.sandbox.write(format!("{clone}/{path}"), text);
        clones.git(clone, &["add", path]).ok();
        clones.git(clone, &["commit", "-qm", "by hand"]).ok();
    };
    for clone in ["ada", "bo"] {
        clones.recount(clone, &["log", "x"]).done();
    }
    commit("ada", "recount.yaml", "# s\ntimezone: Europe/Paris\nservices: {api: }\n");
    commit("bo", "recount.yaml", "# s\nservices: {web: }\n");
    commit("ada", "incidents/2026/2026-06-10-search-is-slow/postmortem.md", "# A\n\nOne\n");
    commit("bo", "incidents/2026/2026-06-10-search-is-slow/postmortem.md", "# A\n\nTwo\n");
    clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit", "../ada", "main"]).done();
    let settings = clones.sandbox.read("bo/recount.yaml");
    assert!(settings.contains("timezone: Europe/Paris"), "{settings}");
    assert!(settings.contains("api") && settings.contains("web"), "{settings}");
    let document = clones.sandbox.read("bo/incidents/2026/2026-06-10-search-is-slow/postmortem.md");
    assert!(document.contains("One\n") && document.contains("Two\n"), "{document}");
    assert!(document.contains("The other version"), "{document}");
    // One value that both changed: theirs stands, and ours lies beside it.
    commit("ada", "recount.yaml", "timezone: Europe/London\n");
    commit("bo", "recount.yaml", "timezone: Europe/Rome\n");
    clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit", "../ada", "main"]).done();
    assert_eq!(clones.sandbox.read("bo/recount.yaml"), "timezone: Europe/London\n");
    let beside = clones.sandbox.shell("cat bo/recount.yaml.ours-*").ok();
    assert_eq!(beside, "timezone: Europe/Rome\n");
    let found = clones.recount("bo", &["check"]).stdout;
    assert!(found.contains("left another version of this file: recount.yaml.ours-"), "{found}");
    let refused = clones.recount("bo", &["credits", "--period", "2026-06"]);
    assert!(refused.stderr.contains("no money is reckoned until one is gone"), "{refused:?}");
}

#[test]
fn sync_brings_and_takes_until_all_have_the_same() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    let first = clones.json("ada");
    assert_eq!((&first["fetched"], &first["pushed"]), (&0.into(), &1.into()), "{first}");
    let second = clones.json("bo");
    assert_eq!((&second["fetched"], &second["pushed"]), (&1.into(), &2.into()), "{second}");
    assert_eq!((&first["merged"], &second["merged"]), (&false.into(), &true.into()), "{second}");
    let keys: Vec<_> = second.as_object().unwrap().keys().collect();
    let wanted = [
        "ahead",
        "behind",
        "branch",
        "fetched",
        "merged",
        "pushed",
        "remote",
        "unsettled",
        "version",
    ];
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, wanted);
    assert!(clones.sync("ada").ok().contains("origin/main: 2 commits came."));
    assert_eq!(clones.head("ada"), clones.head("bo"));
    clones.has("ada", &["Seen by Ada", "Seen by Bo"]);
    assert!(clones.sync("ada").ok().contains("nothing was new"));
    assert_eq!(clones.git("ada", &["status", "--porcelain"]).ok(), "");
}

#[test]
fn a_field_that_both_changed_is_told_and_settled() {
    let mut clones = Clones::new(&["ada", "bo"]);
    clones.sandbox.at("2026-06-10T12:10:00Z");
    clones.recount("ada", &["set", "title=Search is down"]).done();
    clones.sandbox.at("2026-06-10T12:20:00Z");
    clones.recount("bo", &["set", "title=Search times out"]).done();
    clones.sync("ada").done();
    let report = clones.json("bo");
    let field = &report["unsettled"][0];
    assert_eq!((&field["field"], &field["event"]), (&"title".into(), &serde_json::Value::Null));
    clones.has("bo", &["title: Search times out", "value: Search is down"]);
    assert_eq!(clones.sync("ada").code, 1);
    let found = clones.recount("ada", &["check"]).stdout;
    assert!(found.contains("two people changed `title` of the incident"), "{found}");
    // Who writes the one that stands has settled it.
    clones.recount("ada", &["set", "title=Search times out"]).done();
    assert!(!clones.incident("ada").contains("was:"));
    clones.sync("ada").ok();
    clones.sync("bo").ok();
    assert_eq!(clones.incident("ada"), clones.incident("bo"));
}

#[test]
fn sync_says_in_plain_words_why_it_could_not() {
    let clones = Clones::new(&["ada", "bo"]);
    let said = |ran: Ran, words: &str| {
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    };
    let lone = Sandbox::with_record();
    said(lone.recount(["sync"]), "this repository has no remote to sync with");
    clones.recount("ada", &["log", "x"]).done();
    clones.git("ada", &["remote", "set-url", "origin", "/nowhere"]).ok();
    let ran = clones.sync("ada");
    assert!(ran.stderr.contains("what is recorded here is safe"), "{ran:?}");
    said(ran, "origin can't be reached");
    clones.git("bo", &["checkout", "-q", "--detach"]).ok();
    said(clones.sync("bo"), "HEAD is detached");
    clones.git("bo", &["checkout", "-q", "main"]).ok();
    clones.sandbox.shell("git init -q --bare other && git clone -q other else 2>/dev/null").done();
    clones.recount("else", &["init", "--timezone", "UTC"]).done();
    clones.recount("else", &["sync"]).done();
    clones.git("bo", &["remote", "set-url", "origin", "../other"]).ok();
    clones.git("bo", &["update-ref", "-d", "refs/remotes/origin/main"]).ok();
    said(clones.sync("bo"), "have no commit in common");
}

#[test]
fn commits_beside_the_records_are_named_and_not_pushed() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    clones.commit("ada", "README.md", "mine\n");
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    let ran = clones.sync("ada");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stdout.contains("Not pushed") && ran.stdout.contains("change README.md"),
        "{ran:?}"
    );
    clones.has("ada", &["Seen by Ada", "Seen by Bo"]);
    clones.git("ada", &["push", "-q"]).ok();
    clones.sync("ada").ok();
}

#[test]
fn what_stands_in_the_way_of_the_work_tree_keeps_nothing_from_the_remote() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    let path = "ada/incidents/2026/2026-06-10-search-is-slow/incident.yaml";
    let text = clones.sandbox.read(path) + "# by hand\n";
    clones.sandbox.write(path, &text);
    let ran = clones.sync("ada");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("The files here are behind"), "{ran:?}");
    assert_eq!(clones.sandbox.read(path), text);
    clones.sync("bo").ok();
    clones.has("bo", &["Seen by Ada", "Seen by Bo"]);
    clones.recount("ada", &["log", "later"]).done();
    clones.sync("ada").ok();
    clones.has("ada", &["Seen by Ada", "Seen by Bo", "later", "# by hand"]);
}

#[test]
fn a_remote_that_was_rewritten_is_not_merged_and_one_s_own_events_stay() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.recount("bo", &["log", "A secret"]).done();
    clones.sync("bo").ok();
    clones.sync("ada").ok();
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    // Bo takes it out of history.
    clones.git("bo", &["reset", "-q", "--hard", "HEAD~1"]).ok();
    clones.recount("bo", &["log", "In its place"]).done();
    clones.git("bo", &["push", "-qf"]).ok();
    for _ in 0..2 {
        let ran = clones.sync("ada");
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("was rewritten") && ran.stderr.contains("--onto"), "{ran:?}");
    }
    clones.recount("ada", &["sync", "--onto"]).ok();
    clones.has("ada", &["Seen by Ada", "In its place"]);
    assert!(!clones.incident("ada").contains("A secret"));
    assert!(!clones.git("ada", &["log", "-p"]).ok().contains("A secret"));
    clones.sync("bo").ok();
    assert_eq!(clones.head("ada"), clones.head("bo"));
}

#[test]
fn a_protected_branch_a_shallow_clone_and_a_damaged_side() {
    let clones = Clones::new(&["ada"]);
    let hook = "#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n";
    clones.sandbox.write("hub/hooks/pre-receive", hook);
    clones.sandbox.shell("chmod +x hub/hooks/pre-receive").ok();
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    let ran = clones.sync("ada");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("GH006") && ran.stdout.contains("branch: incidents"), "{ran:?}");
    clones.sandbox.shell("rm hub/hooks/pre-receive").ok();
    clones.sync("ada").ok();
    // A shallow clone.
    clones.recount("ada", &["log", "one"]).done();
    clones.sync("ada").ok();
    clones.sandbox.shell("git clone -q --depth 1 file://$PWD/hub low").ok();
    clones.recount("low", &["log", "Seen in the shallow"]).done();
    clones.recount("ada", &["log", "two"]).done();
    clones.sync("ada").ok();
    clones.sync("low").ok();
    clones.has("low", &["two", "Seen in the shallow"]);
    // One side can't be read.
    let path = "low/incidents/2026/2026-06-10-search-is-slow/incident.yaml";
    clones.sandbox.write(path, "title: [\n");
    clones.git("low", &["commit", "-qam", "slip"]).ok();
    clones.sync("ada").ok();
    clones.recount("ada", &["log", "three"]).done();
    clones.sync("ada").ok();
    let ran = clones.sync("low");
    assert!(ran.stdout.contains("the other version is"), "{ran:?}");
    clones.has("low", &["three", "Seen in the shallow"]);
    clones.git("low", &["fsck", "--strict"]).done();
}

#[test]
fn a_branch_of_its_own_carries_the_record_past_a_protected_one() {
    let clones = Clones::new(&["ada", "bo"]);
    for clone in ["ada", "bo"] {
        clones
            .sandbox
            .shell(&format!("printf 'sync: {{branch: incidents}}\\n' >> {clone}/recount.yaml"))
            .ok();
        clones.git(clone, &["commit", "-qam", "branch"]).ok();
        clones.recount(clone, &["log", &format!("Seen by {clone}")]).done();
        clones.sync(clone).ok();
    }
    clones.sync("ada").ok();
    clones.has("ada", &["Seen by ada", "Seen by bo"]);
    assert_eq!(clones.git("ada", &["rev-parse", "origin/incidents"]).ok(), clones.head("ada"));
    assert_eq!(clones.git("ada", &["branch", "--show-current"]).ok(), "main\n");
}

#[test]
fn a_machine_whose_clock_is_off_is_told() {
    let mut clones = Clones::new(&["ada", "bo"]);
    clones.sandbox.at("2026-06-10T15:00:00Z");
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    clones.sandbox.at("2026-06-10T12:05:00Z");
    let said = clones.sync("ada").ok();
    assert!(said.contains("The clock of Ada Diallo's machine is 2 h 55 min ahead"), "{said}");
    // Whose clock is behind is told, too, where it builds on what came before.
    clones.sandbox.at("2026-06-10T15:10:00Z");
    assert!(!clones.sync("ada").ok().contains("clock"));
    clones.sandbox.at("2026-06-10T14:00:00Z");
    clones.recount("bo", &["log", "Again"]).done();
    clones.sandbox.at("2026-06-10T15:20:00Z");
    let said = clones.sync("bo").ok();
    assert!(said.contains("1 h 00 min behind the others"), "{said}");
    assert!(clones.sync("ada").ok().contains("1 h 00 min behind the others"));
    // A rebase gives commits other times, and events keep theirs.
    clones.sandbox.at("2026-06-10T18:20:00Z");
    clones.recount("bo", &["log", "Ahead"]).done();
    clones.sandbox.at("2026-06-10T15:30:00Z");
    let amend = "GIT_COMMITTER_DATE=@1781105400 git -C bo commit -q --amend --no-edit";
    clones.sandbox.shell(amend).ok();
    clones.sync("bo").ok();
    let said = clones.sync("ada").ok();
    assert!(said.contains("2 h 50 min ahead of this one"), "{said}");
}

#[test]
fn one_outage_that_was_declared_on_two_machines_is_told() {
    let clones = Clones::new(&["ada", "bo"]);
    let declare = |clone: &str, title: &str, service: &str| {
        let args = ["declare", title, "--impact", &format!("{service}=down"), "--severity", "sev2"];
        clones.recount(clone, &args).done();
    };
    declare("ada", "Checkout is down", "checkout");
    declare("bo", "Nobody can pay", "checkout");
    declare("bo", "Mail is late", "mail");
    clones.sync("bo").ok();
    let said = clones.sync("ada").ok();
    let join = "recount join 2026-06-10-checkout-is-down 2026-06-10-nobody-can-pay";
    assert!(said.contains(&format!("both about checkout: if it is one outage, {join}")), "{said}");
    assert!(!said.contains("mail-is-late"), "{said}");
    let said = clones.sync("bo").ok();
    assert!(said.contains(join), "{said}");
    assert!(!clones.sync("bo").ok().contains("join"), "it is told once");
    let args: Vec<_> = join.split(' ').skip(1).collect();
    clones.recount("bo", &args).done();
    clones.sync("bo").ok();
    assert!(!clones.sync("ada").ok().contains("join"));
}

#[test]
fn status_says_how_old_the_last_sync_is_and_when_others_were_heard() {
    let mut clones = Clones::new(&["ada", "bo"]);
    assert!(!clones.recount("ada", &["status"]).ok().contains("sync"));
    clones.git("bo", &["config", "user.name", "Bo Li"]).ok();
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    clones.sync("ada").ok();
    clones.sandbox.at("2026-06-10T12:42:00Z");
    let said = clones.recount("ada", &["status"]).ok();
    let wanted = "Last sync with origin/main: 42 min ago. Last heard: Bo Li 42 min ago.";
    assert!(said.contains(wanted), "{said}");
    let json = clones.recount("ada", &["status", "--format", "json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let heard = serde_json::json!([{"person": "Bo Li", "at": "2026-06-10T12:00:00Z"}]);
    assert_eq!(json["last_sync"]["heard"], heard);
}

/// Waits until something is so that a sync in the background brings about.
#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed().as_secs() < 60, "the sync in the background didn't do it");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_writing_verb_starts_a_sync_behind_itself_and_waits_for_none() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.sandbox.shell("printf 'sync: {auto: true}\\n' >> ada/recount.yaml").ok();
    clones.git("ada", &["commit", "-qam", "auto"]).ok();
    let log = |text: &str| clones.recount("ada", &["log", text]).done();
    let there = || clones.git("hub", &["rev-parse", "main"]).ok();
    log("one");
    log("two");
    log("three");
    // The last one is there, too, though it was written while a sync was under way.
    wait_until(|| there() == clones.head("ada"));
    // What came goes into the files here.
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    log("four");
    wait_until(|| there() == clones.head("ada"));
    clones.has("ada", &["one", "two", "three", "four", "Seen by Bo"]);
    // A remote that is gone is told by status, and keeps nobody waiting.
    clones.sandbox.shell("mv hub away").ok();
    log("five");
    let said = || clones.recount("ada", &["status"]).stdout;
    wait_until(|| said().contains("could not do all: origin can't be reached"));
    clones.sandbox.shell("mv away hub").ok();
    log("six");
    wait_until(|| there() == clones.head("ada"));
    wait_until(|| !said().contains("could not do all"));
}

#[test]
fn a_sync_in_the_background_leaves_alone_what_somebody_is_at() {
    let clones = Clones::new(&["ada", "bo"]);
    clones.recount("ada", &["log", "Seen by Ada"]).done();
    clones.recount("bo", &["log", "Seen by Bo"]).done();
    clones.sync("bo").ok();
    let incident = "ada/incidents/2026/2026-06-10-search-is-slow";
    let before = clones.head("ada");
    for sign in [format!("{incident}/.incident.yaml.swp"), "ada/.git/index.lock".to_owned()] {
        clones.sandbox.write(&sign, "");
        clones.recount("ada", &["sync", "--auto"]);
        assert_eq!(clones.head("ada"), before, "{sign}");
        clones.sandbox.shell(&format!("rm {sign}")).ok();
        let said = clones.recount("ada", &["status"]).stdout;
        assert!(said.contains("The files here are behind"), "{said}");
    }
    // What was recorded went all the same.
    clones.sync("bo").ok();
    clones.has("bo", &["Seen by Ada", "Seen by Bo"]);
    // An editor of our own.
    let program = env!("CARGO_BIN_EXE_recount");
    let script = format!("#!/bin/sh\n{program} -C ada sync --auto\n");
    clones.sandbox.write("sync.sh", &script);
    let edit = format!("EDITOR='sh ./sync.sh' {program} -C ada set --edit -i search");
    let ran = clones.sandbox.shell(&edit);
    assert_eq!(clones.head("ada"), before, "{ran:?}");
    assert!(
        clones.recount("ada", &["status"]).stdout.contains("`recount set --edit` is open. See")
    );
    clones.recount("ada", &["sync", "--auto"]).ok();
    clones.has("ada", &["Seen by Ada", "Seen by Bo"]);
}
