//! `recount retract`: an event no longer counts, and stays in the file.

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::model::incident::Event;
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::IncidentChange;

/// Takes an event back.
pub(crate) fn run(args: &cli::RetractArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let (id, event_id) = session.find_event_or_ask(args.event.clone())?;
    let reason =
        session.or_ask(args.reason.clone(), "Why does it no longer count", "--reason TEXT")?;
    let ((event, zone), saved) = session.change(&id, |incident| {
        let old = session.event(&incident.facts, &event_id)?;
        let new = Event { retracted: Some(reason.clone()), ..old.clone() };
        Ok(IncidentChange {
            edited: incident.change_event(old, &new)?,
            note: CommitNote::wordless("retract", &new).keeping_before(),
            answer: (new, incident.zone()),
        })
    })?;
    let echo = Echo { session: &session, verb: "retract", id: &id, format };
    Ok(echo.event(&event, zone, saved)?.remark(&session.remarks))
}
