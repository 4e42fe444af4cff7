//! Questions on a terminal: however one is cut off, the terminal is as it was, and what was typed is kept.

use crate::durability::texts;
use crate::support::mount::skipped;
use crate::support::sandbox::Sandbox;
use crate::support::terminal::OnTerminal;
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;

/// Returns a record in which two incidents are open; none where no terminal is to be had.
fn two_open() -> Option<Sandbox> {
    if !OnTerminal::is_to_be_had() {
        skipped("questions on a terminal: there is no `setsid --ctty`");
        return None;
    }
    let sandbox = Sandbox::with_record();
    sandbox.recount(["-q", "declare", "Fire"]).ok();
    sandbox.recount(["-q", "declare", "Flood"]).ok();
    Some(sandbox)
}

/// Holds an event that waits to be put into the inbox by the next verb, and to be there once.
#[track_caller]
fn assert_kept(sandbox: &Sandbox, shown: &str, text: &str) {
    assert!(shown.contains("the event is safe in") && shown.contains("into the inbox"), "{shown}");
    sandbox.recount(["-q", "-i", "fire", "log", "Next"]).done();
    assert_eq!(sandbox.read("inbox.yaml").matches(text).count(), 1);
    assert_eq!(sandbox.git(["status", "--porcelain"]).ok(), "");
}

#[test]
fn a_signal_at_a_question_leaves_the_terminal_as_it_was_and_keeps_the_event() {
    let Some(sandbox) = two_open() else { return };
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let text = format!("Cut off by {signal:?}");
        let mut run = OnTerminal::recount(&sandbox, &["log", &text]);
        run.asks("Which incident").signal(signal);
        let ended = run.ends();
        assert_eq!(ended.signal(), Some(signal.as_raw()), "{}", run.shown());
        run.is_as_before();
        assert_kept(&sandbox, &run.shown(), &text);
    }
}

#[test]
fn keys_that_cut_a_question_off_keep_the_event() {
    let Some(sandbox) = two_open() else { return };
    for (text, keys, code) in [
        ("Left by Ctrl-C", "\u{3}", None),
        ("Left while typing", "fir\u{3}", None),
        ("Left by Escape", "\u{1b}", Some(2)),
    ] {
        let mut run = OnTerminal::recount(&sandbox, &["log", text]);
        run.asks("Which incident").keys(keys);
        let ended = run.ends();
        assert_eq!(ended.code(), code, "{}", run.shown());
        assert_eq!(ended.signal(), code.is_none().then(|| Signal::INT.as_raw()));
        run.is_as_before();
        assert_kept(&sandbox, &run.shown(), text);
    }
}

#[test]
fn a_question_goes_on_after_a_stop() {
    let Some(sandbox) = two_open() else { return };
    let mut run = OnTerminal::recount(&sandbox, &["log", "Went on"]);
    run.asks("Which incident").signal(Signal::TSTP).is_stopped().is_as_before();
    run.signal(Signal::CONT).asks("Which incident").keys("fire\r");
    assert!(run.ends().success(), "{}", run.shown());
    run.is_as_before();
    assert!(sandbox.recount(["show", "fire"]).ok().contains("Went on"));
}

#[test]
fn other_questions_that_are_cut_off_keep_the_event_too() {
    let Some(sandbox) = two_open() else { return };
    // Which of two times is meant, in an incident that is named.
    let args = ["-i", "2026-06-10-fire", "log", "Smoke", "--at", "12:30"];
    let mut run = OnTerminal::recount(&sandbox, &args);
    run.asks("Which is meant").keys("\u{3}");
    assert_eq!(run.ends().signal(), Some(Signal::INT.as_raw()), "{}", run.shown());
    run.is_as_before();
    let shown = sandbox.recount(["show", "fire"]).done();
    assert!(shown.contains("Smoke (--at 12:30)"), "{shown}");
    for (args, question, text) in [
        (&["mark"][..], "Which milestone", None),
        (&["impact", "Seen"], "Which service", Some("Seen")),
        (
            &["declare", "Storm", "--at", "2025-10-26 02:30 Europe/Paris"],
            "Which is meant",
            Some("declare Storm"),
        ),
        (&["-i", "fire", "log"], "What happened", None),
    ] {
        let mut run = OnTerminal::recount(&sandbox, args);
        run.asks(question).signal(Signal::TERM);
        assert_eq!(run.ends().signal(), Some(Signal::TERM.as_raw()), "{args:?}: {}", run.shown());
        run.is_as_before();
        match text {
            Some(text) => assert_kept(&sandbox, &run.shown(), text),
            None => assert!(!run.shown().contains("safe"), "{args:?}: {}", run.shown()),
        }
    }
}

#[test]
fn a_paste_of_many_lines_is_one_text_and_never_reaches_the_shell() {
    let Some(sandbox) = two_open() else { return };
    let mut run = OnTerminal::recount(&sandbox, &["-i", "fire", "log"]);
    run.asks("What happened").keys("It says: \u{1b}[200~one\ntouch pasted\ntwo\u{1b}[201~");
    // Ctrl-A, and a word before the last line.
    run.keys("\u{1}Now. \r");
    assert!(run.ends().success(), "{}", run.shown());
    run.is_as_before();
    let told = texts(&sandbox, "fire");
    assert!(told.contains(&"It says: one\ntouch pasted\nNow. two".to_owned()), "{told:?}");
}

#[test]
fn events_are_chosen_from_the_latest_and_keys_typed_ahead_choose_nothing() {
    let Some(sandbox) = two_open() else { return };
    sandbox.recount(["-q", "-i", "fire", "log", "One"]).done();
    sandbox.recount(["-q", "-i", "fire", "log", "Two"]).done();
    let mut run = OnTerminal::recount(&sandbox, &["-i", "fire", "retract", "--reason", "Wrong"]);
    // Before the question is seen.
    run.keys("\r");
    run.asks("Which event").keys("One\r");
    assert!(run.ends().success(), "{}", run.shown());
    let shown = sandbox.recount(["show", "fire", "--format", "json"]).ok();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let events = shown["events"].as_array().unwrap();
    let retracted = events.iter().filter(|event| !event["retracted"].is_null());
    assert_eq!(retracted.map(|event| &event["text"]).collect::<Vec<_>>(), ["One"]);
}

#[test]
fn a_declaration_that_is_asked_for_asks_for_the_rest_and_enter_goes_on() {
    let Some(sandbox) = two_open() else { return };
    sandbox.write("recount.yaml", "services: {api: {}, databases: {}}\n");
    let mut run = OnTerminal::recount(&sandbox, &["declare"]);
    run.asks("What is broken").keys("Storm\r");
    run.asks("How bad is it").keys("sev2\r");
    run.asks("Which services").keys(" \r");
    assert!(run.ends().success(), "{}", run.shown());
    let shown = sandbox.recount(["show", "storm"]).ok();
    assert!(shown.contains("sev2") && shown.contains("services api"), "{shown}");
    let mut run = OnTerminal::recount(&sandbox, &["declare"]);
    run.asks("What is broken").keys("Quake\r");
    run.asks("How bad is it").keys("\r");
    run.asks("Which services").keys("\r");
    assert!(run.ends().success(), "{}", run.shown());
    assert!(!sandbox.recount(["show", "quake"]).ok().contains("sev"));
}

#[test]
fn a_slip_is_a_menu_of_what_was_meant() {
    let Some(sandbox) = two_open() else { return };
    sandbox.write("recount.yaml", "services: {api: {}, databases: {}}\n");
    let mut run = OnTerminal::recount(&sandbox, &["-i", "fire", "impact", "apo=down", "Gone"]);
    run.asks("Which was meant").keys("\r");
    assert!(run.ends().success(), "{}", run.shown());
    assert!(sandbox.recount(["show", "fire"]).ok().contains("api down"));
}
