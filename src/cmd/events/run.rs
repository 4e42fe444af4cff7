//! `recount run`: a command is run, and recorded with when it ran and how it ended.

use crate::cli::{self, Global, TimeArgs};
use crate::cmd::events::attachment::NewAttachment;
use crate::cmd::events::event_args::TypedEvent;
use crate::cmd::events::record;
use crate::io::process::{self, CommandEnd};
use crate::io::store::INBOX_ID;
use crate::model::incident::EventKind;
use crate::model::time::Span;
use crate::session::output::Output;
use crate::session::{Failure, Session};

/// Runs a command, and records it; the exit code is the command's, also where it can't be recorded.
///
/// What can be wrong with the event is looked at first: a command that has run can't be taken back.
pub(crate) fn run(args: &cli::RunArgs, global: &Global) -> Result<Output, Failure> {
    let line = process::shown(&args.command);
    let session = Session::open(global)?;
    let began = session.now;
    let mut typed = TypedEvent {
        text: vec![line.clone()],
        when: TimeArgs { at: Some(began.rfc3339()), future: true },
        facets: args.facets.clone(),
        ..TypedEvent::default()
    };
    typed.facets.kind = typed.facets.kind.or(Some(EventKind::Action));
    let id = record::would_record(&session, &typed, args.output)?;
    let ran = process::run(&args.command, args.output)
        .map_err(|error| Failure::new(format!("`{line}` can't be run: {error}")))?;
    let code = match ran.end {
        CommandEnd::Exited(code) => u8::try_from(code).unwrap_or(1),
        CommandEnd::Killed(signal) => u8::try_from(signal.saturating_add(128)).unwrap_or(1),
    };
    // Which incident it is was settled, or asked for.
    let incident = (id.as_str() != INBOX_ID).then(|| id.to_string());
    let global = Global { incident: incident.or(global.incident.clone()), ..global.clone() };
    // What was written meanwhile, by the command too, is there.
    let recorded = Session::open(&global).and_then(|session| {
        let took = Some(session.now.since(began)).filter(|took| *took > Span::ZERO);
        typed.facets.lasting = typed.facets.lasting.or(took);
        typed.text = vec![session.masked(format!("Ran `{line}`: {}", ran.end))];
        let tail = session.masked(ran.last_lines.clone());
        let output = (!tail.is_empty()).then(|| NewAttachment::of_bytes("output.txt", tail.into()));
        record::record("run", &session, &typed, output.as_slice())
    });
    // The standard output is the command's.
    let answer = recorded.unwrap_or_else(|why| {
        let said = why.render(session.terminal.color_err);
        Output::default().remark(format!("the command has run, and is not recorded:\n{said}"))
    });
    if let Some(lingering) = ran.lingering {
        lingering.pass_on();
    }
    let echo = answer.text.clone();
    Ok(Output { text: String::new(), code: Some(code), ..answer }.remark(echo))
}
