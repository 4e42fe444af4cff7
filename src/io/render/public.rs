//! The generated parts of a public document, as Markdown; what nobody made public says nothing.

use super::blocks::name;
use super::sanitize::prose;
use super::text::{markdown, or, row};
use crate::compute::report::public::{
    PublicAction, PublicDocument, PublicDowntime, PublicEvent, duration_names,
};
use crate::model::incident::{ActionStatus, CauseKind, State};
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
    let inside = ["milestones", "roles", "credits", "chart", "history", "attachments"];
    let kinds = CauseKind::ALL.iter();
    let kinds = kinds.map(|k| (format!("causes.{k}"), causes(report, Some(*k))));
    told.into_iter().chain(inside.map(|name| named(name, String::new()))).chain(kinds).collect()
}

/// Returns every value of a public document, by name.
pub fn values(report: &PublicDocument) -> Vec<(String, String)> {
    let title = report.title.as_deref().unwrap_or("Incident report");
    let none = "not stated";
    let mut values = vec![
        ("title".to_owned(), markdown(title)),
        ("timezone".to_owned(), markdown(report.zone.name())),
        ("date".to_owned(), markdown(&or(report.date.as_ref(), none))),
        (
            "downtime".to_owned(),
            markdown(&or(report.total.as_ref().map(|d| d.length).as_ref(), none)),
        ),
    ];
    // A template may name any of them, known or not.
    values.extend(duration_names().map(|name| {
        let found = report.durations.iter().find(|d| d.name == name);
        (name, markdown(&or(found.map(|d| &d.length), none)))
    }));
    values
}

fn timeline(report: &PublicDocument) -> String {
    let mut out = String::new();
    for day in report.events.chunk_by(|a, b| a.day == b.day) {
        let Some(first) = day.first() else { continue };
        let zone = markdown(report.zone.name());
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
        out += &row([&name(&d.name), &d.length]);
    }
    if whole.is_empty() { String::new() } else { out }
}

fn impact(report: &PublicDocument) -> String {
    let worst = |d: &PublicDowntime| match d.worst {
        State::Down => "not available",
        other => other.as_str(),
    };
    let service = |d: &PublicDowntime| {
        let (name, words) = (markdown(&d.name), markdown(&d.length.to_string()));
        format!("- {name}: affected for {words}, at worst {}\n", worst(d))
    };
    report.downtime.iter().map(service).collect()
}

fn downtime(report: &PublicDocument) -> String {
    let mut out = String::from("| Service | Affected for |\n|---|---|\n");
    for d in &report.downtime {
        out += &row([&d.name, &d.length]);
    }
    if report.downtime.is_empty() { String::new() } else { out }
}

fn causes(report: &PublicDocument, kind: Option<CauseKind>) -> String {
    let wanted = report.causes.iter().filter(|c| kind.is_none_or(|k| c.kind == k));
    wanted.map(|c| format!("- {}\n", markdown(&c.text))).collect()
}

fn actions(report: &PublicDocument) -> String {
    let word = |status| match status {
        ActionStatus::Done => "done",
        ActionStatus::Doing => "under way",
        ActionStatus::Dropped => "given up",
        ActionStatus::Open => "planned",
    };
    let action = |a: &PublicAction| format!("- {} *({})*\n", markdown(&a.title), word(a.status));
    report.actions.iter().map(action).collect()
}
