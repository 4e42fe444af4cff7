//! `recount render`: a document for readers.

use crate::cli::{self, Format, Global, RenderFormat};
use crate::cmd::documents::cross_references::CrossReferences;
use crate::cmd::documents::html_page;
use crate::cmd::documents::template_set::{
    self, AudienceReport, ChosenTemplate, TemplateSet, made_from,
};
use crate::compute::document::{self, ParsedDocument, RefreshOutcome};
use crate::io::prompt;
use crate::io::render::completeness::notes;
use crate::io::render::text;
use crate::io::store::{self, LoadedIncident};
use crate::session::Failure;
use crate::session::Session;
use crate::session::missing::Needed;
use crate::session::output::{self, Output, format};
use crate::session::output_file::{AnswerBytes, OutputFile};
use std::path::{Path, PathBuf};

/// Renders a document, or a template where there is no document yet.
pub(crate) fn run(args: &cli::RenderArgs, global: &Global) -> Result<Output, Failure> {
    format(global, &[Format::Table])?;
    let session = Session::open(global)?;
    session.may_count()?;
    let templates = TemplateSet::open(&session)?;
    if let (Some(file), Some(name)) = (&args.from_context, &args.template) {
        let context = store::read_named_text(&output::typed(global, file))?;
        let context = serde_json::from_str(&context)
            .map_err(|e| Failure::new(format!("{}: {e}", file.display())))?;
        let text = templates.render(templates.named(&session, name)?, &context)?;
        let text = match args.to {
            RenderFormat::Html => html_page::plain(templates.find(name)?, &text, &context),
            RenderFormat::Md | RenderFormat::Json => document::clean(&text),
        };
        return finish(&session, text, args);
    }
    let id = session.named_or_current(args.incident.name.as_deref())?;
    let loaded = session.load(&id)?;
    let source = RenderSource::choose(&session, &templates, &loaded, args.template.as_deref())?;
    // Without a template it is the only document that there is.
    let file = args.template.as_deref().map(|name| templates.find(name)).transpose()?;
    let place = loaded.path.with_file_name(file.map_or(String::new(), ChosenTemplate::file));
    let missing = session.missing(Needed::Beside(session.store.relative(&place)));
    let made = make(&session, &templates, &loaded, source)?;
    let text = match args.to {
        _ if args.context => json(&made.report.context()?)?,
        RenderFormat::Json => json(&made.report.json()?)?,
        RenderFormat::Html => html_page::page(&session.store, &loaded, &made.report, &made.marked),
        RenderFormat::Md => made.markdown,
    };
    let lacks = notes(&session.completeness_of(&loaded));
    let remarks = made.remarks + &session.remarks + &missing + &lacks;
    Ok(finish(&session, text, args)?.remark(remarks))
}

/// What to render: a document that people wrote in, or a template.
pub(crate) enum RenderSource<'p> {
    Document(PathBuf, String),
    Template(ChosenTemplate<'p>),
}

/// A document for readers, in Markdown, and the report that its generated parts come from.
pub(crate) struct RenderedDocument {
    /// The same with its markers, as a page needs it.
    pub(crate) marked: String,
    /// Clean Markdown: no markers, no prompts, and every generated part as the record has it now.
    pub(crate) markdown: String,
    /// What the record has to say to the document's audience.
    pub(crate) report: AudienceReport,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
}

impl<'p> RenderSource<'p> {
    /// Finds what a person means: the document that was made from the template, else the template; without a name, the
    /// only document there is.
    pub(crate) fn choose(
        session: &Session<'_>,
        templates: &'p TemplateSet,
        loaded: &LoadedIncident,
        template: Option<&str>,
    ) -> Result<Self, Failure> {
        let mut files = template_set::files(session, &loaded.read.incident.id)?;
        let Some(name) = template else {
            return match files.len() {
                1 => Ok(files.pop().map(|(p, t)| Self::Document(p, t)).ok_or_else(nothing)?),
                0 => Err(nothing()),
                _ if session.terminal.can_ask => {
                    let names: Vec<_> = files.iter().map(|(p, _)| file_name(p)).collect();
                    let index = prompt::choose("Which document", &names)?;
                    let chosen = files.into_iter().nth(index).ok_or_else(nothing)?;
                    Ok(Self::Document(chosen.0, chosen.1))
                }
                _ => {
                    let names: Vec<_> = files.iter().map(|(p, _)| file_name(p)).collect();
                    Err(Failure::new(format!("the incident has {}", names.join(" and ")))
                        .help("name the template of one with --template"))
                }
            };
        };
        let chosen = templates.named(session, name)?;
        let path = loaded.path.with_file_name(chosen.file());
        let own = files.into_iter().find(|(p, text)| {
            let made = made_from(templates, &ParsedDocument::read(text), p, Some(chosen));
            *p == path && made.is_ok_and(|m| m.template == chosen.template.name)
        });
        Ok(own.map_or(Self::Template(chosen), |(path, text)| Self::Document(path, text)))
    }
}

fn nothing() -> Failure {
    Failure::new("the incident has no document yet")
        .help("name a template with --template; `recount templates` lists them")
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Makes a document for readers. Generated parts say what the record says now, except where a person changed them.
pub(crate) fn make(
    session: &Session<'_>,
    templates: &TemplateSet,
    loaded: &LoadedIncident,
    source: RenderSource<'_>,
) -> Result<RenderedDocument, Failure> {
    let elsewhere = CrossReferences::of(session);
    let (text, report, remarks) = match source {
        RenderSource::Template(chosen) => {
            let report = AudienceReport::of(session, loaded, chosen.front.audience, &elsewhere);
            (templates.write(chosen, &report)?, report, String::new())
        }
        RenderSource::Document(path, text) => {
            let read = ParsedDocument::read(&text);
            let audience = templates.audience(&made_from(templates, &read, &path, None)?);
            let report = AudienceReport::of(session, loaded, audience, &elsewhere);
            let new = document::refresh(&read, &report.contents(), false);
            let kept = new.parts.iter().filter(|t| t.outcome == RefreshOutcome::Kept);
            let file = text::line(&session.store.relative(&path).display().to_string());
            let kept = kept.map(|t| {
                let (place, name) = (t.part.place, text::line(&t.part.name));
                format!(
                    "{file}:{place}: the {} `{name}` was changed by hand and is kept\n",
                    t.part.kind.as_str()
                )
            });
            let broken = session.rendered(&path, &text, &read.problems);
            (new.text, report, broken + &kept.collect::<String>())
        }
    };
    let remarks = elsewhere.remarks() + &remarks;
    Ok(RenderedDocument { markdown: document::clean(&text), marked: text, report, remarks })
}

fn json(value: &serde_json::Value) -> Result<String, Failure> {
    Ok(Output::json(value)?.text)
}

/// Prints a text, or writes it to a file that a person named.
fn finish(session: &Session<'_>, text: String, args: &cli::RenderArgs) -> Result<Output, Failure> {
    match &args.output {
        Some(file) => {
            let endings: &[&str] = match args.to {
                _ if args.context => &["json"],
                RenderFormat::Json if args.from_context.is_none() => &["json"],
                RenderFormat::Json | RenderFormat::Md => &["md", "markdown"],
                RenderFormat::Html => &["html", "htm"],
            };
            let others = "`--to md` makes a .md, `html` a .html, `json` a .json; a browser prints a .html as a PDF";
            let file = OutputFile { file, input: args.from_context.as_deref(), endings, others };
            file.write(session, AnswerBytes::Memory(text.as_bytes()))
        }
        None if args.to == RenderFormat::Md && !args.context => Ok(Output::markdown(text)),
        None => Ok(Output::exact(text)),
    }
}
