//! `recount stats`: counts and durations over many incidents.

use super::answer::{Answer, format};
use super::counted::{definitions, entries, period, query, split};
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::incident::{Kind, WrongWord, names};
use crate::metrics::Definition;
use crate::presets::Preset;
use crate::render::{csv, stats as table};
use crate::report::stats::{Counted, Stats};
use crate::settings::Settings;
use crate::stats::{self, By, Entry, Query};

/// Counts the incidents of the record, in groups where these were asked for.
pub(super) fn run(args: &cli::Stats, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv])?;
    let desk = Desk::open(global)?.at_revision(&args.counted.as_of)?;
    let settings = desk.store.settings();
    let by = args.by.as_deref().map(str::parse::<By>).transpose()?;
    let query = query(&desk, &args.counted)?;
    let (preset, definitions) = definitions(&desk, &args.counted.house)?;
    let names = names(&definitions, &args.durations)?;
    let against = args.against.as_deref().map(|p| period(&desk, p)).transpose()?;

    let all = entries(&desk, &definitions);
    let (chosen, before) = split(&all.found, &query, against);
    let total = stats::all(&chosen, &names);
    let groups = by.map(|by| (by, stats::groups(&chosen, by, &names, settings)));
    let counted = Counted::of(&query, &all.found, all.unreadable);
    let grouped = groups.as_ref().map(|(by, groups)| (*by, groups.as_slice()));
    let mut report = Stats::of(counted, &total, grouped).objectives(&judged(
        &all.found,
        &query,
        (args, settings),
    ));
    if let Some(period) = against {
        report = report.changes(period, before.len(), &stats::changes(&before, &chosen, &names));
    }
    report.preset = preset.map(Preset::as_str);
    report.shown = shown(&definitions, &args.durations, &names);
    report.zone = settings.zone;
    report.as_of = desk.past_name();

    let answer = match format {
        Format::Json => Answer::json(&report)?,
        Format::Csv => Answer::text(csv::stats(&report)),
        _ => Answer::text(table::stats(&report, desk.style())),
    };
    Ok(answer.remark(&desk.remarks).remark(all.remarks))
}

/// Returns the names of the durations that were asked for; all of them where none was.
fn names(definitions: &[Definition], asked: &[String]) -> Result<Vec<String>, Failure> {
    let all: Vec<&str> = definitions.iter().map(|d| d.name.as_str()).collect();
    if let Some(wrong) = asked.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(WrongWord(names::unknown("duration", wrong, &all)).into());
    }
    let wanted = |name: &&&str| asked.is_empty() || asked.iter().any(|a| a == **name);
    Ok(all.iter().filter(wanted).map(ToString::to_string).collect())
}

/// Returns the durations that a grouped table shows: those asked for, or else all but the phases.
fn shown(definitions: &[Definition], asked: &[String], names: &[String]) -> Vec<String> {
    let phase = |name: &&String| definitions.iter().any(|d| d.phase && d.name == **name);
    names.iter().filter(|name| !asked.is_empty() || !phase(name)).cloned().collect()
}

/// Holds the record's objectives against what began in the period, drills and maintenance included unless
/// other kinds were asked for.
fn judged(
    entries: &[Entry],
    query: &Query,
    (args, settings): (&cli::Stats, &Settings),
) -> Vec<stats::Judged> {
    let mut query = query.clone();
    if args.counted.kinds.is_empty() {
        query.kinds = Kind::ALL.to_vec();
    }
    let all: Vec<_> = entries.iter().filter(|e| query.takes(e)).collect();
    stats::judge(&all, settings)
}
