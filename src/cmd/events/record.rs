//! An event is put where it belongs: into its incident, or the inbox, or the spool.

use crate::cli::{FacetArgs, Format, SourceKey};
use crate::cmd::events::attachment::NewAttachment;
use crate::cmd::events::echo::{self, Echo};
use crate::cmd::events::event_args::{self, TypedEvent};
use crate::cmd::events::new_service;
use crate::compute::timeline::Timeline;
use crate::io::store::{INBOX_ID, LoadedIncident, files, ids};
use crate::model::incident::{Event, EventSource, IncidentId, Name};
use crate::session::commit_note::CommitNote;
use crate::session::open_incidents::{OpenIncidentFile, WriteTarget};
use crate::session::output::{Output, format};
use crate::session::transaction::Saved;
use crate::session::{Failure, Session, spooled, typed_words};

/// Records what was typed in the incident that it belongs to, or in the inbox, or in the spool.
pub(crate) fn record(
    verb: &'static str,
    session: &Session<'_>,
    typed: &TypedEvent,
    attached: &[NewAttachment],
) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    if typed.facets.new_service {
        return with_new_service(verb, session, typed, attached);
    }
    if let Some(known) = typed.delivery.source.as_ref().and_then(|key| logged(session, key)) {
        let answers = Echo { session, verb, id: &known.id, format };
        return logged_before(&answers, &known.event, typed);
    }
    let target = for_event(session, typed).map_err(|why| kept(session, None, typed, why))?;
    let EventTarget { id, loaded, remark: undecided } = target;
    needs_incident(&id, !attached.is_empty())?;
    let loaded = match loaded.map_or_else(|| session.load(&id), Ok) {
        Ok(loaded) => Some(loaded),
        Err(_) if id.as_str() == INBOX_ID => None,
        Err(failure) if matches!(files::exists(&session.store.incident_path(&id)), Ok(false)) => {
            return Err(failure);
        }
        // What cannot be read now takes the event later, from the spool.
        Err(_) => None,
    };
    let timeline = loaded
        .as_ref()
        .filter(|_| id.as_str() != INBOX_ID)
        .map(|l| session.timeline(&l.read.incident));
    let event = event_args::event(session, typed, timeline.as_ref());
    let (mut event, remark) =
        event.map_err(|why| kept(session, Some((&id, timeline.as_ref())), typed, why))?;
    event.id = match &timeline {
        Some(timeline) => id_for(&event, timeline),
        None => ids::fresh(1).pop(),
    };
    event.by = event.by.or_else(|| session.person());
    event.attachments.extend(attached.iter().map(|new| new.attachment.clone()));
    let zone = timeline.as_ref().map_or(session.store.settings().zone, |t| t.zone);
    let answers = Echo { session, verb, id: &id, format };
    let mut new = NewEvent { id: &id, event: &mut event, attached };
    let answer = match keep(session, verb, &mut new) {
        Ok(saved) => {
            let no = typed.delivery.strict && id.as_str() == INBOX_ID;
            Output { no, ..answers.event(&event, zone, saved)? }
        }
        Err(why) => {
            let lost = write_beside(session, &id, attached, &mut event);
            let remarks = spooled::keep(session, &id, &event, &why)? + &lost;
            CommitNote::event(verb, &event).leave(session, Some(&id), None);
            let saved = Saved { commit: None, remarks, spooled: true };
            let answer = answers.event(&event, zone, saved)?;
            Output { no: !lost.is_empty() || typed.delivery.strict, ..answer }
        }
    };
    let settings = session.store.settings();
    // What marks nothing and changes no service takes no milestone back.
    let can_take_back = !event.impact.is_empty() || !event.marks.is_empty();
    let taken = timeline.filter(|_| can_take_back);
    let taken = taken.map(|t| echo::taken_back(&t, &event, settings)).unwrap_or_default();
    Ok(answer.remark(&remark).remark(undecided).remark(taken).remark(&session.remarks))
}

/// Keeps in the spool what was typed of an event where a question about it got no answer: for the inbox, where its
/// incident isn't known. Returns the failure that says so; another one as it is.
pub(crate) fn kept(
    session: &Session<'_>,
    known: Option<(&IncidentId, Option<&Timeline<'_>>)>,
    typed: &TypedEvent,
    why: Failure,
) -> Failure {
    let timeline = known.and_then(|(_, timeline)| timeline);
    let event = || event_args::unanswered(session, typed, timeline);
    let event = why.is_of_no_answer().then(event).flatten();
    let id = known.map(|(id, _)| id.clone()).or_else(|| INBOX_ID.parse().ok());
    let (Some(mut event), Some(id)) = (event, id) else { return why };
    event.id = ids::fresh(1).pop();
    let failure = spooled::keep_cut_off(session, &id, &event, why);
    CommitNote::event("log", &event).leave(session, Some(&id), None);
    failure
}

/// Records an event in the inbox, or else in the spool.
pub(crate) fn to_inbox(session: &Session<'_>, event: &Event) -> Result<(), Failure> {
    let id = INBOX_ID.parse()?;
    let mut event = event.clone();
    let mut new = NewEvent { id: &id, event: &mut event, attached: &[] };
    match keep(session, "log", &mut new) {
        Ok(_) => Ok(()),
        Err(why) => spooled::keep(session, &id, &event, &why).map(drop),
    }
}

/// Returns an id that orders an event after those that were logged in the same second.
fn id_for(event: &Event, timeline: &Timeline<'_>) -> Option<Name> {
    let order = event.at.order(timeline.zone);
    let same = |e: &Event| e.logged == event.logged && e.at.order(timeline.zone) == order;
    let all = timeline.incident.events.iter();
    match all.filter(|e| same(e)).filter_map(|e| e.id.as_ref()).max() {
        Some(last) => ids::after(last),
        None => ids::fresh(1).pop(),
    }
}

/// Writes the files of an event that goes to the spool; one that can't be written is attached to nothing, and said.
fn write_beside(
    session: &Session<'_>,
    id: &IncidentId,
    attached: &[NewAttachment],
    event: &mut Event,
) -> String {
    let mut lost = String::new();
    for file in attached {
        if let Err(why) = file.write(session, id) {
            event.attachments.retain(|it| it.path != file.attachment.path);
            lost.push_str(&why.render(session.terminal.color_err));
            lost.push_str("the event is without that file: attach it again\n");
        }
    }
    lost
}

/// Looks whether an event would be recorded, as far as that can be told before it has happened; returns its incident,
/// or the inbox.
pub(crate) fn would_record(
    session: &Session<'_>,
    typed: &TypedEvent,
    attaches: bool,
) -> Result<IncidentId, Failure> {
    format(session.global, &[Format::Table, Format::Json])?;
    let id = for_event(session, typed)?.id;
    needs_incident(&id, attaches)?;
    let loaded = session.load(&id).ok();
    let timeline = loaded.as_ref().map(|loaded| session.timeline(&loaded.read.incident));
    event_args::event(session, typed, timeline.as_ref().filter(|_| id.as_str() != INBOX_ID))?;
    Ok(id)
}

/// Refuses to attach a file to an event of the inbox.
fn needs_incident(id: &IncidentId, attaches: bool) -> Result<(), Failure> {
    if id.as_str() != INBOX_ID || !attaches {
        return Ok(());
    }
    Err(Failure::new("a file is attached to an event of an incident, and none is known")
        .help("name it with `-i INCIDENT`"))
}

/// An event to be written, and the files that are attached to it.
struct NewEvent<'e> {
    id: &'e IncidentId,
    event: &'e mut Event,
    attached: &'e [NewAttachment],
}

/// Puts an event into its incident's file and commits it.
fn keep(
    session: &Session<'_>,
    verb: &'static str,
    new: &mut NewEvent<'_>,
) -> Result<Saved, Failure> {
    let NewEvent { id, event, attached } = new;
    let kept = session.transact(|mut transaction| {
        transaction.may_change_files()?;
        // Before the event: one that names a file that is not there would be worse than a file that nobody names.
        attached.iter().try_for_each(|file| file.put(&mut transaction, id))?;
        let file = match transaction.read(id) {
            Err(why) if id.as_str() == INBOX_ID && !why.is_raced() => {
                session.store.file_or_inbox(id)?
            }
            file => file?,
        };
        let incident = session.open_file(&file)?;
        // A second call for the same may have been faster.
        let same = incident.facts.events.iter().find(|known| is_same_source(known, &event.source));
        if let Some(known) = same {
            **event = known.clone();
            return Ok(Saved { remarks: logged_already(known), ..Saved::default() });
        }
        // Under the lock it is known which events of the same second came before.
        event.id = id_for(event, &session.timeline(&incident.facts));
        let edited = incident.add_event(event)?;
        let is_copied = transaction.in_progress.is_some();
        if is_copied {
            spooled::copy(session, id, event);
        }
        let saved = transaction.save(&file, edited, CommitNote::event(verb, event));
        // The next try has a copy of its own, perhaps by another id.
        if is_copied && saved.as_ref().is_err_and(Failure::is_raced) {
            let _ = event.id.as_ref().map(|id| session.forget_waiting(id));
        }
        saved
    });
    // The spool takes it then.
    kept.map_err(|why| if why.is_raced() { why.without_help() } else { why })
}

/// Where an event goes.
struct EventTarget {
    id: IncidentId,
    /// The incident's file, where it was read to find it.
    loaded: Option<LoadedIncident>,
    /// What to tell of it.
    remark: String,
}

/// Finds the incident that an event belongs to; where that cannot be known it is the inbox, with a word
/// on how to move the event.
fn for_event(session: &Session<'_>, typed: &TypedEvent) -> Result<EventTarget, Failure> {
    let found = |id| Ok(EventTarget { id, loaded: None, remark: String::new() });
    let inbox = |why: String| Ok(EventTarget { id: INBOX_ID.parse()?, loaded: None, remark: why });
    let next = "`recount amend EVENT --to INCIDENT` moves it";
    match session.named_incident() {
        // It may be where nothing can be read now; the event is not to be lost for that.
        Err(failure)
            if !failure.is_of_no_answer() && !session.store.incidents().unreadable.is_empty() =>
        {
            let why = failure.render(session.terminal.color_err);
            return inbox(format!("{why}the event is in the inbox; {next}\n"));
        }
        Err(failure) => return Err(failure),
        Ok(Some(id)) => return found(id),
        Ok(None) => {}
    }
    let WriteTarget { one, open, unreadable } =
        session.one_to_write(&services_told(session, typed))?;
    if let Some(OpenIncidentFile { id, loaded }) = one {
        return Ok(EventTarget { id, loaded, remark: String::new() });
    }
    if !open.is_empty() && session.terminal.can_ask {
        return found(session.ask(&open.iter().collect::<Vec<_>>())?);
    }
    let why = match (unreadable.first(), open.as_slice()) {
        (Some(error), _) => format!("{error}, so that more may be open"),
        (None, []) => "no incident is open".to_owned(),
        (None, [one]) if session.load(one).is_err() => format!("{one} can't be read"),
        (None, [one]) => format!("nobody has written to {one} within 24 hours"),
        (None, more) => format!("{} incidents are open", more.len()),
    };
    inbox(format!("{why}: the event is in the inbox; {next}\n"))
}

/// Records what was typed, in a record that lists its services.
fn with_new_service(
    verb: &'static str,
    session: &Session<'_>,
    typed: &TypedEvent,
    attached: &[NewAttachment],
) -> Result<Output, Failure> {
    let added = new_service::add(session, &names_told(typed))?;
    let facets = FacetArgs { new_service: false, ..typed.facets.clone() };
    let typed = TypedEvent { facets, ..typed.clone() };
    let session = Session::open(session.global)?;
    Ok(record(verb, &session, &typed, attached)?.remark(added))
}

/// Answers with the event that was logged before.
fn logged_before(
    answers: &Echo<'_, '_>,
    event: &Event,
    typed: &TypedEvent,
) -> Result<Output, Failure> {
    let saved = Saved { remarks: logged_already(event), ..Saved::default() };
    let no = typed.delivery.strict && answers.id.as_str() == INBOX_ID;
    let answer = answers.event(event, answers.session.store.settings().zone, saved)?;
    Ok(Output { no, ..answer })
}

/// An event that was logged before.
struct LoggedEvent {
    id: IncidentId,
    event: Event,
}

/// Finds the event that came from the same: in the inbox, and in the incidents that a second call may be about.
fn logged(session: &Session<'_>, key: &SourceKey) -> Option<LoggedEvent> {
    /// A call is repeated within minutes, be its incident over by then; older ones are not read for it.
    const LATEST: usize = 20;
    let mut ids = vec![INBOX_ID.parse().ok()?];
    ids.extend(session.named_incident().ok().flatten());
    ids.extend(session.open_incidents().map(|open| open.ids).unwrap_or_default());
    let all = session.incidents().map(|all| all.ids).unwrap_or_default();
    ids.extend(all.into_iter().rev().take(LATEST));
    let source = Some(event_args::source(key));
    ids.into_iter().find_map(|id| {
        let loaded = session.load(&id).ok()?;
        let events = loaded.read.incident.events;
        let event = events.into_iter().find(|known| is_same_source(known, &source))?;
        Some(LoggedEvent { id, event })
    })
}

fn is_same_source(event: &Event, source: &Option<EventSource>) -> bool {
    let key = |source: &EventSource| Some((source.from.clone(), source.id.clone()?));
    let known = event.source.as_ref().and_then(key);
    known.is_some() && known == source.as_ref().and_then(key)
}

fn logged_already(event: &Event) -> String {
    let id = event.id.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("logged before as {id}: nothing was written\n")
}

/// Returns the services that an event tells of, as they were typed.
fn names_told(typed: &TypedEvent) -> Vec<&str> {
    let pairs = typed.impact.iter().chain(&typed.progress).flat_map(|text| text.split(','));
    pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name).collect()
}

/// Returns the services that an event tells of.
pub(crate) fn services_told(session: &Session<'_>, typed: &TypedEvent) -> Vec<Name> {
    let known = |name| typed_words::service(session.store.settings(), name).ok();
    names_told(typed).into_iter().filter_map(known).collect()
}
