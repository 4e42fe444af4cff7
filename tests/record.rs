//! The record as a whole: what a verb commits, and what it leaves alone.

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
