//! Texts in which a merge left both versions of a passage between marks.

use std::collections::HashSet;

/// Both versions of a text, as its marks tell them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedSides {
    /// What it was before, where the marks tell that of each passage.
    pub base: Option<String>,
    /// What stands in front of the dividing marks.
    pub ours: String,
    /// What stands behind them.
    pub theirs: String,
}

/// What of a passage a line is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkedPart {
    Both,
    Ours,
    Base,
    Theirs,
}

/// Returns whether a merge left marks in a text.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.lines().any(|line| length(line, '<').is_some())
}

/// Returns both sides of a marked text; none where it has no marks, or one that nothing closes.
#[must_use]
pub fn sides(text: &str) -> Option<MarkedSides> {
    let (mut base, mut ours, mut theirs) = (String::new(), String::new(), String::new());
    let (mut part, mut size) = (MarkedPart::Both, None);
    let mut tells_base = true;
    for line in text.split_inclusive('\n') {
        // The passages of a base may have marks of their own, which are longer.
        let is = |sign| size.is_some() && length(line, sign) == size;
        part = match part {
            MarkedPart::Both if length(line, '<').is_some() => {
                size = length(line, '<');
                MarkedPart::Ours
            }
            MarkedPart::Ours if is('|') => MarkedPart::Base,
            MarkedPart::Ours if is('=') => {
                tells_base = false;
                MarkedPart::Theirs
            }
            MarkedPart::Base if is('=') => MarkedPart::Theirs,
            MarkedPart::Theirs if is('>') => MarkedPart::Both,
            MarkedPart::Ours | MarkedPart::Theirs if is('<') => return None,
            same => {
                let takes = |own| same == MarkedPart::Both || same == own;
                for (own, side) in [
                    (MarkedPart::Base, &mut base),
                    (MarkedPart::Ours, &mut ours),
                    (MarkedPart::Theirs, &mut theirs),
                ] {
                    if takes(own) {
                        side.push_str(line);
                    }
                }
                same
            }
        };
    }
    let is_whole = part == MarkedPart::Both && size.is_some();
    is_whole.then_some(MarkedSides { base: Some(base).filter(|_| tells_base), ours, theirs })
}

/// Returns whether each line of a marked text is one of these versions, or a mark: then nobody has changed it since.
#[must_use]
pub fn is_made_of(text: &str, versions: &[&str]) -> bool {
    let known: HashSet<_> =
        versions.iter().flat_map(|text| text.lines()).map(str::trim_end).collect();
    let is_mark =
        |line: &str| ['<', '|', '=', '>'].iter().any(|sign| length(line, *sign).is_some());
    text.lines().map(str::trim_end).all(|line| is_mark(line) || known.contains(line))
}

/// Returns how many of a sign a mark has: seven or more, alone or with the name of a side behind them.
fn length(line: &str, sign: char) -> Option<usize> {
    let rest = line.trim_start_matches(sign);
    let signs = line.len().saturating_sub(rest.len());
    (signs >= 7 && (rest.trim().is_empty() || rest.starts_with(' '))).then_some(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<String>, String, String)> {
        sides(text).map(|it| (it.base, it.ours, it.theirs))
    }

    #[test]
    fn both_sides_are_read_with_the_lines_that_they_share() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> topic\ne\n";
        assert_eq!(read(text), Some((None, "a\nb\ne\n".into(), "a\nc\nd\ne\n".into())));
        let text = "<<<<<<< HEAD\r\nb\r\n||||||| base\r\no\r\n=======\r\n>>>>>>> topic\r\ne\r\n";
        assert_eq!(
            read(text),
            Some((Some("o\r\ne\r\n".into()), "b\r\ne\r\n".into(), "e\r\n".into()))
        );
        // The base of two merges that crossed has a conflict of its own.
        let text = "<<<<<<< HEAD\nb\n||||||| x\n<<<<<<<<< y\no\n=========\np\n>>>>>>>>> z\n=======\nc\n>>>>>>> t\n";
        let (_, ours, theirs) = read(text).unwrap();
        assert_eq!((ours.as_str(), theirs.as_str()), ("b\n", "c\n"));
    }

    #[test]
    fn what_has_no_marks_or_half_of_them_has_no_sides() {
        for text in
            ["", "a\n=======\n>>>>>>> x\n", "<<<<<<< HEAD\na\n=======\nb\n", "<<<<<<< a\nb\n"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_that_somebody_changed_since_is_told_from_what_git_left() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n";
        assert!(is_made_of(text, &["a\nb\n", "a\nc\n"]));
        assert!(!is_made_of(text, &["a\nb\n", "a\nd\n"]));
    }
}
