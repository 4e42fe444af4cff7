//! The pages of incidents: each of its document, or of a template, and made again where something of it changed.

use crate::cmd::documents::cross_references::CrossReferences;
use crate::cmd::documents::html_page;
use crate::cmd::documents::template_set::{
    AudienceReport, ChosenTemplate, RestOfRecord, TemplateSet, made_from,
};
use crate::cmd::site::place::{SitePlace, failed};
use crate::compute::document::{self, ParsedDocument};
use crate::io::process::own_program;
use crate::io::render::html::site::linked;
use crate::io::store::site::PAGES;
use crate::io::store::{self, LoadedIncident, Store, files};
use crate::model::digest;
use crate::model::incident::{Audience, IncidentId};
use crate::session::{Failure, Session};
use rayon::prelude::*;
use std::fmt::Write;
use std::path::PathBuf;

/// How many incidents are held at once.
const AT_ONCE: usize = 128;

/// The template of a page where nothing else is said.
fn usual_template(audience: Audience) -> &'static str {
    match audience {
        Audience::Internal => "google-sre",
        Audience::Public => "customer",
    }
}

/// What pages are made with.
pub(super) struct PageMaker<'s, 'g> {
    session: &'s Session<'g>,
    templates: &'s TemplateSet,
    template: ChosenTemplate<'s>,
    pub(super) keys: PageKeys<'s>,
}

/// What stands for what pages are made from; for several threads.
pub(super) struct PageKeys<'s> {
    store: &'s Store,
    pub(super) audience: Audience,
    /// What stands for what all of them are made from.
    all: String,
}

/// The page of an incident, and what it is made from.
pub(super) struct PageSource {
    id: IncidentId,
    /// Its file, from the site's folder on.
    pub(super) file: String,
    key: String,
    rest: Option<RestOfRecord>,
}

/// What a page is made from.
pub(super) struct PageFacts<'k> {
    /// What stands for what the incident's own folder tells.
    pub(super) key: &'k str,
    /// What the rest of the record says.
    pub(super) rest: Option<RestOfRecord>,
}

/// A page to be made, and what of it was read.
struct LoadedPage {
    source: PageSource,
    loaded: LoadedIncident,
    documents: Vec<Document>,
}

/// A Markdown file beside an incident.
struct Document {
    path: PathBuf,
    text: String,
}

impl<'s, 'g> PageMaker<'s, 'g> {
    pub(super) fn new(
        session: &'s Session<'g>,
        templates: &'s TemplateSet,
        audience: Audience,
        template: Option<&str>,
    ) -> Result<Self, Failure> {
        let template = templates.named(session, template.unwrap_or(usual_template(audience)))?;
        if template.front.audience != audience {
            let name = &template.template.name;
            let told = template.front.audience;
            return Err(Failure::new(format!(
                "`{name}` is for the audience {told}, and this edition is not"
            ))
            .help("`recount templates` lists them with their audiences"));
        }
        let all = key_of_all(session, templates, template);
        let keys = PageKeys { store: &session.store, audience, all };
        Ok(Self { session, templates, template, keys })
    }

    /// Returns what the rest of the record says.
    pub(super) fn references(&self) -> CrossReferences<'s, 'g> {
        CrossReferences::of(self.session)
    }

    /// Writes the pages that aren't as they were; returns what to tell the person.
    pub(super) fn write(
        &self,
        place: &mut SitePlace,
        pages: Vec<PageSource>,
    ) -> Result<String, Failure> {
        let mut remarks = String::new();
        let mut stale = vec![];
        for page in pages {
            place.keep(page.file.clone(), page.key.clone());
            if !place.is_current(&page.file, &page.key) {
                stale.push(page);
            }
        }
        let Self { keys, templates, template, .. } = self;
        let mut stale = stale.into_iter().peekable();
        while stale.peek().is_some() {
            let part: Result<Vec<_>, _> =
                stale.by_ref().take(AT_ONCE).map(|page| self.load(page, &mut remarks)).collect();
            let (part, folder) = (part?, place.folder());
            let write = |page: &LoadedPage| -> Result<usize, Failure> {
                let (text, file) = (keys.page(page, templates, *template)?, &page.source.file);
                let wrote = folder.put(file, text.as_bytes());
                wrote.map(usize::from).map_err(|error| failed(file.as_ref(), error))
            };
            let wrote: Result<Vec<_>, _> = part.par_iter().map(write).collect();
            place.count(wrote?.into_iter().sum());
        }
        Ok(remarks)
    }

    fn load(&self, source: PageSource, remarks: &mut String) -> Result<LoadedPage, Failure> {
        let loaded = self.session.load(&source.id)?;
        let mut documents = vec![];
        for (path, text) in store::documents(&self.session.store, &source.id)? {
            match text {
                Ok(text) => documents.push(Document { path, text }),
                Err(why) => {
                    remarks.push_str(&Failure::from(why).render(self.session.terminal.color_err));
                }
            }
        }
        Ok(LoadedPage { source, loaded, documents })
    }
}

impl PageSource {
    pub(super) fn new(id: &IncidentId, page: &str, facts: PageFacts<'_>) -> Self {
        let PageFacts { key, rest } = facts;
        // What is serialised or shown of them is all that a page tells.
        let told = format!("{key}\n{rest:?}");
        Self { id: id.clone(), file: format!("{PAGES}/{page}"), key: digest::sha256(told), rest }
    }
}

/// Returns what stands for what all pages are made from: the program, the settings, the templates.
fn key_of_all(
    session: &Session<'_>,
    templates: &TemplateSet,
    template: ChosenTemplate<'_>,
) -> String {
    let program = own_program().and_then(|path| files::mark(&path));
    let mut all = format!("{} {program:?}\n", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(all, "{} {:?}", template.template.name, session.store.settings_text);
    for template in &templates.templates {
        let _ = writeln!(all, "{} {:?} {:?}", template.name, template.path, template.text);
    }
    for waiting in session.waiting() {
        let _ = writeln!(all, "{} {:?}", waiting.incident, waiting.event);
    }
    digest::sha256(all)
}

impl PageKeys<'_> {
    /// Returns what stands for what an incident's own folder tells, and for what all pages are made from.
    pub(super) fn key(&self, loaded: &LoadedIncident) -> String {
        let incident = &loaded.read.incident;
        let mut all = format!("{} {} {:?}\n", self.all, incident.id, loaded.text);
        match store::documents(self.store, &incident.id) {
            Ok(documents) => {
                for (path, text) in documents {
                    let text = text.map_err(|why| why.to_string());
                    let _ = writeln!(all, "{:?} {text:?}", path.file_name());
                }
            }
            Err(why) => {
                let _ = writeln!(all, "{why}");
            }
        }
        for attached in incident.standing().flat_map(|event| &event.attachments) {
            let mark = files::mark(&loaded.path.with_file_name(attached.path.as_str()));
            let _ = writeln!(all, "{:?} {mark:?}", attached.path.as_str());
        }
        digest::sha256(all)
    }

    /// Makes a page: of the document for this audience where there is one, else of the template.
    fn page(
        &self,
        page: &LoadedPage,
        templates: &TemplateSet,
        template: ChosenTemplate<'_>,
    ) -> Result<String, Failure> {
        let incident = &page.loaded.read.incident;
        let report =
            AudienceReport::made(self.store.settings(), incident, page.source.rest.clone());
        let marked = match self.document(&page.documents, templates, template) {
            Some(document) => {
                let read = ParsedDocument::read(&document.text);
                document::refresh(&read, &report.contents(), false).text
            }
            None => templates.write(template, &report)?,
        };
        Ok(linked(&html_page::page(self.store, &page.loaded, &report, &marked)))
    }

    /// Returns the document for this audience: of the template's own name, else the first one that has markers.
    fn document<'d>(
        &self,
        documents: &'d [Document],
        templates: &TemplateSet,
        template: ChosenTemplate<'_>,
    ) -> Option<&'d Document> {
        let is_ours = |document: &&Document| {
            let read = ParsedDocument::read(&document.text);
            let is_marked = read.made_from.is_some() || !read.parts.is_empty();
            let made_from = made_from(templates, &read, &document.path, None);
            is_marked && made_from.is_ok_and(|from| templates.audience(&from) == self.audience)
        };
        let mut ours: Vec<_> = documents.iter().filter(is_ours).collect();
        let name = template.file();
        ours.sort_by_key(|document| document.path.file_name().is_none_or(|n| *n != *name));
        ours.first().copied()
    }
}
