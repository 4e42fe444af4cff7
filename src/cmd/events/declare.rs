//! `recount declare`: an incident is opened.

use crate::cli::{self, FacetArgs, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::cmd::events::event_args::{self, TypedEvent};
use crate::cmd::events::{new_service, record, set};
use crate::io::git::GitError;
use crate::io::prompt;
use crate::io::store::{StoreError, edit, files, ids};
use crate::model::diagnostic::Location;
use crate::model::incident::{Attribution, Edits, Event, Incident, IncidentId, Kind};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::typed_words;
use crate::session::written::FileWrite;
use std::path::Path;

/// Opens an incident; its id alone goes to the standard output.
pub(crate) fn run(args: &cli::DeclareArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    if args.new_service {
        let impact = args.impact.iter().flat_map(|text| text.split(','));
        let told = impact.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
        let names: Vec<_> = args.services.iter().map(String::as_str).chain(told).collect();
        let added = new_service::add(&session, &names)?;
        let args = cli::DeclareArgs { new_service: false, ..args.clone() };
        return Ok(run(&args, global)?.remark(added));
    }
    let typed = event_args::text(&session, &args.title)?;
    let is_asked = typed.is_none();
    let title = session.or_ask(typed, "What is broken", "the title behind the verb")?;
    let args = &match is_asked {
        true => asked(&session, args)?,
        false => args.clone(),
    };
    let (event, remark) = declared(&session, args).map_err(|why| {
        let typed = TypedEvent { text: vec![format!("declare {title}")], ..TypedEvent::default() };
        record::kept(&session, None, &typed, why)
    })?;
    let (incident, saved) = session.transact(|transaction| {
        let incident = incident(&session, args, &title, event.clone())?;
        let path = session.store.incident_path(&incident.id);
        let file = FileWrite::plain(path, None, edit::new_incident(&incident));
        let note = CommitNote::declaration(&title, &event);
        let saved = transaction.save_files(&[file], Some(&incident.id), None, &note)?;
        Ok((incident, saved))
    })?;
    let echo = Echo { session: &session, verb: "declare", id: &incident.id, format };
    let echo = echo.event(&event, session.store.settings().zone, saved)?;
    Ok(match format {
        Format::Json => echo,
        _ => {
            let id = Output::text(format!("{}\n", incident.id));
            Output { wrote: true, written: echo.written, ..id }
                .remark(echo.text)
                .remark(echo.remarks)
        }
    }
    .remark(&remark)
    .remark(&session.remarks))
}

/// Asks for what a person who is asked for the title may know too; Enter goes on without.
fn asked(session: &Session<'_>, args: &cli::DeclareArgs) -> Result<cli::DeclareArgs, Failure> {
    let settings = session.store.settings();
    let mut args = args.clone();
    if args.severity.is_none() {
        let known = settings.severities.iter().map(ToString::to_string);
        let items: Vec<_> = std::iter::once("not known yet".to_owned()).chain(known).collect();
        let chosen = prompt::choose("How bad is it", &items)?;
        args.severity = items.get(chosen).filter(|_| chosen > 0).cloned();
    }
    if args.services.is_empty() && args.impact.is_empty() {
        let known: Vec<_> = settings.services.iter().map(|s| s.id.to_string()).collect();
        args.services = match known.is_empty() {
            true => {
                let typed =
                    prompt::write_or_pass("Which services, with commas between (Enter goes on)")?;
                let typed = typed.unwrap_or_default();
                let names = typed.split(',').map(str::trim).filter(|name| !name.is_empty());
                names.map(str::to_owned).collect()
            }
            false => {
                let chosen = prompt::choose_several("Which services", &known)?;
                chosen.iter().filter_map(|index| known.get(*index).cloned()).collect()
            }
        };
    }
    Ok(args)
}

/// Returns the event that marks the declaration, and what to tell of its time.
fn declared(session: &Session<'_>, args: &cli::DeclareArgs) -> Result<(Event, String), Failure> {
    let typed = TypedEvent {
        text: vec!["Declared".to_owned()],
        when: args.when.clone(),
        marks: vec!["declared".to_owned()],
        impact: args.impact.clone(),
        facets: FacetArgs {
            by: args.by.clone(),
            roles: args.roles.clone(),
            ..FacetArgs::default()
        },
        ..TypedEvent::default()
    };
    let (mut event, remark) = event_args::event(session, &typed, None)?;
    event.id = ids::fresh(1).pop();
    event.by = event.by.or_else(|| session.person());
    Ok((event, remark))
}

fn incident(
    session: &Session<'_>,
    args: &cli::DeclareArgs,
    title: &str,
    event: Event,
) -> Result<Incident, Failure> {
    let settings = session.store.settings();
    let severity =
        args.severity.as_deref().map(|s| typed_words::severity(settings, s)).transpose()?;
    let services =
        args.services.iter().map(|s| typed_words::service(settings, s).map(event_args::spanned));
    let mut services = services.collect::<Result<Vec<_>, _>>()?;
    for impact in &event.impact {
        if !services.iter().any(|s| s.value == impact.value.service) {
            services.push(event_args::spanned(impact.value.service.clone()));
        }
    }
    let day = event.at.order(settings.zone).local(settings.zone).date_naive();
    let mut incident = Incident {
        id: free(session, IncidentId::of(day, title))?,
        title: title.to_owned(),
        severity: severity.map(event_args::spanned),
        kind: args.kind.unwrap_or(Kind::Incident),
        class: None,
        zone: None,
        services,
        attribution: Attribution::Own,
        unaffected: vec![],
        duplicate_of: None,
        canceled: None,
        related: vec![],
        fields: vec![],
        edits: Edits::default(),
        summary: None,
        summary_place: Location::default(),
        no_impact: false,
        causes: vec![],
        actions: vec![],
        claims: vec![],
        public: None,
        links: vec![],
        events: vec![event],
        unsettled: vec![],
        unreadable: vec![],
    };
    for typed in &args.fields {
        let (name, value) = event_args::pair(typed, "NAME=VALUE, such as team=payments")?;
        set::set_field(&mut incident, name, value.trim(), settings)?;
    }
    Ok(incident)
}

/// Returns the id, or the first numbered one that has no file yet: neither here nor, where a part of the
/// record is checked out alone, in the last commit.
fn free(session: &Session<'_>, id: IncidentId) -> Result<IncidentId, Failure> {
    let numbered = (2..=u32::MAX).map(|n| id.numbered(n));
    for one in std::iter::once(id.clone()).chain(numbered) {
        let path = session.store.incident_path(&one);
        let failed = |error| StoreError::Io { doing: "look at", path: path.clone(), error };
        if files::exists(&path).map_err(failed)? {
            continue;
        }
        match is_committed(session, &path) {
            Ok(true) => {}
            Ok(false) => return Ok(one),
            // What git can't tell of now may be taken: a number that no other incident comes by.
            Err(_) => {
                return Ok(one.numbered(u32::try_from(session.now.epoch()).unwrap_or(u32::MAX)));
            }
        }
    }
    Ok(id)
}

/// Returns whether the last commit has a file.
fn is_committed(session: &Session<'_>, path: &Path) -> Result<bool, GitError> {
    let Some(repo) = &session.repo else { return Ok(false) };
    let Some(head) = repo.head()? else { return Ok(false) };
    Ok(repo.read_at(&head, path)?.is_some())
}
