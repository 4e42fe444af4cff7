//! `recount check`: everything that is wrong or missing.

mod gather;
mod papers;

use super::answer::{Answer, format, style};
use super::desk::Desk;
use crate::check::{Silences, codes};
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::incident::names;
use crate::prompt::Terminal;
use crate::render::{check as render, problem, sarif};
use crate::report::check::{Check, Rule, check as report, explained};
use gather::Checked;

/// Checks one incident, or the whole record; the answer is no where something was found.
pub(super) fn run(args: &cli::Check, global: &Global) -> Result<Answer, Failure> {
    if let Some(code) = &args.explain {
        return explain(code.as_deref(), global);
    }
    let format = format(global, &[Format::Human, Format::Json, Format::Github, Format::Sarif])?;
    let desk = Desk::open(global)?;
    let name = args.name.as_deref().or(global.incident.as_deref());
    let only = name.map(|name| desk.find(name)).transpose()?;
    let mut checked = gather::all(&desk, only.as_ref(), args.audit)?;
    let mut silences = Silences::new(&desk.store.settings().check.silences);
    checked.iter_mut().for_each(|c| c.silence(&mut silences));
    gather::add_to_settings(&desk, &mut checked, silences.problems(only.as_ref()));
    let found = |prefix: &str| report(checked.iter().map(|c| c.report(prefix)));
    let no = checked.iter().any(|c| !c.found.is_empty());
    let answer = match format {
        Format::Json => Answer::json(&found(""))?,
        Format::Github => {
            Answer::text(render::github(&shown(found(&gather::prefix(&desk)), args.silenced)))
        }
        Format::Sarif => {
            let found = shown(found(&gather::prefix(&desk)), args.silenced);
            Answer::json(&sarif::log(&found, &rules(None), env!("CARGO_PKG_VERSION")))?
        }
        _ => Answer::text(human(&checked, args.silenced, desk.style().color)),
    };
    Ok(Answer { no, ..answer })
}

/// Leaves silenced findings out, unless they are asked for.
fn shown(found: Check, silenced: bool) -> Check {
    if silenced { found } else { Check { silenced: vec![], ..found } }
}

fn human(checked: &[Checked], silenced: bool, color: bool) -> String {
    let one = |c: &Checked| {
        let found = c.found.iter().map(|p| problem::problem(&c.file, &c.text, p, color));
        let accepted = c.silenced.iter().filter(|_| silenced);
        let accepted = accepted
            .map(|(p, reason)| problem::silenced(&c.file, &c.text, (p, reason.as_str()), color));
        found.chain(accepted).map(|shown| shown + "\n").collect::<String>()
    };
    let all: String = checked.iter().map(one).collect();
    all + &render::summary(&report(checked.iter().map(|c| c.report(""))), silenced)
}

/// Explains one code, or lists them all.
fn explain(code: Option<&str>, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let rules = match code {
        Some(word) => rules(Some(codes::find(word).ok_or_else(|| unknown(word))?)),
        None => rules(None),
    };
    match (format, rules.as_slice(), code) {
        (Format::Json, ..) => Answer::json(&explained(rules)),
        (_, [rule], Some(_)) => Ok(Answer::text(render::rule(rule, width(global)))),
        (_, rules, _) => Ok(Answer::text(render::rules(rules))),
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

fn rules(only: Option<&'static codes::Code>) -> Vec<Rule> {
    match only {
        Some(code) => vec![Rule::of(code)],
        None => codes::CODES.iter().map(Rule::of).collect(),
    }
}
