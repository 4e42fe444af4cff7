//! `recount stats`: counts and durations over many incidents.

use crate::cli::{self, Format, Global};
use crate::cmd::numbers::selection::{definitions, entries, is_grouping, period, query};
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::stats::{IncidentCount, StatsReport};
use crate::compute::stats::{self, IncidentSelection};
use crate::io::render::stats::markdown;
use crate::io::render::{csv, stats as table};
use crate::model::incident::{UnknownValue, names};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Counts the incidents of the record, in groups where these were asked for.
pub(crate) fn run(args: &cli::StatsArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv, Format::Markdown])?;
    let session = Session::open_at(global, &args.counted.as_of)?;
    session.may_count()?;
    let settings = session.store.settings();
    let query = query(&session, &args.counted)?;
    is_grouping(args.by.as_ref(), settings)?;
    let (preset, definitions) = definitions(&session, &args.counted.house);
    let names = names(&definitions, &args.durations)?;
    let against = args.against.as_deref().map(|p| period(&session, p)).transpose()?;

    let all = entries(&session, &query, &definitions)?;
    let (selection, before) = IncidentSelection::of(&all.found, &query, against);
    let total = stats::all(&selection, &names);
    let groups =
        args.by.as_ref().map(|by| (by.clone(), stats::groups(&selection, by, &names, settings)));
    let (completeness, missing) = session.completeness(all.unreadable);
    let unreadable = completeness.unread();
    let counted = IncidentCount::of(&query, &all.found, unreadable);
    let mut report = StatsReport::of(counted, total, groups);
    let chosen = selection.begun();
    report.objectives = stats::judge(&chosen, settings);
    if let Some(period) = against {
        report = report.changes(period, before.len(), stats::changes(&before, &chosen, &names));
    }
    report.preset = preset;
    report.shown = shown(&definitions, &args.durations, &names);
    report.zone = settings.zone;
    report.as_of = session.past_name();
    report.completeness = completeness;

    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::stats(&report)),
        Format::Markdown => Output::markdown(markdown::stats(&report)),
        _ => Output::text(table::stats(&report, session.style())),
    };
    Ok(answer.remark(&session.remarks).remark(all.remarks).remark(missing))
}

/// Returns the names of the durations that were asked for; all of them where none was.
fn names(definitions: &[DurationDefinition], asked: &[String]) -> Result<Vec<String>, Failure> {
    let all: Vec<&str> = definitions.iter().map(|d| d.name.as_str()).collect();
    if let Some(wrong) = asked.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(UnknownValue(names::unknown("duration", wrong, &all)).into());
    }
    let wanted = |name: &&&str| asked.is_empty() || asked.iter().any(|a| a == **name);
    Ok(all.iter().filter(wanted).map(ToString::to_string).collect())
}

/// Returns the durations that a grouped table shows: those asked for, or else all but the phases.
fn shown(definitions: &[DurationDefinition], asked: &[String], names: &[String]) -> Vec<String> {
    let phase = |name: &&String| definitions.iter().any(|d| d.phase && d.name == **name);
    names.iter().filter(|name| !asked.is_empty() || !phase(name)).cloned().collect()
}
