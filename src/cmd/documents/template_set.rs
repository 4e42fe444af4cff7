//! What documents are made with: the templates, and what the record has to say of an incident.

use crate::cmd::documents::cross_references::CrossReferences;
use crate::compute::document::{self, Contents, MadeFrom, ParsedDocument, PartKind};
use crate::compute::report::action::ActionReport;
use crate::compute::report::incident_credits::IncidentCredits;
use crate::compute::report::{document as internal, public};
use crate::compute::timeline::Timeline;
use crate::io::render::template::{self, MarkedParts, TemplateSource};
use crate::io::render::{blocks, public as public_blocks};
use crate::io::store::templates::{self, PREFIX, Template};
use crate::io::store::{self, LoadedIncident};
use crate::io::yaml::front::FrontMatter;
use crate::model::incident::{Audience, Incident, IncidentId};
use crate::model::settings::Settings;
use crate::session::Failure;
use crate::session::Session;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The templates of a record, its own before the built-in ones.
pub(crate) struct TemplateSet {
    pub(crate) templates: Vec<Template>,
}

/// A template that documents can be made from.
#[derive(Clone, Copy)]
pub(crate) struct ChosenTemplate<'p> {
    pub(crate) template: &'p Template,
    pub(crate) front: &'p FrontMatter,
}

impl ChosenTemplate<'_> {
    /// Returns the name of the document that is made from it beside an incident.
    pub(crate) fn file(self) -> String {
        self.template.file(self.front)
    }
}

/// What the rest of the record says of an incident.
#[derive(Clone, Debug)]
pub(crate) struct RestOfRecord {
    /// The actions of other incidents that answer it.
    pub(crate) answers: Vec<ActionReport>,
    /// What customers are owed for it.
    pub(crate) owed: IncidentCredits,
}

/// What the record has to say of an incident to an audience.
///
/// What is meant for the public holds the public report and nothing else.
#[derive(Debug)]
pub(crate) enum AudienceReport {
    Internal(Box<internal::IncidentDocument>),
    Public(Box<public::PublicDocument>),
}

impl TemplateSet {
    /// Reads the templates.
    pub(crate) fn open(session: &Session<'_>) -> Result<Self, Failure> {
        Ok(Self { templates: templates::all(&session.store)? })
    }

    /// Finds the template that a person named, the record's own first.
    pub(crate) fn named(
        &self,
        session: &Session<'_>,
        name: &str,
    ) -> Result<ChosenTemplate<'_>, Failure> {
        self.find(name).map_err(|failure| session.not_found(failure, &[]))
    }

    /// Finds the template of that name, the record's own first.
    pub(crate) fn find(&self, name: &str) -> Result<ChosenTemplate<'_>, Failure> {
        let (built_in, bare) = match name.strip_prefix(PREFIX) {
            Some(bare) => (true, bare),
            None => (false, name),
        };
        let fits = |t: &&Template| t.name == bare && (!built_in || t.path.is_none());
        let Some(template) = self.templates.iter().find(fits) else {
            let known: Vec<_> = self.documents().map(|c| c.template.name.as_str()).collect();
            return Err(Failure::new(crate::model::incident::names::unknown(
                "template", name, &known,
            ))
            .help("`recount templates` lists them"));
        };
        match &template.front {
            Some(Ok(front)) => Ok(ChosenTemplate { template, front }),
            Some(Err(problem)) => {
                let path = template.path.clone().unwrap_or_default();
                Err(Failure::problem(&path, &template.text, problem.clone()))
            }
            None => Err(Failure::new(format!("`{name}` has no front matter, so it only serves other templates"))
                .help("begin it with lines of `---`, `audience: internal` or `audience: public`, `file: NAME.md`, and `---`")),
        }
    }

    /// Returns the templates that documents can be made from, each name once.
    pub(crate) fn documents(&self) -> impl Iterator<Item = ChosenTemplate<'_>> {
        let first = |t: &Template| self.templates.iter().find(|o| o.name == t.name);
        self.templates.iter().filter_map(move |template| match &template.front {
            Some(Ok(front)) if first(template).is_some_and(|o| std::ptr::eq(o, template)) => {
                Some(ChosenTemplate { template, front })
            }
            _ => None,
        })
    }

    /// Returns who may read a document: the public, where either its own marker or its template says so.
    pub(crate) fn audience(&self, made_from: &MadeFrom) -> Audience {
        let template = self.find(&made_from.template).map(|c| c.front.audience);
        template.unwrap_or(Audience::Internal).max(made_from.audience)
    }

    /// Returns the text of a new document.
    pub(crate) fn write(
        &self,
        chosen: ChosenTemplate<'_>,
        report: &AudienceReport,
    ) -> Result<String, Failure> {
        let stamp = document::stamp(&chosen.template.name, chosen.front.audience);
        let body = self.render(chosen, &report.context()?)?;
        Ok(format!("{stamp}\n{}\n", body.trim_matches('\n')))
    }

    /// Renders a template from the context that it gets; its audience must be the template's.
    pub(crate) fn render(
        &self,
        chosen: ChosenTemplate<'_>,
        context: &Value,
    ) -> Result<String, Failure> {
        let audience = chosen.front.audience.as_str();
        if context.get("audience").and_then(Value::as_str) != Some(audience) {
            let name = &chosen.template.name;
            return Err(Failure::new(format!(
                "`{name}` is for the audience {audience}, and the context is not"
            ))
            .help("`recount render --context` prints the context that a template gets"));
        }
        let contents = contents_of(context);
        let marked = |kind, wrap: fn(&str, &str) -> String| -> BTreeMap<String, String> {
            let names = contents.names(kind).filter(|name| document::is_name(name));
            names
                .map(|n| (n.to_owned(), wrap(n, contents.get(kind, n).unwrap_or_default())))
                .collect()
        };
        let parts = MarkedParts {
            blocks: marked(PartKind::Block, document::block),
            values: marked(PartKind::Value, document::value),
        };
        let (name, sources) = self.sources(chosen.template);
        let sources: Vec<_> = sources
            .iter()
            .map(|(name, t)| TemplateSource { name, body: t.body().0, line: t.body().1 })
            .collect();
        template::render(&sources, &name, context, parts).map_err(|why| {
            let told = chosen
                .template
                .path
                .as_ref()
                .map_or("built in".to_owned(), |p| p.display().to_string());
            Failure::new(format!(
                "the template `{}` ({told}) cannot be rendered\n{why}",
                chosen.template.name
            ))
        })
    }

    /// Returns the name under which a template is rendered, and those that it can reach by the names it holds.
    ///
    /// What it does not name is left out, so that a slip in one template holds up no other.
    fn sources<'p>(&'p self, chosen: &'p Template) -> (String, Vec<(String, &'p Template)>) {
        let mut all: Vec<(String, &Template)> = vec![];
        for template in &self.templates {
            if template.path.is_none() {
                all.push((format!("{PREFIX}{}", template.name), template));
            }
            if !all.iter().any(|(name, _)| *name == template.name) {
                all.push((template.name.clone(), template));
            }
        }
        let name = all.iter().find(|(_, t)| std::ptr::eq(*t, chosen));
        let name = name.map_or_else(|| chosen.name.clone(), |(name, _)| name.clone());
        let mut reached: Vec<(String, &Template)> = vec![(name.clone(), chosen)];
        let mut next = 0;
        while let Some((_, template)) = reached.get(next) {
            let body = template.body().0;
            let named =
                |n: &str| body.contains(&format!("\"{n}\"")) || body.contains(&format!("'{n}'"));
            let new = all
                .iter()
                .filter(|(n, _)| named(n) && !reached.iter().any(|(known, _)| known == n));
            let new: Vec<_> = new.cloned().collect();
            reached.extend(new);
            next = next.saturating_add(1);
        }
        (name, reached)
    }
}

/// Returns the generated parts that a context holds.
fn contents_of(context: &Value) -> Contents {
    let texts = |key: &str| {
        let map = context.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        map.into_iter().filter_map(|(name, text)| Some((name, text.as_str()?.to_owned())))
    };
    Contents::new(texts("blocks"), texts("values"))
}

impl AudienceReport {
    /// Returns what the record has to say of an incident to an audience.
    pub(crate) fn of(
        session: &Session<'_>,
        loaded: &LoadedIncident,
        audience: Audience,
        elsewhere: &CrossReferences<'_, '_>,
    ) -> Self {
        let incident = &loaded.read.incident;
        let rest =
            |id| RestOfRecord { answers: elsewhere.answers_to(id), owed: elsewhere.owed_for(id) };
        let rest = (audience == Audience::Internal).then(|| rest(&incident.id));
        Self::made(session.store.settings(), incident, rest)
    }

    /// Returns what the record has to say of an incident: to people inside with what the rest of the record says of it,
    /// to the public without.
    pub(crate) fn made(
        settings: &Settings,
        incident: &Incident,
        rest: Option<RestOfRecord>,
    ) -> Self {
        let timeline = Timeline::of(incident, settings);
        match rest {
            Some(RestOfRecord { answers, owed }) => {
                Self::Internal(Box::new(internal::document(&timeline, settings, answers, owed)))
            }
            None => Self::Public(Box::new(public::document(&timeline, settings))),
        }
    }

    /// Returns who may read it.
    pub(crate) fn audience(&self) -> Audience {
        match self {
            Self::Internal(_) => Audience::Internal,
            Self::Public(_) => Audience::Public,
        }
    }

    /// Returns the generated parts of a document.
    pub(crate) fn contents(&self) -> Contents {
        match self {
            Self::Internal(report) => Contents::new(blocks::blocks(report), blocks::values(report)),
            Self::Public(report) => {
                Contents::new(public_blocks::blocks(report), public_blocks::values(report))
            }
        }
    }

    /// Returns the report alone, as JSON.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        let value = |report: Result<Value, serde_json::Error>| {
            report.map_err(|e| Failure::new(e.to_string()))
        };
        match self {
            Self::Internal(report) => value(serde_json::to_value(report)),
            Self::Public(report) => value(serde_json::to_value(report)),
        }
    }

    /// Returns the JSON that a template gets: the report, and its parts as Markdown.
    pub(crate) fn context(&self) -> Result<Value, Failure> {
        let contents = self.contents();
        let texts = |kind| -> Map<String, Value> {
            contents.names(kind).map(|n| (n.to_owned(), json!(contents.get(kind, n)))).collect()
        };
        let mut context = self.json()?;
        if let Some(map) = context.as_object_mut() {
            map.insert("blocks".to_owned(), texts(PartKind::Block).into());
            map.insert("values".to_owned(), texts(PartKind::Value).into());
        }
        Ok(context)
    }
}

impl Serialize for AudienceReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Internal(report) => report.serialize(serializer),
            Self::Public(report) => report.serialize(serializer),
        }
    }
}

/// Returns the Markdown files beside an incident that hold markers, in the order of their names.
///
/// # Errors
/// One that cannot be read: it may hold markers.
pub(crate) fn files(
    session: &Session<'_>,
    id: &IncidentId,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = vec![];
    for (path, text) in store::documents(&session.store, id)? {
        let text = text?;
        let document = ParsedDocument::read(&text);
        let marked = document.made_from.is_some()
            || !document.parts.is_empty()
            || !document.problems.is_empty();
        if marked {
            files.push((path, text));
        }
    }
    Ok(files)
}

/// Returns what a document was made from: what it says itself, else the template that was named, else the one that
/// writes such a file.
pub(crate) fn made_from(
    templates: &TemplateSet,
    document: &ParsedDocument<'_>,
    path: &Path,
    chosen: Option<ChosenTemplate<'_>>,
) -> Result<MadeFrom, Failure> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let of = |c: ChosenTemplate<'_>| MadeFrom {
        template: c.template.name.clone(),
        audience: c.front.audience,
    };
    let by_file = || templates.documents().find(|c| c.template.file(c.front) == name).map(of);
    document.made_from.clone().or_else(|| chosen.map(of)).or_else(by_file).ok_or_else(|| {
        Failure::new(format!("{} does not say who may read it", path.display())).help(format!(
            "write as its first line: {}",
            document::stamp("TEMPLATE", Audience::Internal)
        ))
    })
}
