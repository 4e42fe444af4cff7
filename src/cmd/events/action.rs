//! `recount action`: follow-up actions, across incidents.

use crate::cli::{self, ActionFacts, ActionVerb, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::cmd::events::event_args;
use crate::compute::report::action;
use crate::io::render::{actions, csv, markdown};
use crate::io::store::ids;
use crate::model::diagnostic::Location;
use crate::model::incident::{Action, ActionStatus, Edits, IncidentId, Name};
use crate::model::time::EventTime;
use crate::model::time::parse::{self, ParseContext};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::IncidentChange;
use chrono::NaiveDate;

/// Adds, lists or changes follow-up actions.
pub(crate) fn run(verb: &ActionVerb, global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let answer = match verb {
        ActionVerb::Add(args) => add(&session, args),
        ActionVerb::List(args) => list(&session, args),
        ActionVerb::Set(args) => set(&session, args),
        ActionVerb::Done(args) => done(&session, args),
    };
    Ok(answer?.remark(&session.remarks))
}

fn add(session: &Session<'_>, args: &cli::ActionAddArgs) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    let id = session.current_to_write()?;
    let title = session.or_ask(
        event_args::text(session, &args.title)?,
        "What is to be done",
        "the title behind the verb",
    )?;
    let mut action = Action {
        id: ids::fresh(1).pop(),
        title,
        kind: None,
        owner: None,
        due: None,
        status: ActionStatus::Open,
        done_on: None,
        ticket: None,
        incidents: vec![],
        edits: Edits::default(),
        unsettled: vec![],
        place: Location::default(),
    };
    change(session, &mut action, &args.facts)?;
    let (action, saved) = session.change(&id, |incident| {
        let edited = incident.add_action(&action)?;
        let note = CommitNote::action("action", &action);
        Ok(IncidentChange { edited, note, answer: action.clone() })
    })?;
    Echo { session, verb: "action", id: &id, format }.action(&action, saved)
}

fn set(session: &Session<'_>, args: &cli::ActionSetArgs) -> Result<Output, Failure> {
    revise(session, args.action.as_ref(), |action| {
        if let Some(title) = &args.title {
            action.title.clone_from(title);
            action.unsettled.retain(|field| field.value != "title");
        }
        change(session, action, &args.facts)
    })
}

fn done(session: &Session<'_>, args: &cli::ActionDoneArgs) -> Result<Output, Failure> {
    let on = args.on.as_deref().map_or_else(|| Ok(session.today()), |text| date(session, text))?;
    revise(session, args.action.as_ref(), |action| {
        action.status = ActionStatus::Done;
        action.done_on = Some(on);
        Ok(())
    })
}

/// Changes one action, under the lock.
fn revise(
    session: &Session<'_>,
    name: Option<&String>,
    change: impl Fn(&mut Action) -> Result<(), Failure>,
) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    let name = session.or_ask(
        name.cloned(),
        "Which action",
        "ACTION, its id; `recount action list` shows them",
    )?;
    let (id, name) = find(session, &name)?;
    let (action, saved) = session.change(&id, |incident| {
        let old = session.action(&incident.facts, name.as_str())?;
        let mut new = old.clone();
        change(&mut new)?;
        let verb = match new.status {
            ActionStatus::Done => "action done",
            _ => "action set",
        };
        Ok(IncidentChange {
            edited: incident.change_action(old, &new)?,
            note: CommitNote::action(verb, &new).keeping_before(),
            answer: new,
        })
    })?;
    Echo { session, verb: "action", id: &id, format }.action(&action, saved)
}

/// Changes what was typed of an action; what was not typed stays.
fn change(session: &Session<'_>, action: &mut Action, facts: &ActionFacts) -> Result<(), Failure> {
    action.kind = facts.kind.or(action.kind);
    action.owner = facts.owner.clone().or(action.owner.take());
    if let Some(due) = &facts.due {
        action.due = Some(date(session, due)?);
    }
    let typed = [
        ("kind", facts.kind.is_some()),
        ("owner", facts.owner.is_some()),
        ("due", facts.due.is_some()),
        ("ticket", facts.ticket.is_some()),
        ("status", facts.status.is_some()),
    ];
    // Who writes the value that stands has settled it, too.
    action.unsettled.retain(|field| !typed.contains(&(field.value.as_str(), true)));
    action.ticket = facts.ticket.clone().or(action.ticket.take());
    for also in &facts.also {
        action.incidents.push(session.find(also)?);
    }
    action.status = facts.status.unwrap_or(action.status);
    Ok(())
}

fn date(session: &Session<'_>, text: &str) -> Result<NaiveDate, Failure> {
    let context = ParseContext {
        allow_future: true,
        ..ParseContext::at(session.now, session.store.settings().zone)
    };
    match parse::read(text, &context)? {
        EventTime::Day(day) => Ok(day.date()),
        _ => Err(Failure::new(format!("`{text}` is not a date")).help("write it as 2019-02-15")),
    }
}

fn list(session: &Session<'_>, args: &cli::ActionListArgs) -> Result<Output, Failure> {
    let format =
        format(session.global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let named = session.global.incident.as_deref().map(|name| session.find(name)).transpose()?;
    let all = session.load_all()?;
    let (completeness, missing) = session.completeness(all.unreadable);
    let incidents = all.found.iter().map(|l| &l.read.incident);
    let mut report = action::actions(incidents, session.handles(), completeness);
    report.actions.retain(|a| {
        let of_incident = |id: &IncidentId| a.incident == *id || a.incidents.contains(id);
        args.status.is_none_or(|s| a.action.status == s)
            && args.owner.as_ref().is_none_or(|o| a.action.owner.as_ref() == Some(o))
            && named.as_ref().is_none_or(of_incident)
            && (!args.overdue || a.is_overdue(session.today()))
    });
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::actions(&report)),
        Format::Markdown => Output::markdown(markdown::actions(&report)),
        _ => Output::text(actions::actions_by_owner(&report, session.today(), session.style())),
    };
    Ok(answer.remark(all.remarks).remark(missing))
}

/// Finds an action by its id, or the beginning of it, in any incident.
fn find(session: &Session<'_>, name: &str) -> Result<(IncidentId, Name), Failure> {
    let all = session.read_all(|loaded| loaded)?;
    let actions = all
        .found
        .iter()
        .flat_map(|l| l.read.incident.actions.iter().map(|a| (&l.read.incident.id, a.id.as_ref())));
    let found: Vec<_> = actions
        .filter_map(|(incident, id)| Some((incident, id?)))
        .filter(|(_, id)| id.as_str().starts_with(name))
        .collect();
    let whole = found.iter().find(|(_, id)| id.as_str() == name);
    match (whole, found.as_slice()) {
        (Some((incident, id)), _) | (None, [(incident, id)]) => {
            Ok(((*incident).clone(), (*id).clone()))
        }
        (None, []) => {
            let failure = Failure::new(format!("no action's id begins with `{name}`"))
                .help("see them with `recount action list`");
            Err(match all.unreadable.iter().any(|part| part.whole) {
                false => failure,
                true => failure.help("not every incident can be read: see `recount check`"),
            })
        }
        (None, several) => Err(several.iter().fold(
            Failure::new(format!("`{name}` begins the ids of {} actions", several.len())),
            |f, (incident, id)| f.help(format!("{id} in {incident}")),
        )),
    }
}
