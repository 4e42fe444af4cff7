//! The generated parts of an internal document, as Markdown.

mod credits;

use super::chart::chart;
use super::sanitize::{link, prose};
use super::show::changes;
use super::show::settled;
use super::text::{joined, markdown, or, row};
use crate::compute::report::action::ActionReport;
use crate::compute::report::document::{DocumentEvent, DocumentVoided, IncidentDocument};
use crate::compute::report::metrics::ImpactRecord;
use crate::model::incident::{Attachment, CauseKind, IncidentId, Milestone};
use crate::model::time::format as times;
use std::collections::BTreeSet;
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
        named("credits", credits::block(&report.credits, report.incident.as_str())),
        named("chart", chart(report)),
        named("history", history(report)),
        named("attachments", attachments(report)),
    ];
    let kinds = CauseKind::ALL.iter();
    blocks.extend(kinds.map(|k| (format!("causes.{k}"), causes(report, Some(*k)))));
    blocks
}

/// Returns every value of a document, by name: what it is called and when it was, its milestones and its lengths.
pub fn values(report: &IncidentDocument) -> Vec<(String, String)> {
    let none = "not recorded";
    let services = joined(report.services.iter().map(|s| &s.name), ", ");
    let roles = joined(report.story.roles.iter().map(|(r, p)| format!("{p} ({r})")), ", ");
    let list = |items: String| if items.is_empty() { none.to_owned() } else { items };
    let mut values = vec![
        ("incident", report.incident.to_string()),
        ("title", report.title.clone()),
        ("date", or(report.date.as_ref(), none)),
        ("severity", or(report.severity.as_ref(), none)),
        ("state", or(report.state.as_ref(), none)),
        ("kind", report.kind.to_string()),
        ("class", or(report.class.as_ref(), none)),
        ("attribution", report.attribution.to_string()),
        ("timezone", report.zone.name().to_owned()),
        ("services", list(services)),
        ("roles", list(roles)),
        ("downtime", report.total.words()),
    ];
    for milestone in &Milestone::BUILT_IN {
        let found = report.milestones.iter().find(|m| m.name == *milestone).map(|m| &m.time);
        let voided = report.voided.iter().find(|v| v.name == *milestone).map(|v| &v.words);
        values.push((milestone.as_str(), or(found.or(voided), none)));
    }
    let own = report.milestones.iter().filter(|m| !Milestone::BUILT_IN.contains(&m.name));
    values.extend(own.map(|m| (m.name.as_str(), m.time.clone())));
    values.extend(report.durations.iter().map(|d| (d.name(), d.words())));
    let fields = report
        .known_fields
        .iter()
        .map(|name| (format!("fields.{name}"), or(report.story.fields.get(name), none)));
    let values = values.into_iter().map(|(name, text)| (name.to_owned(), text));
    values.chain(fields).map(|(name, text)| (name, markdown(&text))).collect()
}

fn summary(report: &IncidentDocument) -> String {
    report.story.summary.as_deref().map_or("There is no summary yet.".to_owned(), prose)
}

fn timeline(report: &IncidentDocument) -> String {
    let mut out = format!("Times are in {}.\n", markdown(report.zone.name()));
    for day in report.events.chunk_by(|a, b| a.day == b.day) {
        let Some(first) = day.first() else { continue };
        let heading = markdown(&first.day);
        let _ = write!(out, "\n**{heading}**\n\n| Time | Kind | Event |\n|---|---|---|\n");
        for line in day {
            let kind = markdown(&kind(line, report));
            let _ = writeln!(out, "| {} | {kind} | {} |", markdown(&line.time), said(line));
        }
    }
    if report.events.is_empty() { "No event is recorded.".to_owned() } else { out }
}

/// Lists what was attached to events, each with the beginning of its hash.
fn attachments(report: &IncidentDocument) -> String {
    let of_event = |line: &DocumentEvent| {
        let when = format!("{} {}", line.day, line.time);
        let row = |it: &Attachment| {
            let hash: String = it.sha256.iter().flat_map(|hash| hash.chars().take(8)).collect();
            let name = format!("[{}]({})", markdown(it.name()), linked(it.path.as_str()));
            format!("| {} | {name} | {hash} |\n", markdown(&when))
        };
        line.event.event.attachments.iter().map(row).collect::<String>()
    };
    let rows: String = report.events.iter().map(of_event).collect();
    let all = || report.events.iter().flat_map(|line| &line.event.event.attachments);
    let mut known = BTreeSet::new();
    let pictures = all()
        .filter(|it| is_picture(it.path.file_name()))
        .filter(|it| known.insert(it.path.as_str()));
    let picture =
        |it: &Attachment| format!("\n![{}]({})\n", markdown(it.name()), linked(it.path.as_str()));
    let pictures: String = pictures.map(picture).collect();
    match rows.is_empty() {
        // Templates have the block everywhere, and most incidents nothing attached.
        true => String::new(),
        false => format!("| Time | File | SHA-256 |\n| --- | --- | --- |\n{rows}{pictures}"),
    }
}

/// The endings of pictures that pages and renderers show.
const PICTURES: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

/// Returns whether a file's name ends as those of pictures do.
pub fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    PICTURES.contains(&ending.to_ascii_lowercase().as_str())
}

/// Returns a path as a link's target: what Markdown could take for its end is written out.
pub fn linked(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let letter = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(letter).collect()
}

/// Returns the milestone that an event marks, and whether that was voided; else its kind.
fn kind(line: &DocumentEvent, report: &IncidentDocument) -> String {
    let event = &line.event.event;
    let kind = event.marks_or_kind().unwrap_or_default();
    let is_voided = |v: &DocumentVoided| {
        event.marks.has(&v.name) && v.marked.event.is_some() && v.marked.event == event.id
    };
    if report.voided.iter().any(is_voided) {
        return format!("{kind} (voided)");
    }
    settled(event, &report.hypotheses).map_or(kind.clone(), |state| format!("{kind} ({state})"))
}

/// Returns an event's text, what it changed and where to read on.
fn said(line: &DocumentEvent) -> String {
    let event = &line.event.event;
    let changed = changes(event).join(", ");
    let mut said = markdown(&event.text);
    if !changed.is_empty() {
        let _ = write!(said, " *({})*", markdown(&changed));
    }
    let source =
        event.source.as_ref().and_then(|s| Some((Some(s.from.as_str()), s.url.as_deref()?)));
    let links = event.links.iter().map(|l| (l.title.as_deref(), l.url.as_str()));
    for (title, url) in source.into_iter().chain(links) {
        let _ = write!(said, " {}", link(title, url));
    }
    said
}

fn milestones(report: &IncidentDocument) -> String {
    let mut out = String::from("| Milestone | When |\n|---|---|\n");
    out.extend(report.milestones.iter().map(|m| row([&m.name, &m.time])));
    let voided = |v: &DocumentVoided| row([&v.name, &format!("{}, {}", v.time, v.words)]);
    out.extend(report.voided.iter().map(voided));
    if report.milestones.is_empty() && report.voided.is_empty() {
        "No milestone is marked.".to_owned()
    } else {
        out
    }
}

fn durations(report: &IncidentDocument) -> String {
    let (absent, known): (Vec<_>, Vec<_>) =
        report.durations.iter().partition(|d| d.0.absent.is_some());
    let mut out = String::new();
    if !known.is_empty() {
        out.push_str("| Duration | From | To | Length |\n|---|---|---|---|\n");
    }
    for d in known {
        let stand_in = match d.0.stand_ins.0.as_slice() {
            [] => String::new(),
            _ => format!(" (stands in: {})", d.0.stand_ins),
        };
        let length = format!("{}{stand_in}", d.words());
        out += &row([&name(d.name()), &d.0.definition.from, &d.0.definition.to, &length]);
    }
    let mut reasons: Vec<(String, Vec<String>)> = vec![];
    for d in absent {
        let why = d.0.absent.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = name(d.name()).to_lowercase();
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
        let _ = writeln!(out, "- {}: {}", markdown(&names.join(", ")), markdown(&why));
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
        ImpactRecord::None => return "There was no impact.".to_owned(),
        ImpactRecord::Unknown => return "Nothing is recorded of the impact.".to_owned(),
        ImpactRecord::Told => {}
    }
    let mut out = String::from("| Service | State | From | To | Lasted |\n|---|---|---|---|---|\n");
    for service in &report.downtime {
        for interval in &service.downtime.intervals {
            let share = interval.share.as_ref().map(|s| format!(" ({s} hit)")).unwrap_or_default();
            let state = format!("{}{share}", interval.state);
            let from = times::bounds(interval.start.moment, report.zone);
            let to = interval.end.as_ref().map(|end| times::bounds(end.moment, report.zone));
            let lasted = or(interval.words().as_ref(), "-");
            out += &row([&service.name, &state, &from, &or(to.as_ref(), "not ended"), &lasted]);
        }
    }
    out
}

fn downtime(report: &IncidentDocument) -> String {
    if report.impact != ImpactRecord::Told {
        return impact(report);
    }
    let mut out = String::from("| Service | Down | Degraded | Together |\n|---|---|---|---|\n");
    for service in &report.downtime {
        let [down, degraded] = service.down_and_degraded();
        out += &row([&service.name, &down, &degraded, &service.words()]);
    }
    let _ = write!(out, "\nAll services united: {}.", markdown(&report.total.words()));
    out
}

fn causes(report: &IncidentDocument, kind: Option<CauseKind>) -> String {
    let wanted = report.story.causes.iter().filter(|c| kind.is_none_or(|k| c.kind == k));
    let mut out = String::new();
    for cause in wanted {
        let label = if kind.is_none() {
            format!("**{}**: ", name(cause.kind.as_str()))
        } else {
            String::new()
        };
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
            or(action.action.kind.as_ref(), ""),
            markdown(action.action.owner.as_deref().unwrap_or("nobody yet")),
            or(action.action.due.as_ref(), "-"),
            status(action)
        );
    }
    if report.actions.is_empty() { "No follow-up action is recorded yet.".to_owned() } else { out }
}

/// Returns an action's title, its ticket, and the incident that it stands in where that is another one.
fn what(action: &ActionReport, here: &IncidentId) -> String {
    let mut out = markdown(&action.action.title);
    if let Some(ticket) = &action.action.ticket {
        let _ = write!(out, " {}", link(None, ticket));
    }
    if action.incident != *here {
        let _ = write!(out, " (from {})", markdown(action.incident.as_str()));
    }
    out
}

fn status(action: &ActionReport) -> String {
    let done = action.action.done_on.map(|d| format!(" {d}")).unwrap_or_default();
    format!("{}{done}", action.action.status)
}

fn roles(report: &IncidentDocument) -> String {
    let roles = report.story.roles.iter();
    let role = |role: &str, who: &str| format!("- {}: {}\n", markdown(&name(role)), markdown(who));
    let out: String = roles.map(|(name, who)| role(name.as_str(), who)).collect();
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
                let when = edited.as_deref().map(|e| format!(" at {}", markdown(e)));
                writeln!(out, "- {time}: {text} *(corrected{})*", when.unwrap_or_default())
            }
        };
    }
    if out.is_empty() { "No event was corrected or retracted.".to_owned() } else { out }
}
