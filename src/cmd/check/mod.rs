//! `recount check`: everything that is wrong or missing.

mod across;
mod attachments;
pub(crate) mod audit;
pub(crate) mod checked_file;

mod documents;
mod files;

use crate::cli::{self, Format, Global};
use crate::compute::check::{AcceptedFindings, codes};
use crate::compute::report::check::{CheckReport, check as report, explained};
use crate::io::prompt::Terminal;
use crate::io::render::diagnostic::SourceFile;
use crate::io::render::{check as render, sarif};
use crate::model::incident::names;
use crate::session::Failure;
use crate::session::Session;
use crate::session::missing::{MissingFiles, Needed};
use crate::session::output::{Output, format, style};
use checked_file::CheckedFile;

/// Checks one incident, or the whole record; the answer is no where something was found.
pub(crate) fn run(args: &cli::CheckArgs, global: &Global) -> Result<Output, Failure> {
    if let Some(code) = &args.explain {
        return explain(code.as_deref(), global);
    }
    let format = format(global, &[Format::Human, Format::Json, Format::Github, Format::Sarif])?;
    let session = Session::open(global)?;
    let name = args.name.as_deref().or(global.incident.as_deref());
    let only = name.map(|name| session.find(name)).transpose()?;
    let mut checked = files::all(&session, only.as_ref(), args.audit)?;
    across::add(&session, only.as_ref(), &mut checked)?;
    let mut silences = AcceptedFindings::new(&session.store.settings().check.silences);
    checked.iter_mut().for_each(|c| c.silence(&mut silences));
    let missing = MissingFiles::of(&session, Needed::Documents)?.problem();
    let found = silences.problems(only.as_ref()).into_iter().chain(missing).collect();
    files::add_to_settings(&session, &mut checked, found);
    let found = |prefix: &str| report(checked.iter().map(|c| c.report(prefix)));
    let no = checked.iter().any(|c| !c.found.is_empty());
    let answer = match format {
        Format::Json => Output::json(&found(""))?,
        Format::Github => {
            Output::exact(render::github(&shown(found(&files::prefix(&session)), args.silenced)))
        }
        Format::Sarif => {
            let found = shown(found(&files::prefix(&session)), args.silenced);
            Output::json(&sarif::log(&found, &rules(None), env!("CARGO_PKG_VERSION")))?
        }
        _ => Output::text(human(&checked, args.silenced, session.style().color)),
    };
    Ok(Output { no, ..answer }.remark(&session.uncounted).remark(session.unregistered()))
}

/// Leaves silenced findings out, unless they are asked for.
fn shown(found: CheckReport, silenced: bool) -> CheckReport {
    if silenced { found } else { CheckReport { silenced: vec![], ..found } }
}

fn human(checked: &[CheckedFile], silenced: bool, color: bool) -> String {
    let one = |c: &CheckedFile| {
        let source = SourceFile::new(&c.file, &c.text, color);
        let found = c.found.iter().map(|p| source.problem(p));
        let accepted = c.silenced.iter().filter(|_| silenced);
        let accepted = accepted.map(|(p, reason)| source.silenced(p, reason));
        found.chain(accepted).map(|shown| shown + "\n").collect::<String>()
    };
    let all: String = checked.iter().map(one).collect();
    all + &render::summary(&report(checked.iter().map(|c| c.report(""))), silenced)
}

/// Explains one code, or lists them all.
fn explain(code: Option<&str>, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let rules = match code {
        Some(word) => rules(Some(codes::find(word).ok_or_else(|| unknown(word))?)),
        None => rules(None),
    };
    match (format, rules.as_slice(), code) {
        (Format::Json, ..) => Output::json(&explained(rules)),
        (_, [rule], Some(_)) => Ok(Output::text(render::rule(rule, width(global)))),
        (_, rules, _) => Ok(Output::text(render::rules(rules))),
    }
}

fn width(global: &Global) -> usize {
    usize::from(style(global, Terminal::look()).width)
}

fn unknown(word: &str) -> Failure {
    let failure = Failure::new(format!("no finding has the code `{word}`"));
    match names::nearest(word, codes::words().into_iter()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("list them with `recount check --explain`"),
    }
}

fn rules(only: Option<&'static codes::Code>) -> Vec<codes::Code> {
    only.map_or_else(|| codes::CODES.to_vec(), |code| vec![*code])
}
