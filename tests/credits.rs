//! The cases in `tests/cases/credits`: terms, times and fees, and what is owed.
//!
//! A case is one file: the period, the lines that must come of it, and then the files of a record, each
//! behind its name between dashes. Of a line the case names what it is about, by the keys of the JSON.

use crate::support::books::Books;
use recount::compute::credits::{Disposition, StepKind};
use recount::compute::report::credits::{CreditInterval, CreditLineReport, Explanation, LineKind};
use recount::model::money::Exact;
use std::fs;
use std::path::Path;

#[test]
fn every_case_is_owed_what_it_says() {
    let cases = cases();
    assert!(cases.len() > 150, "the cases are gone");
    let wrong: Vec<_> = cases.iter().flat_map(|(name, text)| wrong(name, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_line_is_explained_down_to_its_seconds_and_sources() {
    for (name, text) in cases().into_iter().filter(|(_, text)| word(text, "fault ").is_none()) {
        let report = Books::read(&text).report(word(&text, "period ").unwrap());
        for line in report.lines.iter().filter(|l| l.kind != LineKind::Adjustment) {
            let Explanation { terms, rows, events, intervals, sums, steps } = &line.explanation;
            assert!(terms.is_some() && !rows.is_empty(), "{name}: no terms");
            for interval in intervals {
                let needs_none = matches!(
                    interval.rule,
                    Disposition::Counted
                        | Disposition::Overlap(_)
                        | Disposition::Weightless
                        | Disposition::OutsideWindow
                        | Disposition::OutsideSubscription
                );
                let sourced = interval.source.is_some() || needs_none;
                assert!(sourced, "{name}: `{}` has no source", interval.rule);
                let ends = [Some(&interval.affected.start), interval.affected.end.as_ref()];
                let ids = ends.into_iter().flatten().filter_map(|end| end.event.as_ref());
                let known = |id: &_| events.iter().any(|e| e.event.as_ref() == Some(id));
                assert!({ ids }.all(known), "{name}: an event is missing");
            }
            if let Some(sums) = sums.as_ref().filter(|s| s.counting == "exact") {
                assert_eq!(sums.counted_seconds.0, counted(line), "{name}: seconds are missing");
            }
            let last = steps.iter().rev().find(|s| s.name == StepKind::Rounding);
            let amount = last.and_then(|s| s.amount.clone());
            let paid = line.credit.to_string().chars().any(|c| c.is_ascii_digit() && c != '0');
            assert_eq!(amount.is_some(), paid || last.is_some(), "{name}: {steps:?}");
            assert!(!steps.is_empty(), "{name}: no steps");
        }
    }
}

#[test]
fn a_line_that_follows_from_its_fee_is_the_line_in_full() {
    let (mut by_rule, mut too_large) = (0, 0);
    for (name, text) in cases().into_iter().filter(|(_, text)| word(text, "fault ").is_none()) {
        let period = word(&text, "period ").unwrap().to_owned();
        Books::read(&text).at_other_fees(&period, |line, followed| {
            let Some(followed) = followed else {
                too_large += 1;
                return;
            };
            by_rule += 1;
            let json = |line| serde_json::to_value(line).unwrap();
            assert_eq!(json(followed), json(line), "{name}");
        });
    }
    assert!(by_rule > 800 && too_large < by_rule / 10, "{by_rule} by rule, {too_large} too large");
}

/// Returns the sum of the counted intervals, each second by its weight.
fn counted(line: &CreditLineReport) -> Exact {
    let counted = line.explanation.intervals.iter().filter(|i| i.counted);
    let seconds = |i: &CreditInterval| i.affected.length().unwrap_or_default().as_seconds();
    counted.map(|i| &i.weight.0 * recount::model::money::whole(seconds(i))).sum()
}

/// Returns the name and the text of every case.
fn cases() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/credits");
    let mut cases: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path.join("case.txt")).unwrap())
        })
        .collect();
    cases.sort();
    cases
}

/// Returns what a case says before its files.
fn head(text: &str) -> &str {
    text.split("\n-- ").next().unwrap()
}

fn word<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    head(text).lines().find_map(|l| l.strip_prefix(key)).map(str::trim)
}

/// Returns what of a case is not as it says.
fn wrong(name: &str, text: &str) -> Vec<String> {
    let head = head(text);
    let word = |key: &str| word(text, key);
    let books = Books::read(text);
    if let Some(faults) = word("fault ") {
        let found = books.faults(word("period ").unwrap()).join(" ");
        return if found == faults {
            vec![]
        } else {
            vec![format!("{name}: {found}, not {faults}")]
        };
    }
    let report = books.report(word("period ").unwrap());
    let report = serde_json::to_value(report).unwrap();
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
    let unmatched = report["unmatched"].as_array().unwrap().iter();
    let unmatched: Vec<_> =
        unmatched.map(|u| format!("{}={}", shown(&u["kind"]), shown(&u["name"]))).collect();
    if unmatched.join(" ") != word("unmatched ").unwrap_or_default() {
        wrong.push(format!("{name}: unmatched are {unmatched:?}"));
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
