//! `recount undo`: what the last verb wrote is taken back, or restored.

use crate::cli::{Format, Global};
use crate::cmd::events::amend::EventMove;
use crate::cmd::events::echo::Echo;
use crate::compute::redaction;
use crate::io::store::Store;
use crate::io::store::edit::{EditableIncident, EditedIncident};
use crate::io::store::local_state::{self, UndoEntry, UndoTarget};
use crate::model::incident::{Action, ActionStatus, Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::Transaction;

/// Takes back what the last verb wrote: a new event is retracted, a changed one is as it was before.
pub(crate) fn run(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    // Under the lock, for somebody may be writing this very moment.
    let answer = session.transact(|transaction| take_back(transaction, format))?;
    Ok(answer.remark(&session.remarks))
}

fn take_back(mut transaction: Transaction<'_, '_>, format: Format) -> Result<Output, Failure> {
    let session = transaction.session();
    let last = local_state::last(&session.state).filter(|l| l.record == session.store.root());
    let last = last.ok_or_else(|| {
        Failure::new("nothing that was written here can be undone")
            .help("`recount retract EVENT` takes an event back")
    })?;
    if last.wrote == UndoTarget::Documents {
        return Err(Failure::new(format!(
            "`{}` wrote documents, which `undo` does not take back",
            last.verb
        ))
        .help("git does: `git revert HEAD`, or `git checkout HEAD~ -- FILE`")
        .help("`recount retract EVENT` takes an event back"));
    }
    if let UndoTarget::Redaction(_) = last.wrote {
        return Err(Failure::new("words that were taken out are never brought back")
            .help("`recount log` says what may be said in their place"));
    }
    let id: IncidentId = last.incident.parse()?;
    let file = transaction.read(&id)?;
    let incident = session.open_file(&file)?;
    if let (Some(home), UndoTarget::Event(event)) = (&last.from, &last.wrote) {
        let moved = MovedEvent { incident: &incident, last: &last, event: &event.parse()? };
        return moved.back(transaction, &home.parse()?, format);
    }
    let edited = reversed(&session.store, &incident, &last)?;
    let now = session.store.parse(&id, file.path.clone(), edited.text.clone())?.read.incident;
    let saved = transaction.save(&file, edited, note(&last).keeping_before())?;
    let echo = Echo { session, verb: "undo", id: &id, format };
    match &last.wrote {
        UndoTarget::Event(event) => {
            let zone = now.zone.unwrap_or(session.store.settings().zone);
            echo.event(session.event(&now, &event.parse()?)?, zone, saved)
        }
        UndoTarget::Action(action) => echo.action(session.action(&now, action)?, saved),
        UndoTarget::Incident | UndoTarget::Documents | UndoTarget::Redaction(_) => {
            echo.plain(&format!("{id} is as it was before"), saved)
        }
    }
}

fn note(last: &UndoEntry) -> CommitNote {
    let (subject, wrote) = (format!("what `{}` wrote", last.verb), last.wrote.clone());
    CommitNote { verb: "undo", subject, wrote, keeps_before: false }
}

/// An event that the last verb moved from another incident.
struct MovedEvent<'e> {
    /// Where it is now.
    incident: &'e EditableIncident<'e>,
    last: &'e UndoEntry,
    event: &'e Name,
}

impl MovedEvent<'_> {
    /// Moves the event back to where it was, as it was there.
    fn back(
        &self,
        mut transaction: Transaction<'_, '_>,
        home: &IncidentId,
        format: Format,
    ) -> Result<Output, Failure> {
        let session = transaction.session();
        let old = session.event(&self.incident.facts, self.event)?;
        let path = transaction.read(home)?.path;
        let before = self.last.before.clone().unwrap_or_default();
        let before = session.store.parse(home, path, before)?.read.incident;
        let new = session.event(&before, self.event)?;
        let moved = EventMove { from: self.incident, old, new, to: home };
        let saved = moved.save(transaction, &note(self.last))?;
        let zone = before.zone.unwrap_or(session.store.settings().zone);
        Echo { session, verb: "undo", id: home, format }.event(new, zone, saved)
    }
}

/// Returns the text in which what was written is as it was before, or retracted where it was not there.
fn reversed(
    store: &Store,
    incident: &EditableIncident<'_>,
    last: &UndoEntry,
) -> Result<EditedIncident, Failure> {
    let file = incident.file;
    let before = last.before.clone().map(|text| store.parse(&file.id, file.path.clone(), text));
    let before = before.transpose()?.map(|loaded| loaded.read.incident);
    let gone = || Failure::new("what the last verb wrote is no longer in the file");
    Ok(match &last.wrote {
        UndoTarget::Event(id) => {
            let now = incident.facts.event(id).ok_or_else(gone)?;
            let old = before.as_ref().and_then(|before| before.event(id)).cloned();
            // What was redacted since is not brought back with the rest.
            let old = old.map(|old| match &now.redacted {
                Some(reason) => redaction::as_redacted(&old, reason),
                None => old,
            });
            let undone =
                || Event { retracted: Some(format!("undone: {}", last.verb)), ..now.clone() };
            incident.change_event(now, &old.unwrap_or_else(undone))?
        }
        UndoTarget::Action(id) => {
            let now = incident.facts.action(id).ok_or_else(gone)?;
            let old = before.as_ref().and_then(|before| before.action(id)).cloned();
            let dropped = || Action { status: ActionStatus::Dropped, ..now.clone() };
            incident.change_action(now, &old.unwrap_or_else(dropped))?
        }
        UndoTarget::Incident | UndoTarget::Documents | UndoTarget::Redaction(_) => {
            incident.change_facts(&before.ok_or_else(gone)?)?
        }
    })
}
