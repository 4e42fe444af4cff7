//! `recount templates`: what documents are made from.

use crate::cli::{self, Format, Global, TemplatesVerb};
use crate::cmd::documents::template_set::TemplateSet;
use crate::compute::report::completeness::Completeness;
use crate::compute::report::draft::{self, DraftState, Drafted};
use crate::io::render::templates;
use crate::io::store::templates::{FOLDER, PREFIX, Template};
use crate::io::store::{StoreError, files};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::missing::Needed;
use crate::session::output::{Output, format};
use crate::session::written::FileWrite;

/// Lists the templates, or copies one into the record.
pub(crate) fn run(args: &cli::TemplatesArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    match &args.verb {
        None | Some(TemplatesVerb::List) => list(&session, format),
        Some(TemplatesVerb::Eject(args)) => eject(&session, args, format),
    }
}

fn list(session: &Session<'_>, format: Format) -> Result<Output, Failure> {
    let set = TemplateSet::open(session)?;
    let hidden = |t: &Template| {
        t.path.is_none() && set.templates.iter().any(|o| o.path.is_some() && o.name == t.name)
    };
    let row = |t: &Template| {
        let front = t.front.as_ref().and_then(|f| f.as_ref().ok());
        draft::TemplateReport {
            name: if hidden(t) { format!("{PREFIX}{}", t.name) } else { t.name.clone() },
            title: front.and_then(|f| f.title.clone()),
            audience: front.map(|f| f.audience),
            file: front.map(|f| t.file(f)),
            path: t.path.as_ref().map(|p| session.store.relative(p).display().to_string()),
        }
    };
    let problems: String = set
        .templates
        .iter()
        .filter_map(|t| Some((t.path.as_ref()?, &t.text, t.front.as_ref()?.as_ref().err()?)))
        .map(|(path, text, problem)| session.problem(path, text, problem))
        .collect();
    let report = draft::templates(set.templates.iter().map(row).collect());
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(templates::templates(&report, session.style())),
    };
    Ok(answer.remark(problems).remark(&session.remarks).remark(session.missing(Needed::Templates)))
}

fn eject(session: &Session<'_>, args: &cli::EjectArgs, format: Format) -> Result<Output, Failure> {
    let set = TemplateSet::open(session)?;
    let bare = args.name.strip_prefix(PREFIX).unwrap_or(&args.name);
    let chosen = set.find(&format!("{PREFIX}{bare}"))?;
    let path = session.store.root().join(FOLDER).join(format!("{bare}.md"));
    let file = session.store.relative(&path).display().to_string();
    let failed = |error| StoreError::Io { doing: "look at", path: path.clone(), error };
    let is_there = files::exists(&path).map_err(failed)?;
    if is_there && !args.force {
        return Err(Failure::new(format!("{file} is there already"))
            .help("`--force` replaces it; git keeps what it was"));
    }
    let saved = session.transact(|transaction| {
        let before = if is_there { session.store.text(&path)? } else { None };
        let files = [FileWrite::plain(path.clone(), before, chosen.template.text.clone())];
        let note = CommitNote::documents("templates", format!("eject {bare}"));
        transaction.save_files(&files, None, None, &note)
    })?;
    let answer = match format {
        Format::Json => {
            let written = Drafted {
                completeness: Completeness::default(),
                incident: String::new(),
                file,
                template: Some(bare.to_owned()),
                audience: chosen.front.audience,
                state: DraftState::Written,
                parts: vec![],
                problems: vec![],
            };
            Output::json(&draft::drafts(vec![written], saved.commit))?
        }
        _ => Output::text(format!(
            "{file}  written\nIt stands before the built-in `{bare}`, which it can still extend as `{PREFIX}{bare}`.\n"
        )),
    };
    Ok(answer.remark(saved.remarks).remark(&session.remarks))
}
