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
use crate::session::typed_words;

/// Lists incidents, the latest first.
pub(crate) fn run(args: &cli::ListArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let session = Session::open(global)?;
    let (since, until) = between(&session, &args.between)?;
    let args = &in_known_words(args, &session)?;
    let fields = choices(&args.fields, session.store.settings())?;
    let all = session.load_all()?;
    let (completeness, missing) = session.completeness(all.unreadable);
    let has = |incident: &Incident| {
        let own = |field: &FieldFilter| {
            incident.choices().any(|(name, word)| *name == field.field && *word == field.value)
        };
        fields.iter().all(own)
    };
    let shown = |incident: &Incident| args.all || !incident.is_canceled();
    let found = all.found.iter().map(|loaded| &loaded.read.incident);
    let found = found.filter(|incident| has(incident) && shown(incident));
    let rows = found.map(|incident| list::row(&session.timeline(incident)));
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

/// Returns what is asked for in the record's own words; refuses one that no incident can have.
fn in_known_words(args: &cli::ListArgs, session: &Session<'_>) -> Result<cli::ListArgs, Failure> {
    let settings = session.store.settings();
    let (severity, service) = (args.severity.as_deref(), args.service.as_deref());
    let severity = severity.map(|typed| typed_words::severity(settings, typed)).transpose()?;
    let service = service.map(|typed| typed_words::service(settings, typed)).transpose()?;
    let state = match args.state.as_deref() {
        Some(state) if !state.eq_ignore_ascii_case("open") => {
            Some(typed_words::milestone(settings, state)?.to_string())
        }
        state => state.map(str::to_lowercase),
    };
    let (severity, service) = (severity.map(|s| s.to_string()), service.map(|s| s.to_string()));
    Ok(cli::ListArgs { severity, service, state, ..args.clone() })
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
