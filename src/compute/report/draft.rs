//! The reports of what became of documents, and of the templates that there are.

use super::VERSION;
use super::completeness::Completeness;
use crate::compute::document::{GeneratedPart, RefreshedPart};
use crate::model::incident::Audience;
use crate::model::incident::names::string_enum;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The JSON of `draft`.
#[derive(Clone, Debug, Serialize)]
pub struct DraftsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The documents, in the order of their incidents.
    pub documents: Vec<Drafted>,
    /// The commit that holds them; null where nothing was written, or it waits for the next one.
    pub commit: Option<String>,
}

string_enum! {
    /// What became of a document.
    DraftState, "state" {
        /// It was not there, and would be written.
        Missing = "missing",
        /// It was not there, and is written.
        Written = "written",
        /// Parts of it were written anew.
        Refreshed = "refreshed",
        /// Parts of it would be written anew.
        Stale = "stale",
        /// It says what the record says.
        Current = "current",
    }
}

/// One document.
#[derive(Clone, Debug, Serialize)]
pub struct Drafted {
    /// The incident that it belongs to.
    pub incident: String,
    /// The file, relative to the record.
    pub file: String,
    /// The template that it was made from, where that is known.
    pub template: Option<String>,
    /// internal or public
    pub audience: Audience,
    /// What became of it.
    pub state: DraftState,
    /// Its generated parts, in order.
    pub parts: Vec<RefreshedPart>,
    /// Markers that are broken.
    pub problems: Vec<BrokenMarker>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

impl Serialize for RefreshedPart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let GeneratedPart { kind, name, place, .. } = &self.part;
        let mut fields = serializer.serialize_struct("RefreshedPart", 4)?;
        fields.serialize_field("kind", kind)?;
        fields.serialize_field("name", name)?;
        fields.serialize_field("line", &place.line)?;
        fields.serialize_field("outcome", &self.outcome)?;
        fields.end()
    }
}

/// A marker that is broken.
#[derive(Clone, Debug, Serialize)]
pub struct BrokenMarker {
    /// Its line.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// Returns the report of some documents.
pub fn drafts(documents: Vec<Drafted>, commit: Option<String>) -> DraftsReport {
    DraftsReport { version: VERSION, documents, commit }
}

/// The JSON of `templates`.
#[derive(Clone, Debug, Serialize)]
pub struct TemplatesReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The templates, the record's own first.
    pub templates: Vec<TemplateReport>,
}

/// One template.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateReport {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub title: Option<String>,
    /// internal or public; null where it can't be read.
    pub audience: Option<Audience>,
    /// The file that is made from it, beside its incident.
    pub file: Option<String>,
    /// The template's file, relative to the record; null where it is built in.
    pub path: Option<String>,
}

/// Returns the report of some templates.
pub fn templates(templates: Vec<TemplateReport>) -> TemplatesReport {
    TemplatesReport { version: VERSION, templates }
}
