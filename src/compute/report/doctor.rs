//! The report of what a bug report needs.

use super::VERSION;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The JSON of `doctor`: each fact under its name.
#[derive(Clone, Debug)]
pub struct DoctorReport {
    /// What is known, in the order in which it is told.
    pub facts: Vec<Fact>,
}

/// Something that is known of the program, the machine or the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// What is known.
    pub value: String,
}

impl Fact {
    /// Returns a fact.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }
}

impl DoctorReport {
    /// Returns the report of some facts.
    pub fn new(facts: Vec<Fact>) -> Self {
        Self { facts }
    }
}

impl Serialize for DoctorReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.facts.len() + 1))?;
        map.serialize_entry("version", &VERSION)?;
        for fact in &self.facts {
            map.serialize_entry(fact.name, &fact.value)?;
        }
        map.end()
    }
}
