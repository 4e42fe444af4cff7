//! `recount action`: follow-up actions, across incidents.

use crate::cli::{self, ActionFacts, ActionVerb, Format, Global};
use crate::cmd::events::echo::Echo as Answered;
use crate::cmd::events::event_args;
use crate::compute::report::action;
use crate::io::render::{actions, csv, markdown};
use crate::io::store::edit::{self, EditedIncident};
use crate::io::store::local_state::UndoTarget;
use crate::io::store::{LoadedIncident, ids};
use crate::model::diagnostic::Location;
use crate::model::incident::{Action, ActionStatus, IncidentId, Name};
use crate::model::time::EventTime;
use crate::model::time::parse::{self, ParseContext};
use crate::session::Failure;
use crate::session::Session;
use crate::session::missing::Needed;
use crate::session::output::{Output, format};
use crate::session::transaction::{CommitNote, Transaction, cannot};
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
    let id = session.current()?;
    let title = session.or_ask(
        event_args::text(&args.title)?,
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
        unsettled: false,
        place: Location::default(),
    };
    change(session, &mut action, &args.facts)?;
    let mut transaction = Transaction::take(session)?;
    let loaded = transaction.load(&id)?;
    let revised =
        edit::add_action(&loaded, &action).map_err(|e| cannot(&loaded.path, &e.to_string()))?;
    save(transaction, &loaded, &action, (&revised, false), format)
}

fn set(session: &Session<'_>, args: &cli::ActionSetArgs) -> Result<Output, Failure> {
    revise(session, args.action.as_ref(), |action| {
        if let Some(title) = &args.title {
            action.title.clone_from(title);
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
    change: impl FnOnce(&mut Action) -> Result<(), Failure>,
) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    let name = session.or_ask(
        name.cloned(),
        "Which action",
        "ACTION, its id; `recount action list` shows them",
    )?;
    let (id, name) = find(session, &name)?;
    let mut transaction = Transaction::take(session)?;
    let loaded = transaction.load(&id)?;
    let old = session.action(&loaded, name.as_str())?;
    let mut new = old.clone();
    change(&mut new)?;
    let revised = edit::change_action(&loaded, old, &new)
        .map_err(|e| cannot(&loaded.path, &e.to_string()))?;
    save(transaction, &loaded, &new, (&revised, true), format)
}

fn save(
    transaction: Transaction<'_, '_>,
    loaded: &LoadedIncident,
    action: &Action,
    (revised, keeps_before): (&EditedIncident, bool),
    format: Format,
) -> Result<Output, Failure> {
    let wrote = UndoTarget::Action(action.id.as_ref().map(Name::to_string).unwrap_or_default());
    let verb = match (keeps_before, action.status) {
        (false, _) => "action",
        (true, ActionStatus::Done) => "action done",
        (true, _) => "action set",
    };
    let note = CommitNote { verb, subject: &action.title, wrote, keeps_before };
    let session = transaction.session();
    let saved = transaction.save(loaded, revised, note)?;
    let id = &loaded.read.incident.id;
    Answered { session, verb: "action", id, format }.action(action, saved)
}

/// Changes what was typed of an action; what was not typed stays.
fn change(session: &Session<'_>, action: &mut Action, facts: &ActionFacts) -> Result<(), Failure> {
    if let Some(kind) = &facts.kind {
        action.kind = Some(kind.parse()?);
    }
    if let Some(owner) = &facts.owner {
        action.owner = Some(owner.clone());
    }
    if let Some(due) = &facts.due {
        action.due = Some(date(session, due)?);
    }
    if let Some(ticket) = &facts.ticket {
        action.ticket = Some(ticket.clone());
    }
    for also in &facts.also {
        action.incidents.push(session.find(also)?);
    }
    if let Some(status) = &facts.status {
        action.status = status.parse()?;
    }
    Ok(())
}

fn date(session: &Session<'_>, text: &str) -> Result<NaiveDate, Failure> {
    let scene = ParseContext {
        allow_future: true,
        ..ParseContext::at(session.now, session.store.settings().zone)
    };
    match parse::read(text, &scene)? {
        EventTime::Day(day) => Ok(day.date()),
        _ => Err(Failure::new(format!("`{text}` is not a date")).help("write it as 2019-02-15")),
    }
}

fn list(session: &Session<'_>, args: &cli::ActionListArgs) -> Result<Output, Failure> {
    let format =
        format(session.global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let status = args.status.as_deref().map(str::parse::<ActionStatus>).transpose()?;
    let named = session.global.incident.as_deref().map(|name| session.find(name)).transpose()?;
    let (all, remarks) = session.load_all()?;
    let mut report = action::actions(all.iter().map(|l| &l.read.incident), session.handles());
    report.actions.retain(|a| {
        let of_incident = |id: &IncidentId| a.incident == *id || a.incidents.contains(id);
        status.is_none_or(|s| a.action.status == s)
            && args.owner.as_ref().is_none_or(|o| a.action.owner.as_ref() == Some(o))
            && named.as_ref().is_none_or(of_incident)
            && (!args.overdue || a.is_overdue(session.today()))
    });
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::text(csv::actions(&report)),
        Format::Markdown => Output::text(markdown::actions(&report)),
        _ => Output::text(actions::actions_by_owner(&report, session.today(), session.style())),
    };
    Ok(answer.remark(remarks).remark(session.missing(Needed::Facts)))
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
            Err(match all.unreadable {
                0 => failure,
                _ => failure.help("not every incident can be read: see `recount check`"),
            })
        }
        (None, several) => Err(several.iter().fold(
            Failure::new(format!("`{name}` begins the ids of {} actions", several.len())),
            |f, (incident, id)| f.help(format!("{id} in {incident}")),
        )),
    }
}
