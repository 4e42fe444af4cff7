//! `recount draft`: living documents, written once and refreshed ever after.

use crate::cli::{self, Format, Global};
use crate::cmd::documents::cross_references::CrossReferences;
use crate::cmd::documents::interview;
use crate::cmd::documents::template_set::{
    self, AudienceReport, ChosenTemplate, TemplateSet, made_from,
};
use crate::compute::document::{self, MadeFrom, ParsedDocument, RefreshOutcome, Refreshed};
use crate::compute::report::completeness::Completeness;
use crate::compute::report::draft::{self as report, BrokenMarker, DraftState, Drafted};
use crate::io::prompt;
use crate::io::render::completeness::notes;
use crate::io::render::text::line;
use crate::io::store::{Incidents, LoadedIncident};
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::IncidentId;
use crate::model::incident::names::is_hidden;
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::missing::Needed;
use crate::session::output::{Output, format};
use crate::session::transaction::{Saved, Transaction};
use crate::session::written::FileWrite;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Writes, refreshes or checks documents; the answer is no where one is stale, or a marker broken.
pub(crate) fn run(args: &cli::DraftArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    // clap cannot know of `-i` here: it belongs to every verb.
    if args.all && global.incident.is_some() {
        return Err(Failure::new("`--all` and `-i` are both given").help("keep one of the two"));
    }
    let session = Session::open(global)?;
    session.may_count()?;
    let templates = TemplateSet::open(&session)?;
    let Incidents { ids, unreadable } = match args.all {
        true => session.incidents()?,
        false => Incidents {
            ids: vec![session.named_or_current(args.incident.name.as_deref())?],
            unreadable: vec![],
        },
    };
    if let Some(file) = &args.file {
        is_document(file)?;
    }
    let chosen = choose(&session, &templates, args, &ids)?;
    let mut remarks = session.remarks.clone() + &missing(&session, args, &ids, chosen);
    let color = session.terminal.color_err;
    remarks.extend(unreadable.into_iter().map(|why| Failure::from(why).render(color)));
    if let Some(id) = ids.first().filter(|_| args.interview) {
        remarks.push_str(&interview::run(&session, id, chosen.map(|c| c.front.audience))?);
    }
    let draft = |transaction: Option<Transaction<'_, '_>>| {
        let references = CrossReferences::of(&session);
        let drafting =
            Drafting { session: &session, templates: &templates, references: &references, args };
        drafting.all(&ids, chosen, transaction)
    };
    let (drafts, Saved { commit, remarks: said, .. }) = match args.check {
        true => draft(None)?,
        false => session.transact(|transaction| draft(Some(transaction)))?,
    };
    remarks.push_str(&said);
    remarks.extend(drafts.iter().map(|d| d.remarks(&session)));
    let no = drafts.iter().any(|d| !d.problems.is_empty() || args.check && !d.is_current());
    let answer = answer(&session, format, drafts, commit)?;
    Ok(Output { no, ..answer }.remark(remarks))
}

/// Refuses a name that no document beside an incident can have.
fn is_document(file: &str) -> Result<(), Failure> {
    let bad = |c: char| matches!(c, '/' | '\\') || is_hidden(c);
    match file.strip_suffix(".md") {
        Some(stem) if !stem.is_empty() && !stem.starts_with('.') && !file.contains(bad) => Ok(()),
        _ => Err(Failure::new(format!("`{}` cannot be the name of a document", line(file))).help(
            "it stands beside its incident: write a name that ends with .md, such as review.md",
        )),
    }
}

/// Returns the name of the document that a template writes.
fn file_of(args: &cli::DraftArgs, chosen: ChosenTemplate<'_>) -> String {
    args.file.clone().unwrap_or_else(|| chosen.file())
}

/// Returns the template to write from: the one that was named, or else one chosen on the terminal where the incident
/// has no document yet.
fn choose<'p>(
    session: &Session<'_>,
    templates: &'p TemplateSet,
    args: &cli::DraftArgs,
    ids: &[IncidentId],
) -> Result<Option<ChosenTemplate<'p>>, Failure> {
    if let Some(name) = &args.template {
        return templates.named(session, name).map(Some);
    }
    if args.all || args.check {
        return Ok(None);
    }
    for id in ids {
        if !template_set::files(session, id)?.is_empty() {
            return Ok(None);
        }
    }
    let all: Vec<_> = templates.documents().collect();
    let names: Vec<_> = all.iter().map(|c| c.template.name.clone()).collect();
    if !session.terminal.can_ask {
        return Err(Failure::new("the incident has no document yet")
            .help(format!("give --template, one of {}", names.join(", "))));
    }
    let index = prompt::choose("Which template", &names)?;
    Ok(all.get(index).copied())
}

/// Warns of what the drafts need and the working tree lacks: facts, and the documents that are asked for.
fn missing(
    session: &Session<'_>,
    args: &cli::DraftArgs,
    ids: &[IncidentId],
    chosen: Option<ChosenTemplate<'_>>,
) -> String {
    let path = match (ids, chosen) {
        ([id], Some(chosen)) => {
            session.store.incident_path(id).with_file_name(file_of(args, chosen))
        }
        _ => PathBuf::new(),
    };
    let beside = session.store.relative(&path);
    session.missing(match (args.all, beside.file_name()) {
        (true, _) => Needed::Documents,
        (false, Some(_)) => Needed::Beside(beside),
        (false, None) => Needed::Facts,
    })
}

/// Writes the documents that are new or changed, of one incident or of many.
fn save(
    transaction: Transaction<'_, '_>,
    drafts: &[DraftedDocument],
    one: Option<&IncidentId>,
) -> Result<Saved, Failure> {
    let new = drafts.iter().filter(|d| d.before.as_ref() != Some(&d.text));
    let files: Vec<_> = new.map(DraftedDocument::file).collect();
    let subject = match files.as_slice() {
        [] => return Ok(Saved::default()),
        [file] => transaction.session().store.relative(&file.path).display().to_string(),
        files => format!("{} documents", files.len()),
    };
    transaction.save_files(&files, one, None, &CommitNote::documents("draft", subject))
}

/// A document's file.
#[derive(Clone, Copy)]
pub(crate) struct DocumentFile<'t> {
    pub(crate) path: &'t Path,
    pub(crate) text: &'t str,
}

/// Returns a document with its generated parts as an incident has them now, each changed at last; those that a person
/// changed are kept.
pub(crate) fn refreshed(
    session: &Session<'_>,
    loaded: &LoadedIncident,
    DocumentFile { path, text }: DocumentFile<'_>,
    change: impl Fn(String) -> String,
) -> Result<String, Failure> {
    let (templates, references) = (TemplateSet::open(session)?, CrossReferences::of(session));
    let document = ParsedDocument::read(text);
    let audience = templates.audience(&made_from(&templates, &document, path, None)?);
    let contents = AudienceReport::of(session, loaded, audience, &references).contents();
    Ok(document::refresh(&document, &contents.map(change), false).text)
}

/// What drafts are made with.
struct Drafting<'w, 'g> {
    session: &'w Session<'g>,
    templates: &'w TemplateSet,
    references: &'w CrossReferences<'w, 'g>,
    args: &'w cli::DraftArgs,
}

/// A document before and after.
struct DraftedDocument {
    incident: IncidentId,
    path: PathBuf,
    made_from: MadeFrom,
    before: Option<String>,
    text: String,
    refreshed: Option<Refreshed>,
    problems: Vec<Diagnostic>,
    completeness: Completeness,
    /// Whether it would only be checked.
    checked: bool,
}

impl Drafting<'_, '_> {
    /// Makes the documents of some incidents, and writes them where there is a transaction; what is to be said of them
    /// is in the remarks.
    fn all(
        &self,
        ids: &[IncidentId],
        chosen: Option<ChosenTemplate<'_>>,
        transaction: Option<Transaction<'_, '_>>,
    ) -> Result<(Vec<DraftedDocument>, Saved), Failure> {
        let (mut drafts, mut remarks) = (vec![], String::new());
        for id in ids {
            match self.load(id)? {
                Ok(loaded) => drafts.extend(self.documents(&loaded, chosen)?),
                Err(failure) => {
                    remarks.push_str(&failure.render(self.session.terminal.color_err));
                }
            }
        }
        remarks.push_str(&self.references.remarks());
        let one = ids.first().filter(|_| !self.args.all);
        let saved = transaction.map(|transaction| save(transaction, &drafts, one)).transpose()?;
        let saved = saved.unwrap_or_default();
        remarks.push_str(&saved.remarks);
        Ok((drafts, Saved { remarks, ..saved }))
    }

    /// Reads an incident, or returns why it is passed over.
    fn load(&self, id: &IncidentId) -> Result<Result<LoadedIncident, Failure>, Failure> {
        match self.session.load(id) {
            // One file that cannot be read must not hold up all the others.
            Err(why) if self.args.all && template_set::files(self.session, id)?.is_empty() => {
                Ok(Err(why))
            }
            loaded => Ok(Ok(loaded?)),
        }
    }

    /// Returns what becomes of the documents of an incident.
    fn documents(
        &self,
        loaded: &LoadedIncident,
        chosen: Option<ChosenTemplate<'_>>,
    ) -> Result<Vec<DraftedDocument>, Failure> {
        let Some(chosen) = chosen else {
            let files = template_set::files(self.session, &loaded.read.incident.id)?.into_iter();
            return files.map(|(path, text)| self.refresh(loaded, path, text, None)).collect();
        };
        let path = loaded.path.with_file_name(file_of(self.args, chosen));
        Ok(vec![match self.session.store.text(&path)? {
            Some(text) => {
                self.is_of(chosen, &path, &text)?;
                self.refresh(loaded, path, text, Some(chosen))?
            }
            None => self.first(loaded, path, chosen)?,
        }])
    }

    /// Refuses to take a document that was drafted from another template for one from that which was named.
    fn is_of(&self, chosen: ChosenTemplate<'_>, path: &Path, text: &str) -> Result<(), Failure> {
        let Some(own) = ParsedDocument::read(text).made_from else { return Ok(()) };
        let name = &chosen.template.name;
        if own.template == *name {
            return Ok(());
        }
        let (own, file) = (line(&own.template), self.session.store.relative(path));
        Err(Failure::new(format!(
            "{} was drafted from `{own}`, not from `{name}`: nothing was written",
            line(&file.display().to_string())
        ))
        .help(format!("to have both: `recount draft --template {name} --file {name}.md`"))
        .help("to refresh what is there: `recount draft`"))
    }

    /// Writes a document for the first time.
    fn first(
        &self,
        loaded: &LoadedIncident,
        path: PathBuf,
        chosen: ChosenTemplate<'_>,
    ) -> Result<DraftedDocument, Failure> {
        let audience = chosen.front.audience;
        let report = AudienceReport::of(self.session, loaded, audience, self.references);
        let text = self.templates.write(chosen, &report)?;
        Ok(DraftedDocument {
            incident: loaded.read.incident.id.clone(),
            path,
            made_from: MadeFrom { template: chosen.template.name.clone(), audience },
            before: None,
            text,
            refreshed: None,
            problems: vec![],
            completeness: self.session.completeness_of(loaded),
            checked: self.args.check,
        })
    }

    /// Refreshes the generated parts of a document that is there.
    fn refresh(
        &self,
        loaded: &LoadedIncident,
        path: PathBuf,
        text: String,
        chosen: Option<ChosenTemplate<'_>>,
    ) -> Result<DraftedDocument, Failure> {
        let document = ParsedDocument::read(&text);
        let made_from = made_from(self.templates, &document, &path, chosen)?;
        let audience = self.templates.audience(&made_from);
        let report = AudienceReport::of(self.session, loaded, audience, self.references);
        let refreshed = document::refresh(&document, &report.contents(), self.args.force);
        Ok(DraftedDocument {
            incident: loaded.read.incident.id.clone(),
            path,
            made_from: MadeFrom { audience, ..made_from },
            problems: document.problems.clone(),
            text: refreshed.text.clone(),
            refreshed: Some(refreshed),
            before: Some(text),
            completeness: self.session.completeness_of(loaded),
            checked: self.args.check,
        })
    }
}

impl DraftedDocument {
    /// Returns what to write; a first draft takes no place that is taken by then.
    fn file(&self) -> FileWrite {
        let (path, text) = (self.path.clone(), self.text.clone());
        FileWrite::plain(path, self.before.clone(), text)
    }

    fn is_current(&self) -> bool {
        self.refreshed.as_ref().is_some_and(Refreshed::is_current)
    }

    fn state(&self) -> DraftState {
        match (&self.before, self.checked) {
            (None, true) => DraftState::Missing,
            (Some(_), true) if !self.is_current() || !self.problems.is_empty() => DraftState::Stale,
            (None, false) => DraftState::Written,
            (Some(before), false) if *before != self.text => DraftState::Refreshed,
            (Some(_), _) => DraftState::Current,
        }
    }

    fn report(&self, session: &Session<'_>) -> Drafted {
        let parts = self.refreshed.iter().flat_map(|r| &r.parts);
        let broken =
            |p: &Diagnostic| BrokenMarker { line: p.place.line, message: p.message.clone() };
        Drafted {
            incident: self.incident.to_string(),
            file: session.store.relative(&self.path).display().to_string(),
            template: Some(self.made_from.template.clone()),
            audience: self.made_from.audience,
            state: self.state(),
            parts: parts.cloned().collect(),
            problems: self.problems.iter().map(broken).collect(),
            completeness: self.completeness.clone(),
        }
    }

    /// Tells what a person should look at: parts that were kept, parts that nothing fills, markers that are broken.
    fn remarks(&self, session: &Session<'_>) -> String {
        let file = line(&session.store.relative(&self.path).display().to_string());
        let text = self.before.as_deref().unwrap_or_default();
        let mut out = session.rendered(&self.path, text, &self.problems);
        for treated in self.refreshed.iter().flat_map(|r| &r.parts) {
            let (place, kind) = (treated.part.place, treated.part.kind.as_str());
            let name = line(&treated.part.name);
            let _ = match treated.outcome {
                RefreshOutcome::Kept => writeln!(
                    out,
                    "{file}:{place}: the {kind} `{name}` was changed by hand and is kept\n  → `--force` writes it anew; without its markers it is yours"
                ),
                RefreshOutcome::Unknown => writeln!(
                    out,
                    "{file}:{place}: nothing fills the {kind} `{name}`; it is left as it is"
                ),
                RefreshOutcome::Renewed if self.checked => {
                    writeln!(out, "{file}:{place}: the {kind} `{name}` is stale")
                }
                _ => Ok(()),
            };
        }
        out + &notes(&self.completeness)
    }
}

fn answer(
    session: &Session<'_>,
    format: Format,
    drafts: Vec<DraftedDocument>,
    commit: Option<String>,
) -> Result<Output, Failure> {
    let reports: Vec<_> = drafts.iter().map(|d| d.report(session)).collect();
    if format == Format::Json {
        return Output::json(&report::drafts(reports, commit));
    }
    let mut text = String::new();
    for report in &reports {
        let renewed = report
            .parts
            .iter()
            .filter(|p| matches!(p.outcome, RefreshOutcome::Renewed | RefreshOutcome::Forced));
        let mut names: Vec<_> = renewed.map(|p| line(&p.part.name)).collect();
        names.dedup();
        let what = match report.state {
            DraftState::Written => {
                format!(" from {}", line(report.template.as_deref().unwrap_or_default()))
            }
            DraftState::Refreshed => format!(": {}", names.join(", ")),
            DraftState::Missing => ": `recount draft` writes it".to_owned(),
            _ => String::new(),
        };
        let _ = writeln!(text, "{}  {}{what}", line(&report.file), report.state);
    }
    if reports.is_empty() {
        text.push_str("No documents.\n");
    }
    Ok(Output::text(text))
}
