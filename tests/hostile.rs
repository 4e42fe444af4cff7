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
const READING: [&[&str]; 21] = [
    &["metrics"],
    &["metrics", "--format", "csv"],
    &["metrics", "--compare"],
    &["stats", "--by", "cause"],
    &["stats", "--by", "service", "--format", "csv"],
    &["stats", "--by", "cause", "--format", "markdown"],
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
        sandbox.recount(["export", "--to", "csv", "-o", "out"]).ok();
        for csv in [csv, sandbox.read("out/events.csv"), sandbox.read("out/incidents.csv")] {
            let risky = csv.split([',', '\n']).map(|c| c.trim_matches('"'));
            let formula = risky.filter(|c| c.starts_with(['=', '+', '-', '@', '\t', '\r'])).count();
            assert_eq!(formula, 0, "{csv}");
        }
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

/// Verbs whose answers people read, and which a build would log.
const LOGGED: [&[&str]; 12] = [
    &["status"],
    &["status", "--handoff"],
    &["show"],
    &["show", "--format", "markdown"],
    &["history"],
    &["metrics"],
    &["list"],
    &["action", "list"],
    &["render", "-t", "google-sre"],
    &["render", "-t", "google-sre", "--to", "html"],
    &["render", "-t", "customer"],
    &["check"],
];

#[test]
fn no_text_is_a_command_to_what_reads_a_log() {
    let sandbox = Sandbox::with_record();
    let text = "T\n::error::x\n  ::set-output name=a::b\n##[error]y\n a ##vso[task.complete]z";
    let mut said =
        vec![sandbox.recount(["declare", &text.replace('\n', " "), "--severity", "sev1"])];
    said.push(sandbox.recount(["log", text, "--public"]));
    said.push(sandbox.recount(["log", "::error::x", "--by", "::error::x"]));
    said.push(sandbox.recount(["set", &format!("summary={text}")]));
    said.push(sandbox.recount(["action", "add", text, "--owner", text]));
    said.push(sandbox.recount(["log", "x", "--at", text]));
    said.push(sandbox.recount(["show", text]));
    said.push(sandbox.recount(["show", "--format", text]));
    said.push(sandbox.recount([text]));
    said.extend(LOGGED.iter().map(|args| sandbox.recount(*args)));
    let told =
        said.iter().filter(|ran| (ran.stdout.clone() + &ran.stderr).contains("error:")).count();
    assert!(told > 10, "the words are there");
    for ran in &said {
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            let command =
                line.trim().starts_with("::") || line.contains("##[") || line.contains("##vso[");
            assert!(!command, "{line:?} of {ran:?}");
        }
    }
    // Programs get what is there.
    let json = sandbox.recount(["show", "--format", "json"]).ok();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(report["events"].as_array().unwrap().iter().any(|e| e["text"] == text), "{json}");
    assert!(!json.contains("##["));
}

#[test]
fn what_is_wrong_with_the_words_typed_is_told_without_a_command_to_the_terminal() {
    let sandbox = Sandbox::new();
    let osc = "\u{1b}]52;c;b3duZWQ=\u{7}";
    for args in [
        vec![osc],
        vec!["undo", osc],
        vec!["show", "--format", osc],
        vec!["log", &format!("--{osc}")],
    ] {
        let ran = sandbox.recount(&args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("\\u{1b}]52;c;b3duZWQ"), "{ran:?}");
        assert_tame(&ran);
    }
    assert!(sandbox.recount(["--help"]).ok().contains("Usage"));
    assert!(sandbox.recount(["--version"]).ok().starts_with("recount "));
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
