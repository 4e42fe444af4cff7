//! What `check` finds in the documents beside an incident.

use crate::cmd::check::checked_file::CheckedFile;
use crate::cmd::documents::cross_references::CrossReferences;
use crate::cmd::documents::template_set::{AudienceReport, TemplateSet, made_from};
use crate::compute::check::{self, CheckedIncident};
use crate::compute::document::{self, GeneratedPart, ParsedDocument};
use crate::io::store::{LoadedIncident, StoreError, TextOrWhy};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::Audience;
use crate::session::Failure;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// What documents are held against.
pub(super) struct DocumentCheck<'d, 'g> {
    session: &'d Session<'g>,
    templates: TemplateSet,
    elsewhere: CrossReferences<'d, 'g>,
}

impl<'d, 'g> DocumentCheck<'d, 'g> {
    pub(super) fn open(session: &'d Session<'g>) -> Result<Self, Failure> {
        Ok(Self {
            session,
            templates: TemplateSet::open(session)?,
            elsewhere: CrossReferences::of(session),
        })
    }

    /// Checks the documents beside an incident; where the incident itself cannot be read, that is told elsewhere.
    pub(super) fn of(
        &self,
        files: Result<Vec<(PathBuf, TextOrWhy)>, StoreError>,
        loaded: Option<&LoadedIncident>,
    ) -> Vec<CheckedFile> {
        let files = match files {
            Ok(files) => files,
            Err(error) => return vec![CheckedFile::unreadable(self.session, error)],
        };
        let Some(loaded) = loaded else { return vec![] };
        let checked = files.into_iter().map(|(path, text)| {
            let text = match text {
                Ok(text) => text,
                Err(error) => return CheckedFile::unreadable(self.session, error),
            };
            let found = self.found(loaded, &path, &text);
            let file = self.session.store.relative(&path).display().to_string();
            CheckedFile::document(file, text, found, &loaded.read.incident)
        });
        checked.collect()
    }

    fn found(&self, loaded: &LoadedIncident, path: &Path, text: &str) -> Vec<Diagnostic> {
        let document = ParsedDocument::read(text);
        let case = CheckedIncident {
            timeline: &self.session.timeline(&loaded.read.incident),
            settings: self.session.store.settings(),
            text: &loaded.text,
            now: self.session.now,
        };
        let generated: Vec<_> = document.parts.iter().map(GeneratedPart::content).collect();
        let mut found = check::document(&case, text, &generated);
        found.extend(document.problems.iter().cloned());
        found.extend(check::exposed_secrets(text, case.settings));
        if !document.parts.is_empty() {
            found.extend(self.generated(loaded, path, &document));
        }
        found.sort_by_key(|p| p.place);
        found
    }

    /// Holds the generated parts against what the record says now.
    fn generated(
        &self,
        loaded: &LoadedIncident,
        path: &Path,
        document: &ParsedDocument<'_>,
    ) -> Vec<Diagnostic> {
        let Ok(made_from) = made_from(&self.templates, document, path, None) else {
            let message = "this document does not say who may read it";
            let stamp = document::stamp("TEMPLATE", Audience::Internal);
            let problem =
                Diagnostic::warning("unknown-audience", Location { line: 1, column: 1 }, message);
            return vec![problem.help(format!("write as its first line: {stamp}"))];
        };
        let audience = self.templates.audience(&made_from);
        let report = AudienceReport::of(self.session, loaded, audience, &self.elsewhere);
        let refreshed = document::refresh(document, &report.contents(), false);
        check::generated(&refreshed.parts, &loaded.read.incident.id)
    }
}
