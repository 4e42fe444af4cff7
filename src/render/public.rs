//! The generated parts of a public document, as Markdown; what nobody made public says nothing.

use super::blocks::{name, words};
use super::prose::prose;
use super::text::markdown;
use crate::report::public::{Document, Line};
use std::fmt::Write;

/// Returns every block of a public document, by name.
pub fn blocks(report: &Document) -> Vec<(String, String)> {
    let named = |name: &str, text: String| (name.to_owned(), text);
    let told = [
        named("summary", report.summary.as_deref().map(prose).unwrap_or_default()),
        named("timeline", timeline(report)),
        named("durations", durations(report)),
        named("impact", impact(report)),
        named("downtime", downtime(report)),
        named("causes", causes(report, None)),
        named("actions", actions(report)),
    ];
    // These are the inside.
    let inside = ["milestones", "roles", "credits", "chart", "history"];
    let kinds = ["root", "trigger", "contributing"];
    let kinds = kinds.map(|k| (format!("causes.{k}"), causes(report, Some(k))));
    told.into_iter().chain(inside.map(|name| named(name, String::new()))).chain(kinds).collect()
}

/// Returns every value of a public document, by name.
pub fn values(report: &Document) -> Vec<(String, String)> {
    let title = report.title.as_deref().unwrap_or("Incident report");
    let mut values = vec![
        ("title".to_owned(), markdown(title)),
        ("timezone".to_owned(), markdown(report.timezone)),
    ];
    values.extend(report.date.as_deref().map(|d| ("date".to_owned(), markdown(d))));
    let lengths = report.durations.iter().chain(&report.total);
    values.extend(lengths.map(|d| (d.name.clone(), markdown(&d.words))));
    values
}

fn timeline(report: &Document) -> String {
    let mut out = String::new();
    for day in report.events.chunk_by(|a, b| a.day == b.day) {
        let Some(first) = day.first() else { continue };
        let zone = markdown(report.timezone);
        let _ = write!(
            out,
            "\n**{}**\n\n| Time ({zone}) | Update |\n|---|---|\n",
            markdown(&first.day)
        );
        for line in day {
            let _ = writeln!(out, "| {} | {} |", markdown(&line.time), said(line));
        }
    }
    out
}

fn said(line: &Line) -> String {
    let states: Vec<_> = line.services.iter().map(|s| format!("{}: {}", s.name, s.state)).collect();
    match states.is_empty() {
        true => markdown(&line.text),
        false => format!("{} *({})*", markdown(&line.text), markdown(&states.join(", "))),
    }
}

fn durations(report: &Document) -> String {
    let phases = ["detection", "diagnosis", "repair", "recovery"];
    let mut out = String::from("| Duration | Length |\n|---|---|\n");
    let whole: Vec<_> =
        report.durations.iter().filter(|d| !phases.contains(&d.name.as_str())).collect();
    for d in &whole {
        let _ = writeln!(out, "| {} | {} |", markdown(&name(&d.name)), markdown(&d.words));
    }
    if whole.is_empty() { String::new() } else { out }
}

fn impact(report: &Document) -> String {
    let mut out = String::new();
    for d in &report.downtime {
        let down =
            (d.down_seconds > 0).then(|| format!("not available for {}", words(d.down_seconds)));
        let degraded = d.degraded_seconds > 0;
        let degraded = degraded.then(|| format!("degraded for {}", words(d.degraded_seconds)));
        let told: Vec<_> = down.into_iter().chain(degraded).collect();
        let _ = writeln!(out, "- {}: {}", markdown(&d.name), markdown(&told.join(", then ")));
    }
    out
}

fn downtime(report: &Document) -> String {
    let mut out = String::from("| Service | Not available | Degraded |\n|---|---|---|\n");
    for d in &report.downtime {
        let row = [&d.name, &d.down, &d.degraded].map(|cell| markdown(cell));
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    if report.downtime.is_empty() { String::new() } else { out }
}

fn causes(report: &Document, kind: Option<&str>) -> String {
    let wanted = report.causes.iter().filter(|c| kind.is_none_or(|k| c.kind == k));
    wanted.map(|c| format!("- {}\n", markdown(&c.text))).collect()
}

fn actions(report: &Document) -> String {
    let word = |status| match status {
        "done" => "done",
        "doing" => "under way",
        "dropped" => "given up",
        _ => "planned",
    };
    let action = |a: &crate::report::public::Promise| {
        format!("- {} *({})*\n", markdown(&a.title), word(a.status))
    };
    report.actions.iter().map(action).collect()
}
