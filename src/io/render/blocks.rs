//! The generated parts of an internal document, as Markdown.

mod credits;

use super::chart::chart;
use super::sanitize::{link, prose};
use super::table::facets;
use super::text::markdown;
use crate::compute::report::action::ActionReport;
use crate::compute::report::document::{DocumentEvent, IncidentDocument};
use std::fmt::Write;

/// Returns every block of a document, by name; those of causes also for each kind of cause.
pub fn blocks(report: &IncidentDocument) -> Vec<(String, String)> {
    let named = |name: &str, text: String| (name.to_owned(), text);
    let mut blocks = vec![
        named("summary", summary(report)),
        named("timeline", timeline(report)),
        named("milestones", milestones(report)),
        named("durations", durations(report)),
        named("impact", impact(report)),
        named("downtime", downtime(report)),
        named("causes", causes(report, None)),
        named("actions", actions(report)),
        named("roles", roles(report)),
        named("credits", credits::block(&report.credits, &report.incident)),
        named("chart", chart(report)),
        named("history", history(report)),
    ];
    let kinds = ["root", "trigger", "contributing"];
    blocks.extend(kinds.map(|k| (format!("causes.{k}"), causes(report, Some(k)))));
    blocks
}

/// Returns every value of a document, by name: what it is called and when it was, its milestones and its lengths.
pub fn values(report: &IncidentDocument) -> Vec<(String, String)> {
    let known = |text: Option<&str>| markdown(text.unwrap_or("not recorded"));
    let services: Vec<_> = report.services.iter().map(|s| s.name.as_str()).collect();
    let roles: Vec<_> = report.roles.iter().map(|(r, p)| format!("{p} ({r})")).collect();
    let list = |items: &[String]| known((!items.is_empty()).then(|| items.join(", ")).as_deref());
    let mut values = vec![
        ("incident".to_owned(), markdown(&report.incident)),
        ("title".to_owned(), markdown(&report.title)),
        ("date".to_owned(), known(report.date.as_deref())),
        ("severity".to_owned(), known(report.severity.as_deref())),
        ("state".to_owned(), known(report.state.as_deref())),
        ("kind".to_owned(), markdown(report.kind)),
        ("class".to_owned(), known(report.class.as_deref())),
        ("attribution".to_owned(), markdown(report.attribution)),
        ("timezone".to_owned(), markdown(report.timezone)),
        (
            "services".to_owned(),
            list(&services.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ),
        ("roles".to_owned(), list(&roles)),
        ("downtime".to_owned(), markdown(&report.total.words)),
    ];
    let built_in = crate::model::incident::Milestone::BUILT_IN;
    for milestone in &built_in {
        let found = report.milestones.iter().find(|m| m.name == milestone.as_str());
        values.push((milestone.to_string(), known(found.map(|m| m.time.as_str()))));
    }
    let own = report.milestones.iter().filter(|m| !built_in.iter().any(|b| b.as_str() == m.name));
    values.extend(own.map(|m| (m.name.clone(), markdown(&m.time))));
    values.extend(report.durations.iter().map(|d| (d.name.clone(), markdown(&d.words))));
    values
}

fn summary(report: &IncidentDocument) -> String {
    report.summary.as_deref().map_or("There is no summary yet.".to_owned(), prose)
}

fn timeline(report: &IncidentDocument) -> String {
    let mut out = format!("Times are in {}.\n", markdown(report.timezone));
    for day in report.events.chunk_by(|a, b| a.day == b.day) {
        let Some(first) = day.first() else { continue };
        let _ = write!(
            out,
            "\n**{}**\n\n| Time | Kind | Event |\n|---|---|---|\n",
            markdown(&first.day)
        );
        for line in day {
            let kind = line.event.mark.as_deref();
            let kind = kind.or((line.event.kind != "note").then_some(line.event.kind.as_str()));
            let kind = markdown(kind.unwrap_or_default());
            let _ = writeln!(out, "| {} | {kind} | {} |", markdown(&line.time), said(line));
        }
    }
    if report.events.is_empty() { "No event is recorded.".to_owned() } else { out }
}

/// Returns an event's text, what it changed and where to read on.
fn said(line: &DocumentEvent) -> String {
    let urls: Vec<_> = line.event.links.iter().map(|l| l.url.as_str()).collect();
    let changed = facets(&line.event);
    let changed = changed.iter().filter(|c| *c != "public" && !urls.contains(&c.as_str()));
    let changed: Vec<_> = changed.map(String::as_str).collect();
    let mut said = markdown(&line.event.text);
    if !changed.is_empty() {
        let _ = write!(said, " *({})*", markdown(&changed.join(", ")));
    }
    let source =
        line.event.source.as_ref().and_then(|s| s.url.as_deref().map(|url| (s.from.as_str(), url)));
    for (title, url) in source
        .map(|(from, url)| (Some(from), url))
        .into_iter()
        .chain(line.event.links.iter().map(|l| (l.title.as_deref(), l.url.as_str())))
    {
        let _ = write!(said, " {}", link(title, url));
    }
    said
}

fn milestones(report: &IncidentDocument) -> String {
    let mut out = String::from("| Milestone | When |\n|---|---|\n");
    for milestone in &report.milestones {
        let _ = writeln!(out, "| {} | {} |", markdown(&milestone.name), markdown(&milestone.time));
    }
    if report.milestones.is_empty() { "No milestone is marked.".to_owned() } else { out }
}

fn durations(report: &IncidentDocument) -> String {
    let (known, absent): (Vec<_>, Vec<_>) =
        report.durations.iter().partition(|d| d.seconds.is_some() || d.running);
    let mut out = String::new();
    if !known.is_empty() {
        out.push_str("| Duration | From | To | Length |\n|---|---|---|---|\n");
    }
    for d in known {
        let stand_in =
            d.stand_in.as_ref().map(|s| format!(" (stands in: {s})")).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            markdown(&name(&d.name)),
            markdown(&d.from),
            markdown(&d.to),
            markdown(&format!("{}{stand_in}", d.words))
        );
    }
    let mut reasons: Vec<(&str, Vec<String>)> = vec![];
    for d in absent {
        let why = d.words.strip_prefix("not known: ").unwrap_or(&d.words);
        let name = name(&d.name).to_lowercase();
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => reasons.push((why, vec![name])),
        }
    }
    if !reasons.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}Not known:\n");
    }
    for (why, names) in reasons {
        let _ = writeln!(out, "- {}: {}", markdown(&names.join(", ")), markdown(why));
    }
    out
}

/// Returns a duration's name for people: `Time to recover`.
pub(super) fn name(name: &str) -> String {
    let mut letters = name.chars().map(|c| if c == '_' { ' ' } else { c });
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn impact(report: &IncidentDocument) -> String {
    match report.impact {
        "none" => return "There was no impact.".to_owned(),
        "unknown" => return "Nothing is recorded of the impact.".to_owned(),
        _ => {}
    }
    let mut out = String::from("| Service | State | From | To | Lasted |\n|---|---|---|---|---|\n");
    for service in &report.downtime {
        for interval in &service.intervals {
            let share = interval.share.as_ref().map(|s| format!(" ({s} hit)")).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                markdown(&service.name),
                markdown(&format!("{}{share}", interval.state)),
                markdown(&interval.from),
                markdown(interval.to.as_deref().unwrap_or("not ended")),
                markdown(interval.words.as_deref().unwrap_or("-")),
            );
        }
    }
    out
}

fn downtime(report: &IncidentDocument) -> String {
    if report.impact != "told" {
        return impact(report);
    }
    let mut out = String::from("| Service | Down | Degraded | Together |\n|---|---|---|---|\n");
    for d in &report.downtime {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            markdown(&d.name),
            markdown(&d.down),
            markdown(&d.degraded),
            markdown(&d.words)
        );
    }
    let _ = write!(out, "\nAll services united: {}.", markdown(&report.total.words));
    out
}

fn causes(report: &IncidentDocument, kind: Option<&str>) -> String {
    let wanted = report.causes.iter().filter(|c| kind.is_none_or(|k| c.kind == k));
    let mut out = String::new();
    for cause in wanted {
        let label =
            if kind.is_none() { format!("**{}**: ", name(cause.kind)) } else { String::new() };
        let _ = writeln!(out, "- {label}{}", markdown(&cause.text));
    }
    match (out.is_empty(), kind) {
        (false, _) => out,
        (true, None) => "No cause is recorded yet.".to_owned(),
        (true, Some(kind)) => format!("No {kind} cause is recorded yet."),
    }
}

fn actions(report: &IncidentDocument) -> String {
    let mut out = String::from("| Action | Kind | Owner | Due | Status |\n|---|---|---|---|---|\n");
    for action in &report.actions {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            what(action, &report.incident),
            action.kind.unwrap_or_default(),
            markdown(action.owner.as_deref().unwrap_or("nobody yet")),
            action.due.map_or("-".to_owned(), |d| d.to_string()),
            status(action)
        );
    }
    if report.actions.is_empty() { "No follow-up action is recorded yet.".to_owned() } else { out }
}

/// Returns an action's title, its ticket, and the incident that it stands in where that is another one.
fn what(action: &ActionReport, here: &str) -> String {
    let mut out = markdown(&action.title);
    if let Some(ticket) = &action.ticket {
        let _ = write!(out, " {}", link(None, ticket));
    }
    if action.incident != here {
        let _ = write!(out, " (from {})", markdown(&action.incident));
    }
    out
}

fn status(action: &ActionReport) -> String {
    let done = action.done_on.map(|d| format!(" {d}")).unwrap_or_default();
    format!("{}{done}", action.status)
}

fn roles(report: &IncidentDocument) -> String {
    let role = |(role, person): (&String, &String)| {
        format!("- {}: {}\n", markdown(&name(role)), markdown(person))
    };
    let out: String = report.roles.iter().map(role).collect();
    if out.is_empty() { "Nobody's role is recorded.".to_owned() } else { out }
}

fn history(report: &IncidentDocument) -> String {
    let mut out = String::new();
    for change in &report.history {
        let (time, text) = (markdown(&change.time), markdown(&change.text));
        let _ = match (&change.retracted, &change.edited) {
            (Some(why), _) => {
                writeln!(out, "- {time}: ~~{text}~~ was retracted: {}", markdown(why))
            }
            (None, edited) => {
                let when = edited.as_deref().map(|e| format!(" at {e}")).unwrap_or_default();
                writeln!(out, "- {time}: {text} *(corrected{})*", markdown(&when))
            }
        };
    }
    if out.is_empty() { "No event was corrected or retracted.".to_owned() } else { out }
}
