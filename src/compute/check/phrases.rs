//! Where words that people wrote stand in a text.

/// Words that stand one after another, whatever their case, with nothing but blanks, line breaks and hyphens
/// between them.
pub(super) struct Phrase<'p> {
    /// The phrase as it was given.
    pub(super) text: &'p str,
    words: Vec<String>,
}

impl<'p> Phrase<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        let words = Words::of(text).words.into_iter().map(|(_, word)| word.to_lowercase());
        Self { text, words: words.collect() }
    }
}

/// A text taken apart into its words, to look for phrases in it.
pub(super) struct Words<'t> {
    text: &'t str,
    /// Each word with the byte at which it begins.
    words: Vec<(usize, &'t str)>,
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut words = vec![];
        let mut rest = text;
        while let Some(start) = rest.find(is_letter) {
            let word = rest.get(start..).unwrap_or_default();
            let end = word.find(|c| !is_letter(c)).unwrap_or(word.len());
            let (word, tail) = word.split_at_checked(end).unwrap_or((word, ""));
            words.push((text.len() - tail.len() - word.len(), word));
            rest = tail;
        }
        Self { text, words }
    }

    /// Returns each byte at which a phrase stands.
    pub(super) fn find<'w>(&'w self, phrase: &'w Phrase<'_>) -> impl Iterator<Item = usize> + 'w {
        let windows = self.words.windows(phrase.words.len().max(1));
        let found = windows.filter(|window| !phrase.words.is_empty() && self.is(window, phrase));
        found.filter_map(|window| window.first()).map(|(at, _)| *at)
    }

    fn is(&self, window: &[(usize, &str)], phrase: &Phrase<'_>) -> bool {
        // Almost every word is ASCII, and every word of a record is held against every phrase.
        let same = |((_, word), wanted): (&(usize, &str), &String)| match word.is_ascii() {
            true => word.eq_ignore_ascii_case(wanted),
            false => word.chars().flat_map(char::to_lowercase).eq(wanted.chars()),
        };
        let joined = |pair: &[(usize, &str)]| match pair {
            [(at, word), (next, _)] => {
                blank(self.text.get(at + word.len()..*next).unwrap_or_default())
            }
            _ => true,
        };
        window.iter().zip(&phrase.words).all(same) && window.windows(2).all(joined)
    }
}

fn blank(gap: &str) -> bool {
    gap.chars().all(|c| c.is_whitespace() || c == '-')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find_all(text: &str, phrase: &str) -> Vec<usize> {
        Words::of(text).find(&Phrase::new(phrase)).collect()
    }

    fn find(text: &str, phrase: &str) -> Option<usize> {
        find_all(text, phrase).first().copied()
    }

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

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_text_breaks_it(text in any::<String>(), phrase in any::<String>()) {
            for at in find_all(&text, &phrase) {
                prop_assert!(text.is_char_boundary(at));
            }
        }

        #[test]
        fn what_stands_there_is_found(before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
            let text = format!("{before} human error {after}");
            prop_assert!(find(&text, "Human Error").is_some());
        }
    }
}
