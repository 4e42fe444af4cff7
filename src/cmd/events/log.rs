//! `recount log`, `mark`, `impact`, `severity`, `role` and `progress`: an event is recorded.

use crate::cli::{self, FacetArgs, Global};
use crate::cmd::events::attachment::NewAttachment;
use crate::cmd::events::event_args::{ImpactTarget, TypedEvent};
use crate::cmd::events::{record, set};
use crate::io::prompt;
use crate::model::incident::Name;
use crate::model::vocabulary;
use crate::session::Session;
use crate::session::output::{self, Output};
use crate::session::typed_words;
use crate::session::{self, Failure};

/// Records an event.
pub(crate) fn log(args: &cli::LogArgs, global: &Global) -> Result<Output, Failure> {
    let typed = TypedEvent {
        text: args.text.clone(),
        when: args.when.clone(),
        marks: args.marks.clone(),
        impact: args.impact.clone(),
        progress: args.progress.clone(),
        facets: args.facets.clone(),
        delivery: args.delivery.clone(),
        ..TypedEvent::default()
    };
    let files: Vec<_> = args.attach.iter().map(|path| output::typed(global, path)).collect();
    record::record("log", &Session::open(global)?, &typed, &NewAttachment::read(&files)?)
}

/// Records that a milestone was reached.
pub(crate) fn mark(args: &cli::MarkArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let mut typed = TypedEvent {
        text: args.text.clone(),
        when: args.when.clone(),
        marks: words(args.milestone.as_deref()),
        impact: args.impact.clone(),
        facets: args.facets.clone(),
        delivery: args.delivery.clone(),
        ..TypedEvent::default()
    };
    if typed.marks.is_empty() {
        let chosen = choose(&session, "Which milestone", "MILESTONE", milestones(&session));
        typed.marks.push(chosen.map_err(|why| record::kept(&session, None, &typed, why))?);
    }
    record::record("mark", &session, &typed, &[])
}

/// Splits words with commas between them.
fn words(typed: Option<&str>) -> Vec<String> {
    typed
        .into_iter()
        .flat_map(|typed| typed.split(','))
        .map(|word| word.trim().to_owned())
        .collect()
}

/// Records what services are for their customers.
pub(crate) fn impact(args: &cli::ImpactArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let (changes, text) = split(&with_pair(&session, &args.words));
    if changes.iter().any(|change| change.ends_with(UNAFFECTED)) {
        return unaffected(&session, &changes, &text);
    }
    let mut typed = TypedEvent {
        text,
        when: args.when.clone(),
        marks: args.marks.clone(),
        impact: changes,
        scope: ImpactTarget {
            share: args.share.clone(),
            regions: args.regions.clone(),
            resources: args.resources.clone(),
            customers: args.customers.clone(),
        },
        facets: args.facets.clone(),
        delivery: args.delivery.clone(),
        ..TypedEvent::default()
    };
    if typed.impact.is_empty() {
        let chosen = choose_impact(&session);
        typed.impact.push(chosen.map_err(|why| record::kept(&session, None, &typed, why))?);
    }
    record::record("impact", &session, &typed, &[])
}

/// Records how bad it is from now on.
pub(crate) fn severity(args: &cli::SeverityArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let (level, text) = level(args);
    let mut typed = TypedEvent {
        text,
        when: args.when.clone(),
        facets: FacetArgs { severity: level, by: args.by.clone(), ..FacetArgs::default() },
        ..TypedEvent::default()
    };
    if args.level.is_none() {
        let known = session.store.settings().severities.iter().map(ToString::to_string).collect();
        let chosen = choose(&session, "How bad is it", "SEVERITY", known);
        typed.facets.severity =
            Some(chosen.map_err(|why| record::kept(&session, None, &typed, why))?);
    }
    record::record("severity", &session, &typed, &[])
}

/// Returns the severity and the text, where the number stands in a word of its own: `sev 2`.
fn level(args: &cli::SeverityArgs) -> (Option<String>, Vec<String>) {
    let number = args.text.first().filter(|word| word.parse::<u32>().is_ok());
    match (&args.level, number) {
        (Some(word), Some(number)) if word.chars().all(char::is_alphabetic) => {
            let text = args.text.iter().skip(1).cloned().collect();
            (Some(format!("{word} {number}")), text)
        }
        (level, _) => (level.clone(), args.text.clone()),
    }
}

/// Records who takes which role from now on.
pub(crate) fn role(args: &cli::RoleArgs, global: &Global) -> Result<Output, Failure> {
    // A person's name has blanks.
    let is_pair = |word: &&String| {
        word.split_once('=').is_some_and(|(role, _)| role.trim().parse::<Name>().is_ok())
    };
    let roles: Vec<_> = args.words.iter().take_while(is_pair).cloned().collect();
    let text = args.words.iter().skip(roles.len()).cloned().collect();
    if roles.is_empty() {
        let failure = Failure::new("a role needs a person").help("as in commander=Ada");
        return Err(session::missing(failure, "ROLE=PERSON"));
    }
    let facets = FacetArgs { roles, by: args.by.clone(), ..FacetArgs::default() };
    let (when, delivery) = (args.when.clone(), args.delivery.clone());
    let typed = TypedEvent { text, when, facets, delivery, ..TypedEvent::default() };
    record::record("role", &Session::open(global)?, &typed, &[])
}

/// Records how much of a service is back.
pub(crate) fn progress(args: &cli::ProgressArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let (progress, text) = split(&args.words);
    let mut typed = TypedEvent {
        text,
        when: args.when.clone(),
        progress,
        facets: args.facets.clone(),
        delivery: args.delivery.clone(),
        ..TypedEvent::default()
    };
    if typed.progress.is_empty() {
        let told = ask_progress(&session);
        typed.progress.push(told.map_err(|why| record::kept(&session, None, &typed, why))?);
    }
    record::record("progress", &session, &typed, &[])
}

fn choose_impact(session: &Session<'_>) -> Result<String, Failure> {
    let service = choose(session, "Which service", "SERVICE=STATE", services(session))?;
    let states = ["down", "degraded", "up", "maintenance"].map(str::to_owned);
    let state = choose(session, "What is it now", "SERVICE=STATE", states.into())?;
    Ok(format!("{service}={state}"))
}

fn ask_progress(session: &Session<'_>) -> Result<String, Failure> {
    let service = choose(session, "Which service", "SERVICE=DONE/TOTAL", services(session))?;
    let question = "How much is back, such as 340/1200";
    let done = session.or_ask(None, question, "SERVICE=DONE/TOTAL")?;
    Ok(format!("{service}={done}"))
}

/// What stands in place of a state where a service had no impact at all.
const UNAFFECTED: &str = "unaffected";

/// Notes that services had no impact, which is no event.
fn unaffected(
    session: &Session<'_>,
    changes: &[String],
    text: &[String],
) -> Result<Output, Failure> {
    let pairs = changes.iter().flat_map(|change| change.split(','));
    let service = |pair: &str| match pair.split_once('=') {
        Some((service, UNAFFECTED)) => typed_words::service(session.store.settings(), service),
        _ => Err(Failure::new(format!("`{pair}` is an event, and `unaffected` is none"))
            .help("say them in two commands")),
    };
    let services = pairs.map(service).collect::<Result<Vec<_>, _>>()?;
    if !text.is_empty() {
        return Err(Failure::new(
            "that a service is unaffected is a fact of the incident, without a text",
        )
        .help("`recount log TEXT` records the text"));
    }
    set::unaffected(session, &services)
}

/// Returns the words with the first two as one, where they are a service and a state: `checkout degraded`.
fn with_pair(session: &Session<'_>, words: &[String]) -> Vec<String> {
    let [service, state, text @ ..] = words else { return words.to_vec() };
    let settings = session.store.settings();
    let is_pair = !service.contains('=')
        && typed_words::service(settings, service).is_ok()
        && (vocabulary::state(state).is_ok() || state == UNAFFECTED);
    match is_pair {
        true => std::iter::once(format!("{service}={state}")).chain(text.to_vec()).collect(),
        false => words.to_vec(),
    }
}

/// Splits leading `KEY=VALUE` words from the text behind them.
fn split(words: &[String]) -> (Vec<String>, Vec<String>) {
    let is_pair = |word: &&String| word.contains('=') && !word.contains(char::is_whitespace);
    let pairs: Vec<_> = words.iter().take_while(is_pair).cloned().collect();
    let text = words.iter().skip(pairs.len()).cloned().collect();
    (pairs, text)
}

fn choose(
    session: &Session<'_>,
    question: &str,
    flag: &str,
    items: Vec<String>,
) -> Result<String, Failure> {
    if !session.terminal.can_ask {
        let failure = Failure::new(format!("{question}? There is no terminal to ask on"));
        let failure = session::missing(failure.help(format!("give {flag}")), flag);
        return Err(match items.as_slice() {
            [] => failure,
            some => failure.help(format!("one of {}", some.join(", "))),
        });
    }
    if items.is_empty() {
        return session.or_ask(None, question, flag);
    }
    let chosen = prompt::choose(question, &items)?;
    items.get(chosen).cloned().ok_or_else(|| Failure::new("nothing was chosen"))
}

fn milestones(session: &Session<'_>) -> Vec<String> {
    session.store.settings().all_milestones().map(|m| m.to_string()).collect()
}

fn services(session: &Session<'_>) -> Vec<String> {
    session.store.settings().services.iter().map(|s| s.id.to_string()).collect()
}
