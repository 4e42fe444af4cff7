//! Facts of a record's own: what `fields` in `recount.yaml` says that an incident has.

use super::names::{self, UnknownValue};
use crate::model::money::{self, Currency, Exact, Money};
use serde::{Serialize, Serializer};
use std::fmt;

/// What a field of a record's own holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomFieldKind {
    /// One of these words; such a field can be filtered and grouped by.
    Choice(Vec<String>),
    /// A number.
    Number,
    /// An amount and its currency, such as `3400.00 EUR`.
    Money,
    /// Names of people.
    People,
    /// A text.
    Text,
}

impl CustomFieldKind {
    /// Reads one of the words that stand for a kind in `recount.yaml`.
    ///
    /// # Errors
    /// Another word, with those that are known.
    pub fn of_word(word: &str) -> Result<Self, UnknownValue> {
        match word {
            "number" => Ok(Self::Number),
            "money" => Ok(Self::Money),
            "people" => Ok(Self::People),
            "text" => Ok(Self::Text),
            other => {
                let known = ["number", "money", "people", "text"];
                let message = names::unknown("kind of field", other, &known);
                Err(UnknownValue(format!("{message}; a list is a choice")))
            }
        }
    }

    /// Reads a value as people type it; people stand with commas between.
    ///
    /// # Errors
    /// What is no value of this kind, with what would be.
    pub fn read(&self, text: &str) -> Result<CustomFieldValue, UnknownValue> {
        let text = text.trim();
        match self {
            _ if text.is_empty() => Err(UnknownValue("a field needs a value".to_owned())),
            Self::Choice(words) => choice(words, text),
            Self::Number => money::signed_decimal(text).map(CustomFieldValue::Number),
            Self::Money => amount(text).map(CustomFieldValue::Money),
            Self::People => {
                let people = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                Ok(CustomFieldValue::People(people.map(str::to_owned).collect()))
            }
            Self::Text => Ok(CustomFieldValue::Text(text.to_owned())),
        }
    }
}

/// Takes a word of a choice as people type it: letter case doesn't matter.
fn choice(words: &[String], text: &str) -> Result<CustomFieldValue, UnknownValue> {
    let same = |word: &&String| word.to_lowercase() == text.to_lowercase();
    let exact = words.iter().find(|word| *word == text);
    let found = exact.or_else(|| words.iter().find(same));
    found.map(|word| CustomFieldValue::Choice(word.clone())).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(String::as_str).collect();
        UnknownValue(names::unknown("choice", text, &known))
    })
}

/// Reads an amount with its currency on either side.
fn amount(text: &str) -> Result<Money, UnknownValue> {
    let form = || {
        UnknownValue(format!("`{text}` is no amount with its currency: write it as 3400.00 EUR"))
    };
    let (first, second) = text.split_once(char::is_whitespace).ok_or_else(form)?;
    let (first, second) = (first.trim(), second.trim());
    let (number, currency) = match second.parse::<Currency>() {
        Ok(currency) => (first, currency),
        Err(error) => match first.parse() {
            Ok(currency) => (second, currency),
            Err(_) => return Err(error),
        },
    };
    Ok(Money { amount: money::signed_decimal(number).map_err(|_| form())?, currency })
}

/// What an incident has in a field of the record's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomFieldValue {
    /// A word of a choice.
    Choice(String),
    /// A number.
    Number(Exact),
    /// An amount.
    Money(Money),
    /// Names of people.
    People(Vec<String>),
    /// A text.
    Text(String),
}

impl fmt::Display for CustomFieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(text) | Self::Text(text) => f.pad(text),
            Self::Number(number) => f.pad(&money::exactly(number)),
            Self::Money(money) => f.pad(&format!("{money} {}", money.currency)),
            Self::People(people) => f.pad(&people.join(", ")),
        }
    }
}

impl Serialize for CustomFieldValue {
    /// Writes people as a list and all else as text: numbers and amounts as exact decimals.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::People(people) => people.serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &CustomFieldKind, text: &str) -> Result<String, String> {
        kind.read(text).map(|value| value.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_kind_reads_its_own_values_alone() {
        let team = CustomFieldKind::Choice(vec!["payments".into(), "Search".into()]);
        assert_eq!(read(&team, "search"), Ok("Search".into()));
        assert_eq!(
            read(&team, "payment"),
            Err("unknown choice `payment`: did you mean `payments`?".into())
        );
        assert_eq!(read(&CustomFieldKind::Number, "-1200.50"), Ok("-1200.5".into()));
        assert!(read(&CustomFieldKind::Number, "many").is_err());
        for text in ["3400 EUR", "EUR 3400.00", " 3400.0  EUR "] {
            assert_eq!(read(&CustomFieldKind::Money, text), Ok("3400.00 EUR".into()), "{text}");
        }
        for text in ["3400", "EUR", "3400 EURO", "x EUR", ""] {
            assert!(read(&CustomFieldKind::Money, text).is_err(), "{text}");
        }
        assert_eq!(read(&CustomFieldKind::People, "Ada, Bo,"), Ok("Ada, Bo".into()));
        assert_eq!(read(&CustomFieldKind::Text, "a=b"), Ok("a=b".into()));
    }
}
