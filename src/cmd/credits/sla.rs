//! `recount sla`: the policies, and what is wrong with them.

use crate::cli::{Format, Global, SlaVerb};
use crate::cmd::check::checked_file::CheckedFile;
use crate::cmd::credits::inputs::LoadedPolicies;
use crate::compute::check::AcceptedFindings;
use crate::compute::report::check::{CheckReport, check as findings};
use crate::compute::report::policies::policies;
use crate::io::render::diagnostic::SourceFile;
use crate::io::render::policies::table;
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::Session;
use crate::session::failure::FileDiagnostics;
use crate::session::missing::Needed;
use crate::session::output::{Output, format};

/// Lists the policies, or checks them.
pub(crate) fn run(verb: &SlaVerb, global: &Global) -> Result<Output, Failure> {
    match verb {
        SlaVerb::List => list(global),
        SlaVerb::Check => check(global),
    }
}

/// Lists the policies that can be read, and says what is wrong with the others.
fn list(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let found = LoadedPolicies::of(&session)?;
    let report = policies(&found.policies);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(table(&report, session.style())),
    };
    let in_policies = found.wrong.iter().filter(|f| f.path.starts_with("sla"));
    let remarks: String =
        in_policies.map(|file| told(file, Level::Error, session.terminal.color_err)).collect();
    Ok(answer.remark(&session.remarks).remark(remarks).remark(session.missing(Needed::Money)))
}

/// Checks the policies and the tables beside them; the answer is no where something was found that the record does
/// not accept.
fn check(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let session = Session::open(global)?;
    let found = LoadedPolicies::of(&session)?;
    let policies = found.policies.len();
    let mut files = CheckedFile::inputs(found);
    let mut silences = AcceptedFindings::new(&session.store.settings().check.silences);
    files.iter_mut().for_each(|file| file.silence(&mut silences));
    let report = findings(files.iter().map(|file| file.report("")));
    let mut answer = match format {
        Format::Json => Output::json(&report)?,
        _ => {
            let color = session.style().color;
            let one = |file: &CheckedFile| {
                let source = SourceFile::new(&file.file, &file.text, color);
                let found = file.found.iter().map(|p| source.problem(p) + "\n");
                found.collect::<String>()
            };
            let shown: String = files.iter().map(one).collect();
            Output::text(shown + &summary(policies, &report))
        }
    };
    answer.no = !report.findings.is_empty();
    Ok(answer.remark(&session.remarks).remark(session.missing(Needed::Money)))
}

/// Renders the problems of a file that weigh at least so much.
fn told(file: &FileDiagnostics, least: Level, color: bool) -> String {
    let heavy = file.problems.iter().filter(|p| p.level >= least);
    let source = SourceFile::new(&file.path, &file.text, color);
    heavy.map(|p| source.problem(p)).collect()
}

fn summary(policies: usize, report: &CheckReport) -> String {
    let policies = match policies {
        0 => "No policy could be read".to_owned(),
        1 => "1 policy".to_owned(),
        more => format!("{more} policies"),
    };
    let counted = |count: usize| match count {
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    };
    let findings = match report.findings.len() {
        0 => "nothing is wrong".to_owned(),
        some => counted(some),
    };
    let accepted = match report.silenced.len() {
        0 => String::new(),
        some => format!(" {} accepted by recount.yaml: see `check --silenced`.", counted(some)),
    };
    format!("{policies}, {findings}.{accepted}\n")
}
