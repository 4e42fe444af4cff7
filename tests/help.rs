//! The help of every verb, as it reads at 100 columns.

use crate::support::sandbox::Sandbox;
use recount::model::incident::Milestone;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_help_is_read_before_it_changes() {
    let sandbox = Sandbox::new();
    let mut all = sandbox.recount(["--help"]).ok();
    for verb in verbs(&all) {
        all.push_str(&format!("\n$ recount {verb} --help\n"));
        all.push_str(&sandbox.recount([verb.as_str(), "--help"]).ok());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn topics_and_verbs_can_be_asked_about() {
    let sandbox = Sandbox::new();
    for (asked, told) in [
        ("times", "12:40-13:10"),
        ("sla", "credit.bands[].percent"),
        ("templates", "block(name="),
        ("files", "customers.csv            customer, service, fee, currency"),
        ("log", "Usage: recount log"),
        ("action add", "Usage: recount action add"),
    ] {
        let help = sandbox.recount(["help"].into_iter().chain(asked.split(' '))).ok();
        assert!(help.contains(told), "{asked}: {help}");
    }
    assert_eq!(sandbox.recount(["help"]).ok(), sandbox.recount(["--help"]).ok());
    let refused = sandbox.recount(["help", "tmes"]).refused();
    assert!(refused.contains("times, sla, templates, files"), "{refused}");
}

#[test]
fn every_verb_that_is_named_exists() {
    let help = Sandbox::new().recount(["--help"]).ok();
    let verbs = verbs(&help);
    let mut texts = vec![];
    for folder in ["src", "templates"] {
        read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
    }
    assert!(texts.len() > 100, "the sources are gone");
    for (path, text) in texts {
        for named in text.split("`recount ").skip(1) {
            let is_letter = |c: &char| c.is_ascii_lowercase() || *c == '-';
            let word: String = named.chars().take_while(is_letter).collect();
            let is_milestone = Milestone::BUILT_IN.iter().any(|m| m.as_str() == word);
            let is_flag = word.starts_with('-') || word.is_empty();
            let is_other = ["help", "merge-driver"].contains(&word.as_str());
            let is_verb = is_flag || is_other || is_milestone || verbs.contains(&word);
            assert!(is_verb, "{} names `recount {word}`", path.display());
        }
    }
}

fn read_all(folder: &Path, texts: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match (entry.path(), entry.file_type().unwrap().is_dir()) {
            (path, true) => read_all(&path, texts),
            (path, false) => texts.extend(fs::read_to_string(&path).ok().map(|text| (path, text))),
        }
    }
}

/// Returns the verbs that the help lists.
fn verbs(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|l| *l != "Commands:").skip(1);
    let verbs =
        list.take_while(|l| !l.is_empty()).filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    verbs.map(|l| l.split_whitespace().next().unwrap().to_owned()).filter(|v| v != "help").collect()
}

#[test]
fn a_verb_lists_the_formats_that_it_prints_and_refuses_the_others() {
    const FORMATS: [&str; 8] =
        ["table", "json", "csv", "markdown", "xlsx", "human", "github", "sarif"];
    let sandbox = Sandbox::with_record();
    sandbox.recount(["declare", "Fire"]).done();
    for verb in [
        "status",
        "list",
        "show",
        "history",
        "metrics",
        "stats",
        "why mttr",
        "templates",
        "check",
        "credits --period 2026-05",
        "sla list",
        "sla check",
        "action list",
        "spool take",
        "log Seen",
        "draft",
        "render",
    ] {
        let words: Vec<_> = verb.split(' ').collect();
        for format in FORMATS {
            let listed = sandbox.recount(words.iter().chain(&["--format", format]));
            let typed_before = sandbox.recount(["--format", format].iter().chain(&words));
            let refused = listed.stderr.contains("knows no");
            let unknown = typed_before.stderr.contains("this verb has no format");
            assert_eq!(refused, unknown, "{verb} --format {format}: {listed:?} {typed_before:?}");
        }
    }
}
