//! `recount why`: where a number comes from.

use crate::cli::{self, Format, Global};
use crate::cmd::numbers::selection::{definitions, entries, is_grouping, number, period, query};
use crate::compute::metrics::DurationDefinition;
use crate::compute::quantities::Quantity;
use crate::compute::report::why::{
    self, DerivationReport, DerivationSource, IncidentLocations, NumberTerms,
};
use crate::compute::stats::IncidentSelection;
use crate::io::render::why as table;
use crate::io::store::SETTINGS;
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::Session;
use crate::session::missing::Needed;
use crate::session::output::{Output, format};
use std::path::PathBuf;

/// Shows the derivation of a number of one incident, or of many.
pub(crate) fn run(args: &cli::WhyArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open_at(global, &args.counted.as_of)?;
    session.may_count()?;
    let (_, definitions) = definitions(&session, &args.counted.house);
    let number = number(&session, &args.number, &definitions)?;
    let of_many = is_of_many(args);
    let (report, remarks) = match number {
        Quantity::Change(name) => change(&session, args, &name, &definitions)?,
        _ if args.against.is_some() => {
            return Err(Failure::new("`--against` is for a change, and that is none")
                .help(format!("ask for one, as in `recount why change {number} --against ...`")));
        }
        Quantity::Statistic(..) | Quantity::Incidents => {
            many(&session, args, &number, &definitions)?
        }
        Quantity::Downtime(..) | Quantity::Objective(_) if of_many => {
            many(&session, args, &number, &definitions)?
        }
        Quantity::Duration(name) if of_many => {
            let mean = Quantity::Statistic(crate::compute::quantities::Statistic::Mean, name);
            many(&session, args, &mean, &definitions)?
        }
        Quantity::Milestone(_) if of_many => {
            return Err(Failure::new(
                "a milestone is of one incident, and these flags ask for many",
            )
            .help("name the incident alone: `-i INCIDENT`"));
        }
        _ => one(&session, &number, &definitions)?,
    };
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(table::why(&report, session.style())),
    };
    Ok(answer.remark(&session.remarks).remark(remarks))
}

/// Returns whether the flags ask for a number of many incidents.
fn is_of_many(args: &cli::WhyArgs) -> bool {
    let counted = &args.counted;
    let bounds = [&counted.period, &counted.between.since, &counted.between.until];
    let chosen = [&counted.severities, &counted.services, &counted.classes, &counted.fields];
    args.by.is_some()
        || bounds.iter().any(|b| b.is_some())
        || chosen.iter().any(|names| !names.is_empty())
        || counted.open
        || counted.over
        || !counted.kinds.is_empty()
}

/// Derives a number of the incident that `-i` names, or else of the only open one.
fn one(
    session: &Session<'_>,
    number: &Quantity,
    definitions: &[DurationDefinition],
) -> Result<(DerivationReport, String), Failure> {
    let many = match number {
        Quantity::Duration(name) => Some(format!("recount why mean {name}")),
        Quantity::Downtime(..) | Quantity::Objective(_) => {
            Some(format!("recount why {number} --by month"))
        }
        _ => None,
    };
    let many = many.map(|typed| format!("or ask for the number of many: `{typed}`"));
    let id = session.current().map_err(|failure| many.into_iter().fold(failure, Failure::help))?;
    let loaded = session.load(&id)?;
    let waiting = session.waiting().into_iter().map(|w| w.id.to_string());
    let waiting: Vec<_> = waiting.filter(|id| !loaded.text.contains(id)).collect();
    let file = session.store.relative(&loaded.path).display().to_string();
    let files = IncidentLocations { file, waiting: &waiting };
    let settings = session.store.settings();
    let timeline = session.timeline(&loaded.read.incident);
    let source = DerivationSource {
        timeline: &timeline,
        definitions,
        settings,
        now: session.now,
        files: &files,
    };
    let report = why::one(number, source);
    let report = report.ok_or_else(|| Failure::new("that is a number of many incidents"))?;
    let paths = [loaded.path.clone(), session.store.root().join(SETTINGS)];
    let report = DerivationReport { completeness: session.completeness_of(&loaded), ..report };
    let remarks = session.problems(&loaded, Level::Error) + &session.missing(Needed::Facts);
    Ok((committed(session, report, &paths), remarks))
}

/// Derives a number of all incidents that count.
fn many(
    session: &Session<'_>,
    args: &cli::WhyArgs,
    number: &Quantity,
    definitions: &[DurationDefinition],
) -> Result<(DerivationReport, String), Failure> {
    let query = query(session, &args.counted)?;
    is_grouping(args.by.as_ref(), session.store.settings())?;
    let all = entries(session, &query, definitions)?;
    let (selection, _) = IncidentSelection::of(&all.found, &query, None);
    let terms = NumberTerms { definitions, settings: session.store.settings() };
    let report = why::many(number, &selection, args.by.as_ref(), terms);
    let report = report
        .ok_or_else(|| Failure::new("that is a number of one incident: name it with `-i`"))?;
    let (completeness, missing) = session.completeness(all.unreadable);
    let report = DerivationReport { completeness, ..report };
    Ok((committed(session, report, &counted_paths(session)), all.remarks + &missing))
}

/// Derives how a duration changed from a period to the incidents that count.
fn change(
    session: &Session<'_>,
    args: &cli::WhyArgs,
    name: &str,
    definitions: &[DurationDefinition],
) -> Result<(DerivationReport, String), Failure> {
    let against = args.against.as_deref().ok_or_else(|| {
        Failure::new("a change needs two periods").help("name the earlier one: `--against 2018-Q4`")
    })?;
    let (query, against) = (query(session, &args.counted)?, period(session, against)?);
    if args.by.is_some() {
        return Err(Failure::new("a change is between two periods, and has no `--by`"));
    }
    let all = entries(session, &query, definitions)?;
    let (after, before) = IncidentSelection::of(&all.found, &query, Some(against));
    let after = after.begun();
    let terms = NumberTerms { definitions, settings: session.store.settings() };
    let report = why::change(name, &before, &after, terms);
    let report = report.ok_or_else(|| Failure::new(format!("no duration is called {name}")))?;
    let (completeness, missing) = session.completeness(all.unreadable);
    let report = DerivationReport { completeness, ..report };
    Ok((committed(session, report, &counted_paths(session)), all.remarks + &missing))
}

/// Returns where the facts of all incidents stand.
fn counted_paths(session: &Session<'_>) -> [PathBuf; 2] {
    let root = session.store.root();
    [root.join("incidents"), root.join(SETTINGS)]
}

/// Says in which commit the files stand, and which of them differ from it.
fn committed(
    session: &Session<'_>,
    report: DerivationReport,
    paths: &[PathBuf],
) -> DerivationReport {
    if let Some(commit) = session.past_name() {
        return DerivationReport { as_of: true, ..report.read_from(Some(commit), vec![]) };
    }
    let Some(repo) = &session.repo else { return report };
    let commit = repo.head().ok().flatten().map(|id| id.as_str().to_owned());
    let mut differ = repo.dirty(paths).unwrap_or_default();
    // What a sparse checkout left out is no change to `git status`.
    differ.extend(repo.missing(paths).unwrap_or_default());
    differ.sort();
    differ.dedup();
    let differ = differ.into_iter().map(|p| p.display().to_string()).collect();
    report.read_from(commit, differ)
}
