//! The war room without a terminal: lines from a pipe, so that a chat bridge can drive it.

use super::line::{self, Done, LineRun};
use super::person::Person;
use crate::cli::{DeliveryArgs, Format, Global, SourceKey};
use crate::compute::report::write_result::WrittenTo;
use crate::io::prompt;
use crate::model::incident::{IncidentId, Name};
use crate::session::{Failure, Output, Session};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a line may be, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// A line as a bridge sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BridgeLine {
    text: String,
    at: Option<String>,
    by: Option<String>,
    incident: Option<String>,
    source: Option<String>,
}

/// The answer to a line, as JSON.
#[derive(Debug, Serialize)]
struct BridgeAnswer {
    ok: bool,
    event: Option<String>,
    incident: Option<IncidentId>,
    #[serde(rename = "where")]
    place: Option<WrittenTo>,
    message: String,
}

/// Does what each line asks for, and answers it at once; the answer is no where one was refused.
pub(super) fn run(global: &Global, format: Format) -> Result<Output, Failure> {
    let mut persons: BTreeMap<Option<String>, Person> = BTreeMap::new();
    let mut no = false;
    let failed = |error| Failure::new(format!("the standard input: {error}"));
    while let Some(line) = prompt::read_line(MOST_BYTES).map_err(failed)? {
        if line.trim().is_empty() {
            continue;
        }
        let done = answer(global, &mut persons, &line);
        let left = matches!(done, Ok(Done::Left));
        no |= !tell(done, format)?;
        if left {
            break;
        }
    }
    Ok(Output { no, ..Output::default() })
}

fn answer(
    global: &Global,
    persons: &mut BTreeMap<Option<String>, Person>,
    typed: &str,
) -> Result<Done, Failure> {
    let read = match typed.trim_start().starts_with('{') {
        true => serde_json::from_str(typed).map_err(|error| {
            Failure::new(format!("this line is no JSON of a line: {error}")).help(
                r#"{"text": ..., "at": ..., "by": ..., "incident": ..., "source": "NAME:ID"}"#,
            )
        }),
        false => Ok(BridgeLine { text: typed.to_owned(), ..BridgeLine::default() }),
    };
    let by = read.as_ref().ok().and_then(|read| read.by.clone());
    let person = persons.entry(by.clone()).or_default();
    person.name = by;
    let done = read.and_then(|read| once(global, person, &read));
    let done = match done {
        Ok(Done::Certain(text)) => Err(Failure::new("customers would read this")
            .help(format!("where that is meant: /publish! {text}"))),
        done => done,
    };
    done.map_err(|failure| kept(global, person, typed, failure))
}

/// Does what one line asks for, in the incident that it names.
fn once(global: &Global, person: &mut Person, read: &BridgeLine) -> Result<Done, Failure> {
    let mut named = Global { incident: read.incident.clone(), ..global.clone() };
    let elsewhere = person.chosen.clone();
    match &read.incident {
        Some(name) => person.chosen = Some(Session::open(global)?.find(name)?),
        None => named.incident.clone_from(&global.incident),
    }
    let delivery = DeliveryArgs { source: source(read)?, ..DeliveryArgs::default() };
    let mut run = LineRun { global: &named, person, delivery, at: read.at.clone() };
    let done = run.run(&read.text);
    if read.incident.is_some() {
        person.chosen = elsewhere;
    }
    done
}

fn source(read: &BridgeLine) -> Result<Option<SourceKey>, Failure> {
    Ok(read.source.as_deref().map(str::parse).transpose()?)
}

/// Keeps a line that is refused as a note, and says so.
fn kept(global: &Global, person: &Person, typed: &str, failure: Failure) -> Failure {
    match line::keep(global, person, typed) {
        Ok(Output { written: Some(report), .. }) => {
            let event = report.event.as_ref().and_then(|event| event.id.as_ref());
            let place = report.incident.map_or("the inbox".to_owned(), |id| id.to_string());
            let id = event.map(Name::to_string).unwrap_or_default();
            failure.help(format!("the line is kept as the note {id} in {place}"))
        }
        Ok(_) => failure,
        Err(other) => failure.beside(other),
    }
}

/// Tells an answer; returns whether it was done.
fn tell(done: Result<Done, Failure>, format: Format) -> Result<bool, Failure> {
    let (ok, answer) = match done {
        Ok(Done::Answered(answer)) => (true, answer),
        Ok(Done::Left | Done::Certain(_)) => (true, Output::default()),
        Err(failure) => (false, Output::default().remark(failure.render(false))),
    };
    let text = match format {
        Format::Json => {
            let written = answer.written.as_deref();
            let event = written.and_then(|report| report.event.as_ref()?.id.as_ref());
            let message = answer.text + &answer.remarks;
            let report = BridgeAnswer {
                ok,
                event: event.map(Name::to_string),
                incident: written.and_then(|report| report.incident.clone()),
                place: written.map(|report| report.place),
                message: message.trim_end().to_owned(),
            };
            let json = serde_json::to_string(&report).map_err(|e| Failure::new(e.to_string()))?;
            crate::io::render::text::json(&json) + "\n"
        }
        _ => {
            prompt::tell(&answer.remarks);
            answer.text
        }
    };
    let failed = |error| Failure::new(format!("cannot write the answer: {error}"));
    prompt::answer(&text).map_err(failed)?;
    Ok(ok)
}
