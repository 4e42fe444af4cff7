//! The site of all incidents: what is in it, what is written, and what never gets there.

use crate::support::browser::FolderBrowser;
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

/// Makes a record of many incidents of ten events each, of which the hundredth has a word of its own.
fn many(sandbox: &Sandbox, incidents: usize) {
    sandbox.recount(["init", "demo", "--default"]).done();
    sandbox.write(
        "demo/recount.yaml",
        "services: {apps: {name: Applications}, db: {name: Databases}}\n",
    );
    for n in 0..incidents {
        let (month, day) = (1 + n / 28 % 12, 1 + n % 28);
        let year = 2015 + n / 336;
        let mut text =
            format!("title: Number {n}\nseverity: sev{}\nservices: [apps]\nevents:\n", 1 + n % 4);
        for k in 0..10 {
            let word = if (n, k) == (99, 7) { "héliotrope" } else { "router" };
            let mark = match k {
                0 => ", mark: started, impact: {apps: down}",
                9 => ", mark: [recovered, resolved]",
                _ => "",
            };
            text += &format!(
                "  - {{id: e{k}x, at: {year}-{month:02}-{day:02}T08:{:02}:00Z{mark}, text: The {word} <b>{k}</b> was seen}}\n",
                k * 5
            );
        }
        sandbox.write(
            format!("demo/incidents/{year}/{year}-{month:02}-{day:02}-n{n}/incident.yaml"),
            &text,
        );
    }
}

#[test]
fn search_finds_a_word_of_an_event_among_ten_thousand_from_a_file() {
    let Some(browser) = FolderBrowser::find() else { return };
    let sandbox = Sandbox::quick();
    many(&sandbox, 1000);
    site(&sandbox, &[]);
    let index = sandbox.path().join("out/index.html");
    let (dom, console) = browser.dom(&index, "#q=HELIOTROPE", &[]);
    assert!(dom.contains(">1 of 1000 incidents</output>"), "{console}");
    assert!(dom.contains("The <mark>héliotrope</mark> &lt;b&gt;7&lt;/b&gt; was seen"));
    assert!(!console.contains("Refused") && !console.contains("Error"), "{console}");
    let (dom, _) = browser.dom(&index, "#severity=sev1&year=2015&services=Applications", &[]);
    assert!(dom.contains(">84 of 1000 incidents</output>"));
    let (dom, _) = browser.dom(&index, "#services=Databases", &[]);
    assert!(
        !dom.contains(">0 of 1000 incidents</output>"),
        "an unknown choice is none: no incident has it"
    );
    // What the page asks of anybody, and how long it takes to answer a key.
    let script = "
        const field = document.querySelector('input'); field.value = 'router seen'; field.form.dispatchEvent(new Event('input'));
        field.value = 'heliotrope';
        const from = performance.now(); field.form.dispatchEvent(new Event('input')); const took = performance.now() - from;
        const asked = [...document.querySelectorAll('[src], link, object, iframe')].map(e => e.getAttribute('src') ?? e.tagName);
        tell(asked.join(',') + (took > 0 && took < 300 ? ' quick' : ' slow ' + took));";
    assert_eq!(browser.asked(&index, script, &[]), "search.js quick");
}

#[test]
fn the_site_passes_an_accessibility_check_at_three_widths() {
    let Some(browser) = FolderBrowser::find() else { return };
    let sandbox = demo();
    sandbox.recount(["-C", "demo", "declare", "Checkout fails", "--severity", "1"]).done();
    site(&sandbox, &[]);
    let dark = "--blink-settings=preferredColorScheme=0";
    for page in files(&sandbox, "out").iter().filter(|name| name.ends_with(".html")) {
        let page = sandbox.path().join("out").join(page);
        for view in [
            &["--window-size=1280,900"][..],
            &["--window-size=800,900", dark],
            &["--window-size=500,900"],
        ] {
            let Some(found) = browser.violations(&page, view) else { return };
            assert_eq!(found, "none", "{page:?} {view:?}");
        }
    }
}

#[test]
fn feeds_are_written_where_the_site_has_an_address_and_go_with_it() {
    let sandbox = demo();
    site(&sandbox, &[]);
    assert!(!files(&sandbox, "out").contains(&"atom.xml".to_owned()));
    let settings = sandbox.read("demo/recount.yaml");
    sandbox.write(
        "demo/recount.yaml",
        &format!("{settings}\nsite: {{url: https://status.example.com/us/}}\n"),
    );
    site(&sandbox, &[]);
    let feed = sandbox.read("out/atom.xml");
    let page = "https://status.example.com/us/incidents/2019-01-24-datacenter-power-loss.html";
    assert!(feed.contains(&format!("<id>{page}</id>")), "{feed}");
    let json: serde_json::Value = serde_json::from_str(&sandbox.read("out/feed.json")).unwrap();
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert!(json["items"].as_array().unwrap().iter().any(|item| item["url"] == page));
    assert!(sandbox.read("out/index.html").contains("href=\"atom.xml\""));
    sandbox.write("demo/recount.yaml", &settings);
    site(&sandbox, &[]);
    assert!(!files(&sandbox, "out").contains(&"atom.xml".to_owned()));
    for bad in ["javascript:x", "https://", "https://a b", "https://a/\\\"><script>", "ftp://a"] {
        sandbox.write("demo/recount.yaml", &format!("{settings}\nsite: {{url: \"{bad}\"}}\n"));
        let ran = sandbox.recount(["-C", "demo", "check"]);
        assert!(
            ran.stdout.contains("is no address to publish at")
                || ran.stderr.contains("is no address to publish at"),
            "{bad} {ran:?}"
        );
    }
}

#[test]
fn what_the_api_says_can_be_imported_by_another_record() {
    let sandbox = demo();
    site(&sandbox, &[]);
    sandbox.recount(["init", "other", "--default"]).done();
    sandbox.recount(["-C", "other", "import", "statuspage", "../out/api/v2/incidents.json"]).done();
    let list = |record: &str| {
        let csv = sandbox.recount(["-C", record, "list", "--format", "json"]).done();
        let found: serde_json::Value = serde_json::from_str(&csv).unwrap();
        let rows = found["incidents"].as_array().unwrap().clone();
        rows.iter().map(|r| (r["title"].to_string(), r["began"].to_string())).collect::<Vec<_>>()
    };
    let titles =
        |rows: Vec<(String, String)>| rows.into_iter().map(|(title, _)| title).collect::<Vec<_>>();
    assert_eq!(titles(list("other")), titles(list("demo")));
}
