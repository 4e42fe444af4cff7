//! Amounts that may differ by currency.

use crate::model::money::Currency;

/// A value in whatever currency a row is, or one for each of some currencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByCurrency<T> {
    /// The same number in every currency.
    Any(T),
    /// One for each currency that is named; never empty.
    Each(Vec<(Currency, T)>),
}

impl<T> ByCurrency<T> {
    /// Returns the value for a currency; none where others alone are named.
    pub fn get(&self, currency: Currency) -> Option<&T> {
        match self {
            Self::Any(value) => Some(value),
            Self::Each(values) => values.iter().find(|(c, _)| *c == currency).map(|(_, v)| v),
        }
    }
}
