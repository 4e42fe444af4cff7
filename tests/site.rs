//! The site of all incidents: what is in it, what is written, and what never gets there.

use crate::support::sandbox::Sandbox;
use std::fs;

/// Returns a folder with the worked record, in `demo`.
fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.recount(["demo", "demo"]).done();
    sandbox
}

fn site(sandbox: &Sandbox, more: &[&str]) -> String {
    let verb = ["-C", "demo", "site", "-o", "../out"];
    sandbox.recount([&verb[..], more].concat()).done()
}

/// Returns the names of the files of a site, in order.
fn files(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let found = sandbox.shell(&format!("cd {folder} && find . -type f | sort")).ok();
    found.lines().map(|line| line.trim_start_matches("./").to_owned()).collect()
}

#[test]
fn every_incident_has_a_page_and_the_list_leads_to_it() {
    let sandbox = demo();
    site(&sandbox, &[]);
    let index = sandbox.read("out/index.html");
    let pages: Vec<_> = files(&sandbox, "out/incidents");
    let incidents = sandbox.recount(["-C", "demo", "list", "--all", "--format", "csv"]).done();
    assert_eq!(pages.len(), incidents.lines().count() - 1);
    for page in &pages {
        assert!(index.contains(&format!("href=\"incidents/{page}\"")), "{page}");
        let text = sandbox.read(format!("out/incidents/{page}"));
        assert!(text.contains("<a href=\"../index.html\">All incidents</a>"), "{page}");
    }
    let follow_ups = sandbox.read("out/follow-ups.html");
    assert!(follow_ups.contains("<th scope=\"row\">"), "no action waits");
    // Nothing is taken from elsewhere.
    for page in [&index, &follow_ups] {
        for tag in ["<img", "<link", "<iframe", "@import", "url("] {
            assert!(!page.contains(tag), "{tag}");
        }
    }
}

#[test]
fn a_document_that_people_wrote_in_is_the_page() {
    let sandbox = demo();
    let id = "2015-07-29-cascade-of-full-docker-partitions";
    sandbox.recount(["-C", "demo", "draft", id, "--template", "aws-coe"]).done();
    let file = format!("demo/incidents/2015/{id}/postmortem.md");
    let text = sandbox.read(&file);
    sandbox.write(&file, &format!("{text}\n## In our own words\n\nIt was the *disk*.\n"));
    site(&sandbox, &[]);
    let page = sandbox.read(format!("out/incidents/{id}.html"));
    assert!(page.contains("It was the <em>disk</em>."));
}

#[test]
fn only_what_changed_is_written() {
    let sandbox = demo();
    let count = |told: &str| -> [u64; 3] {
        let told: serde_json::Value = serde_json::from_str(told).unwrap();
        ["written", "unchanged", "removed"].map(|key| told[key].as_u64().unwrap())
    };
    let json = ["--format", "json"];
    let [written, unchanged, removed] = count(&site(&sandbox, &json));
    assert_eq!((unchanged, removed), (0, 0));
    assert_eq!(count(&site(&sandbox, &json)), [0, written, 0]);
    let log = ["-C", "demo", "log", "-i", "2019-01-24", "A late word", "--at", "2019-01-24 14:00"];
    sandbox.recount(log).done();
    let [one, rest, removed] = count(&site(&sandbox, &json));
    assert!(one <= 6 && one + rest == written && removed == 0, "{one} {rest} {removed}");
    // Without what is remembered, what is there is held against what would be written.
    fs::remove_dir_all(sandbox.path().join("demo/.git/recount")).unwrap();
    assert_eq!(count(&site(&sandbox, &json)), [0, written, 0]);
    // What a person changed or removed is made anew.
    let page = files(&sandbox, "out/incidents").remove(0);
    sandbox.write(format!("out/incidents/{page}"), "mine");
    fs::remove_file(sandbox.path().join("out/index.html")).unwrap();
    assert_eq!(count(&site(&sandbox, &json)), [2, written - 2, 0]);
    assert_ne!(sandbox.read(format!("out/incidents/{page}")), "mine");
}

#[test]
fn an_incident_that_is_gone_takes_its_page_along() {
    let sandbox = demo();
    sandbox.write("out/CNAME", "status.example.com");
    site(&sandbox, &[]);
    let id = "2015-07-29-cascade-of-full-docker-partitions";
    fs::remove_dir_all(sandbox.path().join(format!("demo/incidents/2015/{id}"))).unwrap();
    site(&sandbox, &[]);
    let left = files(&sandbox, "out");
    assert!(!left.contains(&format!("incidents/{id}.html")));
    assert!(!sandbox.read("out/index.html").contains("docker-partitions"));
    assert!(left.contains(&"CNAME".to_owned()), "what is somebody else's stays");
}

#[test]
fn a_site_goes_nowhere_that_it_could_harm() {
    let sandbox = demo();
    let refused = |folder: &str, why: &str| {
        let ran = sandbox.recount(["-C", "demo", "site", "-o", folder]);
        assert_ne!(ran.code, 0, "{folder}");
        assert!(ran.stderr.contains(why), "{folder}: {}", ran.stderr);
    };
    let before = sandbox.shell("cd demo && git status --porcelain").ok();
    refused(".", "is the record itself");
    refused(".git", "git's own");
    refused(".git/recount", "git's own");
    refused("sla", "what the record reads");
    refused("templates", "what the record reads");
    refused("recount.yaml", "");
    assert_eq!(sandbox.shell("cd demo && git status --porcelain").ok(), before);
    sandbox.write("other/index.html", "somebody's");
    refused("../other", "has index.html already, which no site put there");
    assert_eq!(sandbox.read("other/index.html"), "somebody's");
    assert_eq!(files(&sandbox, "other"), ["index.html"]);
    site(&sandbox, &[]);
    let ran = sandbox.recount(["-C", "demo", "site", "-o", "../out", "--public"]);
    assert!(ran.code != 0 && ran.stderr.contains("internal edition"), "{}", ran.stderr);
    let ran = sandbox.recount(["-C", "demo", "site", "-o", "../new", "--template", "customer"]);
    assert!(ran.code != 0 && ran.stderr.contains("audience public"), "{}", ran.stderr);
}
