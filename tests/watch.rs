//! The war room: a screen on a terminal, lines from a pipe elsewhere; nothing that was typed is lost.

use crate::durability::texts;
use crate::support::mount::skipped;
use crate::support::sandbox::{Ran, Sandbox};
use crate::support::terminal::OnTerminal;
use rustix::process::Signal;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

/// Returns a record in which an incident is open.
fn fire() -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.recount(["-q", "declare", "Fire", "--severity", "sev1", "--service", "api"]).done();
    sandbox
}

/// Gives lines to the war room through a pipe.
fn piped(sandbox: &Sandbox, args: &[&str], lines: &str) -> Ran {
    let mut command = sandbox.command("recount");
    command.arg("watch").args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_night_is_told_in_lines() {
    let sandbox = fire();
    let said = piped(
        &sandbox,
        &[],
        "11:40 api=down Every call fails\n\
         /ack\n\
         Restarted the scheduler\n\
         -\n\
         /var/log is full\n\
         /hyp A bad deploy\n\
         -2m /decision Roll back\n\
         /sev 2 Half of it works\n\
         /ic \"Ada Diallo\"\n\
         api=up /mitigated is text here\n\
         /recovered It answers\n\
         /action Alert on disks @ada 2026-07-01\n\
         /resolved\n",
    );
    assert_eq!(said.code, 0, "{said:?}");
    let told = texts(&sandbox, "fire");
    for text in
        ["Every call fails", "Acknowledged", "Restarted the scheduler", "-", "/var/log is full"]
    {
        assert!(told.iter().any(|told| told == text), "{text}: {told:?}");
    }
    assert_eq!(told.len(), 13, "{told:?}");
    let shown = sandbox.recount(["show", "fire"]).ok();
    assert!(shown.contains("commander Ada Diallo") && shown.contains("Alert on disks"), "{shown}");
    assert!(shown.contains("resolved"), "{shown}");
}

#[test]
fn a_line_that_is_refused_is_kept_and_said() {
    let sandbox = fire();
    let said = piped(&sandbox, &[], "/sev9 Worse than all\n/to nowhere\nStill here\n");
    // What is no command is text, with a hint where a letter is amiss.
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stderr.contains("the line is kept as the note"), "{said:?}");
    let told = texts(&sandbox, "fire");
    assert!(told.contains(&"refused: /to nowhere".to_owned()), "{told:?}");
    assert!(told.contains(&"Still here".to_owned()), "{told:?}");
}

#[test]
fn a_bridge_speaks_json_for_many_people() {
    let sandbox = fire();
    sandbox.recount(["-q", "declare", "Flood", "--service", "db"]).done();
    let lines = r#"{"text": "Seen by Ada", "by": "ada", "incident": "fire", "source": "slack:1"}
{"text": "/to flood", "by": "bo"}
{"text": "Seen by Bo", "by": "bo"}
{"text": "db=down", "by": "cy"}
{"text": "Seen by Ada", "by": "ada", "incident": "fire", "source": "slack:1"}
{"text": "/undo", "by": "bo"}
{"text": "/publish We look into it", "by": "bo"}
{"text": "/publish! We look into it", "by": "bo"}
{"txt": "a slip"}
not json, and text all the same
"#;
    let said = piped(&sandbox, &["--format", "json"], lines);
    let answers = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    let answers: Vec<serde_json::Value> = answers.collect();
    assert_eq!(answers.len(), 10, "{said:?}");
    let ok: Vec<_> = answers.iter().map(|answer| answer["ok"].as_bool().unwrap()).collect();
    assert_eq!(ok, [true, true, true, true, true, true, false, true, false, true]);
    assert_eq!(answers[0]["incident"], "2026-06-10-fire");
    assert_eq!(answers[0]["where"], "incident");
    assert_eq!(answers[0]["event"], answers[4]["event"], "twice is once");
    assert_eq!(answers[3]["incident"], "2026-06-10-flood", "it alone has the service");
    assert_eq!(answers[5]["event"], answers[2]["event"], "each takes back their own");
    assert_eq!(answers[9]["where"], "inbox", "nobody knows which of two");
    assert_eq!(texts(&sandbox, "fire").iter().filter(|text| *text == "Seen by Ada").count(), 1);
}

/// Opens the war room on a terminal; none where no terminal is to be had.
fn on_terminal(sandbox: &Sandbox) -> Option<OnTerminal> {
    if !OnTerminal::is_to_be_had() {
        skipped("the war room on a terminal: there is no `setsid --ctty`");
        return None;
    }
    let mut room = OnTerminal::recount(sandbox, &["watch"]);
    room.sees("Fire");
    Some(room)
}

#[test]
fn what_is_typed_on_the_screen_is_in_the_record_before_it_is_shown() {
    let sandbox = fire();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    room.keys("11:50 Smoke in the hall\r").sees("Smoke in the hall");
    room.sees("in 2026-06-10-fire");
    assert!(texts(&sandbox, "fire").contains(&"Smoke in the hall".to_owned()));
    // A paste of many lines is one event.
    room.keys("\u{1b}[200~It says:\r\none\r\ntwo\u{1b}[201~").keys("\r").sees("It says:");
    room.sees("two");
    // A record that another changes.
    sandbox.recount(["-q", "log", "From another machine"]).done();
    room.sees("From another machine");
    room.keys("/publish We look into it\r").sees("Enter sends it");
    assert!(!texts(&sandbox, "fire").contains(&"We look into it".to_owned()));
    room.keys("\r").sees("public");
    room.keys("\u{4}");
    assert!(room.ends().success(), "{}", room.shown());
    room.is_as_before();
    let told = texts(&sandbox, "fire");
    assert!(told.contains(&"It says:\none\ntwo".to_owned()), "{told:?}");
    assert!(told.contains(&"We look into it".to_owned()), "{told:?}");
    assert_eq!(sandbox.git(["status", "--porcelain"]).ok(), "");
}

#[test]
fn a_lost_connection_keeps_what_was_not_sent() {
    let sandbox = fire();
    for signal in [Signal::TERM, Signal::HUP] {
        let Some(mut room) = on_terminal(&sandbox) else { return };
        let typed = format!("Half a li by {signal:?}");
        room.keys(&typed).sees(&typed).signal(signal);
        assert_eq!(room.ends().signal(), Some(signal.as_raw()), "{}", room.shown());
        room.is_as_before();
    }
    let told = texts(&sandbox, "fire");
    let kept = told.iter().filter(|text| text.starts_with("refused: Half a li by")).count();
    assert_eq!(kept, 2, "{told:?}");
}

#[test]
fn a_terminal_that_is_gone_ends_it_and_keeps_what_was_not_sent() {
    let sandbox = fire();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    room.keys("Half a word").sees("Half a word");
    assert_eq!(room.hangs_up().signal(), Some(Signal::HUP.as_raw()));
    let told = texts(&sandbox, "fire");
    assert!(told.contains(&"refused: Half a word!".to_owned()), "{told:?}");
}

#[test]
fn it_can_be_stopped_and_goes_on_and_ctrl_c_leaves() {
    let sandbox = fire();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    room.keys("\u{1a}").is_stopped().is_as_before();
    room.signal(Signal::CONT).sees("Fire");
    room.keys("Not sent\u{3}").keys("Sent\r").sees("in 2026-06-10-fire");
    room.keys("\u{3}");
    assert!(room.ends().success(), "{}", room.shown());
    room.is_as_before();
    let told = texts(&sandbox, "fire");
    assert!(told.contains(&"Sent".to_owned()), "{told:?}");
    assert!(!told.iter().any(|text| text.contains("Not sent")), "{told:?}");
}

#[test]
fn another_size_and_a_thousand_events_are_drawn() {
    let sandbox = fire();
    let (path, mut text) = sandbox.incidents().remove(0);
    for minute in 0..1000 {
        let at = format!("2026-06-09T{:02}:{:02}:00Z", minute / 60, minute % 60);
        text +=
            &format!("  - {{id: a{minute:07}, at: {at}, logged: {at}, text: Event {minute}}}\n");
    }
    std::fs::write(path, text).unwrap();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    room.sees("Event 999").resize(60, 12).sees("Event 999").resize(120, 40).sees("Event 980");
    room.keys("And one more\r").sees("And one more");
    room.keys("\u{4}");
    assert!(room.ends().success(), "{}", room.shown());
    assert_eq!(texts(&sandbox, "fire").len(), 1002);
}

#[test]
fn a_file_that_can_t_be_read_loses_no_line() {
    let sandbox = fire();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    let (path, text) = sandbox.incidents().remove(0);
    std::fs::write(&path, "title: [Fire\n").unwrap();
    room.keys("Typed meanwhile\r").sees("Typed meanwhile").keys("\u{4}");
    assert!(room.ends().success(), "{}", room.shown());
    room.is_as_before();
    std::fs::write(&path, text).unwrap();
    sandbox.recount(["-q", "-i", "fire", "log", "It can be read again"]).done();
    let told =
        [texts(&sandbox, "fire"), vec![sandbox.shell("cat inbox.yaml || true").stdout]].concat();
    assert!(told.iter().any(|text| text.contains("Typed meanwhile")), "{told:?}");
}

#[test]
fn of_two_open_incidents_the_chosen_one_is_written_to() {
    let sandbox = fire();
    sandbox.recount(["-q", "declare", "Flood", "--severity", "sev2", "--service", "db"]).done();
    let Some(mut room) = on_terminal(&sandbox) else { return };
    room.sees("Flood").keys("/to flood\r").sees("lines go to");
    room.keys("Water everywhere\r").sees("in 2026-06-10-flood");
    room.keys("api=down It burns\r").sees("in 2026-06-10-fire").keys("\u{4}");
    assert!(room.ends().success(), "{}", room.shown());
    assert!(texts(&sandbox, "flood").contains(&"Water everywhere".to_owned()));
    assert!(texts(&sandbox, "fire").contains(&"It burns".to_owned()));
}
