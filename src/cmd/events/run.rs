//! `recount run`: a command is run, and recorded with when it ran and how it ended.

use crate::cli::{self, Global, TimeArgs};
use crate::cmd::events::attachment::NewAttachment;
use crate::cmd::events::event_args::TypedEvent;
use crate::cmd::events::log;
use crate::io::process::{self, CommandEnd};
use crate::model::incident::EventKind;
use crate::model::time::Span;
use crate::session::output::Output;
use crate::session::{Failure, Session};

/// Runs a command, and records it; the exit code is the command's.
pub(crate) fn run(args: &cli::RunArgs, global: &Global) -> Result<Output, Failure> {
    let began = Session::open(global)?.now;
    let line = process::shown(&args.command);
    let ran = process::run(&args.command, args.output)
        .map_err(|error| Failure::new(format!("`{line}` can't be run: {error}")))?;
    // What was written meanwhile, by the command too, is there.
    let session = Session::open(global)?;
    let mut facets = args.facets.clone();
    facets.kind = facets.kind.or(Some(EventKind::Action));
    let took = Some(session.now.since(began)).filter(|took| *took > Span::ZERO);
    facets.lasting = facets.lasting.or(took);
    let typed = TypedEvent {
        text: vec![session.masked(format!("Ran `{line}`: {}", ran.end))],
        when: TimeArgs { at: Some(began.rfc3339()), future: true },
        facets,
        ..TypedEvent::default()
    };
    let tail = session.masked(ran.last_lines);
    let output = (!tail.is_empty()).then(|| NewAttachment::of_bytes("output.txt", tail.into()));
    let answer = log::record("run", &session, &typed, output.as_slice())?;
    // The standard output is the command's.
    let code = match ran.end {
        CommandEnd::Exited(code) => u8::try_from(code).unwrap_or(1),
        CommandEnd::Killed(signal) => u8::try_from(signal.saturating_add(128)).unwrap_or(1),
    };
    let text = answer.text.clone();
    let echo = Output { text: String::new(), code: Some(code), ..answer };
    Ok(echo.remark(text))
}
