//! Findings for eyes and for GitHub, and the codes explained.

use super::text::{line, wrapped};
use crate::compute::report::check::{CheckReport, Code, Finding};
use crate::model::diagnostic::{Diagnostic, Level};
use std::fmt::Write;

/// Renders how much was found: the last line for eyes.
pub fn summary(found: &CheckReport, shown: bool) -> String {
    let count = found.findings.len();
    let errors = found.findings.iter().filter(|f| f.problem.level == Level::Error).count();
    let (be_errors, be_warnings) = (counted(errors, "error"), counted(count - errors, "warning"));
    let told = match (errors, count - errors) {
        (0, 0) => "Nothing is wrong or missing.".to_owned(),
        (_, 0) => format!("{be_errors}."),
        (0, _) => format!("{be_warnings}."),
        _ => format!("{be_errors}, {be_warnings}."),
    };
    let accepted = match found.silenced.len() {
        0 => String::new(),
        many if shown => format!(" {} accepted by recount.yaml.", counted(many, "finding")),
        many => {
            format!(" {} accepted by recount.yaml: see `--silenced`.", counted(many, "finding"))
        }
    };
    let explain = found
        .findings
        .first()
        .map(|f| format!(" Why it matters: `recount check --explain {}`.", f.problem.code));
    format!("{told}{accepted}{}\n", explain.unwrap_or_default())
}

/// Returns the word for a level.
pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Renders findings as the workflow commands that GitHub shows beside the lines of a change.
///
/// The escapes are those of GitHub's toolkit (`packages/core/src/command.ts`).
pub fn github(found: &CheckReport) -> String {
    let findings = found.findings.iter();
    let findings =
        findings.map(|f| annotation(word(f.problem.level), f, f.problem.help.as_deref()));
    let silenced = found.silenced.iter().map(|s| {
        let reason = format!("accepted: {}", s.reason);
        annotation("notice", &s.finding, Some(&reason))
    });
    findings.chain(silenced).collect()
}

fn annotation(level: &str, finding: &Finding, more: Option<&str>) -> String {
    let Diagnostic { code, place, message, .. } = &finding.problem;
    // Line 0 means the whole file, which GitHub shows at its beginning.
    let (number, column) = (place.line.max(1), place.column.max(1));
    let (file, title) = (property(&finding.file), property(code));
    let message = match more {
        Some(more) => format!("{}\n{}", line(message), line(more)),
        None => line(message),
    };
    let message = data(&message);
    format!("::{level} file={file},line={number},col={column},title={title}::{message}\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Renders all codes, a line each.
pub fn rules(rules: &[Code]) -> String {
    let widest = rules.iter().map(|r| r.code.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in rules {
        let _ = writeln!(out, "{:widest$}  {:7}  {}", rule.code, word(rule.weight), rule.title);
    }
    out + "\nOne of them in full: `recount check --explain CODE`.\n"
}

/// Renders what one code means, in lines of at most `width`.
pub fn rule(rule: &Code, width: usize) -> String {
    let accept = |it: &str| {
        let silence = format!("- {{code: {}, incident: ID, reason: WHY}}", rule.code);
        format!("{it}, in recount.yaml:\n\n    check:\n      silence:\n        {silence}")
    };
    let silence = match (rule.weight, rule.warning_where) {
        (Level::Error, None) => "An error can't be silenced.".to_owned(),
        (Level::Error, Some(here)) => {
            accept(&format!("Where {here} it is a warning. To accept it there"))
        }
        (Level::Warning, _) => accept("To accept it"),
    };
    let head = format!("{}[{}]: {}", word(rule.weight), rule.code, rule.title);
    let wrap = |text| wrapped(text, width.clamp(40, 100)).join("\n");
    let parts = [wrap(rule.why), wrap(rule.mend), silence];
    format!("{head}\n\n{}\n", parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::report::check::{FileFindings, Silenced, check};
    use crate::model::diagnostic::Location;
    use proptest::prelude::*;

    fn found(file: &str, message: &str, reasons: &[&str]) -> CheckReport {
        let problem =
            Diagnostic::warning("order", Location { line: 7, column: 5 }, message).help("50% off");
        let finding = Finding::of(file, &problem);
        let silenced =
            reasons.iter().map(|r| Silenced { finding: finding.clone(), reason: (*r).into() });
        let silenced = silenced.collect();
        check(std::iter::once(FileFindings { findings: vec![finding], silenced }))
    }

    #[test]
    fn annotations_are_escaped_as_github_reads_them() {
        let told = github(&found("a,b:c/100%.yaml", "a: b, 9%\n::error::x", &[]));
        let expected = "::warning file=a%2Cb%3Ac/100%25.yaml,line=7,col=5,title=order::a: b, 9%25 ::error::x%0A50%25 off\n";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_silenced_finding_is_a_notice_with_its_reason() {
        let told = github(&found("a.yaml", "x", &["as agreed"]));
        assert!(
            told.ends_with(
                "::notice file=a.yaml,line=7,col=5,title=order::x%0Aaccepted: as agreed\n"
            ),
            "{told}"
        );
    }

    #[test]
    fn the_summary_counts() {
        let told = |reasons: &[&str], shown| summary(&found("a", "x", reasons), shown);
        let why = " Why it matters: `recount check --explain order`.\n";
        assert_eq!(told(&[], false), format!("1 warning.{why}"));
        assert_eq!(
            told(&["a", "b"], false),
            format!("1 warning. 2 findings accepted by recount.yaml: see `--silenced`.{why}")
        );
        let none = check(std::iter::empty());
        assert_eq!(summary(&none, false), "Nothing is wrong or missing.\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn an_annotation_is_one_line_whatever_stands_in_it(file in any::<String>(), message in any::<String>()) {
            let told = github(&found(&file, &message, &[]));
            prop_assert_eq!(told.lines().count(), 1);
            prop_assert!(told.starts_with("::warning file="));
            let (properties, _) = told.trim_start_matches("::").split_once("::").unwrap();
            prop_assert_eq!(properties.matches(',').count(), 3);
        }
    }
}
