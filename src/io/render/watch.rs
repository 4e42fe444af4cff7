//! What the war room shows of the open incidents: lines of text, for a screen to draw.

use super::cliff::cliffs;
use super::show::{KnownOfEvents, days};
use super::status;
use super::table::TableStyle;
use super::text::{joined, line, or};
use crate::compute::report::status::OpenIncident;
use crate::compute::report::watch::WatchReport;
use crate::model::incident::Handles;
use crate::model::time::{Instant, Zone, format as times};

/// The lines of the war room.
#[derive(Clone, Debug, Default)]
pub struct WatchLines {
    /// What the chosen incident is now, and the others in a line each.
    pub head: Vec<String>,
    /// The chosen one's events, the latest last.
    pub events: Vec<String>,
}

/// Renders the war room for a screen so wide.
pub fn watch(report: &WatchReport, zone: Zone, width: u16) -> WatchLines {
    let style = TableStyle { width, color: false };
    // It is drawn anew now and then: seconds would look as if it stood still.
    let minute = Instant::saturating(report.now.epoch() - report.now.epoch().rem_euclid(60));
    let now = times::time_of_day(minute, zone);
    let Some(open) = &report.chosen else {
        let head = [format!("No open incident · {now}"), "/new TITLE declares one".to_owned()];
        return WatchLines { head: head.to_vec(), events: vec![] };
    };
    let mut head = status::heading(open, style)
        + &status::phases(&open.phases, style)
        + &status::services(&open.services, style)
        + &status::unsettled(&open.hypotheses, style)
        + &cliffs(&report.credit_cliffs, zone);
    let ids: Vec<_> = report.others.iter().map(|other| other.heading.incident.clone()).collect();
    let handles = Handles::of(&ids);
    let others: Vec<_> = report.others.iter().map(|open| other(open, &handles)).collect();
    if !others.is_empty() {
        head.push('\n');
        head.push_str(&others.join("\n"));
    }
    let known = KnownOfEvents { voided: &open.voided, hypotheses: &open.hypotheses };
    let mut events = days(&report.events, known, open.zone, style);
    if report.earlier > 0 {
        events = format!("{} earlier events: recount show{events}", report.earlier);
    }
    let lines = |text: &str| text.trim_matches('\n').lines().map(str::to_owned).collect::<Vec<_>>();
    let mut head = lines(&head);
    if let Some(title) = head.first_mut() {
        title.push_str(&format!(" · {now}"));
    }
    WatchLines { head, events: std::iter::once(String::new()).chain(lines(&events)).collect() }
}

/// Renders an incident that is not looked at, in a line.
fn other(open: &OpenIncident, handles: &Handles) -> String {
    let worst = open.services.iter().filter_map(|service| {
        let state = service.state.filter(|state| state.hurts())?;
        Some(format!("{} {state}", service.name))
    });
    let elapsed = open.elapsed_bounds.map(|elapsed| format!("{} so far", elapsed.about()));
    let facts = [
        Some(open.heading.title.clone()),
        open.heading.severity.as_ref().map(ToString::to_string),
        Some(or(open.heading.state.as_ref(), "no milestone yet")),
    ];
    let facts = facts.into_iter().flatten().chain(worst).chain(elapsed);
    let handle = handles.name(open.heading.incident.as_str());
    line(&format!("/to {handle}: {}", joined(facts, " · ")))
}
