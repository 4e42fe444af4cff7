//! The cases in `tests/cases/credits`: terms, times and fees, and what is owed.
//!
//! A case is one file: the period, the lines that must come of it, and then the files of a record, each
//! behind its name between dashes. Of a line the case names what it is about, by the keys of the JSON.

use crate::support::books::Books;
use std::fs;
use std::path::Path;

#[test]
fn every_case_is_owed_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/credits");
    let mut names: Vec<_> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 56, "the cases are gone");
    let wrong: Vec<_> = names.iter().flat_map(|path| wrong(path)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns what of a case is not as it says.
fn wrong(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path.join("case.txt")).unwrap();
    let head = text.split("\n-- ").next().unwrap();
    let word = |key: &str| head.lines().find_map(|l| l.strip_prefix(key)).map(str::trim);
    let books = Books::read(&text);
    let report = books.report(word("period ").unwrap());
    let expected: Vec<_> = head.lines().filter_map(|l| l.strip_prefix("line ")).collect();
    let lines = report["lines"].as_array().unwrap();
    let mut wrong = vec![];
    if lines.len() != expected.len() {
        wrong.push(format!("{name}: {} lines, not {}: {lines:#?}", lines.len(), expected.len()));
    }
    for (line, expected) in lines.iter().zip(expected) {
        for (key, value) in expected.split_whitespace().map(|word| word.split_once('=').unwrap()) {
            let found = shown(&line[key]);
            if found != value {
                wrong.push(format!("{name}: {key} is {found}, not {value} ({})", line["reason"]));
            }
        }
    }
    if let Some(total) = word("totals ") {
        let totals = report["totals"].as_array().unwrap().iter();
        let found: Vec<_> = totals
            .map(|t| {
                format!(
                    "{}={}+{}",
                    shown(&t["currency"]),
                    shown(&t["credit"]),
                    shown(&t["pending"])
                )
            })
            .collect();
        if found.join(" ") != total {
            wrong.push(format!("{name}: totals are {}, not {total}", found.join(" ")));
        }
    }
    wrong
}

/// Returns a value as a case writes it: no blanks, lists with commas.
fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.replace(' ', "_"),
        serde_json::Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
