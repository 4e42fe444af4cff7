//! `recount why`: where a number comes from.

use super::answer::{Answer, format};
use super::counted::{definitions, entries, number, period, query, split};
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::metrics::Definition;
use crate::numbers::Number;
use crate::place::Weight;
use crate::render::why as table;
use crate::report::why::{self, Files, Why};
use crate::stats::By;
use crate::store::SETTINGS;
use std::path::PathBuf;

/// Shows the derivation of a number of one incident, or of many.
pub(super) fn run(args: &cli::Why, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?.at_revision(&args.counted.as_of)?;
    let (_, definitions) = definitions(&desk, &args.counted.house)?;
    let number = number(&desk, &args.number, &definitions)?;
    let (report, remarks) = match number {
        Number::Statistic(..) | Number::Incidents => many(&desk, args, &number, &definitions)?,
        Number::Downtime(_) if is_of_many(args) => many(&desk, args, &number, &definitions)?,
        Number::Duration(name) if is_of_many(args) => {
            let mean = Number::Statistic(crate::numbers::Statistic::Mean, name);
            many(&desk, args, &mean, &definitions)?
        }
        Number::Change(name) => change(&desk, args, &name, &definitions)?,
        _ => one(&desk, &number, &definitions)?,
    };
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        _ => Answer::text(table::why(&report, desk.style())),
    };
    Ok(answer.remark(&desk.remarks).remark(remarks))
}

/// Returns whether the flags ask for a number of many incidents.
fn is_of_many(args: &cli::Why) -> bool {
    let counted = &args.counted;
    let bounds = [&args.by, &counted.period, &counted.between.since, &counted.between.until];
    bounds.iter().any(|b| b.is_some()) || !counted.kinds.is_empty()
}

/// Derives a number of the incident that `-i` names, or else of the only open one.
fn one(
    desk: &Desk<'_>,
    number: &Number,
    definitions: &[Definition],
) -> Result<(Why, String), Failure> {
    let many = match number {
        Number::Duration(name) => Some(format!("recount why mean {name}")),
        Number::Downtime(_) => Some(format!("recount why {number} --by month")),
        _ => None,
    };
    let many = many.map(|typed| format!("or ask for the number of many: `{typed}`"));
    let id = desk.current().map_err(|failure| many.into_iter().fold(failure, Failure::help))?;
    let loaded = desk.load(&id)?;
    let waiting = desk.waiting().into_iter().map(|w| w.id);
    let waiting: Vec<_> = waiting.filter(|id| !loaded.text.contains(id)).collect();
    let file = desk.store.relative(&loaded.path).display().to_string();
    let files = Files { file, waiting: &waiting };
    let settings = desk.store.settings();
    let timeline = desk.timeline(&loaded.read.incident);
    let report = why::one(number, &timeline, (definitions, settings), (desk.now, &files));
    let report = report.ok_or_else(|| Failure::new("that is a number of many incidents"))?;
    let paths = [loaded.path.clone(), desk.store.root().join(SETTINGS)];
    Ok((committed(desk, report, &paths), desk.problems(&loaded, Weight::Error)))
}

/// Derives a number of all incidents that count.
fn many(
    desk: &Desk<'_>,
    args: &cli::Why,
    number: &Number,
    definitions: &[Definition],
) -> Result<(Why, String), Failure> {
    let by = args.by.as_deref().map(str::parse::<By>).transpose()?;
    let query = query(desk, &args.counted)?;
    let all = entries(desk, definitions);
    let chosen: Vec<_> = all.found.iter().filter(|e| query.takes(e)).collect();
    let report = why::many(number, &chosen, by, (definitions, desk.store.settings()));
    let report = report
        .ok_or_else(|| Failure::new("that is a number of one incident: name it with `-i`"))?;
    Ok((committed(desk, report, &counted_paths(desk)), all.remarks))
}

/// Derives how a duration changed from a period to the incidents that count.
fn change(
    desk: &Desk<'_>,
    args: &cli::Why,
    name: &str,
    definitions: &[Definition],
) -> Result<(Why, String), Failure> {
    let against = args.against.as_deref().ok_or_else(|| {
        Failure::new("a change needs two periods").help("name the earlier one: `--against 2018-Q4`")
    })?;
    let (query, against) = (query(desk, &args.counted)?, period(desk, against)?);
    let all = entries(desk, definitions);
    let (after, before) = split(&all.found, &query, Some(against));
    let report = why::change(name, (&before, &after), (definitions, desk.store.settings()));
    let report = report.ok_or_else(|| Failure::new(format!("no duration is called {name}")))?;
    Ok((committed(desk, report, &counted_paths(desk)), all.remarks))
}

/// Returns where the facts of all incidents stand.
fn counted_paths(desk: &Desk<'_>) -> [PathBuf; 2] {
    let root = desk.store.root();
    [root.join("incidents"), root.join(SETTINGS)]
}

/// Says in which commit the files stand, and which of them differ from it.
fn committed(desk: &Desk<'_>, report: Why, paths: &[PathBuf]) -> Why {
    if let Some(commit) = desk.past_name() {
        return Why { as_of: true, ..report.read_from(Some(commit), vec![]) };
    }
    let Some(repo) = &desk.repo else { return report };
    let commit = repo.head().ok().flatten().map(|id| id.as_str().to_owned());
    let differ = repo.dirty(paths).unwrap_or_default();
    let differ = differ.into_iter().map(|p| p.display().to_string()).collect();
    report.read_from(commit, differ)
}
