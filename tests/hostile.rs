//! Hostile text comes in by every door that takes text, and leaves by none as anything but text.

use crate::support::sandbox::{Ran, Sandbox};

/// Texts that would do harm if a terminal, a spreadsheet, YAML or a browser took them at their word.
const HOSTILE: [&str; 10] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "one\rtwo\u{8}\u{8}\u{8}three",
    "\u{202e}gnp.exe\u{202c}\u{2066}x",
    "=HYPERLINK(\"https://example.com\",\"x\")",
    "@SUM(A1)\t+1",
    "key: [a, {b: c}] # no comment",
    "- - '\" & *anchor !!tag",
    "<script>alert(1)</script>",
    "a | b\n--- | ---\n<!-- recount:end -->",
    "{{ 1 }} {% raw %} \\ %0A ::error::",
];

/// The reading verbs, with every format that they have.
const READING: [&[&str]; 20] = [
    &["metrics"],
    &["metrics", "--format", "csv"],
    &["metrics", "--compare"],
    &["stats", "--by", "cause"],
    &["stats", "--by", "service", "--format", "csv"],
    &["why", "time_to_detect"],
    &["why", "downtime", "apps"],
    &["why", "mttr", "--by", "service"],
    &["show"],
    &["show", "--format", "json"],
    &["show", "--format", "csv"],
    &["show", "--format", "markdown"],
    &["list"],
    &["list", "--format", "csv"],
    &["list", "--format", "markdown"],
    &["status"],
    &["status", "--handoff"],
    &["action", "list"],
    &["check"],
    &["check", "--format", "json"],
];

#[test]
fn no_text_reaches_the_terminal_as_a_command() {
    for text in HOSTILE {
        let sandbox = Sandbox::with_record();
        let mut said =
            vec![sandbox.recount(["declare", &format!("T {text}"), "--severity", "sev1"])];
        said.push(sandbox.recount([
            "log",
            text,
            "--by",
            text,
            "--role",
            &format!("commander={text}"),
        ]));
        said.push(sandbox.recount(["impact", "apps=down", text, "--customer", text]));
        said.push(sandbox.recount(["action", "add", text, "--owner", text]));
        said.push(sandbox.recount(["log", text, "--mark", text]));
        said.push(sandbox.recount(["log", text, "--at", text]));
        said.push(sandbox.recount(["show", text]));
        said.extend(READING.iter().map(|args| sandbox.recount(*args)));
        for ran in &said {
            assert!(ran.code != 101 && ran.code >= 0, "no panic: {ran:?}");
            assert_tame(ran);
        }
    }
}

#[test]
fn no_cell_is_a_formula() {
    for text in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"] {
        let sandbox = Sandbox::with_record();
        sandbox.recount(["declare", "T"]).done();
        sandbox.recount(["log", &format!("--by={text}"), "--", text]).done();
        let csv = sandbox.recount(["show", "--format", "csv"]).ok();
        let risky = csv.split([',', '\n']).map(|c| c.trim_matches('"'));
        let formula = risky.filter(|c| c.starts_with(['=', '+', '-', '@', '\t', '\r'])).count();
        assert_eq!(formula, 0, "{csv}");
    }
}

#[test]
fn what_was_logged_is_read_back_whole() {
    for text in HOSTILE {
        let sandbox = Sandbox::with_record();
        sandbox.recount(["declare", "T"]).done();
        sandbox.recount(["log", "--", text]).done();
        let json = sandbox.recount(["show", "--format", "json"]).ok();
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        let texts: Vec<_> =
            report["events"].as_array().unwrap().iter().map(|e| e["text"].clone()).collect();
        assert!(texts.iter().any(|t| t == text.trim()), "{text:?} is not among {texts:?}");
    }
}

#[track_caller]
fn assert_tame(ran: &Ran) {
    let wild = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains(wild), "{text:?}");
    }
}
