//! Three versions of one thing: what it was, and what either side has.

/// What something was, and what either side has; none where it is absent.
pub(super) struct Versions<'a, T> {
    pub(super) base: Option<&'a T>,
    pub(super) ours: Option<&'a T>,
    pub(super) theirs: Option<&'a T>,
}

impl<T> Clone for Versions<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Versions<'_, T> {}

impl<'a, T> Versions<'a, T> {
    pub(super) fn new(base: Option<&'a T>, ours: Option<&'a T>, theirs: Option<&'a T>) -> Self {
        Self { base, ours, theirs }
    }

    /// Returns what `part` makes of each.
    pub(super) fn each<U>(self, part: impl Fn(Option<&'a T>) -> U) -> [U; 3] {
        [part(self.base), part(self.ours), part(self.theirs)]
    }

    /// Returns a part of each.
    pub(super) fn parts<U>(self, part: impl Fn(&'a T) -> Option<&'a U>) -> Versions<'a, U> {
        let [base, ours, theirs] = self.each(|version| version.and_then(&part));
        Versions { base, ours, theirs }
    }

    /// Returns the sides that have it.
    pub(super) fn sides(self) -> impl Iterator<Item = &'a T> {
        self.ours.into_iter().chain(self.theirs)
    }
}

impl<'a, T: PartialEq> Versions<'a, T> {
    /// Returns the outcome where both sides agree or one of them changed nothing.
    #[allow(clippy::option_option, reason = "that nothing is left is an outcome, too")]
    pub(super) fn plain(self) -> Option<Option<&'a T>> {
        match self {
            Self { ours, theirs, .. } if ours == theirs => Some(ours),
            Self { base, ours, theirs } if ours == base => Some(theirs),
            Self { base, ours, theirs } if theirs == base => Some(ours),
            _ => None,
        }
    }
}

impl<'a, T: Ord> Versions<'a, T> {
    /// Returns the outcome; where both changed it, the greater one.
    pub(super) fn pick(self) -> Option<&'a T> {
        self.plain().unwrap_or_else(|| self.ours.max(self.theirs))
    }
}
