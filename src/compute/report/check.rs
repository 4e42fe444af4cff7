//! The report of everything that is wrong or missing.

use super::VERSION;
use crate::model::diagnostic::Diagnostic;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use crate::compute::check::codes::Code;

/// The JSON of `check`.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// The version of this report's fields.
    pub version: u32,
    /// What was found, file by file.
    pub findings: Vec<Finding>,
    /// What was found too, and is accepted by the record.
    pub silenced: Vec<Silenced>,
}

/// What was found in one file.
#[derive(Clone, Debug)]
pub struct FileFindings {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was found too, and is accepted by the record.
    pub silenced: Vec<Silenced>,
}

/// One thing that is wrong or missing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file, relative to the record.
    pub file: String,
    /// What is wrong, and where.
    pub problem: Diagnostic,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Diagnostic { code, level, place, message, help, also } = &self.problem;
        let lines: Vec<_> = std::iter::once(place).chain(also).map(|p| p.line).collect();
        let mut fields = serializer.serialize_struct("Finding", 8)?;
        fields.serialize_field("code", code)?;
        fields.serialize_field("level", level)?;
        fields.serialize_field("file", &self.file)?;
        fields.serialize_field("line", &place.line)?;
        fields.serialize_field("lines", &lines)?;
        fields.serialize_field("column", &place.column)?;
        fields.serialize_field("message", message)?;
        fields.serialize_field("help", help)?;
        fields.end()
    }
}

/// A finding that the record accepts.
#[derive(Clone, Debug, Serialize)]
pub struct Silenced {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
}

/// The JSON of `check --explain`.
#[derive(Clone, Debug, Serialize)]
pub struct CodesReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The codes, in the order in which they are explained.
    pub codes: Vec<Code>,
}

impl Finding {
    /// Returns the report of a problem in a file.
    pub fn of(file: &str, problem: &Diagnostic) -> Self {
        Self { file: file.to_owned(), problem: problem.clone() }
    }
}

/// Returns the report of what was found, file by file.
pub fn check(files: impl Iterator<Item = FileFindings>) -> CheckReport {
    let mut all = CheckReport { version: VERSION, findings: vec![], silenced: vec![] };
    for file in files {
        all.findings.extend(file.findings);
        all.silenced.extend(file.silenced);
    }
    all
}

/// Returns the report of what some codes mean.
pub fn explained(codes: Vec<Code>) -> CodesReport {
    CodesReport { version: VERSION, codes }
}
