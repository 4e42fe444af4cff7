//! `recount completions`: a shell asks the program itself what can stand next, and the program knows the record.

use crate::cli::{self, Color, Global};
use crate::io::store::{files, templates};
use crate::io::tables;
use crate::model::incident::{Attribution, Event, EventKind, Kind, Name, State};
use crate::session::output::Output;
use crate::session::{Failure, Session};
use clap::{Arg, Command, FromArgMatches};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;
use std::ffi::OsString;
use std::fmt::Display;

/// How many of the latest events are offered.
const LATEST: usize = 50;
/// How many customers are offered: a shell shows no more.
const MOST_CUSTOMERS: usize = 1000;

/// Prints what has a shell ask this program for completions.
pub(crate) fn completions(args: &cli::CompletionsArgs) -> Result<Output, Failure> {
    let shells = Shells::builtins();
    let name = args.shell.to_string();
    let shell = shells.completer(&name);
    let shell =
        shell.ok_or_else(|| Failure::new(format!("there are no completions for {name}")))?;
    let mut script = vec![];
    let failed = |error: std::io::Error| Failure::new(error.to_string());
    shell
        .write_registration("COMPLETE", "recount", "recount", "recount", &mut script)
        .map_err(failed)?;
    String::from_utf8(script).map(Output::exact).map_err(|e| Failure::new(e.to_string()))
}

/// Answers a shell that asks what can stand next, and ends the program then.
pub fn complete_if_asked() {
    if std::env::var_os("COMPLETE").is_some() {
        CompleteEnv::with_factory(known_command).complete();
    }
}

/// Returns the command line with what the record knows at each place.
fn known_command() -> Command {
    with_candidates(cli::command())
}

fn with_candidates(command: Command) -> Command {
    let verb = command.get_name().to_owned();
    let command = command.mut_args(|arg| match candidates(&verb, &arg) {
        Some(found) => arg.add(ArgValueCandidates::new(found)),
        None => arg,
    });
    command.mut_subcommands(with_candidates)
}

/// Returns what asks the record for what an argument can be.
fn candidates(verb: &str, arg: &Arg) -> Option<fn() -> Vec<CompletionCandidate>> {
    let name = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let name = name.unwrap_or_else(|| arg.get_id().as_str().to_uppercase());
    let name = name.split(['.', ' ']).next().unwrap_or_default();
    Some(match name {
        "INCIDENT" | "DUPLICATE" => incidents,
        "EVENT" => events,
        "SERVICE" | "SERVICES" => services,
        "SERVICE=STATE" => service_states,
        "SERVICE=DONE/TOTAL" => service_progress,
        "MILESTONE" | "MARKS" => milestones,
        "SEVERITY" | "SEVERITIES" => severities,
        "KIND" if ["declare", "list", "stats", "metrics"].contains(&verb) => incident_kinds,
        "KIND" => event_kinds,
        "ATTRIBUTION" => attributions,
        "ROLE=PERSON" => roles,
        "TEMPLATE" => template_names,
        "POLICY" => policies,
        "CUSTOMER" => customers,
        _ => return None,
    })
}

/// Asks the record that the typed command would be about; nothing where there is none.
fn ask<T: Default>(question: impl FnOnce(&Session<'_>) -> T) -> T {
    let global = typed_globals(std::env::args_os());
    Session::open(&global).map(|session| question(&session)).unwrap_or_default()
}

/// Returns what was typed so far of what holds for every verb: which record, and which incident.
///
/// A shell gives the line behind `--`.
fn typed_globals(args: impl Iterator<Item = OsString>) -> Global {
    let line = args.skip_while(|arg| arg != "--").skip(1);
    let typed = cli::command().ignore_errors(true).try_get_matches_from(line).ok();
    let global = typed.and_then(|typed| Global::from_arg_matches(&typed).ok());
    let (start, incident) = global.map_or((None, None), |global| (global.start, global.incident));
    Global {
        start,
        incident,
        format: None,
        no_commit: false,
        unmasked: false,
        color: Color::Never,
        quiet: true,
    }
}

fn named(names: impl IntoIterator<Item: Display>) -> Vec<CompletionCandidate> {
    names.into_iter().map(|name| CompletionCandidate::new(name.to_string())).collect()
}

/// The latest incident first.
fn incidents() -> Vec<CompletionCandidate> {
    ask(|session| {
        let ids = session.incidents().map(|all| all.ids).unwrap_or_default();
        named(ids.into_iter().rev())
    })
}

/// The events of the incident that was named, of the open ones, or else of the latest, with their texts.
fn events() -> Vec<CompletionCandidate> {
    ask(|session| {
        let mut ids = match session.named_incident() {
            Ok(Some(named)) => vec![named],
            _ => session.open_at_a_glance(),
        };
        if ids.is_empty() {
            let all = session.incidents().map(|all| all.ids).unwrap_or_default();
            ids.extend(all.into_iter().next_back());
        }
        let loaded: Vec<_> = ids.iter().filter_map(|id| session.load(id).ok()).collect();
        let mut events: Vec<&Event> =
            loaded.iter().flat_map(|loaded| loaded.read.incident.standing()).collect();
        events.sort_by_key(|event| std::cmp::Reverse((event.logged, event.id.as_ref())));
        let one = |event: &&Event| {
            let id = event.id.as_ref().map(Name::to_string)?;
            Some(CompletionCandidate::new(id).help(Some(event.text.clone().into())))
        };
        let latest = events.iter().take(LATEST).filter_map(one);
        std::iter::once(CompletionCandidate::new("last")).chain(latest).collect()
    })
}

fn service_names(session: &Session<'_>) -> Vec<Name> {
    let mut names: Vec<_> =
        session.store.settings().services.iter().map(|s| s.id.clone()).collect();
    for id in session.open_at_a_glance() {
        let Ok(loaded) = session.load(&id) else { continue };
        names.extend(session.timeline(&loaded.read.incident).services().into_iter().cloned());
    }
    names.sort();
    names.dedup();
    names
}

fn services() -> Vec<CompletionCandidate> {
    ask(|session| named(service_names(session)))
}

fn service_states() -> Vec<CompletionCandidate> {
    ask(|session| {
        let names = service_names(session).into_iter();
        named(names.flat_map(|name| State::ALL.iter().map(move |state| format!("{name}={state}"))))
    })
}

fn service_progress() -> Vec<CompletionCandidate> {
    ask(|session| named(service_names(session).into_iter().map(|name| format!("{name}="))))
}

fn milestones() -> Vec<CompletionCandidate> {
    ask(|session| named(session.store.settings().all_milestones()))
}

fn severities() -> Vec<CompletionCandidate> {
    ask(|session| named(&session.store.settings().severities))
}

fn incident_kinds() -> Vec<CompletionCandidate> {
    named(Kind::ALL)
}

fn event_kinds() -> Vec<CompletionCandidate> {
    named(EventKind::ALL)
}

fn attributions() -> Vec<CompletionCandidate> {
    named(Attribution::ALL)
}

/// The roles that open incidents have, and the one that each has first.
fn roles() -> Vec<CompletionCandidate> {
    ask(|session| {
        let mut roles = vec!["commander=".to_owned()];
        for id in session.open_at_a_glance() {
            let Ok(loaded) = session.load(&id) else { continue };
            let timeline = session.timeline(&loaded.read.incident);
            roles.extend(timeline.roles().into_iter().map(|(role, _)| format!("{role}=")));
        }
        roles.sort();
        roles.dedup();
        named(roles)
    })
}

fn template_names() -> Vec<CompletionCandidate> {
    ask(|session| {
        let own = session.store.root().join(templates::FOLDER);
        let own = stems(session, &own, "md");
        named(templates::built_in().map(|template| template.name).chain(own))
    })
}

fn policies() -> Vec<CompletionCandidate> {
    ask(|session| named(stems(session, &session.store.root().join("sla"), "yaml")))
}

/// Returns the names of the files in a folder, without their ending.
fn stems(session: &Session<'_>, folder: &std::path::Path, ending: &str) -> Vec<String> {
    let paths = files::list(session.store.root(), folder).unwrap_or_default();
    let named = paths.iter().filter(|path| path.extension().is_some_and(|e| e == ending));
    named.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

/// The customers of the table, as far as a shell would show them.
fn customers() -> Vec<CompletionCandidate> {
    ask(|session| {
        let path = session.store.root().join("customers.csv");
        let table = files::open_table(session.store.root(), &path).ok().flatten();
        let mut names = table.map(|table| tables::customer_names(table, MOST_CUSTOMERS));
        let mut names = names.take().unwrap_or_default();
        names.sort();
        names.dedup();
        named(names)
    })
}
