//! `recount list`: incidents, filtered.

use super::answer::{Answer, format};
use super::counted::between;
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::incident::Handles;
use crate::render::{csv, markdown, table};
use crate::report::list::{self, Row};
use crate::time::Instant;

/// Lists incidents, the latest first.
pub(super) fn run(args: &cli::List, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let desk = Desk::open(global)?;
    let (since, until) = between(&desk, &args.between)?;
    known_words(args, &desk)?;
    let (all, remarks) = desk.load_all();
    let rows = all.iter().map(|loaded| list::row(&desk.timeline(&loaded.read.incident)));
    let rows = rows.filter(|row| wanted(row, args, since, until)).collect();
    let report = list::list(rows, Handles::of(&desk.ids()));
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        Format::Csv => Answer::text(csv::list(&report)),
        Format::Markdown => Answer::text(markdown::list(&report)),
        _ => Answer::text(table::list(&report, desk.style())),
    };
    Ok(answer.remark(remarks))
}

/// Refuses a filter by a word that no incident can have.
fn known_words(args: &cli::List, desk: &Desk<'_>) -> Result<(), Failure> {
    let settings = desk.store.settings();
    if let Some(kind) = &args.kind {
        kind.parse::<crate::incident::Kind>()?;
    }
    if let Some(severity) = &args.severity {
        settings.known_severity(severity)?;
    }
    if let Some(service) = &args.service {
        settings.known_service(service)?;
    }
    match args.state.as_deref() {
        None | Some("open") => Ok(()),
        Some(state) => Ok(settings.known_milestone(state).map(|_| ())?),
    }
}

fn wanted(row: &Row, args: &cli::List, since: Option<Instant>, until: Option<Instant>) -> bool {
    let is = |value: Option<&str>, asked: &Option<String>| {
        asked.as_deref().is_none_or(|a| value == Some(a))
    };
    let state = match args.state.as_deref() {
        Some("open") => row.open,
        _ => is(row.state.as_deref(), &args.state),
    };
    let began = row.begin.map(|m| m.nominal());
    state
        && is(row.severity.as_deref(), &args.severity)
        && is(Some(row.kind), &args.kind)
        && args.service.as_ref().is_none_or(|s| row.services.contains(s))
        && since.is_none_or(|since| began.is_some_and(|at| at >= since))
        && until.is_none_or(|until| began.is_some_and(|at| at < until))
}
