//! `recount metrics`: durations and downtime of incidents.

use super::answer::{Answer, format};
use super::counted::definitions;
use super::desk::{All, Desk};
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::metrics::Definition;
use crate::place::Weight;
use crate::presets::Preset;
use crate::render::{csv, metrics as table};
use crate::report::compare::{self, Compare};
use crate::report::metrics::{Incident, Metrics};
use crate::store::Loaded;
use crate::timeline::Timeline;

/// Measures the incidents named, or all of them.
pub(super) fn run(args: &cli::Metrics, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json, Format::Csv])?;
    let desk = Desk::open(global)?.at_revision(&args.as_of)?;
    let (preset, definitions) = definitions(&desk, &args.house)?;
    if args.compare {
        return compare(&desk, args, &definitions, format);
    }
    let (settings, now) = (desk.store.settings(), desk.now);
    let all = each(&desk, args, |loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        Incident::of(&timeline, &definitions, settings, now)
    })?;
    let preset = preset.map(Preset::as_str);
    let report = Metrics { preset, as_of: desk.past_name(), ..Metrics::of(all.found) };
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        Format::Csv => Answer::text(csv::metrics(&report)),
        _ => Answer::text(table::metrics(&report, desk.style())),
    };
    Ok(answer.remark(&desk.remarks).remark(all.remarks))
}

/// Measures by the definitions of all houses.
fn compare(
    desk: &Desk<'_>,
    args: &cli::Metrics,
    own: &[Definition],
    format: Format,
) -> Result<Answer, Failure> {
    let (settings, now) = (desk.store.settings(), desk.now);
    let all = each(desk, args, |loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        compare::Incident::of(&timeline, own, settings, now)
    })?;
    let report = Compare { as_of: desk.past_name(), ..Compare::of(all.found) };
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        Format::Csv => Answer::text(csv::compare(&report)),
        _ => Answer::text(table::compare(&report, desk.style())),
    };
    Ok(answer.remark(&desk.remarks).remark(all.remarks))
}

/// Reads the incidents named, or all of them, and keeps what `keep` makes of each.
fn each<T: Send>(
    desk: &Desk<'_>,
    args: &cli::Metrics,
    keep: impl Fn(Loaded) -> T + Sync,
) -> Result<All<T>, Failure> {
    let named: Vec<_> = args.names.iter().chain(&desk.global.incident).collect();
    if named.is_empty() {
        return Ok(desk.read_all(keep));
    }
    let mut all = All { found: vec![], unreadable: 0, remarks: String::new() };
    for name in named {
        let loaded = desk.load(&desk.find(name)?)?;
        all.remarks += &desk.problems(&loaded, Weight::Error);
        all.found.push(keep(loaded));
    }
    Ok(all)
}
