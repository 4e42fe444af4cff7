//! `recount set`: what is known of an incident as a whole.

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::cmd::events::event_args::spanned;
use crate::io::prompt;
use crate::io::render::text::line;
use crate::io::store::edit::EditedIncident;
use crate::io::store::{IncidentFile, own, sync_state};
use crate::model::diagnostic::{Level, Location, Spanned};
use crate::model::incident::{Attribution, CustomField, Incident, Kind, Name, names};
use crate::model::settings::Settings;
use crate::model::time;
use crate::model::vocabulary;
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::IncidentChange;
use crate::session::typed_words;

/// The keys that can be set.
const KEYS: [&str; 12] = [
    "title",
    "severity",
    "kind",
    "class",
    "timezone",
    "services",
    "unaffected",
    "attribution",
    "duplicate_of",
    "impact",
    "summary",
    "fields.NAME",
];

/// Sets keys, or opens the editor.
pub(crate) fn run(args: &cli::SetArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let id = session.current_to_write()?;
    if args.edit {
        return edit(&session, format);
    }
    if args.pairs.is_empty() {
        return Err(Failure::new("nothing to set")
            .help(format!("give KEY=VALUE; keys are {}", KEYS.join(", "))));
    }
    let subject = args.pairs.join(", ");
    let (rewritten, saved) = session.change(&id, |incident| {
        let mut new = incident.facts.clone();
        for pair in &args.pairs {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Failure::new(format!("`{pair}` has no `=`"))
                    .help("write KEY=VALUE, such as severity=sev2")
            })?;
            set(&mut new, key, value.trim(), session.store.settings())?;
            // Who writes the value that stands has settled it, too.
            new.unsettled.retain(|field| field.value != key);
        }
        let note = CommitNote::incident("set", &subject);
        let answer = rewritten(&incident.facts, &new);
        Ok(IncidentChange { edited: incident.change_facts(&new)?, note, answer })
    })?;
    let echo = Echo { session: &session, verb: "set", id: &id, format };
    let answer = echo.plain(&format!("{id}: {}", line(&subject)), saved)?;
    Ok(answer.remark(rewritten).remark(&session.remarks))
}

/// Notes that services which are named had no impact.
pub(crate) fn unaffected(session: &Session<'_>, services: &[Name]) -> Result<Output, Failure> {
    let format = format(session.global, &[Format::Table, Format::Json])?;
    let id = session.current_to_write()?;
    let named = services.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let ((), saved) = session.change(&id, |incident| {
        let mut new = incident.facts.clone();
        for list in [&mut new.services, &mut new.unaffected] {
            let known: Vec<_> = list.iter().map(|service| service.value.clone()).collect();
            let missing = services.iter().filter(|service| !known.contains(service));
            list.extend(missing.cloned().map(spanned));
        }
        let note = CommitNote::incident("impact", format!("{named}: unaffected"));
        Ok(IncidentChange { edited: incident.change_facts(&new)?, note, answer: () })
    })?;
    let echo = Echo { session, verb: "impact", id: &id, format };
    let answer = echo.plain(&format!("{id}: unaffected: {named}"), saved)?;
    Ok(answer.remark(&session.remarks))
}

/// Says what was changed from the incident's beginning on, where people may have meant a change from now on.
fn rewritten(old: &Incident, new: &Incident) -> String {
    let said = |key: &str, was: Option<String>, is: Option<String>| match (was, is) {
        (Some(was), is) if is.as_ref() != Some(&was) => {
            let is = is.as_deref().unwrap_or("VALUE");
            let verb =
                if key == "severity" { "severity".to_owned() } else { format!("log --{key}") };
            format!(
                "this changes the past: from the incident's beginning on, its {key} is no longer `{was}`\n  \
                 → what changed meanwhile is an event: `recount {verb} {is} TEXT`\n"
            )
        }
        _ => String::new(),
    };
    let severity = |of: &Incident| of.severity.as_ref().map(|s| s.value.to_string());
    // Nobody said that it was the platform's own.
    let said_of = |of: &Incident| Some(of.attribution).filter(|a| *a != Attribution::Own);
    let attribution = |of: &Incident| said_of(of).map(|a| a.to_string());
    said("severity", severity(old), severity(new))
        + &said("attribution", attribution(old), attribution(new))
}

/// Sets one key, or takes it away where the value is empty.
fn set(
    incident: &mut Incident,
    key: &str,
    value: &str,
    settings: &Settings,
) -> Result<(), Failure> {
    let given = (!value.is_empty()).then_some(value);
    match key {
        "title" => {
            incident.title =
                given.ok_or_else(|| Failure::new("an incident needs a title"))?.to_owned()
        }
        "severity" => {
            incident.severity =
                given.map(|v| typed_words::severity(settings, v)).transpose()?.map(spanned)
        }
        "kind" => {
            incident.kind =
                given.map(vocabulary::incident_kind).transpose()?.unwrap_or(Kind::Incident)
        }
        "class" => incident.class = given.map(str::parse).transpose()?.map(spanned),
        "timezone" => incident.zone = given.map(time::read_zone).transpose()?,
        "services" => incident.services = services(value, settings)?,
        "unaffected" => incident.unaffected = services(value, settings)?,
        "attribution" => {
            incident.attribution =
                given.map(vocabulary::attribution).transpose()?.unwrap_or(Attribution::Own);
        }
        "duplicate_of" => incident.duplicate_of = given.map(str::parse).transpose()?.map(spanned),
        "impact" if matches!(given, None | Some("none")) => incident.no_impact = given.is_some(),
        "impact" => {
            return Err(Failure::new("only `impact=none` can be set")
                .help("`recount impact SERVICE=STATE` records any other"));
        }
        "summary" => incident.summary = given.map(str::to_owned),
        key if key.starts_with("fields.") => {
            let name = key.trim_start_matches("fields.");
            set_field(incident, name, value, settings)?;
        }
        other => return Err(Failure::new(names::unknown("key", other, &KEYS))),
    }
    Ok(())
}

/// Sets a field of the record's own, or takes it away where the value is empty.
pub(crate) fn set_field(
    incident: &mut Incident,
    name: &str,
    value: &str,
    settings: &Settings,
) -> Result<(), Failure> {
    let field = settings.known_field(name.trim())?;
    let known = incident.fields.iter().position(|own| own.name == field.name);
    if value.is_empty() {
        incident.fields.retain(|own| own.name != field.name);
        return Ok(());
    }
    let read = field.kind.read(value);
    let value = read.map_err(|why| Failure::new(format!("{}: {why}", field.name)))?;
    match known.and_then(|at| incident.fields.get_mut(at)) {
        Some(own) => own.value = value,
        None => {
            let place = Location::default();
            incident.fields.push(CustomField { name: field.name.clone(), value, place });
        }
    }
    Ok(())
}

/// Reads names of services, separated by commas.
fn services(value: &str, settings: &Settings) -> Result<Vec<Spanned<Name>>, Failure> {
    let names = value.split(',').map(str::trim).filter(|v| !v.is_empty());
    let known = names.map(|v| typed_words::service(settings, v).map(spanned));
    known.collect()
}

/// Opens the file in the person's editor, and takes what it left if that can be read; else it is kept.
fn edit(session: &Session<'_>, format: Format) -> Result<Output, Failure> {
    let id = session.current_to_write()?;
    let file = session.store.file(&id)?;
    session.open_file(&file)?;
    let folder = own::is_there(&session.state)
        .map_or_else(|_| std::env::temp_dir(), |_| session.state.clone());
    let editing = sync_state::hold_editing(&session.state);
    let edited = prompt::edit(&file.text, &folder)
        .map_err(|why| Failure::new(why).help("name your editor in EDITOR, such as EDITOR=nano"))?;
    drop(editing);
    let Some(edited) = edited else {
        return Ok(Output::default().remark("nothing was changed\n"));
    };
    take(session, format, &file, &edited.text).map_err(|failure| match edited.keep() {
        Some(path) => failure.help(format!(
            "nothing was written to the record; what you typed is kept in {}",
            path.display()
        )),
        None => failure,
    })
}

/// Puts a text in the place of an incident's, if that is still what the editor was given.
fn take(
    session: &Session<'_>,
    format: Format,
    file: &IncidentFile,
    text: &str,
) -> Result<Output, Failure> {
    let id = &file.id;
    let (edited, saved) = session.transact(|transaction| {
        if session.store.load(id)?.text != file.text {
            let why = "somebody else wrote to the incident while your editor was open";
            return Err(Failure::new(why).help("run `recount set --edit` again"));
        }
        let edited = session.store.parse(id, file.path.clone(), text.to_owned())?;
        let whole = EditedIncident { text: text.to_owned(), rewrote: vec![], format: 1 };
        let note = CommitNote::incident("set", "edited by hand");
        Ok((edited, transaction.save(file, whole, note)?))
    })?;
    let echo = Echo { session, verb: "set", id, format };
    let answer = echo.plain(&format!("{id}: edited"), saved)?;
    Ok(answer.remark(session.problems(&edited, Level::Warning)))
}
