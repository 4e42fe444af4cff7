//! `recount sla`: the policies, and what is wrong with them.

use crate::cli::{Format, Global, SlaVerb};
use crate::cmd::credits::inputs::LoadedPolicies;
use crate::compute::report::check::{FileFindings, Finding, check as findings};
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

/// Checks the policies and the tables beside them; the answer is no where something was found.
fn check(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let session = Session::open(global)?;
    let found = LoadedPolicies::of(&session)?;
    let count: usize = found.wrong.iter().map(|f| f.problems.len()).sum();
    let mut answer = match format {
        Format::Json => {
            let of =
                |f: &FileDiagnostics| f.problems.iter().map(|p| Finding::of(&f.path, p)).collect();
            let files = found.wrong.iter();
            let files = files.map(|f| FileFindings { findings: of(f), silenced: vec![] });
            Output::json(&findings(files))?
        }
        _ => {
            let color = session.style().color;
            let shown: String =
                found.wrong.iter().map(|f| told(f, Level::Warning, color) + "\n").collect();
            Output::text(shown + &summary(found.policies.len(), count))
        }
    };
    answer.no = count > 0;
    Ok(answer.remark(&session.remarks).remark(session.missing(Needed::Money)))
}

/// Renders the problems of a file that weigh at least so much.
fn told(file: &FileDiagnostics, least: Level, color: bool) -> String {
    let heavy = file.problems.iter().filter(|p| p.level >= least);
    let source = SourceFile::new(&file.path, &file.text, color);
    heavy.map(|p| source.problem(p)).collect()
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
