//! Where in a file something stands, and what is wrong there.

use serde::{Serialize, Serializer};
use std::fmt;

/// A position in a file; line and column count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value and the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where the file says it.
    pub place: Location,
}

impl<T: Serialize> Serialize for Spanned<T> {
    /// Writes the value alone.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// A fact and the file that holds it.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The file, relative to the record.
    pub path: String,
    /// The SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// What the file says.
    pub fact: T,
}

impl<T> Sourced<T> {
    /// Returns a place in the file.
    pub fn at(&self, place: Location) -> SourcePlace {
        SourcePlace { path: self.path.clone(), place: Some(place) }
    }

    /// Returns the file as a whole.
    pub fn whole(&self) -> SourcePlace {
        SourcePlace { path: self.path.clone(), place: None }
    }
}

/// Where a file of the record says something; written as `path:line:column`, or as the path alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePlace {
    /// The file, relative to the record.
    pub path: String,
    /// The place in it; none for all of it.
    pub place: Option<Location>,
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.place.map_or(Ok(()), |place| write!(f, ":{place}"))
    }
}

impl Serialize for SourcePlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How much a [`Problem`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The fact could be read, but something about it should be looked at.
    Warning,
    /// The fact could not be read.
    Error,
}

/// Something wrong in a file: a value to be collected and shown, never a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code such as `unknown-key`, explained by `check --explain`.
    pub code: &'static str,
    /// Whether the fact could still be read.
    pub level: Level,
    /// Where it stands in the file.
    pub place: Location,
    /// What is wrong, naming the thing.
    pub message: String,
    /// The next step, where there is one.
    pub help: Option<String>,
    /// Where else in the file the same stands, in order.
    pub also: Vec<Location>,
}

impl Diagnostic {
    /// Returns a problem that kept a fact from being read.
    pub fn error(code: &'static str, place: Location, message: impl Into<String>) -> Self {
        Self { code, level: Level::Error, place, message: message.into(), help: None, also: vec![] }
    }

    /// Returns a problem that leaves the fact readable.
    pub fn warning(code: &'static str, place: Location, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, place, message) }
    }

    /// Lets it weigh less than its code, where the fact is odd and yet can be so.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { level: Level::Warning, ..self }
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
