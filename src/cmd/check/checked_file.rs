//! A file that `check` looks at, with what was found in it.

use crate::cmd::credits::inputs::LoadedPolicies;
use crate::compute::check::{self, AcceptedFindings, FindingSubject};
use crate::compute::report::check::{FileFindings, Finding, Silenced};
use crate::compute::secrets;
use crate::io::store::StoreError;
use crate::io::store::layout::POLICIES;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{Incident, Name};
use crate::session::Session;
use crate::session::failure::FileDiagnostics;
use std::path::Path;

/// A file, its text and what was found in it.
pub(crate) struct CheckedFile {
    pub(crate) file: String,
    pub(crate) text: String,
    /// What was found, in the order of the file.
    pub(crate) found: Vec<Diagnostic>,
    /// What was found and is accepted, with the reasons.
    pub(crate) silenced: Vec<(Diagnostic, String)>,
    /// The incident that the file is about, and whether it tells the incident itself.
    pub(crate) about: Option<(Incident, bool)>,
    /// The policy that the file is.
    pub(crate) policy: Option<Name>,
}

impl CheckedFile {
    pub(crate) fn new(file: String, text: String, found: Vec<Diagnostic>) -> Self {
        // The line that is shown is not to carry it on.
        let hides = found.iter().any(|problem| problem.code == "secret");
        let text = if hides { secrets::masked_lines(&text) } else { text };
        Self { file, text, found, silenced: vec![], about: None, policy: None }
    }

    /// Returns the policies and the tables beside them in which something was found.
    pub(crate) fn inputs(loaded: LoadedPolicies) -> Vec<Self> {
        let LoadedPolicies { policies, wrong, .. } = loaded;
        let of = |file: FileDiagnostics| {
            let read = policies.iter().find(|p| p.path == file.path).map(|p| p.fact.id.clone());
            // One that could not be read has its file's name at least.
            let name = || Path::new(&file.path).file_stem()?.to_str()?.parse().ok();
            let policy = read.or_else(|| name().filter(|_| file.path.starts_with(POLICIES)));
            Self { policy, ..Self::new(file.path, file.text, file.problems) }
        };
        wrong.into_iter().map(of).collect()
    }

    /// Returns the finding that a file or folder cannot be read.
    pub(crate) fn unreadable(session: &Session<'_>, error: StoreError) -> Self {
        let path = error.path().unwrap_or(session.store.root());
        let file = session.store.relative(path).display().to_string();
        let (text, found) = error.found();
        Self::new(file, text, vec![found])
    }

    /// Returns what was found in a document about an incident.
    pub(crate) fn document(
        file: String,
        text: String,
        found: Vec<Diagnostic>,
        about: &Incident,
    ) -> Self {
        Self { about: Some((about.clone(), false)), ..Self::new(file, text, found) }
    }

    /// Parts the findings that the record accepts from the others, and tells those of one kind as one.
    pub(crate) fn silence(&mut self, silences: &mut AcceptedFindings<'_>) {
        for problem in std::mem::take(&mut self.found) {
            let subject = |(incident, is_told): &'_ (Incident, bool)| {
                let inside = if *is_told { check::subject(incident, problem.place) } else { None };
                (incident.id.clone(), inside.cloned())
            };
            let about = self.about.as_ref().map(subject);
            let (incident, id) = about.map_or((None, None), |(incident, id)| (Some(incident), id));
            let about = FindingSubject {
                incident: incident.as_ref(),
                id: id.as_ref(),
                policy: self.policy.as_ref(),
            };
            match silences.reason(&problem, about) {
                Some(reason) => self.silenced.push((problem, reason.to_owned())),
                None => self.found.push(problem),
            }
        }
        self.found = check::told_as_one(std::mem::take(&mut self.found));
    }

    /// Returns the report of the file's findings; `prefix` stands before its path.
    pub(crate) fn report(&self, prefix: &str) -> FileFindings {
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
