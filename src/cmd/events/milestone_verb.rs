//! A milestone's name is a verb by itself: `recount mitigated "Errors fall"` is `recount mark mitigated "Errors fall"`.

use crate::io::store::Store;
use crate::model::incident::Milestone;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::path::Path;

/// How people shorten milestones.
const SHORT: [(&str, &str); 2] = [("ack", "acknowledged"), ("start", "started")];

/// Returns the command line with `mark` before its first word, where that is no verb and a milestone; none where it is
/// none. A verb of the same name comes first, for then there is no error.
pub fn milestone_as_verb(error: &clap::Error, args: &[OsString]) -> Option<Vec<OsString>> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let milestone = named(&word.to_lowercase())?;
    let at = args.iter().position(|arg| arg == word.as_str())?;
    let (before, after) = args.split_at_checked(at)?;
    let marking = [OsString::from("mark"), OsString::from(milestone)];
    Some(before.iter().cloned().chain(marking).chain(after.iter().skip(1).cloned()).collect())
}

/// Returns the milestone that a word means: a built-in one, or one of the record here.
fn named(word: &str) -> Option<String> {
    let short = SHORT.iter().find(|(short, _)| *short == word).map(|(_, whole)| *whole);
    let word = short.unwrap_or(word);
    if Milestone::BUILT_IN.iter().any(|milestone| milestone.as_str() == word) {
        return Some(word.to_owned());
    }
    let store = Store::find(Path::new(".")).ok()?;
    let own = store.settings().milestones.iter().find(|own| own.as_str() == word);
    own.map(ToString::to_string)
}
