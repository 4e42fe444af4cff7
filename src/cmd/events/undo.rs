//! `recount undo` and `redo`: what this user's verbs wrote is taken back, one further each time, and put back.

use crate::cli::{Format, Global};
use crate::cmd::events::amend::EventMove;
use crate::cmd::events::cancel;
use crate::cmd::events::echo::Echo;
use crate::compute::redaction;
use crate::io::render::text::line;
use crate::io::store::Store;
use crate::io::store::edit::{EditableIncident, EditedIncident};
use crate::io::store::local_state::{self, UndoEntry, UndoHistory, UndoTarget, UndoneEntry};
use crate::model::incident::{
    Action, ActionStatus, Audience, Cancellation, Event, Incident, IncidentId, Name,
};
use crate::session::commit_note::{CommitNote, UndoStep};
use crate::session::output::{Output, format};
use crate::session::transaction::Transaction;
use crate::session::{Failure, Session};

/// How long what was written can be undone, in seconds.
const LIMIT: i64 = 3600;

/// Takes back what was written last: a new event is retracted, a changed one is as it was before.
pub(crate) fn undo(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let named = session.named_incident()?;
    // Under the lock, for somebody may be writing this very moment.
    let answer = session.transact(|mut transaction| {
        let history = local_state::history(&session.state);
        let entry = last_done(&session, &history, named.as_ref())?;
        let id: IncidentId = entry.incident.parse()?;
        let after = transaction.read(&id)?.text;
        let undone = UndoneEntry { entry: entry.clone(), after };
        let step = Reversal { verb: "undo", entry, text: entry.before.as_deref() };
        step.take(transaction, UndoStep::Undo(undone), format)
    })?;
    Ok(answer.remark(&session.remarks))
}

/// Puts back what was undone last.
pub(crate) fn redo(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let named = session.named_incident()?;
    let answer = session.transact(|transaction| {
        let history = local_state::history(&session.state);
        let mut undone = history.undone.iter().rev();
        let undone = undone.find(|it| is_of(&session, &it.entry, named.as_ref()));
        let undone =
            undone.ok_or_else(|| Failure::new("nothing that was undone here can be put back"))?;
        let step = Reversal { verb: "redo", entry: &undone.entry, text: Some(&undone.after) };
        step.take(transaction, UndoStep::Redo(undone.clone()), format)
    })?;
    Ok(answer.remark(&session.remarks))
}

fn is_of(session: &Session<'_>, entry: &UndoEntry, named: Option<&IncidentId>) -> bool {
    let is_named = named.is_none_or(|id| id.as_str() == entry.incident);
    is_named && entry.record == session.store.root()
}

/// Returns what was written last, where that may be undone.
fn last_done<'h>(
    session: &Session<'_>,
    history: &'h UndoHistory,
    named: Option<&IncidentId>,
) -> Result<&'h UndoEntry, Failure> {
    let last = history.done.iter().rev().find(|entry| is_of(session, entry, named));
    let last = last.ok_or_else(|| {
        Failure::new("nothing that was written here can be undone")
            .help("`recount retract EVENT` takes an event back")
    })?;
    let retract = match &last.wrote {
        UndoTarget::Event(id) => format!("recount retract {id} --reason TEXT"),
        UndoTarget::Declaration(_) => format!("recount cancel {} --reason TEXT", last.incident),
        _ => "recount retract EVENT --reason TEXT".to_owned(),
    };
    let refused = match &last.wrote {
        UndoTarget::Documents if last.verb == "import" => {
            Failure::new("an import is no event, and `undo` does not take it back")
                .help("recount import --undo")
        }
        UndoTarget::Documents => {
            Failure::new(format!("`{}` wrote files, which `undo` does not take back", last.verb))
                .help("git does: `git revert HEAD`, or `git checkout HEAD~ -- FILE`")
                .help("`recount retract EVENT` takes an event back")
        }
        UndoTarget::Redaction(_) => {
            Failure::new("words that were taken out are never brought back")
                .help("`recount log` says what may be said in their place")
        }
        _ if session.now.epoch() - last.at > LIMIT => Failure::new(format!(
            "what `{}` wrote is more than an hour old, so that `undo` leaves it",
            last.verb
        ))
        .help(retract),
        _ if is_published(session, last) => {
            Failure::new("customers may have read it: it is public, and others have it by now")
                .help(retract)
        }
        _ => return Ok(last),
    };
    Err(refused)
}

/// Returns whether an event is public and has left this machine.
fn is_published(session: &Session<'_>, entry: &UndoEntry) -> bool {
    let UndoTarget::Event(event) = &entry.wrote else { return false };
    let Ok(id) = entry.incident.parse::<IncidentId>() else { return false };
    let here = session.load(&id).ok();
    let is_public = here
        .and_then(|here| here.read.incident.event(event).map(|event| event.audience))
        .is_some_and(|audience| audience == Audience::Public);
    let Some(repo) = session.repo.as_ref().filter(|_| is_public) else { return false };
    let Ok(upstream) = repo.resolve("@{upstream}") else { return false };
    let path = session.store.incident_path(&id);
    let there = repo.read_at(&upstream, &path).ok().flatten();
    there.is_some_and(|bytes| String::from_utf8_lossy(&bytes).contains(event.as_str()))
}

/// One step back, or forth again.
struct Reversal<'h> {
    verb: &'static str,
    entry: &'h UndoEntry,
    /// The text in which what was written is as it shall be; none where it was not there.
    text: Option<&'h str>,
}

impl Reversal<'_> {
    fn take(
        &self,
        mut transaction: Transaction<'_, '_>,
        step: UndoStep,
        format: Format,
    ) -> Result<Output, Failure> {
        let session = transaction.session();
        let is_undo = matches!(step, UndoStep::Undo(_));
        let (home, away) = self.places(is_undo)?;
        let file = transaction.read(&away)?;
        let incident = session.open_file(&file)?;
        if let (Some(home), UndoTarget::Event(event)) = (&home, &self.entry.wrote) {
            let moved = MovedEvent { incident: &incident, step: self, event: &event.parse()? };
            let answer = moved.to(transaction, home, (step, format))?;
            return Ok(answer);
        }
        let edited = self.reversed(&session.store, &incident)?;
        let now = session.store.parse(&away, file.path.clone(), edited.text.clone())?;
        let now = now.read.incident;
        let said = self.said(&now);
        let saved = transaction.save(&file, edited, self.note(step).keeping_before())?;
        let echo = Echo { session, verb: self.verb, id: &away, format };
        let answer = match &self.entry.wrote {
            UndoTarget::Event(event) => {
                let zone = now.zone.unwrap_or(session.store.settings().zone);
                echo.event(session.event(&now, &event.parse()?)?, zone, saved)
            }
            UndoTarget::Action(action) => echo.action(session.action(&now, action)?, saved),
            UndoTarget::Declaration(_) => echo.plain(&cancel::told(&now), saved),
            UndoTarget::Incident | UndoTarget::Documents | UndoTarget::Redaction(_) => {
                echo.plain(&format!("{away} is as it was before"), saved)
            }
        };
        Ok(beneath(answer?, &said, format))
    }

    /// Returns where the event goes, where it goes to another incident; and where what was written is.
    fn places(&self, is_undo: bool) -> Result<(Option<IncidentId>, IncidentId), Failure> {
        let here: IncidentId = self.entry.incident.parse()?;
        let from = self.entry.from.as_ref().map(|id| id.parse()).transpose()?;
        Ok(match (from, is_undo) {
            (None, _) => (None, here),
            (Some(from), true) => (Some(from), here),
            (Some(from), false) => (Some(here), from),
        })
    }

    fn note(&self, step: UndoStep) -> CommitNote {
        let subject = format!("what `{}` wrote", self.entry.verb);
        let wrote = self.entry.wrote.clone();
        CommitNote { verb: self.verb, subject, wrote, keeps_before: false, step }
    }

    /// Returns what was done, in a line.
    fn said(&self, now: &Incident) -> String {
        let what = match &self.entry.wrote {
            UndoTarget::Event(id) => now.event(id).map(|event| event.text.clone()),
            UndoTarget::Action(id) => now.action(id).map(|action| action.title.clone()),
            UndoTarget::Declaration(_) => Some(now.title.clone()),
            _ => None,
        };
        let done = if self.verb == "undo" { "taken back" } else { "put back" };
        match what {
            Some(what) => line(&format!("{done}: {}: {what}", self.entry.verb)),
            None => format!("{done}: {}", self.entry.verb),
        }
    }

    /// Returns the text in which what was written is as it shall be, or taken back where it was not there.
    fn reversed(
        &self,
        store: &Store,
        incident: &EditableIncident<'_>,
    ) -> Result<EditedIncident, Failure> {
        let file = incident.file;
        let text = self.text.map(|text| store.parse(&file.id, file.path.clone(), text.to_owned()));
        let wanted = text.transpose()?.map(|loaded| loaded.read.incident);
        let gone = || Failure::new(format!("what `{}` wrote is no longer there", self.entry.verb));
        Ok(match &self.entry.wrote {
            UndoTarget::Event(id) => {
                let now = incident.facts.event(id).ok_or_else(gone)?;
                let old = wanted.as_ref().and_then(|wanted| wanted.event(id)).cloned();
                // What was redacted since is not brought back with the rest.
                let old = old.map(|old| match &now.redacted {
                    Some(reason) => redaction::as_redacted(&old, reason),
                    None => old,
                });
                let retracted = Some(format!("undone: {}", self.entry.verb));
                let undone = || Event { retracted, ..now.clone() };
                incident.change_event(now, &old.unwrap_or_else(undone))?
            }
            UndoTarget::Declaration(id) => {
                let canceled = match &wanted {
                    Some(wanted) => wanted.canceled.clone(),
                    None => {
                        let reason = "undone: declare".to_owned();
                        cancel::holds_nothing_else(&incident.facts, id)?;
                        Some(Cancellation { reason, at: Some(incident.now()) })
                    }
                };
                incident.change_facts(&Incident { canceled, ..incident.facts.clone() })?
            }
            UndoTarget::Action(id) => {
                let now = incident.facts.action(id).ok_or_else(gone)?;
                let old = wanted.as_ref().and_then(|wanted| wanted.action(id)).cloned();
                let dropped = || Action { status: ActionStatus::Dropped, ..now.clone() };
                incident.change_action(now, &old.unwrap_or_else(dropped))?
            }
            UndoTarget::Incident | UndoTarget::Documents | UndoTarget::Redaction(_) => {
                incident.change_facts(&wanted.ok_or_else(gone)?)?
            }
        })
    }
}

/// Puts the line that says what was done above an answer for people.
fn beneath(answer: Output, said: &str, format: Format) -> Output {
    match format {
        Format::Json => answer,
        _ => Output { text: format!("{said}\n{}", answer.text), ..answer },
    }
}

/// An event that goes back to another incident.
struct MovedEvent<'e> {
    /// Where it is now.
    incident: &'e EditableIncident<'e>,
    step: &'e Reversal<'e>,
    event: &'e Name,
}

impl MovedEvent<'_> {
    /// Moves the event, as it was there.
    fn to(
        &self,
        mut transaction: Transaction<'_, '_>,
        home: &IncidentId,
        (step, format): (UndoStep, Format),
    ) -> Result<Output, Failure> {
        let session = transaction.session();
        let old = session.event(&self.incident.facts, self.event)?;
        let path = transaction.read(home)?.path;
        let text = self.step.text.unwrap_or_default().to_owned();
        let there = session.store.parse(home, path, text)?.read.incident;
        let new = session.event(&there, self.event)?;
        let moved = EventMove { from: self.incident, old, new, to: home };
        let saved = moved.save(transaction, &self.step.note(step))?;
        let zone = there.zone.unwrap_or(session.store.settings().zone);
        let echo = Echo { session, verb: self.step.verb, id: home, format };
        Ok(beneath(echo.event(new, zone, saved)?, &self.step.said(&there), format))
    }
}
