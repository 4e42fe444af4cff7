//! The report of a site that was written.

use super::VERSION;
use super::completeness::Completeness;
use crate::model::incident::Audience;
use serde::Serialize;

/// The JSON of `site`.
#[derive(Clone, Debug, Serialize)]
pub struct SiteWritten {
    /// The version of this report's fields.
    pub version: u32,
    /// The folder, as it was typed.
    pub output: String,
    /// Who may read the site.
    pub edition: Audience,
    /// How many incidents it tells of.
    pub incidents: usize,
    /// How many files were written.
    pub written: usize,
    /// How many files were left as they are.
    pub unchanged: usize,
    /// How many files were removed, for the site no longer has them.
    pub removed: usize,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

impl SiteWritten {
    /// Returns the report of a folder in which nothing was done.
    pub fn of(output: String, edition: Audience) -> Self {
        Self {
            version: VERSION,
            output,
            edition,
            incidents: 0,
            written: 0,
            unchanged: 0,
            removed: 0,
            completeness: Completeness::default(),
        }
    }
}
