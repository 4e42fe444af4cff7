//! `recount history`: who wrote, corrected or retracted what, when, in which commit.

use super::answer::{Answer, format};
use super::desk::Desk;
use crate::changes;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::render::history;
use crate::report::history::{History, Row};

/// Tells the history of an event, or of a whole incident.
pub(super) fn run(args: &cli::History, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?;
    let (id, event) = match &args.event {
        Some(event) => desk.find_event(event).map(|(id, event)| (id, Some(event)))?,
        None => (desk.current()?, None),
    };
    let revisions = desk.revisions(&id)?;
    let zone = revisions.last().and_then(|r| r.incident.zone);
    let mut report = History::of(&id, zone.unwrap_or(desk.store.settings().zone));
    for revision in &revisions {
        let changes = changes::since(&revision.before, &revision.incident);
        report.changes.extend(changes.iter().map(|c| Row::of(c, revision.commit.as_ref())));
    }
    if let Some(event) = &event {
        report.changes.retain(|row| row.event.as_deref() == Some(event.as_str()));
    }
    Ok(match format {
        Format::Json => Answer::json(&report)?,
        _ => Answer::text(history::table(&report, desk.style())),
    })
}
