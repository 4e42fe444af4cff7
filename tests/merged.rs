//! What merges without the driver left: `sync` puts it together, and `check` finds what they lost.

use crate::support::clones::Clones;

/// Two clones that both changed the last lines of an incident, and the second one knows no driver.
fn apart() -> Clones {
    let clones = Clones::new(&["ada", "bo"]);
    for clone in ["ada", "bo"] {
        clones.recount(clone, &["log", &format!("Seen by {clone}")]).done();
    }
    clones.sync("ada").ok();
    clones.git("bo", &["config", "--remove-section", "merge.recount"]).done();
    clones
}

#[test]
fn what_a_merge_without_the_driver_left_is_put_together_and_log_works_meanwhile() {
    let clones = apart();
    assert_eq!(clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit"]).code, 1);
    assert!(clones.incident("bo").contains("<<<<<<< HEAD"));
    let said = clones.recount("bo", &["-i", "search-is-slow", "log", "Meanwhile"]);
    assert!(said.stderr.contains("The event is safe"), "{said:?}");
    let said = clones.sync("bo").done();
    assert!(said.contains("they are together now") && said.contains("committed"), "{said}");
    clones.has("bo", &["Seen by ada", "Seen by bo", "Meanwhile"]);
    assert_eq!(clones.git("bo", &["status", "--porcelain"]).ok(), "");
    clones.sync("ada").ok();
    assert_eq!(clones.head("ada"), clones.head("bo"));
    clones.git("bo", &["fsck", "--strict"]).done();
}

#[test]
fn marks_that_were_committed_are_read_by_the_merge_or_else_by_their_sides() {
    for (change, message) in [("", "of the merge"), ("# by hand\n", "of the marks")] {
        let clones = apart();
        assert_eq!(clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit"]).code, 1);
        let path = "bo/incidents/2026/2026-06-10-search-is-slow/incident.yaml";
        let text = clones.sandbox.read(path);
        clones.sandbox.write(path, &(text + change));
        clones.git("bo", &["commit", "-qam", "as it is"]).ok();
        clones.recount("bo", &["-i", "search-is-slow", "log", "Meanwhile"]).done();
        clones.sync("bo").done();
        clones.has("bo", &["Seen by ada", "Seen by bo", "Meanwhile"]);
        assert!(clones.incident("bo").ends_with(change), "{message}");
        assert_eq!(clones.sync("ada").code, 0, "{message}");
        assert_eq!(clones.head("ada"), clones.head("bo"), "{message}");
    }
}

#[test]
fn a_driver_that_could_not_be_run_and_a_stash_are_put_together() {
    let clones = apart();
    clones.git("bo", &["config", "merge.recount.driver", "gone-recount %O %A %B"]).ok();
    assert_eq!(clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit"]).code, 1);
    assert!(!clones.incident("bo").contains("Seen by ada"));
    clones.recount("bo", &["-i", "search-is-slow", "log", "Meanwhile"]).done();
    clones.sync("bo").done();
    clones.has("bo", &["Seen by ada", "Seen by bo", "Meanwhile"]);
    // A stash.
    clones.recount("bo", &["--no-commit", "log", "Stashed"]).done();
    clones.git("bo", &["stash", "-q"]).done();
    clones.recount("bo", &["log", "Since then"]).ok();
    clones.git("bo", &["config", "--remove-section", "merge.recount"]).done();
    assert_eq!(clones.git("bo", &["stash", "pop", "-q"]).code, 1);
    clones.sync("bo").ok();
    clones.has("bo", &["Stashed", "Since then", "Meanwhile"]);
    assert_eq!(clones.git("bo", &["status", "--porcelain"]).ok(), "");
}

#[test]
fn check_finds_what_a_hosts_button_lost_until_it_is_back() {
    let clones = apart();
    // A person asked for one side.
    clones.git("bo", &["fetch", "-q"]).ok();
    clones.git("bo", &["merge", "-q", "-s", "ours", "--no-edit", "origin/main"]).ok();
    let found = clones.recount("bo", &["check"]).stdout;
    assert!(found.contains("error[lost-in-merge]"), "{found}");
    assert_eq!(found.matches("lost-in-merge]").count(), 1, "{found}");
    let show = found.split("from `").nth(1).unwrap().split('`').next().unwrap();
    let words: Vec<_> = show.split(' ').skip(1).collect();
    let path = "bo/incidents/2026/2026-06-10-search-is-slow/incident.yaml";
    let lost = clones.git("bo", &words).ok();
    let lost =
        &lost[lost.find("Seen by ada").map(|at| lost[..at].rfind("  - ").unwrap()).unwrap()..];
    clones.sandbox.write(path, &(clones.sandbox.read(path) + lost));
    let found = clones.recount("bo", &["check"]).stdout;
    assert!(!found.contains("lost-in-merge"), "{found}");
}

#[test]
fn check_finds_an_event_that_counts_in_two_incidents() {
    let clones = Clones::new(&["ada"]);
    clones.recount("ada", &["log", "Seen", "-i", "search-is-slow"]).done();
    let folder = "ada/incidents/2026/2026-06-10-search-is-slow";
    clones.sandbox.shell(&format!("cp -r {folder} {folder}-again")).ok();
    let found = clones.recount("ada", &["check"]).stdout;
    assert!(found.contains("is in 2026-06-10-search-is-slow-again too"), "{found}");
    assert!(found.contains("is in 2026-06-10-search-is-slow too"), "{found}");
    clones.sandbox.write("ada/customers.csv", "customer,service,plan,fee,currency\nA,api,,1,EUR\n");
    let refused = clones.recount("ada", &["credits", "--period", "2026-06"]);
    assert!(refused.stderr.contains("is in 2026-06-10-search-is-slow too"), "{refused:?}");
}

#[test]
fn a_clone_in_which_git_knows_no_driver_is_told() {
    let clones = apart();
    let told = "doesn't merge by meaning yet";
    assert!(clones.recount("bo", &["check"]).stderr.contains(told));
    clones.recount("bo", &["-i", "search-is-slow", "log", "x"]).done();
    assert!(!clones.recount("bo", &["check"]).stderr.contains(told));
}

#[test]
fn a_rebase_that_stopped_without_the_driver_goes_on_once_sync_has_put_it_together() {
    let clones = apart();
    assert_eq!(clones.git("bo", &["pull", "-q", "--rebase"]).code, 1);
    let said = clones.sync("bo");
    assert!(said.stdout.contains("they are together now"), "{said:?}");
    clones.has("bo", &["Seen by ada", "Seen by bo"]);
    let go_on = ["-c", "core.editor=true", "rebase", "--continue"];
    clones.git("bo", &go_on).done();
    clones.sync("bo").done();
    clones.sync("ada").ok();
    clones.has("ada", &["Seen by ada", "Seen by bo"]);
    assert_eq!(clones.head("ada"), clones.head("bo"));
    clones.git("bo", &["fsck", "--strict"]).done();
}

#[test]
fn a_document_with_marks_keeps_both_versions_of_a_passage() {
    let clones = apart();
    let path = "incidents/2026/2026-06-10-search-is-slow/postmortem.md";
    clones.commit("ada", path, "# A\n\nOne\n");
    clones.git("ada", &["push", "-q"]).done();
    clones.commit("bo", path, "# A\n\nTwo\n");
    clones.git("bo", &["config", "--remove-section", "merge.recount"]);
    assert_eq!(clones.git("bo", &["pull", "-q", "--no-rebase", "--no-edit"]).code, 1);
    clones.sync("bo").done();
    let document = clones.sandbox.read(format!("bo/{path}"));
    assert!(document.contains("One\n") && document.contains("Two\n"), "{document}");
    assert!(document.contains("The other version") && !document.contains("<<<<"), "{document}");
}
