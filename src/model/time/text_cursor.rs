//! A text that is read from its beginning, one form after another.

/// The rest of a text that is being read.
#[derive(Clone, Copy)]
pub(super) struct TextCursor<'a>(pub(super) &'a str);

impl<'a> TextCursor<'a> {
    /// Reads by `form`, and stays where it was if that finds nothing.
    pub(super) fn attempt<T>(&mut self, form: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = form(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    /// Passes over the literal, in either case, if it comes next.
    pub(super) fn eat(&mut self, literal: &str) -> bool {
        match self.0.split_at_checked(literal.len()) {
            Some((head, tail)) if head.eq_ignore_ascii_case(literal) => {
                self.0 = tail;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Passes over the first of the literals that comes next, and returns it.
    pub(super) fn eat_any<'l>(&mut self, literals: &[&'l str]) -> Option<&'l str> {
        literals.iter().copied().find(|literal| self.eat(literal))
    }

    /// Takes all the characters that come next and `belong`.
    pub(super) fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (head, tail) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = tail;
        head
    }

    /// Takes a number of so many digits.
    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.take(|c| c.is_ascii_digit());
        (least..=most).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
    }

    /// Takes exactly two digits, whatever comes after them.
    pub(super) fn two_digits(&mut self) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(2)?;
        self.0 = tail;
        head.bytes().all(|b| b.is_ascii_digit()).then(|| head.parse().ok()).flatten()
    }

    /// Takes a word.
    pub(super) fn letters(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_alphabetic())
    }

    /// Takes all the rest if it is empty or may name a zone; a remark in brackets, as in `+0100 (CET)`, is read over.
    pub(super) fn zone(&mut self) -> Option<&'a str> {
        let words = self.take(|_| true).trim();
        let named = words.strip_suffix(')').and_then(|words| words.split_once(" ("));
        let words = named.map_or(words, |(zone, _)| zone.trim());
        let begins = !words.starts_with(|c: char| !c.is_alphabetic() && !matches!(c, '+' | '-'));
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '+' | '-' | ':' | ' ');
        (begins && words.chars().all(fits)).then_some(words)
    }

    /// Returns whether nothing is left.
    pub(super) fn is_done(self) -> bool {
        self.0.is_empty()
    }
}
