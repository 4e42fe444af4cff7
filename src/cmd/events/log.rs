//! `recount log`, `mark`, `impact`, `severity`, `role` and `progress`: an event is recorded.

use crate::cli::{self, FacetArgs, Format, Global};
use crate::cmd::events::attachment::NewAttachment;
use crate::cmd::events::echo::{self, Echo};
use crate::cmd::events::event_args::{self, ImpactTarget, TypedEvent};
use crate::compute::timeline::Timeline;
use crate::io::prompt;
use crate::io::store::{INBOX_ID, Incidents, files, ids};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{self, Output, format};
use crate::session::spooled;
use crate::session::transaction::Saved;

/// Records an event.
pub(crate) fn log(args: &cli::LogArgs, global: &Global) -> Result<Output, Failure> {
    let typed = TypedEvent {
        text: args.text.clone(),
        when: args.when.clone(),
        marks: args.marks.clone(),
        impact: args.impact.clone(),
        progress: args.progress.clone(),
        facets: args.facets.clone(),
        ..TypedEvent::default()
    };
    let files: Vec<_> = args.attach.iter().map(|path| output::typed(global, path)).collect();
    record("log", &Session::open(global)?, &typed, &NewAttachment::read(&files)?)
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
        ..TypedEvent::default()
    };
    if typed.marks.is_empty() {
        let chosen = choose(&session, "Which milestone", "MILESTONE", milestones(&session));
        typed.marks.push(chosen.map_err(|why| kept(&session, None, &typed, why))?);
    }
    record("mark", &session, &typed, &[])
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
    let (changes, text) = split(&args.words);
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
        ..TypedEvent::default()
    };
    if typed.impact.is_empty() {
        let chosen = choose_impact(&session);
        typed.impact.push(chosen.map_err(|why| kept(&session, None, &typed, why))?);
    }
    record("impact", &session, &typed, &[])
}

/// Records how bad it is from now on.
pub(crate) fn severity(args: &cli::SeverityArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let mut typed = TypedEvent {
        text: args.text.clone(),
        when: args.when.clone(),
        facets: FacetArgs {
            severity: args.level.clone(),
            by: args.by.clone(),
            ..FacetArgs::default()
        },
        ..TypedEvent::default()
    };
    if args.level.is_none() {
        let known = session.store.settings().severities.iter().map(ToString::to_string).collect();
        let chosen = choose(&session, "How bad is it", "SEVERITY", known);
        typed.facets.severity = Some(chosen.map_err(|why| kept(&session, None, &typed, why))?);
    }
    record("severity", &session, &typed, &[])
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
        return Err(Failure::new("a role needs a person").help("`recount role commander=Ada`"));
    }
    let facets = FacetArgs { roles, by: args.by.clone(), ..FacetArgs::default() };
    let typed = TypedEvent { text, when: args.when.clone(), facets, ..TypedEvent::default() };
    record("role", &Session::open(global)?, &typed, &[])
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
        ..TypedEvent::default()
    };
    if typed.progress.is_empty() {
        let told = ask_progress(&session);
        typed.progress.push(told.map_err(|why| kept(&session, None, &typed, why))?);
    }
    record("progress", &session, &typed, &[])
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
        let failure = failure.help(format!("give {flag}"));
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

/// Records what was typed in the incident that it belongs to, or in the inbox, or in the spool.
pub(crate) fn record(
    verb: &'static str,
    session: &Session<'_>,
    typed: &TypedEvent,
    attached: &[NewAttachment],
) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    let (id, undecided) = session.for_event().map_err(|why| kept(session, None, typed, why))?;
    needs_incident(&id, !attached.is_empty())?;
    let loaded = match session.load(&id) {
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
        Ok(saved) => answers.event(&event, zone, saved)?,
        Err(why) => {
            let lost = write_beside(session, &id, attached, &mut event);
            let remarks = spooled::keep(session, &id, &event, &why)? + &lost;
            CommitNote::event(verb, &event).leave(session, Some(&id), None);
            let answer = answers.event(&event, zone, Saved { commit: None, remarks })?;
            Output { no: !lost.is_empty(), ..answer }
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
    let (id, _) = session.for_event()?;
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

impl Session<'_> {
    /// Finds the incident that an event belongs to; where that cannot be known it is the inbox, with a word
    /// on how to move the event.
    fn for_event(&self) -> Result<(IncidentId, String), Failure> {
        let next = "`recount amend EVENT --to INCIDENT` moves it";
        if let Some(name) = &self.global.incident {
            return match self.find(name) {
                // It may be where nothing can be read now; the event is not to be lost for that.
                Err(failure)
                    if !failure.is_of_no_answer()
                        && !self.store.incidents().unreadable.is_empty() =>
                {
                    let why = failure.render(self.terminal.color_err);
                    Ok((INBOX_ID.parse()?, format!("{why}the event is in the inbox; {next}\n")))
                }
                found => Ok((found?, String::new())),
            };
        }
        let Incidents { ids: open, unreadable } = self.open_incidents()?;
        match open.as_slice() {
            [one] if unreadable.is_empty() => Ok((one.clone(), String::new())),
            several if !several.is_empty() && self.terminal.can_ask => {
                Ok((self.current()?, String::new()))
            }
            several => {
                let why = match (unreadable.first(), several.len()) {
                    (Some(error), _) => format!("{error}, so that more may be open"),
                    (None, 0) => "no incident is open".to_owned(),
                    (None, more) => format!("{more} incidents are open"),
                };
                Ok((INBOX_ID.parse()?, format!("{why}: the event is in the inbox; {next}\n")))
            }
        }
    }
}
