//! Text that looks like a credential is masked where words come in: before anything is made of them, or on the disk.

use crate::cli::{Cli, Global, Verb};
use crate::compute::secrets::{self, FoundSecret};
use crate::io::prompt;
use crate::model::settings::SecretHandling;
use crate::session::{Session, found_record};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::ops::Range;

/// Returns the command line with what looks like a credential masked; none where nothing does, or the record wants it
/// as it is. What was masked is told at once.
///
/// The verb that takes words out of a record is given those words, and a command that is run its own.
pub(crate) fn without_secrets(cli: &Cli, args: &[OsString]) -> Option<Vec<OsString>> {
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let line = words.join(" ");
    // Looked for in the whole line, for one word tells what the next is.
    let found = secrets::find(&line);
    if found.is_empty() || matches!(cli.verb, Verb::Redact(_) | Verb::Run(_)) {
        return None;
    }
    if !is_masked(&cli.global, record_handling(&cli.global), &found) {
        return None;
    }
    let mut begin = 0;
    let word = |(word, arg): (&Cow<'_, str>, &OsString)| {
        let place = begin..begin + word.len();
        begin = place.end + 1;
        masked_word(&line, place, &found).map_or_else(|| arg.clone(), OsString::from)
    };
    Some(words.iter().zip(args).map(word).collect())
}

/// Returns a word of a line with the credentials in it masked, one that goes on behind it where it begins; none where it
/// has none.
fn masked_word(line: &str, word: Range<usize>, found: &[FoundSecret]) -> Option<String> {
    let (mut out, mut copied) = (String::new(), word.start);
    for FoundSecret { place, .. } in found {
        if place.start >= word.end || place.end <= word.start {
            continue;
        }
        if place.start >= word.start {
            out.push_str(line.get(copied..place.start)?);
            out.push_str(&secrets::mask(line.get(place.clone())?));
        }
        copied = place.end.min(word.end);
    }
    let is_masked = copied > word.start;
    is_masked.then(|| out + line.get(copied..word.end).unwrap_or_default())
}

/// Returns how the record that a verb is about takes credentials; masked where there is none.
fn record_handling(global: &Global) -> SecretHandling {
    let found = found_record::find(global);
    found.map_or(SecretHandling::Mask, |found| found.store.settings().secrets)
}

/// Says what looks like a credential, and returns whether it is masked.
fn is_masked(global: &Global, handling: SecretHandling, found: &[FoundSecret]) -> bool {
    let kinds: BTreeSet<_> = found.iter().map(|it| it.kind).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    match handling {
        _ if global.unmasked => false,
        SecretHandling::Off => false,
        SecretHandling::Warn => {
            prompt::tell(&format!("warning: this looks like {kinds}, and is written as it is\n"));
            false
        }
        SecretHandling::Mask => {
            prompt::tell(&format!(
                "masked: {kinds}; where it is none, `--unmasked` keeps such text as it is\n"
            ));
            true
        }
    }
}

impl Session<'_> {
    /// Returns a text that was read or typed in answer, with what looks like a credential masked as the record wants it.
    pub(crate) fn masked(&self, text: String) -> String {
        let found = secrets::find(&text);
        let handling = self.store.settings().secrets;
        match found.is_empty() || !is_masked(self.global, handling, &found) {
            true => text,
            false => secrets::masked(&text).unwrap_or(text),
        }
    }

    /// Returns whether what was found is to be masked, and says what it is.
    pub(crate) fn masks(&self, found: &[FoundSecret]) -> bool {
        !found.is_empty() && is_masked(self.global, self.store.settings().secrets, found)
    }

    /// Returns the same of a text that was told of before.
    pub(crate) fn masked_again(&self, text: String) -> String {
        let masks = self.store.settings().secrets == SecretHandling::Mask && !self.global.unmasked;
        secrets::masked(&text).filter(|_| masks).unwrap_or(text)
    }
}
