//! What `check` finds: every code in one table, and records with what is wrong in them.

use crate::layers;
use crate::support::sandbox::Sandbox;
use recount::compute::check::codes::{self, CODES};
use recount::model::diagnostic::Level;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_code_that_can_be_found_is_explained_with_its_weight() {
    let mut made = BTreeMap::new();
    for (file, code) in layers::sources() {
        for (call, weight) in
            [("Diagnostic::error(", Level::Error), ("Diagnostic::warning(", Level::Warning)]
        {
            for rest in code.split(call).skip(1) {
                let literal = rest.trim_start().strip_prefix('"').and_then(|r| r.split('"').next());
                let code = literal.unwrap_or_else(|| {
                    panic!("{} gives a code that is not written there", file.display())
                });
                let first = *made.entry(code.to_owned()).or_insert(weight);
                assert_eq!(first, weight, "`{code}` is an error and a warning");
            }
        }
    }
    let explained: BTreeMap<_, _> = CODES.iter().map(|c| (c.code.to_owned(), c.weight)).collect();
    let lacks: Vec<_> = made.iter().filter(|(c, w)| explained.get(*c) != Some(w)).collect();
    assert!(lacks.is_empty(), "to be explained in src/compute/check/codes.rs: {lacks:?}");
    let unused: Vec<_> = explained.keys().filter(|c| !made.contains_key(*c)).collect();
    assert!(unused.is_empty(), "explained, and never found: {unused:?}");
}

#[test]
fn every_code_stands_once_and_says_something() {
    let words: BTreeSet<_> = codes::words().into_iter().collect();
    assert_eq!(words.len(), CODES.len());
    for code in CODES {
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
        assert!(code.code.bytes().all(plain), "{}", code.code);
        assert!(!code.title.ends_with('.') && code.title.len() < 80, "{}", code.code);
        assert!(code.why.ends_with('.') && code.mend.ends_with('.'), "{}", code.code);
    }
}

#[test]
fn every_code_is_explained_on_the_command_line() {
    let sandbox = Sandbox::new();
    let list = sandbox.recount(["check", "--explain"]).ok();
    for code in CODES {
        assert!(list.contains(code.code), "{}", code.code);
        let told = sandbox.recount(["check", "--explain", code.code]).ok();
        assert!(told.contains(code.title), "{told}");
    }
    let refused = sandbox.recount(["check", "--explain", "missing-cause"]).refused();
    assert!(refused.contains("did you mean `missing-causes`?"), "{refused}");
}

#[test]
fn every_record_has_the_findings_that_stand_beside_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    let mut stale = vec![];
    let mut seen = 0;
    for case in fs::read_dir(root).unwrap().map(|c| c.unwrap().path()) {
        let sandbox = record(&case);
        for expected in files(&case).into_iter().filter(|f| is_expected(f)) {
            let format = expected.extension().unwrap().to_str().unwrap();
            let ran = sandbox.recount(["check", "--format", format]);
            assert_eq!(ran.stderr, "", "{}", case.display());
            assert_eq!(
                ran.code,
                i32::from(!ran.stdout.starts_with("Nothing is")),
                "{}",
                ran.stdout
            );
            seen += 1;
            stale.extend(differs(&expected, &ran.stdout));
        }
    }
    assert!(seen > 5, "the records are gone");
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

/// Copies a record into a folder of its own.
fn record(case: &Path) -> Sandbox {
    let sandbox = Sandbox::new();
    for file in files(case).into_iter().filter(|f| !is_expected(f)) {
        sandbox.write(file.strip_prefix(case).unwrap(), &fs::read_to_string(&file).unwrap());
    }
    sandbox
}

fn is_expected(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "expected")
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn differs(expected: &Path, now: &str) -> Option<String> {
    let told = fs::read_to_string(expected).unwrap();
    if told == now {
        return None;
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(expected, now).unwrap();
        return None;
    }
    let diff = similar::TextDiff::from_lines(told.as_str(), now).unified_diff().to_string();
    Some(format!("{}\n{diff}", expected.display()))
}

#[test]
fn a_table_that_is_no_text_keeps_no_incident_from_being_checked() {
    let sandbox = Sandbox::with_record();
    fs::write(sandbox.path().join("customers.csv"), b"customer,service\n\xff\n").unwrap();
    fs::create_dir(sandbox.path().join("sla")).unwrap();
    fs::write(sandbox.path().join("sla/all.yaml"), b"title: \xff\n").unwrap();
    sandbox.write("incidents/2026/2026-06-10-power/incident.yaml", "title: Power\n");
    let ran = sandbox.recount(["check"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
    for told in ["error[encoding]", "customers.csv:2:1", "sla/all.yaml:1:1", "incident.yaml"] {
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
    let one = sandbox.recount(["check", "power"]);
    assert!(!one.stdout.contains("customers.csv"), "{}", one.stdout);
    let refused = sandbox.recount(["credits", "--period", "2026-06"]).refused();
    assert!(
        refused.contains("customers.csv:2:1") && refused.contains("sla/all.yaml:1:1"),
        "{refused}"
    );
}

#[test]
fn paths_count_from_the_top_of_the_repository_for_those_who_count_from_there() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q"]).ok();
    sandbox.write("ops/my record/recount.yaml", "timezne: UTC\n");
    let check =
        |format: &str| sandbox.recount(["-C", "ops/my record", "check", "--format", format]);
    let github = check("github");
    assert!(
        github.stdout.starts_with("::warning file=ops/my record/recount.yaml,line=1"),
        "{github:?}"
    );
    let sarif: Value = serde_json::from_str(&check("sarif").stdout).unwrap();
    let at = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert_eq!(sarif.pointer(at).unwrap(), "ops/my%20record/recount.yaml");
    let json: Value = serde_json::from_str(&check("json").stdout).unwrap();
    assert_eq!(json.pointer("/findings/0/file").unwrap(), "recount.yaml");
}

/// Holds what section 3 of the SARIF 2.1.0 standard demands of the parts that we write.
#[test]
fn sarif_has_the_shape_that_its_standard_demands() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/silenced");
    let ran = record(&case).recount(["check", "--silenced", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    only(&log, &["$schema", "version", "runs"]);
    let run = &log["runs"][0];
    only(run, &["tool", "columnKind", "results"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    only(driver, &["name", "version", "informationUri", "rules"]);
    let rules = driver["rules"].as_array().unwrap();
    let ids: BTreeSet<_> = rules.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "rules are unique");
    let results = run["results"].as_array().unwrap();
    assert!(results.iter().any(|r| r["suppressions"] != serde_json::json!([])));
    for result in results {
        only(result, &["ruleId", "ruleIndex", "level", "message", "locations", "suppressions"]);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(
            region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1)
        );
        for suppression in result["suppressions"].as_array().unwrap() {
            only(suppression, &["kind", "status", "justification"]);
            assert!(!suppression["justification"].as_str().unwrap().is_empty());
        }
    }
}

/// Asserts that a map has no keys but these.
#[track_caller]
fn only(map: &Value, known: &[&str]) {
    let unknown: Vec<_> =
        map.as_object().unwrap().keys().filter(|k| !known.contains(&k.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
