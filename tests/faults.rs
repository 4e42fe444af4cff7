//! Where the disk, git or the terminal fail, an event stays in sight and the message says where.

use crate::durability::{assert_clean, power_loss, texts};
use crate::support::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Makes git refuse the repository, and returns what puts it right.
fn break_git(sandbox: &Sandbox) -> impl Fn() {
    let config = sandbox.path().join(".git/config");
    let good = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{good}[core\n")).unwrap();
    move || fs::write(&config, &good).unwrap()
}

#[test]
fn what_is_written_while_git_refuses_goes_into_the_next_commit() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let mend = break_git(&sandbox);
    let said = sandbox.recount(["-i", "power", "log", "While git was broken"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.contains("not committed yet"), "{said:?}");
    mend();
    sandbox.recount(["-i", "fire", "log", "Elsewhere"]).ok();
    assert_clean(&sandbox);
    assert_eq!(texts(&sandbox, "power"), ["Declared", "While git was broken"]);
}

#[test]
fn what_waits_while_git_refuses_is_in_sight_when_it_is_mended() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let good = sandbox.read(&file);
    let mend = break_git(&sandbox);
    sandbox.write(&file, &format!("{good}<<<<<<<\n"));
    let said = sandbox.recount(["-i", "power", "log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    mend();
    sandbox.recount(["-i", "power", "log", "Kept too"]).done();
    sandbox.write(&file, &good);
    let waits = sandbox.recount(["check"]).stdout.matches("waits outside of the record").count();
    assert_eq!(waits, 2, "check tells of the spool");
    assert_eq!(texts(&sandbox, "power").len(), 3);
    sandbox.recount(["log", "Next"]).done();
    sandbox.recount(["log", "And on"]).ok();
    let told: BTreeSet<_> = texts(&sandbox, "power").into_iter().collect();
    assert_eq!(told, ["Declared", "Kept", "Kept too", "Next", "And on"].map(String::from).into());
    assert_clean(&sandbox);
}

#[test]
fn what_waits_is_in_sight_where_the_whole_repository_was_moved() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let good = sandbox.read(&file);
    sandbox.write(&file, "title: [\n");
    sandbox.recount(["-i", "power", "log", "Kept"]).done();
    sandbox.write(&file, &good);
    sandbox.shell("cd .. && mv work elsewhere && mkdir work").ok();
    let moved = sandbox.path().with_file_name("elsewhere");
    let moved = moved.to_str().unwrap();
    assert!(sandbox.recount(["-C", moved, "show", "power"]).ok().contains("Kept"));
    let said = sandbox.recount(["-C", moved, "log", "Next"]);
    assert!(said.stderr.contains("is in 2026-06-10-power-loss now"), "{said:?}");
}

#[test]
fn a_pipe_in_place_of_an_incident_keeps_nobody_waiting() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    fs::remove_file(sandbox.path().join(&file)).unwrap();
    sandbox.shell(&format!("mkfifo {}", file.display())).ok();
    let said = sandbox.shell("timeout 5 recount -i power log Kept");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("no ordinary file"), "{said:?}");
    assert_eq!(sandbox.shell("timeout 5 recount status").code, 0);
    assert!(sandbox.shell("timeout 5 recount check").stdout.contains("no ordinary file"));
    fs::remove_file(sandbox.path().join(&file)).unwrap();
    sandbox.git(["checkout", "-q", "."]).ok();
    sandbox.recount(["log", "Next"]).done();
    assert_eq!(texts(&sandbox, "power").iter().filter(|text| *text == "Kept").count(), 1);
}

#[test]
fn a_full_output_says_that_what_was_written_is_kept() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full here");
        return;
    }
    for verb in ["log Kept", "set severity=sev2", "action add Mend", "declare Fire"] {
        let said = sandbox.shell(&format!("recount -i power {verb} > /dev/full"));
        assert_eq!(said.code, 2, "{verb}");
        assert!(said.stderr.contains("is kept: don't run it again"), "{verb}: {said:?}");
    }
    let said = sandbox.shell("recount show power > /dev/full");
    assert!(!said.stderr.contains("kept"), "{said:?}");
    assert_eq!(texts(&sandbox, "power"), ["Declared", "Kept"]);
}

#[test]
fn a_clock_from_before_1970_makes_commits_that_git_takes() {
    let mut sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    sandbox.at("1969-07-20T20:17:40Z");
    sandbox.recount(["-i", "power", "log", "Landed"]).done();
    sandbox.at("9999-12-31T23:59:59Z");
    sandbox.recount(["-i", "power", "log", "The end"]).done();
    assert_clean(&sandbox);
}

#[test]
fn an_init_that_was_cut_short_is_finished_by_the_next() {
    let sandbox = Sandbox::new();
    sandbox.shell("git init -q && recount --no-commit init").done();
    assert!(sandbox.git(["status", "--short"]).ok().contains("recount.yaml"));
    sandbox.recount(["init"]).ok();
    assert_clean(&sandbox);
    sandbox.write("recount.yaml", "commit: false\n");
    fs::remove_dir_all(sandbox.path().join(".recount")).unwrap();
    sandbox.recount(["init"]).ok();
    assert_eq!(sandbox.git(["log", "--format=%s"]).ok(), "init: make a record\n");
}

#[test]
fn what_a_killed_commit_left_in_the_git_folder_goes_with_the_next() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    sandbox.write(".git/recount-lock-a1b2c3", "lock of recount\n");
    sandbox.write(".git/recount/.recount-d4e5f6", "half of a memory");
    let path = sandbox.path().join(file);
    sandbox.write(".git/recount/lock", &format!("[{:?}]", path.to_str().unwrap()));
    sandbox.recount(["log", "Next"]).ok();
    assert_eq!(sandbox.shell("find .git -name 'recount-lock*' -o -name '.recount-*'").ok(), "");
}

#[test]
fn what_was_typed_into_an_editor_is_taken_or_kept() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let edit = |editor: &str| {
        let mut command = sandbox.command("recount");
        let ran = command.args(["set", "--edit"]).env("EDITOR", editor).output().unwrap();
        (ran.status.code().unwrap(), String::from_utf8(ran.stderr).unwrap())
    };
    assert_eq!(edit("sed -i 's/Power loss/Loss of power/'"), (0, String::new()));
    assert!(sandbox.read(&file).contains("title: Loss of power"));
    let before = sandbox.read(&file);
    let kept = |said: &str| {
        let path = said.split("kept in ").nth(1).unwrap().trim_end();
        fs::read_to_string(path).unwrap()
    };
    let (code, said) = edit("sh -c 'echo \"[mine\" >> \"$1\"' sh");
    assert_eq!(code, 2);
    assert!(kept(&said).ends_with("[mine\n"), "{said}");
    let (code, said) = edit("sh -c 'recount log Meanwhile >&2; echo \"x-mine: 1\" >> \"$1\"' sh");
    assert_eq!(code, 2);
    assert!(kept(&said).ends_with("x-mine: 1\n"), "{said}");
    for editor in ["/nowhere/ed", "false", "sh -c 'rm \"$1\"' sh"] {
        assert_eq!(edit(editor).0, 2, "{editor}");
    }
    assert_eq!(edit("true"), (0, "nothing was changed\n".to_owned()));
    let after = sandbox.read(&file);
    assert!(after.starts_with(&before) && after.contains("Meanwhile"), "{after}");
    assert_clean(&sandbox);
}

#[test]
fn a_record_that_can_not_be_looked_at_is_not_passed_over_for_the_one_above() {
    let sandbox = Sandbox::with_record();
    power_loss(&sandbox);
    fs::create_dir(sandbox.path().join("inner")).unwrap();
    symlink("recount.yaml", sandbox.path().join("inner/recount.yaml")).unwrap();
    let said = sandbox.recount(["-C", "inner", "log", "SchemaKind the inner record"]).refused();
    assert!(said.contains("inner/recount.yaml"), "{said}");
    assert_eq!(texts(&sandbox, "power"), ["Declared"]);
}

#[test]
fn what_is_made_takes_no_place_that_is_taken() {
    let sandbox = Sandbox::with_record();
    let folder = sandbox.path().join("incidents/2026/2026-06-10-fire");
    fs::create_dir_all(&folder).unwrap();
    symlink("gone", folder.join("incident.yaml")).unwrap();
    assert_eq!(sandbox.recount(["-q", "declare", "Fire"]).ok(), "2026-06-10-fire-2\n");
    fs::create_dir(sandbox.path().join("templates")).unwrap();
    symlink("gone.md", sandbox.path().join("templates/brief.md")).unwrap();
    let said = sandbox.recount(["templates", "eject", "brief"]);
    assert_eq!(said.code, 2, "{said:?}");
    sandbox.write("file", "mine\n");
    let said = sandbox.recount(["demo", "file"]).refused();
    assert!(said.contains("cannot read") && said.contains("recount demo DIR"), "{said}");
    assert_eq!(sandbox.read("file"), "mine\n");
}

#[test]
fn an_incident_that_git_can_not_tell_of_gets_an_id_of_its_own() {
    let sandbox = Sandbox::with_record();
    let tree = sandbox.git(["rev-parse", "HEAD^{tree}"]).ok();
    let (folder, name) = tree.trim().split_at(2);
    fs::remove_file(sandbox.path().join(format!(".git/objects/{folder}/{name}"))).unwrap();
    let said = sandbox.recount(["declare", "Fire"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "2026-06-10-fire-1781092800\n"), "{said:?}");
    assert!(said.stderr.contains("not committed yet"), "{said:?}");
}

#[test]
fn an_init_leaves_a_git_folder_alone_that_git_can_not_read() {
    let sandbox = Sandbox::new();
    sandbox.write(".git/HEAD", "ref: refs/heads/mine\n");
    let said = sandbox.recount(["init"]).refused();
    assert!(said.contains(".git/HEAD") && said.contains("status` tells why"), "{said}");
    assert_eq!(sandbox.shell("find .git").ok(), ".git\n.git/HEAD\n");
}

#[test]
fn a_file_that_waits_goes_on_waiting_while_it_can_not_be_looked_at() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    sandbox.recount(["-q", "declare", "Fire"]).done();
    let mend = break_git(&sandbox);
    sandbox.recount(["-i", "power", "log", "While git was broken"]).done();
    sandbox.recount(["-q", "declare", "Smoke"]).done();
    mend();
    let folder = sandbox.path().join(file.parent().unwrap());
    let aside = sandbox.path().with_file_name("aside");
    fs::rename(&folder, &aside).unwrap();
    symlink(folder.file_name().unwrap(), &folder).unwrap();
    sandbox.recount(["-i", "2026-06-10-fire", "log", "Meanwhile"]).done();
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    sandbox.recount(["-i", "2026-06-10-fire", "log", "Mended"]).ok();
    assert_clean(&sandbox);
    assert_eq!(texts(&sandbox, "power"), ["Declared", "While git was broken"]);
}

#[test]
fn what_git_is_in_the_middle_of_is_not_passed_over_where_it_can_not_be_looked_at() {
    let sandbox = Sandbox::with_record();
    let file = power_loss(&sandbox);
    let before = sandbox.git(["rev-parse", "HEAD"]).ok();
    symlink("BISECT_LOG", sandbox.path().join(".git/BISECT_LOG")).unwrap();
    let said = sandbox.recount(["log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("a bisect is in progress"), "{said:?}");
    assert!(!sandbox.read(&file).contains("Kept"));
    assert_eq!(sandbox.git(["rev-parse", "HEAD"]).ok(), before);
    fs::remove_file(sandbox.path().join(".git/BISECT_LOG")).unwrap();
    sandbox.recount(["log", "Next"]).done();
    assert_eq!(texts(&sandbox, "power"), ["Declared", "Kept", "Next"]);
}
