//! What the system sets for a process, and what it gives it to read.

use crate::support::sandbox::{Ran, Sandbox};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn one_open() -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["-q", "declare", "Fire"]).ok();
    sandbox
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_no_death() {
    let sandbox = one_open();
    let long = "x".repeat(3000);
    let said = sandbox.shell(&format!("ulimit -f 1; recount log {long}")).refused();
    assert!(
        said.contains("could not be kept anywhere") && said.contains("File too large"),
        "{said}"
    );
    let file = sandbox.incidents();
    assert!(!file[0].1.contains("xxx"), "{file:?}");
    sandbox.recount(["log", "Next"]).ok();
    assert_eq!(sandbox.git(["status", "--porcelain"]).ok(), "");
}

#[test]
fn a_small_stack_is_enough() {
    let sandbox = one_open();
    for verb in [
        "log Deep",
        "show",
        "list",
        "status",
        "stats",
        "check",
        "render --template google-sre",
        "--help",
    ] {
        let ran = sandbox.shell(&format!("ulimit -s 64; recount {verb}"));
        assert!(ran.code == 0 || verb == "check" && ran.code == 1, "{verb}: {ran:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_escaped() {
    let sandbox = one_open();
    let mut command = sandbox.command("recount");
    let piped = command.args(["log", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"caf\xe9 is closed").unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert!(ran.code == 0 && ran.stderr.contains("not all UTF-8"), "{ran:?}");
    assert!(sandbox.recount(["show"]).ok().contains("caf\\xE9 is closed"));
}

#[test]
fn what_was_typed_beside_bytes_that_are_no_text_waits_as_well() {
    let sandbox = one_open();
    sandbox.shell("mkdir \"$(printf 'b\\351d')\"").ok();
    let file = sandbox.incidents()[0].0.clone();
    fs::write(&file, "title: [\n").unwrap();
    let said = sandbox.shell("recount -C \"$(printf 'b\\351d')\" -i fire log Kept");
    assert!(said.code == 0 && said.stderr.contains("The event is safe in"), "{said:?}");
}

#[test]
fn a_history_without_the_git_program_says_so_where_it_needs_it() {
    let sandbox = one_open();
    fs::create_dir(sandbox.path().join("empty")).unwrap();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_recount"));
    let ran =
        Ran::of(command.env("PATH", sandbox.path().join("empty")).arg("history").output().unwrap());
    let said = ran.refused();
    assert!(
        said.contains("the git program can't be started") && said.contains("install git"),
        "{said}"
    );
}

#[test]
fn a_request_to_end_reaches_the_command_that_runs_and_is_recorded() {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["declare", "Checkout fails"]).done();
    let script = "trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    let mut command = sandbox.command("recount");
    let running = command.args(["-q", "run", "--", "sh", "-c", script]).stdout(Stdio::piped());
    let mut running = running.stderr(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(running.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    sandbox.shell(&format!("kill -TERM {}", running.id())).ok();
    assert_eq!(running.wait().unwrap().code(), Some(7));
    let shown = sandbox.recount(["show"]).ok();
    assert!(shown.contains("exit code 7"), "{shown}");
}

#[test]
fn what_a_command_leaves_running_does_not_delay_its_record() {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["declare", "Checkout fails"]).done();
    let script = "(while [ ! -e told ]; do sleep 0.05; done; echo later) & echo begun";
    let mut command = sandbox.command("recount");
    let running = command.args(["run", "--output", "--", "sh", "-c", script]);
    let running = running.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let recorded = || sandbox.recount(["show"]).ok().contains("exit code 0");
    let until = Instant::now() + Duration::from_secs(60);
    while !recorded() && Instant::now() < until {
        sleep(Duration::from_millis(50));
    }
    assert!(recorded(), "while something still prints");
    sandbox.write("told", "");
    let ran = Ran::of(running.wait_with_output().unwrap());
    assert_eq!(ran.stdout, "begun\nlater\n");
    assert!(ran.stderr.contains("goes on"), "{}", ran.stderr);
}

#[test]
fn a_disk_that_fails_where_the_library_holds_it_impossible_is_an_error() {
    let sandbox = one_open();
    let failing = "#include <dirent.h>\n#include <errno.h>\nint closedir(DIR *d) { errno = EIO; return -1; }\n";
    sandbox.write("failing.c", failing);
    if sandbox.shell("cc -shared -fPIC -o failing.so failing.c").code != 0 {
        eprintln!("skipped: there is no C compiler to make a failing disk with");
        return;
    }
    for verb in ["log Lost", "list", "check"] {
        let ran = sandbox.shell(&format!("LD_PRELOAD=./failing.so recount {verb}"));
        assert_eq!(ran.code, 2, "{verb}: {ran:?}");
        assert!(ran.stderr.contains("whether the disk is sound"), "{verb}: {}", ran.stderr);
    }
    sandbox.recount(["log", "Kept"]).ok();
}
