//! Holds rendering a thousand documents against mdBook on the same Markdown, in one run, and times one
//! incident of 200 events: `cargo bench --bench render`.
//!
//! mdBook is looked for in `MDBOOK` and then as `mdbook`: `cargo install mdbook`. Each side makes 1,000
//! pages in one process and writes them; both are tried in turns, and the best time of each counts.
//! mdBook's search index, which ours has no part of, is turned off.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench fails by panicking, prints what it measured, and writes its own files"
)]

use recount::compute::metrics::DurationDefinition;
use recount::compute::report::chart::Chart;
use recount::compute::report::metrics::{self, DurationReport as Length};
use recount::compute::report::show;
use recount::compute::timeline::Timeline;
use recount::io::render::html::{self, Page};
use recount::io::render::markdown;
use recount::io::yaml;
use recount::model::incident::{Audience, Incident};
use recount::model::settings::Settings;
use recount::model::time::Instant as At;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const DOCUMENTS: usize = 1000;
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    one_large();
    let texts: Vec<String> = (0..DOCUMENTS).map(|n| incident(n, 30)).collect();
    let made: Vec<Made> = texts.iter().map(|text| Made::of(text)).collect();
    let bytes: usize = made.iter().map(|m| m.body.len()).sum();
    println!("{DOCUMENTS} documents, {} KB of Markdown", bytes / 1000);
    let home = tempfile::tempdir().expect("a folder");
    let Some(mdbook) = mdbook() else {
        let best = best(|| ours(&made, &home.path().join("ours")));
        println!("recount, with charts:  {:>6} ms", best.as_millis());
        println!("mdBook is not installed (cargo install mdbook, or MDBOOK=PATH): not compared");
        return ExitCode::SUCCESS;
    };
    let book = home.path().join("book");
    write_book(&book, &made);
    let (mut own, mut their) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        own = own.min(timed(|| ours(&made, &home.path().join("ours"))));
        their = their.min(timed(|| theirs(&mdbook, &book)));
    }
    println!("recount, with charts:  {:>6} ms", own.as_millis());
    println!("mdBook, without:       {:>6} ms", their.as_millis());
    println!("recount is {} times as fast", their.as_micros() / own.as_micros().max(1));
    if own < their { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// An incident's document and what its page is made from beside it.
struct Made {
    incident: Incident,
    settings: Settings,
    body: String,
    durations: Vec<Length>,
}

impl Made {
    fn of(text: &str) -> Self {
        let settings = Settings::default();
        let id = "2019-01-24-power".parse().expect("an id");
        let incident = yaml::incident::read(id, text, &settings).expect("an incident").incident;
        let timeline = Timeline::of(&incident, &settings);
        let body = markdown::show(&show::show(&timeline, &settings));
        let definitions = DurationDefinition::all(&settings);
        let measured = metrics::IncidentMetrics::of(&timeline, &definitions, &settings, At::MAX);
        Self { body, durations: measured.durations, incident, settings }
    }

    fn page(&self) -> String {
        let chart = Chart::of(&self.incident, &self.settings, Audience::Internal);
        html::page(&Page {
            title: &self.incident.title,
            body: &self.body,
            zone: self.settings.zone,
            chart: chart.as_ref(),
            durations: &self.durations,
            audience: Audience::Internal,
            pictures: &[],
        })
    }
}

/// Times one incident of 200 events, from its YAML to its page.
fn one_large() {
    let text = incident(0, 200);
    let whole = best(|| assert!(Made::of(&text).page().len() > 100_000, "a large page"));
    let made = Made::of(&text);
    let page = best(|| assert!(made.page().len() > 100_000, "a large page"));
    println!(
        "200 events: {} µs from YAML to HTML, {} µs of it for the page",
        whole.as_micros(),
        page.as_micros()
    );
    assert!(whole < Duration::from_millis(10), "a few milliseconds");
}

fn incident(number: usize, events: usize) -> String {
    let mut text = format!(
        "title: Incident {number}\nseverity: sev1\nservices: [apps, databases]\nsummary: |\n  Power *failed*.\n\
         causes: [{{kind: root, text: One feed carried both loads}}]\n\
         actions: [{{title: Spread the load, owner: platform, status: open}}]\nevents:\n"
    );
    for n in 0..events {
        let (hour, minute) = (8 + n / 30, n % 30 * 2);
        let mark = match n {
            0 => ", mark: started, impact: {apps: down, databases: degraded}",
            3 => ", mark: detected",
            n if n + 1 == events => ", mark: recovered",
            _ => "",
        };
        writeln!(
            text,
            "  - {{id: e{n}x, at: 2019-01-24T{hour:02}:{minute:02}:00Z{mark}, text: Event {n} tells in a sentence what was seen and done}}"
        )
        .expect("text");
    }
    text
}

fn ours(made: &[Made], to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for (n, document) in made.iter().enumerate() {
        fs::write(to.join(format!("{n}.html")), document.page()).expect("a page");
    }
}

fn mdbook() -> Option<String> {
    let named = std::env::var("MDBOOK").unwrap_or_else(|_| "mdbook".to_owned());
    Command::new(&named)
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success())
        .then_some(named)
}

fn write_book(book: &Path, made: &[Made]) {
    let config = "[book]\ntitle = \"Incidents\"\n[output.html.search]\nenable = false\n[output.html.print]\nenable = false\n";
    fs::create_dir_all(book.join("src")).expect("a folder");
    fs::write(book.join("book.toml"), config).expect("a file");
    let mut summary = String::from("# Summary\n\n");
    for (n, document) in made.iter().enumerate() {
        writeln!(summary, "- [{}]({n}.md)", document.incident.title).expect("text");
        fs::write(book.join(format!("src/{n}.md")), &document.body).expect("a file");
    }
    fs::write(book.join("src/SUMMARY.md"), summary).expect("a file");
}

fn theirs(mdbook: &str, book: &Path) {
    let output = Command::new(mdbook).arg("build").arg(book).output().expect("mdBook runs");
    assert!(output.status.success(), "{output:?}");
    assert!(book.join("book/999.html").exists(), "mdBook made every page");
}

fn best(work: impl Fn()) -> Duration {
    (0..ROUNDS).map(|_| timed(&work)).min().unwrap_or_default()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
