//! `recount undo`: what the last verb wrote is taken back, or restored.

use crate::cli::{Format, Global};
use crate::cmd::events::amend;
use crate::cmd::events::echo::Echo as Answered;
use crate::io::store::edit::{self, CannotEdit, EditedIncident};
use crate::io::store::local_state::{self, UndoEntry, UndoTarget};
use crate::io::store::{LoadedIncident, Store};
use crate::model::incident::{ActionStatus, IncidentId};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};
use crate::session::transaction::{CommitNote, Transaction, cannot};

/// Takes back what the last verb wrote: a new event is retracted, a changed one is as it was before.
pub(crate) fn run(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    // Under the lock, for somebody may be writing this very moment.
    let mut transaction = Transaction::take(&session)?;
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
    let id: IncidentId = last.incident.parse()?;
    let loaded = transaction.load(&id)?;
    if let (Some(home), UndoTarget::Event(event)) = (&last.from, &last.wrote) {
        return Ok(moved_back(transaction, &loaded, (&last, home, event), format)?
            .remark(&session.remarks));
    }
    let revised = reversed(&session.store, &loaded, &last)?
        .map_err(|e| cannot(&loaded.path, &e.to_string()))?;
    let subject = format!("what `{}` wrote", last.verb);
    let note = CommitNote {
        verb: "undo",
        subject: &subject,
        wrote: last.wrote.clone(),
        keeps_before: true,
    };
    let now = session.store.parse(&id, loaded.path.clone(), revised.text.clone())?;
    let saved = transaction.save(&loaded, &revised, note)?;
    let zone = session.timeline(&now.read.incident).zone;
    let answered = Answered { session: &session, verb: "undo", id: &id, format };
    let answer = match &last.wrote {
        UndoTarget::Event(event) => {
            let event = session.event(&now, &event.parse()?)?;
            answered.event(event, zone, saved)?
        }
        UndoTarget::Action(action) => {
            let action = session.action(&now, action)?;
            answered.action(action, saved)?
        }
        UndoTarget::Incident | UndoTarget::Documents => {
            answered.plain(&format!("{id} is as it was before"), saved)?
        }
    };
    Ok(answer.remark(&session.remarks))
}

/// Moves an event back to where it was, as it was there.
fn moved_back(
    mut transaction: Transaction<'_, '_>,
    loaded: &LoadedIncident,
    (last, home, event): (&UndoEntry, &str, &str),
    format: Format,
) -> Result<Output, Failure> {
    let (session, home, event) = (transaction.session(), home.parse()?, event.parse()?);
    let now = session.event(loaded, &event)?;
    let there = transaction.load(&home)?;
    let text = last.before.clone().unwrap_or_default();
    let before = session.store.parse(&home, there.path, text)?;
    let then = session.event(&before, &event)?;
    let (subject, wrote) = (format!("what `{}` wrote", last.verb), last.wrote.clone());
    let note = CommitNote { verb: "undo", subject: &subject, wrote, keeps_before: false };
    let saved = amend::move_to(transaction, loaded, (now, then), &home, note)?;
    let zone = session.timeline(&before.read.incident).zone;
    Answered { session, verb: "undo", id: &home, format }.event(then, zone, saved)
}

/// Returns the text in which what was written is as it was before, or retracted where it was not there.
fn reversed(
    store: &Store,
    loaded: &LoadedIncident,
    last: &UndoEntry,
) -> Result<Result<EditedIncident, CannotEdit>, Failure> {
    let id = &loaded.read.incident.id;
    let before =
        last.before.clone().map(|text| store.parse(id, loaded.path.clone(), text)).transpose()?;
    let old = before.as_ref().map(|l| &l.read.incident);
    let gone = || Failure::new("what the last verb wrote is no longer in the file");
    Ok(match &last.wrote {
        UndoTarget::Event(name) => {
            let now = loaded.read.incident.event(name).ok_or_else(gone)?;
            let mut then = now.clone();
            match old.and_then(|incident| incident.event(name)) {
                Some(old) => then.clone_from(old),
                None => then.retracted = Some(format!("undone: {}", last.verb)),
            }
            edit::change_event(loaded, now, &then)
        }
        UndoTarget::Action(name) => {
            let is_it = |a: &&crate::model::incident::Action| {
                a.id.as_ref().is_some_and(|i| i.as_str() == name)
            };
            let now = loaded.read.incident.actions.iter().find(is_it).ok_or_else(gone)?;
            let mut then = now.clone();
            match old.and_then(|i| i.actions.iter().find(is_it)) {
                Some(old) => then.clone_from(old),
                None => then.status = ActionStatus::Dropped,
            }
            edit::change_action(loaded, now, &then)
        }
        UndoTarget::Incident | UndoTarget::Documents => match old {
            Some(old) => edit::change_incident(loaded, old),
            None => return Err(gone()),
        },
    })
}
