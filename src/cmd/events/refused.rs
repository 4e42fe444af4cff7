//! A command line that is refused: nothing that was typed is lost, and the refusal ends with the command, mended.

use crate::cli::{self, Global};
use crate::cmd::events::record;
use crate::io::store::{INBOX_ID, ids};
use crate::model::incident::Event;
use crate::model::time::{EventTime, OffsetTime};
use crate::session::mended::{self, with_command};
use crate::session::{Failure, Session};
use clap::parser::ValueSource;
use clap::{Command, FromArgMatches};
use std::ffi::OsString;

/// The verbs whose words are an event's.
const KEPT: [&str; 7] = ["log", "mark", "impact", "severity", "role", "progress", "declare"];

/// Returns the failure with the whole command, mended, ready to run again; where nobody can be asked, what was typed of
/// an event is in the inbox by then.
pub fn refused(args: &[OsString], failure: Failure) -> Failure {
    let command = &cli::command();
    let is_kept = !failure.is_of_no_answer() && tells_of_an_event(command, args, &failure);
    let failure = match is_kept.then(|| kept(command, args)).flatten() {
        Some(kept) => failure.help(kept),
        None => failure,
    };
    with_command(failure, args)
}

/// Returns whether an event was typed: words behind a verb that takes them, or behind one that is misspelt.
fn tells_of_an_event(command: &Command, args: &[OsString], failure: &Failure) -> bool {
    let Ok(matches) = command.clone().ignore_errors(true).try_get_matches_from(args) else {
        return false;
    };
    let Some((verb, words)) = matches.subcommand() else {
        return failure.means_some() && args.len() > 2;
    };
    let is_typed = |id| words.value_source(id) == Some(ValueSource::CommandLine);
    KEPT.contains(&verb) && words.ids().any(|id| is_typed(id.as_str()))
}

/// Keeps what was typed in the inbox; returns what to tell of that, none where there is nothing to keep or no record.
fn kept(command: &Command, args: &[OsString]) -> Option<String> {
    let command = command.clone().ignore_errors(true);
    let matches = command.try_get_matches_from(args).ok()?;
    let global = Global::from_arg_matches(&matches).ok()?;
    let session = Session::open(&global).ok().filter(|session| !session.terminal.can_ask)?;
    let at = EventTime::exact(OffsetTime::in_zone(session.now, session.store.settings().zone));
    let text = session.masked_again(format!("refused: {}", mended::shown(args)));
    let event = Event {
        id: ids::fresh(1).pop(),
        logged: Some(session.now),
        by: session.person(),
        text,
        ..Event::blank(at)
    };
    record::to_inbox(&session, &event).ok()?;
    Some(format!("what was typed is kept in the {INBOX_ID}, so that nothing is lost"))
}
