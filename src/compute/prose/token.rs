//! Words, numbers and signs, each with its place.

/// A word, a number or a sign of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// What stands there: letters, digits, or one other character.
    pub(super) text: &'t str,
    /// Whether it stands directly behind the one before.
    pub(super) joined: bool,
}

impl Token<'_> {
    /// Returns where it ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Returns whether it is the word, whatever its case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Returns whether it is one of the words, whatever their case.
    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Returns its number, where it is one that can be computed with.
    pub(super) fn number(&self) -> Option<i64> {
        let digits = self.text.bytes().all(|b| b.is_ascii_digit());
        (digits && self.text.len() <= 9).then(|| self.text.parse().ok()).flatten()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Sign,
    Blank,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            c if c.is_whitespace() => Self::Blank,
            c if c.is_alphanumeric() || c == '_' => Self::Letter,
            _ => Self::Sign,
        }
    }
}

/// Returns the words, numbers and signs of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = vec![];
    let mut rest = text;
    let mut start = 0;
    while let Some(first) = rest.chars().next() {
        let class = Class::of(first);
        let same = |c: char| Class::of(c) == class && class != Class::Sign;
        let length = match class {
            Class::Sign => first.len_utf8(),
            _ => rest.find(|c| !same(c)).unwrap_or(rest.len()),
        };
        let (text, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if class != Class::Blank {
            let joined = found.last().is_some_and(|last| last.end() == start);
            found.push(Token { start, text, joined });
        }
        start += text.len();
        rest = tail;
    }
    found
}
