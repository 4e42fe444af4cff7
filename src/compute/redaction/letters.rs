//! A text as its letters and digits alone, each with the bytes that it stands in.

use std::ops::Range;

/// How a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it is.
    Plain,
    /// As YAML, JSON, Markdown or HTML that escapes some characters.
    Escaped,
}

/// A text as its letters and digits alone.
pub(super) struct Letters {
    /// The letters and digits.
    pub(super) said: String,
    /// For each of them, where it begins in what is said, and the bytes of the text that it stands in.
    at: Vec<(usize, Range<usize>)>,
}

impl Letters {
    /// Reads a text.
    pub(super) fn read(text: &str, reading: Reading) -> Self {
        let mut letters = Self { said: String::new(), at: vec![] };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let escape = match reading {
                Reading::Plain => None,
                Reading::Escaped => escape(rest),
            };
            let (meant, length) = escape.unwrap_or((Some(first), first.len_utf8()));
            let start = text.len() - rest.len();
            if let Some(letter) = meant.filter(|c| c.is_alphanumeric()) {
                letters.at.push((letters.said.len(), start..start + length));
                letters.said.push(letter);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        letters
    }

    /// Returns the bytes of the text in which something is said.
    pub(super) fn places<'l>(&'l self, said: &'l str) -> impl Iterator<Item = Range<usize>> + 'l {
        self.said.match_indices(said).filter_map(|(at, said)| self.place(at..at + said.len()))
    }

    /// Returns the bytes of the text in which runs of so many letters stand that are wanted, those that meet as one.
    pub(super) fn runs(&self, length: usize, wanted: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = vec![];
        for (at, run) in windows(&self.said, length).filter(|(_, run)| wanted(run)) {
            let end = at + run.len();
            match found.last_mut().filter(|last| at <= last.end) {
                Some(last) => last.end = end,
                None => found.push(at..end),
            }
        }
        found.into_iter().filter_map(|run| self.place(run)).collect()
    }

    /// Returns the bytes of the text in which a part of what is said stands.
    fn place(&self, said: Range<usize>) -> Option<Range<usize>> {
        let index = |of: usize| self.at.partition_point(|(at, _)| *at < of);
        let first = &self.at.get(index(said.start))?.1;
        let last = &self.at.get(index(said.end).checked_sub(1)?)?.1;
        Some(first.start..last.end)
    }
}

/// Returns all runs of so many characters of a text, and where each begins.
pub(super) fn windows(text: &str, length: usize) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.char_indices().map(|(at, _)| at);
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).skip(length);
    starts.zip(ends).filter_map(|(start, end)| Some((start, text.get(start..end)?)))
}

/// Returns the character that an escape at the beginning of a text means, none where it is no letter, and the escape's
/// length.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    if let Some(entity) = text.strip_prefix('&') {
        let name = entity.split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 8)?;
        let Some(number) = name.strip_prefix('#') else {
            let is_known = ["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(&name);
            return is_known.then_some((None, name.len() + 2));
        };
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((char::from_u32(code), name.len() + 2));
    }
    let escaped = text.strip_prefix('\\')?;
    let digits = match escaped.chars().next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        'n' | 't' | 'r' | '0' | 'a' | 'b' | 'e' | 'f' | 'v' | 'N' | '_' | 'L' | 'P' => {
            return Some((None, 2));
        }
        other => return Some((Some(other), 1 + other.len_utf8())),
    };
    let code = u32::from_str_radix(escaped.get(1..=digits)?, 16).ok()?;
    Some((char::from_u32(code), 2 + digits))
}
