//! Two clones and a hub: what plain git does with the merge driver, and what `sync` does.

use crate::support::sandbox::{Ran, Sandbox};

/// Some clones of one record beside a bare repository that they share.
struct Clones {
    sandbox: Sandbox,
}

impl Clones {
    /// Makes a record with one incident in `hub`, and a clone for each name.
    fn new(names: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.shell("git init -q --bare hub && git clone -q hub first 2>/dev/null").done();
        let clones = Self { sandbox };
        clones.recount("first", &["init"]).done();
        clones.recount("first", &["declare", "Search is slow", "--severity", "sev2"]).done();
        clones.git("first", &["push", "-q", "origin", "main"]).done();
        for name in names {
            clones.sandbox.shell(&format!("git clone -q hub {name}")).done();
        }
        clones
    }

    fn recount(&self, clone: &str, args: &[&str]) -> Ran {
        self.sandbox.recount([&["-C", clone], args].concat())
    }

    fn git(&self, clone: &str, args: &[&str]) -> Ran {
        self.sandbox.git([&["-C", clone], args].concat())
    }

    fn incident(&self, clone: &str) -> String {
        self.sandbox.read(format!("{clone}/incidents/2026/2026-06-10-search-is-slow/incident.yaml"))
    }

    #[track_caller]
    fn has(&self, clone: &str, texts: &[&str]) {
        let incident = self.incident(clone);
        for text in texts {
            assert_eq!(incident.matches(text).count(), 1, "{text} in {clone}:\n{incident}");
        }
    }
}

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
}
