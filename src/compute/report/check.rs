//! The report of everything that is wrong or missing.

use super::VERSION;
use crate::compute::check::codes::Code;
use crate::model::diagnostic::{Diagnostic, Level};
use serde::Serialize;

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
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// error or warning.
    pub level: &'static str,
    /// The file, relative to the record.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
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
    pub codes: Vec<CodeReport>,
}

/// What a code means.
#[derive(Clone, Debug, Serialize)]
pub struct CodeReport {
    /// The stable code.
    pub code: &'static str,
    /// error or warning.
    pub level: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

impl Finding {
    /// Returns the report of a problem in a file.
    pub fn of(file: &str, problem: &Diagnostic) -> Self {
        Self {
            code: problem.code,
            level: level(problem.level),
            file: file.to_owned(),
            line: problem.place.line,
            column: problem.place.column,
            message: problem.message.clone(),
            help: problem.help.clone(),
        }
    }
}

impl CodeReport {
    /// Returns the report of what a code means.
    pub fn of(code: &Code) -> Self {
        let Code { code, weight, title, why, mend } = *code;
        Self { code, level: level(weight), title, why, mend }
    }
}

fn level(weight: Level) -> &'static str {
    match weight {
        Level::Error => "error",
        Level::Warning => "warning",
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
pub fn explained(codes: Vec<CodeReport>) -> CodesReport {
    CodesReport { version: VERSION, codes }
}
