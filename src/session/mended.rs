//! Command lines that were refused, mended: as they may have been meant, ready to run again.

use crate::cli::TEXT_MARK;
use crate::io::process::quoted;
use crate::io::prompt::{self, Terminal};
use crate::io::render::text::clean;
use crate::session::Failure;
use std::ffi::OsString;

/// How many mended command lines a menu offers.
const MOST_OFFERED: usize = 12;

/// One change that may make a command line say what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// A word, or what stands on one side of its `=`, is another.
    Replace {
        /// The word as it was typed.
        typed: String,
        /// What it may have been meant to be.
        by: String,
    },
    /// A word is to be another, which a person fills in.
    Blank {
        /// The word as it was typed.
        typed: String,
        /// What it should be, such as a state.
        what: &'static str,
    },
    /// A flag is added.
    Add(String),
    /// A flag and what a person fills in for it stand before the verb.
    First(String, String),
    /// A word that stands for what has to be said is added, behind its flag, for a person to fill in.
    Missing(String),
}

impl Repair {
    /// Returns the command line, mended; none where what was wrong isn't in it.
    fn mend(&self, args: &[OsString]) -> Option<Vec<OsString>> {
        let mut args = args.to_vec();
        match self {
            Self::Add(words) | Self::Missing(words) => {
                // In front of what is text to its end.
                let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
                args.splice(end..end, words.split(' ').map(OsString::from));
            }
            Self::First(flag, value) => {
                let place = args.len().min(1);
                args.splice(place..place, [flag.into(), value.into()]);
            }
            Self::Replace { typed, by } => {
                let (index, mended) = replaced(&args, typed, by)?;
                *args.get_mut(index)? = mended.into();
            }
            Self::Blank { typed, what } => {
                let blank = what.split(' ').next().unwrap_or_default().to_uppercase();
                let (index, mended) = replaced(&args, typed, &blank)?;
                *args.get_mut(index)? = mended.into();
            }
        }
        Some(args)
    }

    /// Returns whether a command line that is mended so can be run as it is.
    fn is_whole(&self) -> bool {
        match self {
            Self::Missing(_) | Self::Blank { .. } => false,
            // A folder is for a person to fill in.
            Self::First(flag, _) => flag != "-C",
            Self::Replace { .. } | Self::Add(_) => true,
        }
    }
}

/// Finds the word that was typed: a flag's value, else whole, else as a part between `=` and `,`; in any case behind the
/// program's name.
fn replaced(args: &[OsString], typed: &str, by: &str) -> Option<(usize, String)> {
    let mut words = args.iter().enumerate().skip(1);
    let mut whole: Vec<_> = words.clone().filter(|(_, arg)| *arg == typed).collect();
    let is_value = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| args.get(before)?.to_str());
        before.is_some_and(|before| before.starts_with('-'))
    };
    whole.sort_by_key(|(index, _)| !is_value(*index));
    if let Some((index, _)) = whole.first() {
        return Some((*index, by.to_owned()));
    }
    words.find_map(|(index, arg)| {
        let arg = arg.to_str()?;
        let is_edge = |c: Option<char>| c.is_none_or(|c| matches!(c, '=' | ','));
        let (start, _) = arg.match_indices(typed).find(|(start, _)| {
            let before = arg.get(..*start).and_then(|text| text.chars().next_back());
            let after = arg.get(start + typed.len()..).and_then(|text| text.chars().next());
            is_edge(before) && is_edge(after)
        })?;
        let (before, after) = (arg.get(..start)?, arg.get(start + typed.len()..)?);
        Some((index, format!("{before}{by}{after}")))
    })
}

/// Returns a command line as a person would type it into a shell.
pub(crate) fn shown(args: &[OsString]) -> String {
    let text = |arg: &OsString| {
        let arg = arg.to_string_lossy();
        quoted(arg.strip_prefix(TEXT_MARK).unwrap_or(&arg))
    };
    let words = args.iter().skip(1).map(text);
    clean(&std::iter::once("recount".to_owned()).chain(words).collect::<Vec<_>>().join(" "))
}

/// Returns the command lines that may have been meant, the likeliest first.
fn mended(failure: &Failure, args: &[OsString]) -> Vec<Vec<OsString>> {
    let repairs = failure.repairs().iter().filter(|repair| repair.is_whole());
    repairs.filter_map(|repair| repair.mend(args)).take(MOST_OFFERED).collect()
}

/// Asks on a terminal which of the mended command lines is to be run; none where there is none, or none was chosen.
pub fn choose(failure: &Failure, args: &[OsString]) -> Option<Vec<OsString>> {
    let mut lines = mended(failure, args);
    if lines.is_empty() || !Terminal::look().can_ask {
        return None;
    }
    let mut items: Vec<_> = lines.iter().map(|args| shown(args)).collect();
    items.push("none of these".to_owned());
    let chosen = prompt::pick(&format!("{} Which was meant?", failure.summary()), &items).ok()?;
    (chosen < lines.len()).then(|| lines.swap_remove(chosen))
}

/// Adds to a failure the whole command, mended.
pub(crate) fn with_command(failure: Failure, args: &[OsString]) -> Failure {
    let mended = failure.repairs().iter().find_map(|repair| repair.mend(args));
    match mended {
        Some(mended) => failure.help(shown(&mended)),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &[&str]) -> Vec<OsString> {
        line.iter().map(OsString::from).collect()
    }

    fn by(typed: &str, by: &str, words: &[&str]) -> Option<String> {
        let repair = Repair::Replace { typed: typed.to_owned(), by: by.to_owned() };
        repair.mend(&args(words)).map(|mended| shown(&mended))
    }

    #[test]
    fn what_was_typed_amiss_is_replaced_and_the_rest_stays() {
        let line = ["recount", "impact", "apsp=down", "The apsp are gone"];
        assert_eq!(
            by("apsp", "apps", &line).as_deref(),
            Some("recount impact apps=down 'The apsp are gone'")
        );
        let line = ["recount", "log", "sev9 it is", "--severity", "sev9"];
        assert_eq!(
            by("sev9", "sev1", &line).as_deref(),
            Some("recount log 'sev9 it is' --severity sev1")
        );
        let line = ["recount", "log", "--severity=sev9"];
        assert_eq!(by("sev9", "sev1", &line).as_deref(), Some("recount log --severity=sev1"));
        let line = ["recount", "impact", "a=down,apsp=down"];
        assert_eq!(by("apsp", "apps", &line).as_deref(), Some("recount impact a=down,apps=down"));
        assert_eq!(by("other", "apps", &line), None);
    }

    #[test]
    fn a_flag_stands_before_what_is_text_to_the_end() {
        let added = Repair::Add("--new-service".into());
        let mended = added.mend(&args(&["recount", "log", "--impact", "a=down", "--", "-x"]));
        assert_eq!(
            mended.map(|mended| shown(&mended)).as_deref(),
            Some("recount log --impact a=down --new-service -- -x")
        );
    }
}
