//! What `check` finds in the documents beside an incident.

use super::super::desk::Desk;
use super::super::draft::made_from;
use super::super::elsewhere::Elsewhere;
use super::super::press::{Press, Report};
use super::gather::Checked;
use crate::check::{self, Case};
use crate::cmd::Failure;
use crate::document::{self, Document, Part};
use crate::incident::{Audience, IncidentId};
use crate::place::{Place, Problem};
use crate::store::{self, Loaded};
use std::path::Path;

/// What documents are held against.
pub(super) struct Papers<'d, 'g> {
    desk: &'d Desk<'g>,
    press: Press,
    elsewhere: Elsewhere<'d, 'g>,
}

impl<'d, 'g> Papers<'d, 'g> {
    pub(super) fn open(desk: &'d Desk<'g>) -> Result<Self, Failure> {
        Ok(Self { desk, press: Press::open(desk)?, elsewhere: Elsewhere::of(desk) })
    }

    /// Checks the documents beside an incident; where the incident itself cannot be read, that is told elsewhere.
    pub(super) fn of(&self, id: &IncidentId) -> Vec<Checked> {
        let files = store::documents(&self.desk.store, id);
        let Some(loaded) = self.desk.load(id).ok().filter(|_| !files.is_empty()) else {
            return vec![];
        };
        let checked = files.into_iter().map(|(path, text)| {
            let found = self.found(&loaded, &path, &text);
            let file = self.desk.store.relative(&path).display().to_string();
            Checked::document(file, text, found, &loaded.read.incident)
        });
        checked.collect()
    }

    fn found(&self, loaded: &Loaded, path: &Path, text: &str) -> Vec<Problem> {
        let document = Document::read(text);
        let case = Case {
            timeline: &self.desk.timeline(&loaded.read.incident),
            settings: self.desk.store.settings(),
            text: &loaded.text,
            now: self.desk.now,
        };
        let generated: Vec<_> = document.parts.iter().map(Part::content).collect();
        let mut found = check::document(&case, text, &generated);
        found.extend(document.problems.iter().cloned());
        if !document.parts.is_empty() {
            found.extend(self.generated(loaded, path, &document));
        }
        found.sort_by_key(|p| p.place);
        found
    }

    /// Holds the generated parts against what the record says now.
    fn generated(&self, loaded: &Loaded, path: &Path, document: &Document<'_>) -> Vec<Problem> {
        let Ok(made_from) = made_from(&self.press, document, path, None) else {
            let message = "this document does not say who may read it";
            let stamp = document::stamp("TEMPLATE", Audience::Internal);
            let problem =
                Problem::warning("unknown-audience", Place { line: 1, column: 1 }, message);
            return vec![problem.help(format!("write as its first line: {stamp}"))];
        };
        let audience = self.press.audience(&made_from);
        let report = Report::of(self.desk, loaded, audience, &self.elsewhere);
        let refreshed = document::refresh(document, &report.contents(), false);
        check::generated(&refreshed.parts, &loaded.read.incident.id)
    }
}
