//! How many keys a night costs: in the war room and on the command line, beside a plain file of notes.

use crate::durability::texts;
use crate::support::sandbox::Sandbox;
use std::io::Write;
use std::process::Stdio;

/// What happens, as a commander would write it into a file, types it into the war room, and on the command line.
///
/// A note has its clock, for a file has none of its own. The quick keys of an editor are left out, and so are those of a
/// shell: history and completion help both.
const NIGHT: [[&str; 3]; 17] = [
    // An incident is declared.
    [
        "03:12 INCIDENT: checkout fails, sev2",
        "/new Checkout fails\n/sev2",
        "recount declare Checkout fails --severity 2",
    ],
    // An alert from before.
    [
        "03:05 alert: 5xx above 5%",
        "-7m /alert 5xx above 5%",
        "recount log 5xx above 5% --kind alert --at -7m",
    ],
    ["03:12 ack", "/ack", "recount ack"],
    // Two services, each with the part of its requests that fail.
    [
        "03:14 checkout down (40%), search degraded (10%)",
        "checkout=down:40% search=degraded:10%",
        "recount impact checkout=down:40%,search=degraded:10%",
    ],
    [
        "03:16 restarted the scheduler",
        "restarted the scheduler",
        "recount log restarted the scheduler",
    ],
    // Another one, and a note for the first.
    ["03:18 INCIDENT: mail is late", "/new Mail is late", "recount declare Mail is late"],
    [
        "03:18 checkout: the queue is full",
        "/to checkout\nthe queue is full",
        "recount log -i checkout the queue is full",
    ],
    ["03:20 checkout: sev1", "/sev1", "recount -i checkout sev 1"],
    ["03:22 checkout: IC is Bo now", "/ic Bo", "recount -i checkout role ic=Bo"],
    // What somebody wrote in a chat, elsewhere in the world.
    [
        "03:20 UTC Kim: db failover done",
        "03:20 UTC Kim: db failover done",
        "recount log -i checkout Kim: db failover done --at 03:20UTC",
    ],
    // It belongs to the other.
    ["(the 03:18 note is for mail)", "/move last mail", "recount -i checkout amend last --to mail"],
    [
        "03:25 public: we look into failing payments",
        "/publish we look into failing payments\n",
        "recount log -i checkout --public we look into failing payments",
    ],
    [
        "03:31 checkout: mitigated, errors fall",
        "/mitigated errors fall",
        "recount -i checkout mitigated errors fall",
    ],
    ["03:40 checkout: recovered", "/recovered", "recount -i checkout recovered"],
    ["03:45 checkout: resolved", "/resolved", "recount -i checkout resolved"],
    // A minute ago.
    [
        "03:46 checkout: reopened, errors again",
        "-1m /reopened errors again",
        "recount -i checkout reopen errors again --at -1m",
    ],
    ["(no, scratch that)", "/undo", "recount undo"],
];

/// Returns how many keys a column costs, with Enter behind each line.
fn keys(column: usize) -> usize {
    NIGHT.iter().map(|step| step[column].chars().count() + 1).sum()
}

fn record() -> Sandbox {
    let mut sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "services: {checkout: {}, search: {}}\n");
    sandbox.at("2026-06-10T03:30:00Z");
    sandbox
}

/// Holds what a night left in the record.
#[track_caller]
fn assert_told(sandbox: &Sandbox) {
    let checkout = texts(sandbox, "checkout");
    for text in
        ["5xx above 5%", "restarted the scheduler", "we look into failing payments", "errors fall"]
    {
        assert!(checkout.iter().any(|told| told.contains(text)), "{text}: {checkout:?}");
    }
    let shown = sandbox.recount(["show", "checkout", "--format", "json"]).ok();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["severity"], &shown["state"]), (&"sev1".into(), &"resolved".into()));
    assert_eq!(shown["roles"]["commander"], "Bo");
    let impact =
        shown["events"].as_array().unwrap().iter().find(|e| !e["impact"]["search"].is_null());
    assert_eq!(impact.unwrap()["impact"]["search"][0]["share"], "10%");
    let mail = texts(sandbox, "mail");
    assert!(mail.iter().any(|told| told.contains("db failover done")), "{mail:?}");
}

#[test]
fn the_war_room_costs_little_more_keys_than_a_file() {
    let sandbox = record();
    // A pipe is asked for certainty in another way.
    let lines: Vec<_> =
        NIGHT.iter().map(|step| step[1].replace("/publish ", "/publish! ")).collect();
    let mut command = sandbox.command("recount");
    command.arg("watch").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_told(&sandbox);
    let (room, file) = (keys(1), keys(0));
    assert!(room * 10 <= file * 11, "{room} keys, where a file takes {file}");
}

#[test]
fn the_command_line_costs_at_most_so_many() {
    let sandbox = record();
    for [_, _, line] in NIGHT {
        sandbox.shell(line).done();
    }
    assert_told(&sandbox);
    let (typed, file) = (keys(2), keys(0));
    assert!(typed * 10 <= file * 16, "{typed} keys, where a file takes {file}");
}
