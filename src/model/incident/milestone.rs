//! The named points in the life of an incident.

use super::names::{Name, UnknownValue};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A named point in the life of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// Impact began.
    Started,
    /// Somebody or something noticed.
    Detected,
    /// A responder answered.
    Acknowledged,
    /// It was called an incident.
    Declared,
    /// The cause was known.
    Identified,
    /// Impact was no longer severe.
    Mitigated,
    /// Service was fully restored for customers.
    Recovered,
    /// Responders stood down.
    Resolved,
    /// The review was done.
    Closed,
    /// It turned out not to be over.
    Reopened,
    /// One that the record defines.
    Custom(Name),
}

impl Milestone {
    /// The built-in ones, in the order of an incident's life, and last the one that leads back into it.
    pub const BUILT_IN: [Self; 10] = [
        Self::Started,
        Self::Detected,
        Self::Acknowledged,
        Self::Declared,
        Self::Identified,
        Self::Mitigated,
        Self::Recovered,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
    ];

    /// Returns the word that files and people use.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Started => "started",
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Declared => "declared",
            Self::Identified => "identified",
            Self::Mitigated => "mitigated",
            Self::Recovered => "recovered",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Custom(name) => name.as_str(),
        }
    }

    /// Returns whether `reopened` takes it back: `recovered` to `closed`.
    pub fn is_reopened(&self) -> bool {
        matches!(self, Self::Recovered | Self::Resolved | Self::Closed)
    }

    /// Returns whether the last mark counts, of several.
    pub fn counts_last(&self) -> bool {
        self.can_be_voided() || *self == Self::Reopened
    }

    /// Returns whether the last mark counts and later impact voids it: `mitigated` to `closed`.
    pub fn can_be_voided(&self) -> bool {
        matches!(self, Self::Mitigated | Self::Recovered | Self::Resolved | Self::Closed)
    }
}

impl FromStr for Milestone {
    type Err = UnknownValue;

    /// Reads a built-in milestone, or any other name as one that the record may define.
    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match Self::BUILT_IN.iter().find(|m| m.as_str() == text) {
            Some(found) => Ok(found.clone()),
            None => text.parse().map(Self::Custom),
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Milestone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
