//! What a person asks to be taken out: an event's words, an attached file, a passage of a document.

use super::{AttachedFile, Redaction, homes};
use crate::cli;
use crate::compute::redaction::RedactedWords;
use crate::io::prompt;
use crate::model::incident::{Event, Incident, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::typed;
use std::collections::BTreeSet;
use std::path::Path;

impl Redaction {
    /// Returns what is to be taken out, as it was asked for.
    pub(super) fn asked_for(
        session: &Session<'_>,
        args: &cli::RedactArgs,
    ) -> Result<Self, Failure> {
        if let Some(path) = &args.document {
            return Self::of_document(session, args, path);
        }
        if let Some(path) = &args.file {
            return Self::of_file(session, args, path);
        }
        let (incident, event) = session.find_event_or_ask(args.event.clone())?;
        let reason = reason(session, args)?;
        let words = words_of(session, &event)?;
        let reason = words.masked(&reason).unwrap_or(reason);
        let (incident, event) = (Some(incident), Some(event));
        Ok(Self { incident, event, attachment: None, document: None, words, reason })
    }

    /// Returns the bytes of an attached file, named as its event has it or by where it lies.
    fn of_file(
        session: &Session<'_>,
        args: &cli::RedactArgs,
        path: &Path,
    ) -> Result<Self, Failure> {
        let meant = typed(session.global, path).canonicalize().ok();
        for id in homes(session)? {
            let loaded = session.load(&id)?;
            let folder = loaded.path.parent().map(Path::to_owned).unwrap_or_default();
            for event in &loaded.read.incident.events {
                let named = |at: &str| meant == Some(folder.join(at)) || Path::new(at) == path;
                let found = event.attachments.iter().find(|it| named(it.path.as_str()));
                let is_wanted = |id: &String| {
                    event.id.as_ref().is_some_and(|it| it.as_str().starts_with(id.as_str()))
                };
                let Some(found) = found.filter(|_| args.event.as_ref().is_none_or(is_wanted))
                else {
                    continue;
                };
                let full = folder.join(found.path.as_str());
                let inner = session.store.relative(&full).to_owned();
                let attachment = Some(AttachedFile { inner, path: found.path.clone() });
                let (event, words) = (event.id.clone(), RedactedWords::default());
                let (incident, reason) = (Some(id), reason(session, args)?);
                return Ok(Self { incident, event, attachment, document: None, words, reason });
            }
        }
        Err(Failure::new(format!("{} is attached to no event", path.display()))
            .help("name it as the event has it, such as files/ab12cd34-graph.png: `recount show --format json`"))
    }

    fn of_document(
        session: &Session<'_>,
        args: &cli::RedactArgs,
        path: &Path,
    ) -> Result<Self, Failure> {
        let path = typed(session.global, path);
        let failed = |error| Failure::new(format!("cannot read {}: {error}", path.display()));
        let full = path.canonicalize().map_err(failed)?;
        let inner = session.store.relative(&full);
        if inner == full {
            return Err(Failure::new(format!("{} is no file of this record", path.display()))
                .help("name a document beside an incident, or a report"));
        }
        let passage = passage(session, args)?;
        let (words, reason) = (RedactedWords::of_passage(&passage), reason(session, args)?);
        let document = Some(inner.to_owned());
        Ok(Self { incident: None, event: None, attachment: None, document, words, reason })
    }
}

/// Returns the passage as it was given: a credential is what it may well be.
fn passage(session: &Session<'_>, args: &cli::RedactArgs) -> Result<String, Failure> {
    match args.passage.as_deref() {
        Some("-") => prompt::read_input()
            .map_err(|error| Failure::new(format!("cannot read standard input: {error}"))),
        Some(given) => Ok(given.to_owned()),
        None if session.terminal.can_ask => Ok(prompt::write("Which passage")?),
        None => Err(Failure::new("Which passage? There is no terminal to ask on")
            .help("give --passage TEXT, or `--passage -` to read it from standard input")),
    }
}

fn reason(session: &Session<'_>, args: &cli::RedactArgs) -> Result<String, Failure> {
    session.or_ask(args.reason.clone(), "Why are the words taken out", "--reason TEXT")
}

/// Returns all that an event has said: where it is and where it was, in each revision, and before it was redacted.
fn words_of(session: &Session<'_>, event: &Name) -> Result<RedactedWords, Failure> {
    let (mut said, mut names): (Vec<Event>, BTreeSet<String>) = (vec![], BTreeSet::new());
    for id in homes(session)? {
        let Ok(loaded) = session.read(&id)? else { continue };
        let now = &loaded.read.incident;
        names.extend(names_in(now));
        let Some(is) = now.event(event.as_str()) else { continue };
        let is_it = |was: &&Event| match &was.id {
            Some(id) => id == event,
            None => was.at == is.at,
        };
        said.push(is.clone());
        if session.repo.is_some() {
            for revision in session.revisions_as_written(&id)? {
                said.extend(revision.incident.events.iter().filter(is_it).cloned());
            }
        }
    }
    Ok(RedactedWords::of_events(&said).without(&names))
}

/// Returns the words of an incident that are names, and must stay as they are.
fn names_in(incident: &Incident) -> BTreeSet<String> {
    let ids = incident.events.iter().filter_map(|it| it.id.as_ref());
    let ids = ids.chain(incident.actions.iter().filter_map(|it| it.id.as_ref()));
    let services = incident.services.iter().map(|it| &it.value);
    let told = incident.events.iter().flat_map(|it| &it.impact).map(|it| &it.value.service);
    let names = ids.chain(services).chain(told).map(Name::to_string);
    names.chain([incident.id.to_string()]).collect()
}
