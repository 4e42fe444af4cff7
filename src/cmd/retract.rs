//! `recount retract`: an event no longer counts, and stays in the file.

use super::answer::{Answer, format};
use super::desk::Desk;
use super::hold::{Hold, Note, cannot};
use super::wrote::Wrote as Answered;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::store::journal::Wrote;
use crate::store::revise;

/// Takes an event back.
pub(super) fn run(args: &cli::Retract, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?;
    let name =
        desk.or_ask(args.event.clone(), "Which event", "EVENT, its id; `recount show` lists them")?;
    let (id, event_id) = desk.find_event(&name)?;
    let reason =
        desk.or_ask(args.reason.clone(), "Why does it no longer count", "--reason TEXT")?;
    let mut hold = Hold::take(&desk)?;
    let loaded = hold.load(&id)?;
    let old = desk.event(&loaded, &event_id)?;
    let mut new = old.clone();
    new.retracted = Some(reason);
    let revised = revise::change_event(&loaded, old, &new)
        .map_err(|e| cannot(&loaded.path, &e.to_string()))?;
    let wrote = Wrote::Event(event_id.to_string());
    let note = Note { verb: "retract", subject: &new.text, wrote, keeps_before: true };
    let saved = hold.save(&loaded, &revised, note)?;
    let zone = desk.timeline(&loaded.read.incident).zone;
    let answered = Answered { desk: &desk, verb: "retract", id: &id, format };
    Ok(answered.event(&new, zone, saved)?.remark(&desk.remarks))
}
