//! `recount cancel`: an incident that was none counts in no number, and stays in its file.

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::io::render::text::line;
use crate::model::incident::{Cancellation, Incident};
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::IncidentChange;
use crate::session::{Failure, Session};

/// Cancels an incident.
pub(crate) fn run(args: &cli::CancelArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let id = match args.incident.name.as_deref() {
        Some(name) => session.find(name)?,
        None => session.current_to_write()?,
    };
    let reason = session.or_ask(args.reason.clone(), "Why was it none", "--reason TEXT")?;
    let (told, saved) = session.change(&id, |incident| {
        let canceled = Some(Cancellation { reason: reason.clone(), at: Some(session.now) });
        let new = Incident { canceled, ..incident.facts.clone() };
        let note = CommitNote::incident("cancel", &reason);
        Ok(IncidentChange { edited: incident.change_facts(&new)?, note, answer: told(&new) })
    })?;
    let echo = Echo { session: &session, verb: "cancel", id: &id, format };
    Ok(echo.plain(&told, saved)?.remark(&session.remarks))
}

/// Returns what an incident is now, in a line.
pub(crate) fn told(incident: &Incident) -> String {
    match &incident.canceled {
        Some(canceled) => format!(
            "{} is canceled ({}): it counts in no number, and `recount list --all` shows it",
            incident.id,
            line(&canceled.reason)
        ),
        None => format!("{} is open again", incident.id),
    }
}

/// Refuses to cancel what others tell of.
pub(crate) fn holds_nothing_else(incident: &Incident, declared: &str) -> Result<(), Failure> {
    let id = &incident.id;
    let is_other = |event: &str| event != declared;
    let others = incident.standing().filter_map(|event| event.id.as_ref());
    match others.filter(|event| is_other(event.as_str())).count() {
        0 => Ok(()),
        count => {
            let events = if count == 1 {
                "another event".to_owned()
            } else {
                format!("{count} other events")
            };
            Err(Failure::new(format!("{id} holds {events} by now, so that `undo` leaves it"))
                .help(format!("recount cancel {id} --reason TEXT")))
        }
    }
}
