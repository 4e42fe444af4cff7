//! The report of everything that is wrong or missing.

use super::VERSION;
use crate::place::{Problem, Weight};
use serde::Serialize;

/// The JSON of `check`.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The version of this report's fields.
    pub version: u32,
    /// What was found, file by file.
    pub findings: Vec<Finding>,
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
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
}

impl Finding {
    /// Returns the report of a problem in a file.
    pub fn of(file: &str, problem: &Problem) -> Self {
        Self {
            code: problem.code,
            level: match problem.weight {
                Weight::Error => "error",
                Weight::Warning => "warning",
            },
            file: file.to_owned(),
            line: problem.place.line,
            column: problem.place.column,
            message: problem.message.clone(),
            help: problem.help.clone(),
        }
    }
}

/// Returns the report of some findings.
pub fn check(findings: Vec<Finding>) -> Check {
    Check { version: VERSION, findings }
}
