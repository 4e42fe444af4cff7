//! The law of the house: who may name whom, held against every `crate::` path in `src/`.
//!
//! Data flows from argv to events, files and commits, and from files to incidents, timelines, numbers,
//! reports and text. It never turns back, and no door knows another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Plain data, in the order in which it builds on what came before.
const FACTS: &[&str] = &["place", "time", "incident", "money", "settings", "sla", "customer"];

/// Pure functions; each sees only the facts and the steps before it.
const RECKONING: &[&str] = &[
    "document", "prose", "calendar", "changes", "timeline", "cadence", "progress", "downtime",
    "metrics", "presets", "stats", "numbers", "doubts", "credits", "check", "report",
];

/// Doors, and the rooms beside the facts that each may name.
const DOORS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("git", &[]),
    ("ledger", &[]),
    ("prompt", &[]),
    ("render", &["report"]),
    ("schema", &[]),
    ("spool", &[]),
    ("store", &["timeline", "yaml"]),
    ("yaml", &[]),
];

/// What facts and reckoning may never name: the world outside.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::io",
    "clap::",
    "git2::",
    "granit_parser",
    "serde_yaml",
    "tera::",
    "comfy_table",
    "dialoguer",
    "csv::",
];

#[test]
fn no_room_names_one_that_it_may_not_know() {
    let broken: Vec<_> = rooms()
        .into_iter()
        .flat_map(|(room, file)| {
            let may = may_name(&room);
            let text = code(&file);
            named(&text)
                .into_iter()
                .filter(move |other| *other != room && !may.contains(other))
                .map(move |other| format!("{} names `{other}`", file.display()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn facts_and_reckoning_know_nothing_of_the_world_outside() {
    let pure: Vec<_> = [FACTS, RECKONING].concat();
    let files = rooms().into_iter().filter(|(room, _)| pure.contains(&room.as_str()));
    let broken: Vec<_> = files
        .flat_map(|(_, file)| {
            let text = code(&file);
            let found = OUTSIDE.iter().filter(move |word| text.contains(**word));
            found.map(move |word| format!("{} names `{word}`", file.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    let told: BTreeSet<_> =
        owned(&[FACTS, RECKONING, &doors(), &["cli", "cmd"]].concat()).into_iter().collect();
    let there: BTreeSet<_> = rooms().into_iter().map(|(room, _)| room).collect();
    assert_eq!(there, told);
}

/// Returns the rooms that a room may name.
fn may_name(room: &str) -> Vec<String> {
    let before = |all: &'static [&str]| all.split(|r| *r == room).next().unwrap_or_default();
    if FACTS.contains(&room) {
        owned(before(FACTS))
    } else if RECKONING.contains(&room) {
        owned(&[FACTS, before(RECKONING)].concat())
    } else if let Some((_, others)) = DOORS.iter().find(|(door, _)| *door == room) {
        owned(&[FACTS, others].concat())
    } else if room == "cli" {
        vec![]
    } else {
        owned(&[FACTS, RECKONING, &doors(), &["cli"]].concat())
    }
}

fn doors() -> Vec<&'static str> {
    DOORS.iter().map(|(door, _)| *door).collect()
}

fn owned(rooms: &[&str]) -> Vec<String> {
    rooms.iter().map(ToString::to_string).collect()
}

/// Returns every source file with its code, comments and tests left out.
pub(crate) fn sources() -> Vec<(PathBuf, String)> {
    let files = rooms().into_iter().map(|(_, file)| file);
    files.map(|file| (file.clone(), code(&file))).collect()
}

/// Returns every source file with the room that it belongs to.
fn rooms() -> Vec<(String, PathBuf)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    walk(&src, &mut files);
    let room = |file: &Path| {
        let inner = file.strip_prefix(&src).unwrap().components().next().unwrap();
        inner.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    let all = files.into_iter().map(|file| (room(&file), file));
    all.filter(|(room, _)| room != "lib" && room != "main").collect()
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
            files.push(path);
        }
    }
}

/// Returns whether a file holds tests, which may bring any rooms together.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Returns a file's code, without its comments and the tests at its end.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Returns the rooms that `crate::` paths name, in groups too.
fn named(code: &str) -> BTreeSet<String> {
    let paths = code.split("crate::").skip(1);
    paths
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => heads(group),
            None => vec![word(rest)],
        })
        .collect()
}

/// Returns the first words of a group's paths: `a` and `d` of `a::{b, c}, d}`.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut found, mut piece) = (0, vec![], String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(std::mem::take(&mut piece)),
            c if depth == 0 => piece.push(c),
            _ => {}
        }
    }
    found.push(piece);
    found.iter().map(|p| word(p)).filter(|w| !w.is_empty()).collect()
}

fn word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
