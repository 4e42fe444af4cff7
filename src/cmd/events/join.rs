//! `recount join`: two incidents that were declared for one outage become one.

use crate::cli::{self, Format, Global};
use crate::cmd::events::attachment;
use crate::cmd::events::echo::Echo;
use crate::cmd::events::event_args::spanned;
use crate::io::store::IncidentFile;
use crate::io::store::edit::EditedIncident;
use crate::model::incident::{Event, Incident, IncidentId};
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::written::FileWrite;
use crate::session::{Failure, Session};

/// Moves the events of one incident to the other, and makes it that one's duplicate.
pub(crate) fn run(args: &cli::JoinArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let (stays, duplicate) = (session.find(&args.stays)?, session.find(&args.duplicate)?);
    if stays == duplicate {
        return Err(Failure::new(format!("both names are of {stays}"))
            .help("`recount list` shows the incidents"));
    }
    let (moved, saved) = session.transact(|mut transaction| {
        let (home, away) = (transaction.read(&stays)?, transaction.read(&duplicate)?);
        // An event is known by its id in both.
        let away_named = with_text(&away, session.open_file(&away)?.name_all()?);
        let leaving = session.open_file(&away_named)?;
        may_join(&session.open_file(&home)?.facts, &leaving.facts)?;
        let moved: Vec<_> = leaving.facts.standing().cloned().collect();
        for event in &moved {
            attachment::copy(&mut transaction, &event.attachments, &duplicate, &stays)?;
        }
        let joined = joined(&session, &home, &leaving.facts)?;
        let left = left(&session, &away_named, &stays)?;
        let files = [
            FileWrite { format: 2, ..FileWrite::plain(home.path.clone(), Some(home.text), joined) },
            FileWrite { format: 2, ..FileWrite::plain(away.path.clone(), Some(away.text), left) },
        ];
        let note = CommitNote::documents("join", format!("{duplicate} into {stays}"));
        Ok((moved.len(), transaction.save_files(&files, Some(&stays), None, &note)?))
    })?;
    let echo = Echo { session: &session, verb: "join", id: &stays, format };
    let events = if moved == 1 { "1 event".to_owned() } else { format!("{moved} events") };
    let told = format!("{stays} holds {events} more; {duplicate} is its duplicate");
    Ok(echo.plain(&told, saved)?.remark(&session.remarks))
}

/// Refuses to join an incident that tells no story of its own.
fn may_join(stays: &Incident, duplicate: &Incident) -> Result<(), Failure> {
    for incident in [stays, duplicate] {
        if let Some(other) = &incident.duplicate_of {
            let other = &other.value;
            return Err(Failure::new(format!("{} is a duplicate of {other}", incident.id))
                .help(format!("name {other} in its place")));
        }
    }
    Ok(())
}

/// Returns the text of the incident that stays, with the other's events and services.
fn joined(
    session: &Session<'_>,
    home: &IncidentFile,
    duplicate: &Incident,
) -> Result<String, Failure> {
    let mut file = home.clone();
    for event in duplicate.standing() {
        let incident = session.open_file(&file)?;
        let edited = match incident.facts.events.iter().find(|known| known.id == event.id) {
            None => incident.add_event(event)?,
            // It was here before, and moved away.
            Some(known) if known.moved.is_some() => incident.change_event(known, event)?,
            Some(_) => continue,
        };
        file = with_text(&file, edited);
    }
    let incident = session.open_file(&file)?;
    let mut new = incident.facts.clone();
    for service in &duplicate.services {
        if !new.services.iter().any(|known| known.value == service.value) {
            new.services.push(service.clone());
        }
    }
    Ok(incident.change_facts(&new)?.text)
}

/// Returns the text of the other incident: its events are in the one that stays.
fn left(session: &Session<'_>, away: &IncidentFile, stays: &IncidentId) -> Result<String, Failure> {
    let mut file = away.clone();
    loop {
        let incident = session.open_file(&file)?;
        let Some(event) = incident.facts.standing().next() else {
            let duplicate_of = Some(spanned(stays.clone()));
            let new = Incident { duplicate_of, ..incident.facts.clone() };
            return Ok(incident.change_facts(&new)?.text);
        };
        let moved = Event { moved: Some(spanned(stays.clone())), ..event.clone() };
        let edited = incident.change_event(event, &moved)?;
        file = with_text(&file, edited);
    }
}

fn with_text(file: &IncidentFile, edited: EditedIncident) -> IncidentFile {
    IncidentFile { text: edited.text, ..file.clone() }
}
