//! `recount history`: who wrote, corrected or retracted what, when, in which commit.

use crate::cli::{self, Format, Global};
use crate::compute::event_diff;
use crate::compute::report::completeness::Completeness;
use crate::compute::report::history::{Commit, HistoryReport, HistoryRow};
use crate::io::render::history;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Tells the history of an event, or of a whole incident.
pub(crate) fn run(args: &cli::HistoryArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let (id, event) = match &args.event {
        Some(event) => session.find_event(event).map(|(id, event)| (id, Some(event)))?,
        None => (session.current()?, None),
    };
    let revisions = session.revisions(&id)?;
    let zone = revisions.last().and_then(|r| r.incident.zone);
    let mut report = HistoryReport::of(&id, zone.unwrap_or(session.store.settings().zone));
    report.shallow = session.shallow_end(&revisions)?;
    let shallow = report.shallow.clone();
    let told = |commit: Option<&Commit>| commit.is_none_or(|it| shallow.as_ref() != Some(&it.name));
    for revision in revisions.iter().filter(|revision| told(revision.commit.as_ref())) {
        let changes = event_diff::since(&revision.before, &revision.incident);
        report.changes.extend(changes.iter().map(|c| HistoryRow::of(c, revision.commit.as_ref())));
    }
    if let Some(event) = &event {
        report
            .changes
            .retain(|row| row.event.as_ref().is_some_and(|id| id.as_str() == event.as_str()));
    }
    // Without the file as it is now, what waits for a commit is not told.
    let mut remarks = String::new();
    match session.load(&id) {
        Ok(loaded) => report.completeness = session.completeness_of(&loaded),
        Err(failure) => {
            let unreadable = vec![session.unread(&id, &failure)];
            report.completeness =
                Completeness { unreadable, spooled: session.waiting_events(Some(&id)) };
            remarks = failure.render(session.terminal.color_err);
        }
    }
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(history::table(&report, session.style())),
    };
    Ok(answer.remark(remarks).remark(&session.uncounted))
}
