//! Open incidents as they are now: what services are, how fast they come back, how long the phases took.

use super::actions::follow_ups;
use super::cliff::cliffs;
use super::completeness::{none, notes};
use super::show::{KnownOfEvents, days};
use super::table::{TableStyle, dim, headline, lines, state_cell};
use super::text::{clean, line};
use crate::compute::report::show::{HypothesisReport, HypothesisState};
use crate::compute::report::status::{
    Forecast, ForecastReport, HeardPerson, OpenIncident, PhaseReport, ServiceStatus, StatusReport,
    SyncedReport,
};
use crate::model::incident::Handles;
use crate::model::time::{Instant, Span, duration, format as times};
use comfy_table::{Attribute, Cell};
use std::fmt::Write;

/// Renders the open incidents as they are now.
pub fn status(report: &StatusReport, now: Instant, for_handoff: bool, style: TableStyle) -> String {
    let mut out = String::new();
    if report.incidents.is_empty() {
        out.push_str(&none(&report.completeness, "No open incident"));
    }
    for (index, open) in report.incidents.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&match for_handoff {
            true => handoff(open, style),
            false => one(open, now, style),
        });
    }
    if let Some(open) = report.incidents.first().filter(|_| !report.credit_cliffs.is_empty()) {
        out.push('\n');
        out.push_str(&cliffs(&report.credit_cliffs, open.zone));
    }
    if report.inbox > 0 {
        let _ = writeln!(
            out,
            "\n{} in the inbox: `recount show inbox`, then `recount amend EVENT --to INCIDENT`.",
            if report.inbox == 1 {
                "1 event waits".to_owned()
            } else {
                format!("{} events wait", report.inbox)
            }
        );
    }
    if for_handoff && report.uncommitted > 0 {
        let count = report.uncommitted;
        let files =
            if count == 1 { "1 file waits".to_owned() } else { format!("{count} files wait") };
        let _ = writeln!(out, "\n{files} for a commit: the next verb that writes makes it.");
    }
    out.extend(report.last_sync.as_ref().map(|last| synced(last, now)));
    if let Some(trouble) = &report.sync_trouble {
        let age = duration::words(now.since(trouble.at).max(Span::ZERO));
        let why = line(trouble.why.trim_end_matches('.'));
        let _ = writeln!(out, "The sync {age} ago could not do all: {why}. See: recount sync");
    }
    out + &notes(&report.completeness)
}

/// Renders how old the last sync is, and when others were last heard.
fn synced(last: &SyncedReport, now: Instant) -> String {
    const MOST: usize = 5;
    let ago = |at: Instant| match now.since(at) {
        // Another machine's clock may be ahead of this one's.
        age if age < Span::minutes(1) => "just now".to_owned(),
        age => format!("{} ago", duration::words(age)),
    };
    let place = line(&format!("{}/{}", last.remote, last.branch));
    let mut out = format!("\nLast sync with {place}: {}.", ago(last.at));
    let one = |it: &HeardPerson| format!("{} {}", line(&it.person), ago(it.at));
    let heard: Vec<_> = last.heard.iter().take(MOST).map(one).collect();
    if !heard.is_empty() {
        let more = match last.heard.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = write!(out, " Last heard: {}{more}.", heard.join(", "));
    }
    out + "\n"
}

/// Renders what an incident is and who is at it, and when the public should hear something.
pub(super) fn heading(open: &OpenIncident, style: TableStyle) -> String {
    let elapsed = open.elapsed_bounds.map(|elapsed| format!("{} so far", elapsed.about()));
    let mut out = headline(&open.heading, None, elapsed, style);
    let roles: Vec<_> =
        open.roles.iter().map(|(role, person)| format!("{role} {person}")).collect();
    if !roles.is_empty() {
        let _ = writeln!(out, "{}", line(&roles.join(" · ")));
    }
    if let Some(why) = &open.absent {
        let _ = writeln!(out, "How long it has lasted can't be told: {why}.");
    }
    if let Some(late) = open.update_overdue {
        let words = duration::words(late.max(Span::ZERO.minus(late)));
        let _ = if late > Span::ZERO {
            writeln!(out, "The public update is {words} overdue.")
        } else {
            writeln!(out, "The next public update is due in {words}.")
        };
    }
    out
}

fn one(open: &OpenIncident, now: Instant, style: TableStyle) -> String {
    let mut out = heading(open, style);
    out.push_str(&milestones(open, now, style));
    out.push_str(&phases(&open.phases, style));
    out.push_str(&services(&open.services, style));
    let known = KnownOfEvents { voided: &open.voided, hypotheses: &open.hypotheses };
    out.push_str(&days(&open.last_events, known, open.zone, style));
    if open.earlier_events > 0 {
        let count = open.earlier_events;
        let events =
            if count == 1 { "1 earlier event" } else { &format!("{count} earlier events") };
        let _ = writeln!(out, "{events}: `recount show {}`", line(open.heading.incident.as_str()));
    }
    out
}

/// Renders what the next shift needs: what is known, what was tried and what came of it, what is due.
fn handoff(open: &OpenIncident, style: TableStyle) -> String {
    let mut out = heading(open, style);
    if let Some(summary) = &open.summary {
        let _ = writeln!(out, "\n{}", clean(summary.trim_end()));
    }
    out.push_str(&services(&open.services, style));
    let known = KnownOfEvents { voided: &open.voided, hypotheses: &open.hypotheses };
    let settled = open.hypotheses.iter().filter(|h| h.state != HypothesisState::Open);
    let settled: Vec<_> = settled.map(|h| format!(" {}: {}", h.state, line(&h.text))).collect();
    if !open.tried.is_empty() || !settled.is_empty() {
        let _ = write!(out, "\n{}", style.bold("Tried"));
        out.push_str(&days(&open.tried, known, open.zone, style));
        out.extend(settled.iter().map(|line| format!("{line}\n")));
    }
    out.push_str(&unsettled(&open.hypotheses, style));
    let public = match &open.last_public {
        Some(heard) => days(std::slice::from_ref(heard), known, open.zone, style),
        None => "\nnothing yet\n".to_owned(),
    };
    let _ = write!(out, "\n{}{public}", style.bold("Last public word"));
    let actions: Vec<_> = open.actions.iter().filter(|action| action.waits()).cloned().collect();
    if !actions.is_empty() {
        let _ = write!(out, "\n{}\n{}", style.bold("Open follow-ups"), follow_ups(&actions, style));
    }
    out
}

/// Renders the open incidents in one line for a shell's prompt; nothing where none is open.
pub fn short(report: &StatusReport, handles: &Handles) -> String {
    let one = |open: &OpenIncident| {
        let elapsed = open.elapsed.map(duration::compact);
        let facts = [
            Some(line(handles.name(open.heading.incident.as_str()))),
            open.heading.severity.as_ref().map(ToString::to_string),
            open.heading.state.as_ref().map(ToString::to_string),
            elapsed,
        ];
        facts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let all: Vec<_> = report.incidents.iter().map(one).collect();
    if all.is_empty() { String::new() } else { all.join(" | ") + "\n" }
}

/// Renders what was supposed and is neither confirmed nor refuted: what the next shift would have to try.
pub(super) fn unsettled(hypotheses: &[HypothesisReport], style: TableStyle) -> String {
    let open: Vec<_> = hypotheses.iter().filter(|h| h.state == HypothesisState::Open).collect();
    if open.is_empty() {
        return String::new();
    }
    let mut table = style.table();
    for hypothesis in open {
        let id = hypothesis.event.as_ref().map_or("", |id| id.as_str());
        table.add_row([Cell::new(clean(hypothesis.text.trim_end())), dim(id)]);
    }
    format!("\n{}\n{}", style.bold("Unsettled hypotheses"), lines(table))
}

fn milestones(open: &OpenIncident, now: Instant, style: TableStyle) -> String {
    let mut table = style.table();
    for reached in &open.milestones {
        table.add_row(vec![
            Cell::new(&reached.milestone).add_attribute(Attribute::Bold),
            Cell::new(times::echo(reached.time, open.zone, now)),
        ]);
    }
    if open.milestones.is_empty() { String::new() } else { format!("\n{}", lines(table)) }
}

/// Renders the phases on one line, or on as many as it takes.
pub(super) fn phases(phases: &[PhaseReport], style: TableStyle) -> String {
    let one = |phase: &PhaseReport| {
        let so_far = if phase.running { " so far" } else { "" };
        format!("{} {}{so_far}", line(&phase.name), phase.length)
    };
    let told: Vec<_> = phases.iter().map(one).collect();
    let mut table = style.table();
    table.add_row([told.join(" · ")]);
    if told.is_empty() { String::new() } else { format!("\n{}", lines(table)) }
}

/// Renders what each service is now, and what is to be expected.
pub(super) fn services(services: &[ServiceStatus], style: TableStyle) -> String {
    let mut table = style.table();
    for service in services {
        let lasted = service.lasted_bounds.map(|lasted| format!("for {}", lasted.about()));
        let share = service.share.as_ref().map(|s| format!("share {s}"));
        let state: Vec<_> = [lasted, share].into_iter().flatten().collect();
        let mut said = line(&state.join(", "));
        if let Some(outlook) = &service.outlook {
            let gap = if said.is_empty() { "" } else { "\n" };
            said = format!("{said}{gap}{}", line(&expected(outlook)));
        }
        table.add_row(vec![
            Cell::new(line(&service.name)),
            state_cell(service.state),
            Cell::new(said),
        ]);
    }
    if services.is_empty() { String::new() } else { format!("\n{}", lines(table)) }
}

/// Says how much is back, how fast that went, and how long the rest takes.
fn expected(outlook: &ForecastReport) -> String {
    // A guess is not good to the second.
    let about =
        |span: Span| duration::words(Span::minutes(span.as_seconds().saturating_add(59) / 60));
    let progress = outlook.progress.as_str();
    let percent =
        if progress.contains('%') { String::new() } else { format!(" ({} %)", outlook.percent()) };
    let pace = outlook.since.as_ref();
    let pace = pace.map(|(since, span)| format!(", from {since} in {}", duration::words(*span)));
    let back = format!("{progress} back{percent}{}", pace.unwrap_or_default());
    let left = match outlook.rest {
        Forecast::Done => "that is all".to_owned(),
        Forecast::Unknown => "no pace yet to tell the rest by".to_owned(),
        Forecast::Between { earliest, latest } => {
            let least = outlook.left(earliest);
            match latest.map(|latest| outlook.left(latest)) {
                None => format!("at least {} left", about(least)),
                Some(Span::ZERO) => "at this pace all should be back by now".to_owned(),
                Some(most) if about(least) == about(most) => format!("{} left", about(least)),
                Some(most) => format!("{} to {} left", about(least), about(most)),
            }
        }
    };
    let stalled = outlook.stalled.map(|s| format!("stalled: nothing has moved for {}", about(s)));
    [stalled, Some(back), Some(left)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
