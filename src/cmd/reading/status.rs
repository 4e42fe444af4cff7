//! `recount status`: the open incidents, as they are now.

use crate::cli::{self, Format, Global};
use crate::cmd::credits::cliff;
use crate::compute::report::cliff::CreditCliff;
use crate::compute::report::status::{self, StatusReport, SyncTroubleReport, SyncedReport};
use crate::compute::timeline::Timeline;
use crate::io::render;
use crate::io::store::sync_state;
use crate::io::store::{INBOX_ID, Incidents};
use crate::model::diagnostic::Level;
use crate::model::incident::{Handles, IncidentId};
use crate::model::time::Instant;
use crate::session::Failure;
use crate::session::Session;
use crate::session::completeness::{self, unread};
use crate::session::open_incidents::ByActivity;
use crate::session::output::{Output, format};

/// Tells the open incidents in a line; what is wrong with the record other verbs say.
fn short(session: &Session<'_>, format: Format) -> Result<Output, Failure> {
    let ids = session.open_at_a_glance();
    let loaded: Vec<_> = ids.iter().filter_map(|id| session.load(id).ok()).collect();
    let timelines: Vec<_> = loaded.iter().map(|l| session.timeline(&l.read.incident)).collect();
    let report = status::status(&timelines, session.store.settings(), session.now, 0);
    match format {
        Format::Json => Output::json(&report),
        _ => Ok(Output::text(render::status::short(&report, &Handles::of(&ids)))),
    }
}

/// Tells of an incident that is over but for milestones that late words took back.
fn voided_late(id: &IncidentId) -> String {
    format!(
        "{id} is not shown: impact that was told of late took back that it was over\n  \
         → recount mark resolved -i {id}, or recount reopen -i {id} where it is not\n"
    )
}

/// Adds how old the last sync is, whom of the others was heard, and what kept the one behind a verb.
fn with_sync(
    session: &Session<'_>,
    report: StatusReport,
    timelines: &[Timeline<'_>],
) -> StatusReport {
    let last_sync = sync_state::last_sync(&session.state).map(|last| SyncedReport {
        at: last.at(),
        heard: status::heard(timelines, session.person().as_deref()),
        remote: last.remote,
        branch: last.branch,
    });
    let sync_trouble = sync_state::trouble(&session.state)
        .map(|it| SyncTroubleReport { at: Instant::saturating(it.epoch), why: it.why });
    StatusReport { last_sync, sync_trouble, ..report }
}

/// Returns the credit cliffs; what finance has not put right yet must not stand in the way at 3 a.m., and is remarked.
fn credit_cliffs(
    session: &Session<'_>,
    report: &StatusReport,
    remarks: &mut String,
) -> Vec<CreditCliff> {
    cliff::cliffs(session, &report.incidents).unwrap_or_else(|failure| {
        remarks.push_str(&failure.render(session.terminal.color_err));
        vec![]
    })
}

/// Shows the open incidents.
pub(crate) fn run(args: &cli::StatusArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    session.may_count()?;
    if args.short {
        return short(&session, format);
    }
    let Incidents { ids, unreadable } = match &global.incident {
        Some(name) => Incidents { ids: vec![session.find(name)?], unreadable: vec![] },
        None => session.all_open_incidents(),
    };
    let ByActivity { active: ids, opened_late } = match &global.incident {
        Some(_) => ByActivity { active: ids, opened_late: vec![] },
        None => session.by_activity(ids),
    };
    let mut remarks: String = opened_late.iter().map(voided_late).collect();
    let (mut all, mut parts, mut failures) = (vec![], vec![], vec![]);
    for error in unreadable {
        parts.push(unread(&session.store, &error));
        failures.push(Failure::from(error));
    }
    for id in &ids {
        match session.load(id) {
            Ok(loaded) => {
                remarks.push_str(&session.problems(&loaded, Level::Error));
                parts.extend(completeness::parts(&session.store, &loaded));
                all.push(loaded);
            }
            Err(failure) => {
                parts.push(session.unread(id, &failure));
                failures.push(failure);
            }
        }
    }
    let inbox_id = INBOX_ID.parse()?;
    let inbox = session.load(&inbox_id);
    let waiting = inbox.as_ref().map_or(0, |l| l.read.incident.standing().count());
    if let Some(failure) = inbox.err().filter(|_| session.has_inbox()) {
        parts.push(session.unread(&inbox_id, &failure));
        failures.push(failure);
    }
    remarks.extend(failures.iter().map(|failure| failure.render(session.terminal.color_err)));
    let timelines: Vec<_> = all.iter().map(|l| session.timeline(&l.read.incident)).collect();
    let (completeness, missing) = session.completeness(parts);
    let report = status::status(&timelines, session.store.settings(), session.now, waiting);
    let uncommitted = session.uncommitted();
    let credit_cliffs = credit_cliffs(&session, &report, &mut remarks);
    let report = StatusReport { completeness, uncommitted, credit_cliffs, ..report };
    let report = with_sync(&session, report, &timelines);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::status::status(
            &report,
            session.now,
            args.handoff,
            session.style(),
        )),
    };
    Ok(answer.remark(remarks).remark(&session.uncounted).remark(missing))
}
