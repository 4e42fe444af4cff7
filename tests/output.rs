//! `-o` writes where a person says: whole, through to pipes and devices, and never onto what the record reads.

use crate::support::sandbox::{Ran, Sandbox};
use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::thread;
use std::time::Duration;

const FOLDER: &str = "incidents/2026/2026-06-10-fire";

/// Makes a record with an incident, a document, tables and policies.
fn record() -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["declare", "Fire"]).done();
    sandbox.recount(["draft", "--template", "brief"]).done();
    sandbox.recount(["templates", "eject", "brief"]).done();
    sandbox.write("sla/a.yaml", "x-mine: 1\n");
    sandbox.write("customers.csv", "mine\n");
    sandbox
}

fn render(sandbox: &Sandbox, file: &str) -> Ran {
    sandbox.recount(["render", "--template", "recount/brief", "-o", file])
}

#[test]
fn bytes_pass_through_what_is_no_file() {
    let sandbox = record();
    let page = sandbox.recount(["render"]).ok();
    assert_eq!(sandbox.shell("recount render -o /dev/stdout").ok(), page);
    let appended = format!("before\n{page}after\n");
    let shell = "{ echo before; recount render -o /dev/stdout; echo after; } > all";
    sandbox.shell(shell).ok();
    assert_eq!(sandbox.read("all"), appended);
    let shell = "{ echo before; recount render -o /dev/fd/3 3>&1; echo after; } | cat";
    assert_eq!(sandbox.shell(shell).ok(), appended);
    sandbox.shell("{ echo before >&3; recount render -o /dev/fd/3; } 3> third").ok();
    assert_eq!(sandbox.read("third"), format!("before\n{page}"));
    sandbox
        .shell("mkfifo pipe && { timeout 20 cat pipe > read & } && recount render -o pipe && wait")
        .ok();
    assert_eq!(sandbox.read("read"), page);
    let pipe = fs::symlink_metadata(sandbox.path().join("pipe")).unwrap();
    assert!(pipe.file_type().is_fifo());
}

#[test]
fn bytes_pass_through_to_devices() {
    let sandbox = record();
    // Devices of its own: a slip here, as root, would otherwise take the machine's away.
    if sandbox.shell("mknod null c 1 3 && mknod full c 1 7 && : > null").code != 0 {
        eprintln!("skipped: no device can be made here");
        return;
    }
    sandbox.shell("recount render -o null && test -c null").ok();
    sandbox.shell("ln -s null link && recount render -o link && test -L link && test -c null").ok();
    assert!(sandbox.recount(["render", "-o", "full"]).refused().contains("No space left"));
    sandbox.shell("test -c full").ok();
}

#[test]
fn a_reader_of_a_pipe_may_leave() {
    let sandbox = record();
    let shell = "mkfifo pipe; { timeout 20 head -c 1 pipe > /dev/null & }; recount render --to html -o pipe";
    for _ in 0..5 {
        sandbox.shell(shell).ok();
        fs::remove_file(sandbox.path().join("pipe")).unwrap();
    }
}

#[test]
fn nothing_is_written_onto_what_the_record_reads() {
    let sandbox = record();
    let incident = sandbox.read(format!("{FOLDER}/incident.yaml"));
    fs::create_dir(sandbox.path().join("inner")).unwrap();
    let top = sandbox.path();
    symlink("customers.csv", top.join("link")).unwrap();
    symlink("incidents", top.join("way")).unwrap();
    fs::hard_link(top.join("recount.yaml"), top.join("hard")).unwrap();
    let absolute = top.join("recount.yaml");
    let before = sandbox.git(["status", "--short"]).ok();
    let read = [
        "recount.yaml",
        absolute.to_str().unwrap(),
        "inner/../recount.yaml",
        "inner/recount.yaml",
        "inbox.yaml",
        "customers.csv",
        "claims.csv",
        "maintenance.yaml",
        "sla/a.yaml",
        "sla/new.yaml",
        "measurements/new.csv",
        "credits/2026-06.csv",
        "templates/brief.md",
        "templates/new.md",
        ".recount/incident.schema.json",
        &format!("{FOLDER}/incident.yaml"),
        &format!("{FOLDER}/brief.md"),
        "incidents/2026/2026-06-10-new/incident.yaml",
        "link",
        "way/2026/2026-06-10-fire/incident.yaml",
        "hard",
    ];
    for file in read {
        let said = render(&sandbox, file).refused();
        assert!(said.contains("a file that the record reads"), "{file}: {said}");
    }
    let git = [
        ".git/index",
        ".git/new",
        ".git/hooks/pre-commit",
        ".GIT/x",
        ".gitattributes",
        "inner/.gitattributes",
    ];
    for file in git {
        let said = render(&sandbox, file).refused();
        assert!(said.contains("git's own"), "{file}: {said}");
    }
    assert_eq!(sandbox.git(["status", "--short"]).ok(), before);
    assert_eq!(sandbox.read(format!("{FOLDER}/incident.yaml")), incident);
    let said = sandbox.recount(["-C", FOLDER, "render", "-o", "incident.yaml"]).refused();
    assert!(said.contains("a file that the record reads"), "{said}");
}

#[test]
fn nothing_is_written_onto_what_was_named_to_read() {
    let sandbox = record();
    let context = sandbox.recount(["render", "--template", "brief", "--context"]).ok();
    sandbox.write("context.json", &context);
    let from = ["render", "--template", "brief", "--from-context", "context.json", "-o"];
    let said = sandbox.recount(from.into_iter().chain(["./context.json"])).refused();
    assert!(said.contains("what the answer is made from"), "{said}");
    assert_eq!(sandbox.read("context.json"), context);
    sandbox.recount(from.into_iter().chain(["page.md"])).done();
}

#[test]
fn a_git_folder_elsewhere_is_git_s_own() {
    let sandbox = record();
    sandbox.shell("git init -q --separate-git-dir ../elsewhere .").done();
    for file in ["../elsewhere/config", "../elsewhere/new"] {
        assert!(render(&sandbox, file).refused().contains("git's own"), "{file}");
    }
}

#[test]
fn files_are_replaced_behind_their_links_and_folders_are_not() {
    let sandbox = record();
    let page = sandbox.recount(["render", "--template", "recount/brief"]).ok();
    sandbox.write("out/real.md", "old\n");
    symlink("out/real.md", sandbox.path().join("link.md")).unwrap();
    symlink("gone", sandbox.path().join("dangling")).unwrap();
    render(&sandbox, "link.md").done();
    assert_eq!(sandbox.read("out/real.md"), page);
    assert!(fs::symlink_metadata(sandbox.path().join("link.md")).unwrap().is_symlink());
    render(&sandbox, &format!("{FOLDER}/pages/page.md")).done();
    render(&sandbox, "new/page.md").done();
    assert_eq!(sandbox.read("new/page.md"), page);
    let said = render(&sandbox, "out").refused();
    assert!(said.contains("name a file in it: -o 'out/NAME'"), "{said}");
    assert!(render(&sandbox, "dangling").refused().contains("a link to nothing"));
}

#[test]
fn a_killed_write_leaves_nothing_beside_the_file() {
    let sandbox = record();
    let page = |text: &str| sandbox.write("out/page.html", text);
    let names = || sandbox.shell("ls -A out").ok();
    page("old\n");
    // The system ends it as soon as the file grows over a kilobyte.
    let said = sandbox.shell("ulimit -f 1; exec recount render --to html -o out/page.html");
    assert_ne!(said.code, 0, "{said:?}");
    assert_eq!(
        (names().as_str(), sandbox.read("out/page.html").as_str()),
        ("page.html\n", "old\n")
    );
    for delay in 0..20 {
        page("old\n");
        let mut command = sandbox.command("recount");
        let mut child =
            command.args(["-q", "render", "--to", "html", "-o", "out/page.html"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(delay * 3));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = sandbox.read("out/page.html");
        assert!(now == "old\n" || now.trim_end().ends_with("</html>"), "whole: {now}");
        assert_eq!(names(), "page.html\n");
    }
}
