//! `recount amend`: an event is corrected, or moved to the incident that it belongs to.

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo as Answered;
use crate::cmd::events::event_args::{self, TypedEvent};
use crate::io::store::LoadedIncident;
use crate::io::store::edit;
use crate::io::store::local_state::UndoTarget;
use crate::model::incident::{Audience, Event, EventKind, IncidentId, names};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};
use crate::session::transaction::{self, CommitNote, FileWrite, Saved, Transaction, cannot};

/// Corrects an event, and moves it where `--to` says so.
pub(crate) fn run(args: &cli::AmendArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let name = session.or_ask(
        args.event.clone(),
        "Which event",
        "EVENT, its id; `recount show` lists them",
    )?;
    let (id, event_id) = session.find_event(&name)?;
    let to = args
        .to
        .as_deref()
        .map(|name| session.find(name))
        .transpose()?
        .unwrap_or_else(|| id.clone());
    let mut transaction = Transaction::take(&session)?;
    let loaded = transaction.load(&id)?;
    let old = session.event(&loaded, &event_id)?;
    let new = corrected(&session, args, &loaded, old)?;
    let note = CommitNote {
        verb: "amend",
        subject: &new.text,
        wrote: UndoTarget::Event(event_id.to_string()),
        keeps_before: true,
    };
    let saved = if to == id {
        let mut new = new.clone();
        new.edited = Some(session.now);
        let revised = edit::change_event(&loaded, old, &new)
            .map_err(|e| cannot(&loaded.path, &e.to_string()))?;
        transaction.save(&loaded, &revised, note)?
    } else {
        let note = CommitNote { keeps_before: false, ..note };
        move_to(transaction, &loaded, (old, &new), &to, note)?
    };
    let zone = session.timeline(&loaded.read.incident).zone;
    let answered = Answered { session: &session, verb: "amend", id: &to, format };
    Ok(answered.event(&new, zone, saved)?.remark(&session.remarks))
}

/// Returns the event with what was typed changed in it.
fn corrected(
    session: &Session<'_>,
    args: &cli::AmendArgs,
    loaded: &LoadedIncident,
    old: &Event,
) -> Result<Event, Failure> {
    let mut new = old.clone();
    for key in &args.clear {
        clear(&mut new, key)?;
    }
    let typed = TypedEvent {
        when: args.when.clone(),
        mark: args.mark.clone(),
        impact: args.impact.clone(),
        progress: args.progress.clone(),
        facets: args.facets.clone(),
        ..TypedEvent::default()
    };
    event_args::change(&mut new, &typed, session.store.settings())?;
    if args.when.at.is_some() {
        new.at =
            event_args::stamp(session, &args.when, Some(&session.timeline(&loaded.read.incident)))?;
    }
    if args.internal {
        new.audience = Audience::Internal;
    }
    if let Some(text) = &args.text {
        new.text = event_args::text(std::slice::from_ref(text))?
            .ok_or_else(|| Failure::new("an event needs a text"))?;
    }
    Ok(new)
}

/// Takes a key away from an event.
fn clear(event: &mut Event, key: &str) -> Result<(), Failure> {
    const KEYS: [&str; 11] = [
        "for",
        "by",
        "kind",
        "mark",
        "impact",
        "severity",
        "attribution",
        "role",
        "progress",
        "link",
        "public",
    ];
    match key {
        "for" => event.lasting = None,
        "by" => event.by = None,
        "kind" => event.kind = Ok(EventKind::Note),
        "mark" => event.mark = None,
        "impact" => event.impact.clear(),
        "severity" => event.severity = None,
        "attribution" => event.attribution = None,
        "role" | "roles" => event.roles.clear(),
        "progress" => event.progress.clear(),
        "link" | "links" => event.links.clear(),
        "public" => event.audience = Audience::Internal,
        other => return Err(Failure::new(names::unknown("key", other, &KEYS))),
    }
    Ok(())
}

/// Moves an event: into the other incident first, so that it is never in neither.
pub(crate) fn move_to(
    transaction: Transaction<'_, '_>,
    from: &LoadedIncident,
    (old, new): (&Event, &Event),
    to: &IncidentId,
    note: CommitNote<'_>,
) -> Result<Saved, Failure> {
    let session = transaction.session();
    let target = session.store.load_or_inbox(to)?;
    let known = target.read.incident.events.iter().find(|event| event.id == new.id);
    let removed = edit::remove_event(from, old).map_err(|e| cannot(&from.path, &e.to_string()))?;
    let removed = FileWrite { path: from.path.clone(), text: removed.text, is_new: false };
    match known {
        None => {
            let added = transaction::add(session, &target, new)?;
            let added = FileWrite { path: target.path, text: added.text, is_new: target.is_new };
            transaction.save_move(&[added, removed], from, to, note)
        }
        // A move that was cut short has put it there already.
        Some(known) if edit::event_text(known) == edit::event_text(new) => {
            transaction.save_move(&[removed], from, to, note)
        }
        Some(_) => Err(Failure::new(format!("{to} has an event of that id already"))
            .help("another one: `recount retract` the one that doesn't count")),
    }
}
