//! The record as a whole: what a verb commits, and what it leaves alone.

use crate::support::place::Place;
use crate::support::sandbox::Sandbox;

#[test]
fn a_verb_commits_its_own_paths_alone() {
    let sandbox = Sandbox::with_record();
    sandbox.write("staged.txt", "mine\n");
    sandbox.git(["add", "staged.txt"]).ok();
    sandbox.write("loose.txt", "mine too\n");
    let id = sandbox.recount(["-q", "declare", "Power loss"]).ok();
    let shown = sandbox.git(["show", "--name-only", "--format=%s%n%an <%ae>"]).ok();
    let path = format!("incidents/2026/{}/incident.yaml", id.trim());
    assert_eq!(shown, format!("declare: Power loss\nAda Diallo <ada@example.com>\n\n{path}\n"));
    assert_eq!(sandbox.git(["status", "--short"]).ok(), "A  staged.txt\n?? loose.txt\n");
    assert!(sandbox.read(path).contains("title: Power loss"));
}

#[test]
fn a_verb_without_a_terminal_names_the_flag_and_writes_nothing() {
    let sandbox = Sandbox::with_record();
    for args in [vec!["declare"], vec!["retract"], vec!["amend"], vec!["mark"]] {
        let said = sandbox.recount(&args).refused();
        assert!(said.contains("→ give "), "{args:?}: {said}");
    }
    assert_eq!(sandbox.git(["log", "--format=%s"]).ok(), "init: make a record\n");
}

#[test]
fn a_record_can_leave_commits_to_people() {
    let sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "commit: false\n");
    sandbox.recount(["-q", "declare", "Power loss"]).ok();
    assert_eq!(sandbox.git(["log", "--format=%s"]).ok(), "init: make a record\n");
    assert!(sandbox.git(["status", "--short"]).ok().contains("?? incidents/"));
}

/// Editors complete and check what they find a schema for.
#[test]
fn every_yaml_file_of_the_worked_record_names_its_schema() {
    let sandbox = Sandbox::new();
    sandbox.recount(["demo", "d"]).done();
    let files = sandbox.shell("find d -name '*.yaml'").ok();
    assert!(files.lines().count() >= 5, "{files}");
    for file in files.lines() {
        let text = sandbox.read(file);
        let (_, schema) =
            text.lines().next().unwrap().split_once("yaml-language-server: $schema=").unwrap();
        let folder = sandbox.path().join(file).parent().unwrap().to_owned();
        assert!(folder.join(schema).is_file(), "{file} names {schema}");
    }
}

#[test]
fn every_verb_makes_one_commit_and_the_log_reads_well() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell("echo f >f; git add f; echo g >g");
    let id = |json: String, field: &str| {
        let said: serde_json::Value = serde_json::from_str(&json).unwrap();
        said[field]["id"].as_str().unwrap().to_owned()
    };
    let logged = here.recount(["log", "Breakers tripped", "--format", "json"]).ok();
    let event = id(logged, "event");
    let before = here.seen();
    let verbs = [
        vec!["mark", "detected", "Alarm from the UPS"],
        vec!["impact", "db=down", "Nothing answers"],
        vec!["progress", "db=3/10", "Racks are coming up"],
        vec!["amend", &event, "--text", "Two breakers tripped\nin hall 2"],
        vec!["retract", &event, "--reason", "That was the drill"],
        vec!["undo"],
        vec!["set", "severity=sev2", "attribution=provider"],
        vec!["action", "add", "Order a spare breaker"],
        vec![
            "log",
            "A line so long that it would not fit in the subject of a commit, which is seventy-two wide",
        ],
        vec!["log", "--mark", "resolved"],
    ];
    for verb in &verbs {
        here.recount(verb).ok();
        assert_eq!(here.seen().rest(), before.rest(), "{verb:?}");
    }
    let list = here.recount(["action", "list", "--format", "json"]).ok();
    let actions: serde_json::Value = serde_json::from_str(&list).unwrap();
    here.recount(["action", "done", actions["actions"][0]["id"].as_str().unwrap()]).ok();
    here.assert_committed();
    let subjects = here.git(["log", "--reverse", "--format=%s"]).ok();
    let subjects = subjects.replace(&format!("the event {event}"), "the event EVENT");
    let wanted = "\
init: make a record
declare: Power loss
log: Breakers tripped
mark: Alarm from the UPS
impact: Nothing answers
progress: Racks are coming up
amend: Two breakers tripped in hall 2
retract: the event EVENT
undo: what `retract` wrote
set: severity=sev2, attribution=provider
action: Order a spare breaker
log: A line so long that it would not fit in the subject of a commit, w…
log: Resolved
action done: Order a spare breaker
";
    assert_eq!(subjects, wanted);
}
