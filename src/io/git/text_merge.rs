//! The merge of texts line by line, as git does it.

use super::error::GitError;
use super::program::GitCall;
use std::fs;
use std::path::Path;

/// How long a mark between versions is: no line of a text is one by chance.
const MARK: usize = 40;

/// A part of a merged text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MergedLines {
    /// Lines of both, or of which one side alone changed something.
    Agreed(String),
    /// Lines that both changed.
    Both(String, String),
}

/// Merges two texts line by line.
///
/// # Errors
/// Where git can't be run, or no files be written for it.
pub(crate) fn merge_texts(
    base: &str,
    one: &str,
    other: &str,
) -> Result<Vec<MergedLines>, GitError> {
    let folder =
        tempfile::tempdir().map_err(|error| GitError::at(&std::env::temp_dir(), &error))?;
    let put = |name: &str, text: &str| put(&folder.path().join(name), text);
    put("one", one)?;
    put("base", base)?;
    put("other", other)?;
    let size = format!("--marker-size={MARK}");
    let asked = GitCall::from(folder.path(), "merge-file")
        .ask(["-p", &size, "-L", "one", "-L", "base", "-L", "other", "one", "base", "other"])?;
    let merged = String::from_utf8_lossy(&asked.stdout).into_owned();
    // It ends with the number of conflicts; where it fails it prints nothing.
    if !asked.ok && merged.is_empty() && !(one.is_empty() && other.is_empty()) {
        return Err(asked.error());
    }
    Ok(pieces(&merged))
}

#[allow(clippy::disallowed_methods, reason = "a file of its own that nobody else reads")]
fn put(path: &Path, text: &str) -> Result<(), GitError> {
    fs::write(path, text).map_err(|error| GitError::at(path, &error))
}

fn pieces(merged: &str) -> Vec<MergedLines> {
    let mark = |sign: &str| sign.repeat(MARK);
    let (opens, parts, closes) = (mark("<"), mark("="), mark(">"));
    let (mut pieces, mut agreed) = (vec![], String::new());
    let mut both: Option<(String, Option<String>)> = None;
    for line in merged.split_inclusive('\n') {
        match &mut both {
            None if line.starts_with(&opens) => both = Some((String::new(), None)),
            None => agreed.push_str(line),
            Some((_, other)) if line.starts_with(&parts) => *other = Some(String::new()),
            Some((one, other)) if line.starts_with(&closes) => {
                if !agreed.is_empty() {
                    pieces.push(MergedLines::Agreed(std::mem::take(&mut agreed)));
                }
                let other = other.take().unwrap_or_default();
                pieces.push(MergedLines::Both(std::mem::take(one), other));
                both = None;
            }
            Some((_, Some(other))) => other.push_str(line),
            Some((one, None)) => one.push_str(line),
        }
    }
    if !agreed.is_empty() {
        pieces.push(MergedLines::Agreed(agreed));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_both_changed_are_told_from_the_others() {
        let agreed = |text: &str| MergedLines::Agreed(text.to_owned());
        let base = "a\nb\nc\nd\ne\nf\ng\n";
        let merged = merge_texts(base, "A\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\ne\nf\nG\n").unwrap();
        assert_eq!(merged, [agreed("A\nb\nc\nd\ne\nf\nG\n")]);
        let merged = merge_texts(base, "a\nb\nc\nX\ne\nf\ng\n", "a\nb\nc\nY\ne\nf\ng\n").unwrap();
        let both = MergedLines::Both("X\n".to_owned(), "Y\n".to_owned());
        assert_eq!(merged, [agreed("a\nb\nc\n"), both, agreed("e\nf\ng\n")]);
    }
}
