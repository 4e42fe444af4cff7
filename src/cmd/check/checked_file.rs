//! A file that `check` looks at, with what was found in it.

use crate::compute::check::{self, AcceptedFindings};
use crate::compute::report::check::{FileFindings, Finding, Silenced};
use crate::io::store::StoreError;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::Incident;
use crate::session::Session;

/// A file, its text and what was found in it.
pub(super) struct CheckedFile {
    pub(super) file: String,
    pub(super) text: String,
    /// What was found, in the order of the file.
    pub(super) found: Vec<Diagnostic>,
    /// What was found and is accepted, with the reasons.
    pub(super) silenced: Vec<(Diagnostic, String)>,
    /// The incident that the file is about, and whether it tells the incident itself.
    pub(super) about: Option<(Incident, bool)>,
}

impl CheckedFile {
    pub(super) fn new(file: String, text: String, found: Vec<Diagnostic>) -> Self {
        Self { file, text, found, silenced: vec![], about: None }
    }

    /// Returns the finding that a file or folder cannot be read.
    pub(super) fn unreadable(session: &Session<'_>, error: StoreError) -> Self {
        let path = error.path().unwrap_or(session.store.root());
        let file = session.store.relative(path).display().to_string();
        let (text, found) = error.found();
        Self::new(file, text, vec![found])
    }

    /// Returns what was found in a document about an incident.
    pub(super) fn document(
        file: String,
        text: String,
        found: Vec<Diagnostic>,
        about: &Incident,
    ) -> Self {
        Self { about: Some((about.clone(), false)), ..Self::new(file, text, found) }
    }

    /// Parts the findings that the record accepts from the others.
    pub(super) fn silence(&mut self, silences: &mut AcceptedFindings<'_>) {
        for problem in std::mem::take(&mut self.found) {
            let subject = |(incident, is_told): &'_ (Incident, bool)| {
                let inside = if *is_told { check::subject(incident, problem.place) } else { None };
                (incident.id.clone(), inside.cloned())
            };
            let about = self.about.as_ref().map(subject);
            let (incident, id) = about.map_or((None, None), |(incident, id)| (Some(incident), id));
            match silences.reason(&problem, (incident.as_ref(), id.as_ref())) {
                Some(reason) => self.silenced.push((problem, reason.to_owned())),
                None => self.found.push(problem),
            }
        }
    }

    /// Returns the report of the file's findings; `prefix` stands before its path.
    pub(super) fn report(&self, prefix: &str) -> FileFindings {
        let file = format!("{prefix}{}", self.file);
        let silenced = self.silenced.iter().map(|(problem, reason)| Silenced {
            finding: Finding::of(&file, problem),
            reason: reason.clone(),
        });
        FileFindings {
            findings: self.found.iter().map(|p| Finding::of(&file, p)).collect(),
            silenced: silenced.collect(),
        }
    }
}
