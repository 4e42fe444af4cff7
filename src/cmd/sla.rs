//! `recount sla`: the policies, and what is wrong with them.

use super::answer::{Answer, format};
use super::books::Policies;
use super::desk::Desk;
use super::failure::Shown;
use crate::cli::{Format, Global, SlaVerb};
use crate::cmd::Failure;
use crate::place::Weight;
use crate::render::policies::table;
use crate::render::problem::problem;
use crate::report::check::{Finding, Found, check as findings};
use crate::report::policies::policies;

/// Lists the policies, or checks them.
pub(super) fn run(verb: &SlaVerb, global: &Global) -> Result<Answer, Failure> {
    match verb {
        SlaVerb::List => list(global),
        SlaVerb::Check => check(global),
    }
}

/// Lists the policies that can be read, and says what is wrong with the others.
fn list(global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?;
    let found = Policies::of(&desk)?;
    let report = policies(&found.policies);
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        _ => Answer::text(table(&report, desk.style())),
    };
    let in_policies = found.wrong.iter().filter(|f| f.path.starts_with("sla"));
    let remarks: String =
        in_policies.map(|file| told(file, Weight::Error, desk.terminal.color_err)).collect();
    Ok(answer.remark(&desk.remarks).remark(remarks))
}

/// Checks the policies and the tables beside them; the answer is no where something was found.
fn check(global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let desk = Desk::open(global)?;
    let found = Policies::of(&desk)?;
    let count: usize = found.wrong.iter().map(|f| f.problems.len()).sum();
    let mut answer = match format {
        Format::Json => {
            let of = |f: &Shown| f.problems.iter().map(|p| Finding::of(&f.path, p)).collect();
            let files = found.wrong.iter();
            let files = files.map(|f| Found { findings: of(f), silenced: vec![] });
            Answer::json(&findings(files))?
        }
        _ => {
            let color = desk.style().color;
            let shown: String =
                found.wrong.iter().map(|f| told(f, Weight::Warning, color) + "\n").collect();
            Answer::text(shown + &summary(found.policies.len(), count))
        }
    };
    answer.no = count > 0;
    Ok(answer.remark(&desk.remarks))
}

/// Renders the problems of a file that weigh at least so much.
fn told(file: &Shown, least: Weight, color: bool) -> String {
    let heavy = file.problems.iter().filter(|p| p.weight >= least);
    heavy.map(|p| problem(&file.path, &file.text, p, color)).collect()
}

fn summary(policies: usize, findings: usize) -> String {
    let policies = match policies {
        0 => "No policy could be read".to_owned(),
        1 => "1 policy".to_owned(),
        more => format!("{more} policies"),
    };
    let findings = match findings {
        0 => "nothing is wrong".to_owned(),
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    };
    format!("{policies}, {findings}.\n")
}
