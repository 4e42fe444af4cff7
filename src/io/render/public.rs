//! The generated parts of a public document, as Markdown; what nobody made public says nothing.

use super::blocks::name;
use super::sanitize::prose;
use super::text::markdown;
use crate::compute::report::public::{PublicDocument, PublicDowntime, PublicEvent};
use std::fmt::Write;

/// Returns every block of a public document, by name.
pub fn blocks(report: &PublicDocument) -> Vec<(String, String)> {
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
pub fn values(report: &PublicDocument) -> Vec<(String, String)> {
    let title = report.title.as_deref().unwrap_or("Incident report");
    let mut values = vec![
        ("title".to_owned(), markdown(title)),
        ("timezone".to_owned(), markdown(report.timezone)),
    ];
    let known = |text: Option<&str>| markdown(text.unwrap_or("not stated"));
    values.push(("date".to_owned(), known(report.date.as_deref())));
    values.push(("downtime".to_owned(), known(report.total.as_ref().map(|d| d.words.as_str()))));
    // A template may name any of them, known or not.
    values.extend(report.lengths.iter().map(|name| {
        let found = report.durations.iter().find(|d| d.name == *name);
        (name.clone(), known(found.map(|d| d.words.as_str())))
    }));
    values
}

fn timeline(report: &PublicDocument) -> String {
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

fn said(line: &PublicEvent) -> String {
    let states: Vec<_> = line.services.iter().map(|s| format!("{}: {}", s.name, s.state)).collect();
    match states.is_empty() {
        true => markdown(&line.text),
        false => format!("{} *({})*", markdown(&line.text), markdown(&states.join(", "))),
    }
}

fn durations(report: &PublicDocument) -> String {
    let phases = ["detection", "diagnosis", "repair", "recovery"];
    let mut out = String::from("| Duration | Length |\n|---|---|\n");
    let whole: Vec<_> =
        report.durations.iter().filter(|d| !phases.contains(&d.name.as_str())).collect();
    for d in &whole {
        let _ = writeln!(out, "| {} | {} |", markdown(&name(&d.name)), markdown(&d.words));
    }
    if whole.is_empty() { String::new() } else { out }
}

fn impact(report: &PublicDocument) -> String {
    let worst = |d: &PublicDowntime| if d.worst == "down" { "not available" } else { d.worst };
    let service = |d: &PublicDowntime| {
        let (name, words) = (markdown(&d.name), markdown(&d.words));
        format!("- {name}: affected for {words}, at worst {}\n", worst(d))
    };
    report.downtime.iter().map(service).collect()
}

fn downtime(report: &PublicDocument) -> String {
    let mut out = String::from("| Service | Affected for |\n|---|---|\n");
    for d in &report.downtime {
        let _ = writeln!(out, "| {} | {} |", markdown(&d.name), markdown(&d.words));
    }
    if report.downtime.is_empty() { String::new() } else { out }
}

fn causes(report: &PublicDocument, kind: Option<&str>) -> String {
    let wanted = report.causes.iter().filter(|c| kind.is_none_or(|k| c.kind == k));
    wanted.map(|c| format!("- {}\n", markdown(&c.text))).collect()
}

fn actions(report: &PublicDocument) -> String {
    let word = |status| match status {
        "done" => "done",
        "doing" => "under way",
        "dropped" => "given up",
        _ => "planned",
    };
    let action = |a: &crate::compute::report::public::PublicAction| {
        format!("- {} *({})*\n", markdown(&a.title), word(a.status))
    };
    report.actions.iter().map(action).collect()
}
