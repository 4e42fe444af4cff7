//! The README's commands and transcripts, run as they stand there.

use crate::support::sandbox::Sandbox;
use crate::support::transcript;
use std::fs;
use std::path::Path;

/// Parts the blocks, which are one session.
const NEXT: &str = "// next\n";

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Returns the blocks of a language.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let after = readme.split(&fence).skip(1);
    after.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_transcripts_are_what_the_program_says() {
    let readme = file("README.md");
    let told = blocks(&readme, "console").join(NEXT);
    assert!(told.contains("$ recount declare"), "the README shows the main job");
    let now = transcript::replay(&told, &mut Sandbox::new());
    if std::env::var_os("BLESS").is_some() {
        let blocks = told.split(NEXT).zip(now.split(NEXT));
        let anew = blocks.fold(readme, |text, (old, new)| text.replacen(old, new, 1));
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), anew).unwrap();
        return;
    }
    assert!(now == told, "{}", similar::TextDiff::from_lines(&told, &now).unified_diff());
}

#[test]
fn the_first_command_runs_the_main_job() {
    let first = blocks(&file("README.md"), "sh").remove(0);
    let typed = first.lines().next().unwrap().split('#').next().unwrap().trim();
    let args = typed.strip_prefix("cargo run --release -- ").expect("it needs nothing installed");
    let told = Sandbox::new().recount(args.split_whitespace()).ok();
    assert!(told.contains("2019-01-24-datacenter-power-loss"), "{told}");
}

#[test]
fn the_gate_takes_its_test_command_from_here() {
    let named = file("README.md").lines().filter(|l| l.starts_with("cargo test")).count();
    assert_eq!(named, 1, "one test command, which .ci/run reads");
    assert!(file(".ci/run").contains("README.md"));
}

#[test]
fn every_test_that_a_promise_names_is_there() {
    let promises = file("SECURITY.md");
    let rows = promises.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let named =
        rows.flat_map(|row| row.rsplit_once(". |").unwrap().1.split('`').skip(1).step_by(2));
    let (tests, files): (Vec<_>, Vec<_>) = named.partition(|name| !name.contains('/'));
    let mut code = String::new();
    for folder in ["src", "tests"] {
        gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut code);
    }
    let missing: Vec<_> =
        tests.iter().filter(|name| !code.contains(&format!("fn {name}("))).collect();
    assert!(tests.len() > 30 && missing.is_empty(), "{missing:?}");
    for name in files {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(name).exists(), "{name}");
    }
}

fn gather(folder: &Path, code: &mut String) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            gather(&path, code);
        } else if path.extension().is_some_and(|e| e == "rs") {
            *code += &fs::read_to_string(&path).unwrap();
        }
    }
}
