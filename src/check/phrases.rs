//! Where words that people wrote stand in a text.

use crate::place::Place;

/// Returns the byte at which a phrase first stands in a text: its words one after another, whatever their
/// case, with nothing but blanks, line breaks and hyphens between them.
pub(super) fn find(text: &str, phrase: &str) -> Option<usize> {
    find_all(text, phrase).first().copied()
}

/// Returns each byte at which a phrase stands in a text, as [`find`] does.
pub(super) fn find_all(text: &str, phrase: &str) -> Vec<usize> {
    let wanted: Vec<_> = words(phrase).into_iter().map(|(_, word)| word.to_lowercase()).collect();
    let words = words(text);
    let is_there = |window: &&[(usize, &str)]| {
        let same =
            window.iter().zip(&wanted).all(|((_, word), wanted)| word.to_lowercase() == *wanted);
        let joined = window.windows(2).all(|pair| match pair {
            [(at, word), (next, _)] => blank(text.get(at + word.len()..*next).unwrap_or_default()),
            _ => true,
        });
        same && joined
    };
    let windows = words.windows(wanted.len().max(1)).filter(|_| !wanted.is_empty());
    windows.filter(is_there).filter_map(|w| w.first()).map(|(at, _)| *at).collect()
}

fn blank(gap: &str) -> bool {
    gap.chars().all(|c| c.is_whitespace() || c == '-')
}

/// Returns the words of a text, each with the byte at which it begins.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(start) = rest.find(is_letter) {
        let word = rest.get(start..).unwrap_or_default();
        let (word, tail) = word
            .split_at_checked(word.find(|c| !is_letter(c)).unwrap_or(word.len()))
            .unwrap_or((word, ""));
        found.push((text.len() - tail.len() - word.len(), word));
        rest = tail;
    }
    found
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '_')
}

/// Returns the byte at which a place of a file begins.
pub(super) fn byte(text: &str, place: Place) -> Option<usize> {
    let line = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(place.column).ok()?.saturating_sub(1);
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..)?;
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    Some(before + within)
}

/// Returns the place of a byte of a text.
pub(super) fn place(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
    Place { line: number(line), column: number(column) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_phrase_is_found_whole_whatever_its_case_and_breaks() {
        assert_eq!(find("It was Human\n  error.", "human error"), Some(7));
        assert_eq!(find("a human-error", "human error"), Some(2));
        assert_eq!(find("human errors", "human error"), None);
        assert_eq!(find("He was human. Error codes followed", "human error"), None);
        assert_eq!(find("inhuman error", "human error"), None);
        assert_eq!(find("été: bête", "bête"), Some("été: ".len()));
        assert_eq!(find("anything", " - "), None);
        assert_eq!(find_all("careless, CARELESS", "careless"), [0, 10]);
    }

    #[test]
    fn places_and_bytes_are_the_same() {
        let text = "é: x\nab: ü y\n";
        for (at, _) in text.char_indices() {
            assert_eq!(byte(text, place(text, at)), Some(at));
        }
        assert_eq!(place(text, 6), Place { line: 2, column: 1 });
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_text_breaks_it(text in any::<String>(), phrase in any::<String>(), line in 0u32..9, column in 0u32..9) {
            for at in find_all(&text, &phrase) {
                prop_assert!(text.is_char_boundary(at));
            }
            byte(&text, Place { line, column });
        }

        #[test]
        fn what_stands_there_is_found(before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
            let text = format!("{before} human error {after}");
            prop_assert!(find(&text, "Human Error").is_some());
        }
    }
}
