//! `recount list`: incidents, filtered.

use crate::cli::{self, Format, Global};
use crate::cmd::numbers::selection::{between, choices};
use crate::compute::report::list::{self, ListRow};
use crate::compute::stats::FieldFilter;
use crate::io::render::{self, csv, markdown};
use crate::model::incident::{Incident, Milestone, Name};
use crate::model::time::Instant;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Lists incidents, the latest first.
pub(crate) fn run(args: &cli::ListArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let session = Session::open(global)?;
    let (since, until) = between(&session, &args.between)?;
    known_words(args, &session)?;
    let fields = choices(&args.fields, session.store.settings())?;
    let all = session.load_all()?;
    let (completeness, missing) = session.completeness(all.unreadable);
    let has = |incident: &Incident| {
        let own = |field: &FieldFilter| {
            incident.choices().any(|(name, word)| *name == field.field && *word == field.value)
        };
        fields.iter().all(own)
    };
    let found = all.found.iter().filter(|loaded| has(&loaded.read.incident));
    let rows = found.map(|loaded| list::row(&session.timeline(&loaded.read.incident)));
    let rows = rows.filter(|row| wanted(row, args, since, until)).collect();
    let report = list::list(rows, session.handles(), completeness);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::list(&report)),
        Format::Markdown => Output::markdown(markdown::list(&report)),
        _ => Output::text(render::list::list(&report, session.style())),
    };
    Ok(answer.remark(all.remarks).remark(&session.uncounted).remark(missing))
}

/// Refuses a filter by a word that no incident can have.
fn known_words(args: &cli::ListArgs, session: &Session<'_>) -> Result<(), Failure> {
    let settings = session.store.settings();
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

fn wanted(
    row: &ListRow,
    args: &cli::ListArgs,
    since: Option<Instant>,
    until: Option<Instant>,
) -> bool {
    let is = |value: Option<&str>, asked: &Option<String>| {
        asked.as_deref().is_none_or(|a| value == Some(a))
    };
    let state = match args.state.as_deref() {
        Some("open") => row.open,
        _ => is(row.heading.state.as_ref().map(Milestone::as_str), &args.state),
    };
    let began = row.began;
    state
        && is(row.heading.severity.as_ref().map(Name::as_str), &args.severity)
        && args.kind.is_none_or(|kind| row.heading.kind == kind)
        && args
            .service
            .as_ref()
            .is_none_or(|s| row.services.iter().any(|own| own.as_str() == s.as_str()))
        && since.is_none_or(|since| began.is_some_and(|at| at >= since))
        && until.is_none_or(|until| began.is_some_and(|at| at < until))
}
