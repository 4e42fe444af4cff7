//! `recount amend`: an event is corrected, or moved to the incident that it belongs to.

use crate::cli::{self, Format, Global};
use crate::cmd::events::attachment;
use crate::cmd::events::echo::{self, Echo};
use crate::cmd::events::event_args::{self, TypedEvent};
use crate::compute::report::write_result::WriteReport;
use crate::io::store::edit::{self, EditableIncident};
use crate::model::incident::{Audience, Event, EventKind, IncidentId, Marks, names};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::mended::Repair;
use crate::session::output::{Output, format};
use crate::session::transaction::{Saved, Transaction};

/// Corrects an event, and moves it where `--to` says so.
pub(crate) fn run(args: &cli::AmendArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    if let [_, _, ..] = args.events.as_slice() {
        return move_several(args, &session, format);
    }
    let (id, event_id) = session.find_event_or_ask(args.events.first().cloned())?;
    let to = args.to.as_deref().map_or_else(|| Ok(id.clone()), |name| session.find(name))?;
    let (new, zone, remarks, saved) = session.transact(|mut transaction| {
        let file = transaction.read(&id)?;
        let incident = session.open_file(&file)?;
        let old = session.event(&incident.facts, &event_id)?;
        let (new, remark) = corrected(&session, args, &incident, old)?;
        let note = CommitNote::event("amend", &new);
        let saved = if to == id {
            let edited = incident.change_event(old, &new)?;
            transaction.save(&file, edited, note.keeping_before())?
        } else {
            EventMove { from: &incident, old, new: &new, to: &to }.save(transaction, &note)?
        };
        let taken = match to == id {
            true => {
                echo::taken_back(&session.timeline(&incident.facts), &new, session.store.settings())
            }
            false => String::new(),
        };
        Ok((new, incident.zone(), [remark, taken], saved))
    })?;
    let answers = Echo { session: &session, verb: "amend", id: &to, format };
    let [remark, taken] = remarks;
    Ok(answers.event(&new, zone, saved)?.remark(&remark).remark(taken).remark(&session.remarks))
}

/// Moves several events to one incident.
fn move_several(
    args: &cli::AmendArgs,
    session: &Session<'_>,
    format: Format,
) -> Result<Output, Failure> {
    let Some(to) = &args.to else {
        return Err(Failure::new("one event is corrected at a time")
            .help("several can be moved with `--to INCIDENT`")
            .or_by(Repair::Missing("--to".to_owned())));
    };
    if args.changes_more() {
        return Err(Failure::new("several events can be moved, and not changed at once")
            .help("move them first, with `--to` alone"));
    }
    let to = session.find(to)?;
    let mut answer = Output::default();
    let mut reports = vec![];
    // Each is a write of its own, so that `undo` takes back one after another.
    for name in &args.events {
        let (id, event_id) = session.find_event(name)?;
        let (new, zone, saved) = session.transact(|mut transaction| {
            let file = transaction.read(&id)?;
            let incident = session.open_file(&file)?;
            let old = session.event(&incident.facts, &event_id)?;
            if id == to {
                return Err(Failure::new(format!("{event_id} is in {to} already")));
            }
            let note = CommitNote::event("amend", old);
            let saved =
                EventMove { from: &incident, old, new: old, to: &to }.save(transaction, &note)?;
            Ok((old.clone(), incident.zone(), saved))
        })?;
        let echo = Echo { session, verb: "amend", id: &to, format };
        let (text, report) = echo.told(&new, zone);
        reports.push(WriteReport { commit: saved.commit, ..report });
        answer.text.push_str(&text);
        answer.remarks.push_str(&saved.remarks);
    }
    let told = match format {
        Format::Json => Output::json(&reports)?,
        _ => Output::text(answer.text),
    };
    Ok(Output { wrote: true, ..told }.remark(answer.remarks).remark(&session.remarks))
}

/// Returns the event with what was typed changed in it, and what to tell of its time.
fn corrected(
    session: &Session<'_>,
    args: &cli::AmendArgs,
    incident: &EditableIncident<'_>,
    old: &Event,
) -> Result<(Event, String), Failure> {
    if old.redacted.is_some() && (args.text.is_some() || !args.facets.links.is_empty()) {
        return Err(Failure::new("its words were taken out of the record for good")
            .help("`recount log` says what may be said in their place"));
    }
    let mut new = old.clone();
    for key in &args.clear {
        clear(&mut new, key)?;
    }
    let typed = TypedEvent {
        when: args.when.clone(),
        marks: args.marks.clone(),
        impact: args.impact.clone(),
        progress: args.progress.clone(),
        facets: args.facets.clone(),
        ..TypedEvent::default()
    };
    event_args::change(&mut new, &typed, session.store.settings())?;
    event_args::settle(session, &mut new, &args.facets, Some(&session.timeline(&incident.facts)))?;
    // Who writes the value that stands has settled it, too.
    new.unsettled.retain(|field| !is_named(args, &field.value));
    let mut remark = String::new();
    if args.when.at.is_some() {
        let timeline = session.timeline(&incident.facts);
        let time = event_args::time(session, &args.when, Some(&timeline))?;
        (new.at, remark) = (time.at, time.remark);
    }
    if args.internal {
        new.audience = Audience::Internal;
    }
    if let Some(text) = &args.text {
        new.text = event_args::text(session, std::slice::from_ref(text))?
            .ok_or_else(|| Failure::new("an event needs a text"))?;
    }
    Ok((new, remark))
}

/// Returns whether a field, or the whole of which it is a member, was typed.
fn is_named(args: &cli::AmendArgs, field: &str) -> bool {
    let facets = &args.facets;
    match field.split('.').next().unwrap_or(field) {
        "text" => args.text.is_some(),
        "at" => args.when.at.is_some(),
        "for" => facets.lasting.is_some(),
        "by" => facets.by.is_some(),
        "kind" => facets.kind.is_some(),
        "mark" => !args.marks.is_empty(),
        "impact" => !args.impact.is_empty(),
        "severity" => facets.severity.is_some(),
        "attribution" => facets.attribution.is_some(),
        "roles" => !facets.roles.is_empty(),
        "progress" => !args.progress.is_empty(),
        "audience" => facets.public || args.internal,
        "refutes" => facets.refutes.is_some(),
        "confirms" => facets.confirms.is_some(),
        key => args.clear.iter().any(|cleared| cleared == key),
    }
}

/// Takes a key away from an event.
fn clear(event: &mut Event, key: &str) -> Result<(), Failure> {
    const KEYS: [&str; 13] = [
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
        "refutes",
        "confirms",
    ];
    match key {
        "for" => event.lasting = None,
        "by" => event.by = None,
        "kind" => event.kind = Ok(EventKind::Note),
        "mark" => event.marks = Marks::default(),
        "impact" => event.impact.clear(),
        "severity" => event.severity = None,
        "attribution" => event.attribution = None,
        "role" | "roles" => event.roles.clear(),
        "progress" => event.progress.clear(),
        "link" | "links" => event.links.clear(),
        "refutes" => event.refutes = None,
        "confirms" => event.confirms = None,
        "public" => event.audience = Audience::Internal,
        other => return Err(Failure::new(names::unknown("key", other, &KEYS))),
    }
    Ok(())
}

/// An event that belongs to another incident.
pub(crate) struct EventMove<'e> {
    /// Where it is.
    pub(crate) from: &'e EditableIncident<'e>,
    /// The event as it is there.
    pub(crate) old: &'e Event,
    /// The event as it will be.
    pub(crate) new: &'e Event,
    /// Where it will be.
    pub(crate) to: &'e IncidentId,
}

impl EventMove<'_> {
    /// Moves the event: into the other incident first, so that it is never in neither.
    pub(crate) fn save(
        &self,
        mut transaction: Transaction<'_, '_>,
        note: &CommitNote,
    ) -> Result<Saved, Failure> {
        let Self { from, old, new, to } = self;
        let session = transaction.session();
        let file = session.store.file_or_inbox(to)?;
        let target = session.open_file(&file)?;
        let moved = Event { moved: Some(event_args::spanned((*to).clone())), ..(*old).clone() };
        let left = from.file.with(from.change_event(old, &moved)?);
        let new = Event { moved: None, ..(*new).clone() };
        attachment::copy(&mut transaction, &new.attachments, &from.facts.id, to)?;
        let files = match target.facts.events.iter().find(|event| event.id == new.id) {
            None => vec![file.with(target.add_event(&new)?), left],
            // It was there before, and moved away.
            Some(known) if known.moved.is_some() => {
                vec![file.with(target.change_event(known, &new)?), left]
            }
            // A move that was cut short has put it there already.
            Some(known) if edit::event_text(known) == edit::event_text(&new) => vec![left],
            Some(_) => {
                return Err(Failure::new(format!("{to} has an event of that id already"))
                    .help("another one: `recount retract` the one that doesn't count"));
            }
        };
        transaction.save_files(&files, Some(to), Some(from.file), note)
    }
}
