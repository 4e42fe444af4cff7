//! `recount metrics`: durations and downtime of incidents.

use crate::cli::{self, Format, Global};
use crate::cmd::numbers::selection::definitions;
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::compare::{self, ComparisonReport};
use crate::compute::report::completeness::{Completeness, UnreadablePart};
use crate::compute::report::metrics::{IncidentMetrics, MetricsReport};
use crate::compute::timeline::Timeline;
use crate::io::render::{csv, metrics as table};
use crate::io::store::LoadedIncident;
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::completeness;
use crate::session::output::{Output, format};
use crate::session::{LoadedAll, Session};

/// Measures the incidents named, or all of them.
pub(crate) fn run(args: &cli::MetricsArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv])?;
    let session = Session::open_at(global, &args.as_of)?;
    session.may_count()?;
    let (preset, definitions) = definitions(&session, &args.house);
    if args.compare {
        return compare(&session, args, &definitions, format);
    }
    let (settings, now) = (session.store.settings(), session.now);
    let all = each(&session, args, |loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        IncidentMetrics::of(&timeline, &definitions, settings, now)
    })?;
    let (completeness, missing) = gaps(&session, args, all.unreadable)?;
    let as_of = session.past_name();
    let report = MetricsReport { preset, as_of, completeness, ..MetricsReport::of(all.found) };
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::metrics(&report)),
        _ => Output::text(table::metrics(&report, session.style())),
    };
    Ok(answer.remark(&session.remarks).remark(all.remarks).remark(missing))
}

/// Measures by the definitions of all vendors.
fn compare(
    session: &Session<'_>,
    args: &cli::MetricsArgs,
    own: &[DurationDefinition],
    format: Format,
) -> Result<Output, Failure> {
    let (settings, now) = (session.store.settings(), session.now);
    let all = each(session, args, |loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        compare::ComparedIncident::of(&timeline, own, settings, now)
    })?;
    let (completeness, missing) = gaps(session, args, all.unreadable)?;
    let as_of = session.past_name();
    let report = ComparisonReport { as_of, completeness, ..ComparisonReport::of(all.found) };
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::compare(&report)),
        _ => Output::text(table::compare(&report, session.style())),
    };
    Ok(answer.remark(&session.remarks).remark(all.remarks).remark(missing))
}

/// Returns what the answer lacks, with a warning of what is missing where all incidents are measured.
fn gaps(
    session: &Session<'_>,
    args: &cli::MetricsArgs,
    unreadable: Vec<UnreadablePart>,
) -> Result<(Completeness, String), Failure> {
    let named = named(session, args).map(|name| session.find(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    if named.is_empty() {
        return Ok(session.completeness(unreadable));
    }
    let spooled = named.iter().flat_map(|id| session.waiting_events(Some(id))).collect();
    Ok((Completeness { unreadable, spooled }, String::new()))
}

/// Returns the names of the incidents to measure; all of them where there is none.
fn named<'n>(
    session: &Session<'n>,
    args: &'n cli::MetricsArgs,
) -> impl Iterator<Item = &'n String> + use<'n> {
    args.names.iter().chain(&session.global.incident)
}

/// Reads the incidents named, or all of them, and keeps what `keep` makes of each.
fn each<T: Send>(
    session: &Session<'_>,
    args: &cli::MetricsArgs,
    keep: impl Fn(LoadedIncident) -> T + Sync,
) -> Result<LoadedAll<T>, Failure> {
    let named: Vec<_> = named(session, args).collect();
    if named.is_empty() {
        return session.read_all(keep);
    }
    let mut all = LoadedAll { found: vec![], unreadable: vec![], remarks: String::new() };
    for name in named {
        let loaded = session.load(&session.find(name)?)?;
        all.remarks += &session.problems(&loaded, Level::Error);
        all.unreadable.extend(completeness::parts(&session.store, &loaded));
        all.found.push(keep(loaded));
    }
    Ok(all)
}
