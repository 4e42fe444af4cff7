//! `recount retract`: an event no longer counts, and stays in the file.

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo as Answered;
use crate::io::store::edit;
use crate::io::store::local_state::UndoTarget;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};
use crate::session::transaction::{CommitNote, Transaction, cannot};

/// Takes an event back.
pub(crate) fn run(args: &cli::RetractArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let name = session.or_ask(
        args.event.clone(),
        "Which event",
        "EVENT, its id; `recount show` lists them",
    )?;
    let (id, event_id) = session.find_event(&name)?;
    let reason =
        session.or_ask(args.reason.clone(), "Why does it no longer count", "--reason TEXT")?;
    let mut transaction = Transaction::take(&session)?;
    let loaded = transaction.load(&id)?;
    let old = session.event(&loaded, &event_id)?;
    let mut new = old.clone();
    new.retracted = Some(reason);
    let revised =
        edit::change_event(&loaded, old, &new).map_err(|e| cannot(&loaded.path, &e.to_string()))?;
    let wrote = UndoTarget::Event(event_id.to_string());
    let note = CommitNote { verb: "retract", subject: &new.text, wrote, keeps_before: true };
    let saved = transaction.save(&loaded, &revised, note)?;
    let zone = session.timeline(&loaded.read.incident).zone;
    let answered = Answered { session: &session, verb: "retract", id: &id, format };
    Ok(answered.event(&new, zone, saved)?.remark(&session.remarks))
}
