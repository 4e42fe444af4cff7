//! Counts and durations over many incidents as rows: all that the tables have, in one table with units in its header.

use super::{seconds, some, write};
use crate::compute::report::stats::{
    DowntimeCounts, DowntimePart, DowntimeSum, DurationChange, DurationFigures, ObjectiveOutcome,
    StatsGroup, StatsReport,
};
use crate::io::render::text::or;
use std::collections::BTreeMap;

const HEADER: &str = "by,key,incidents,name,service,class,n,missing,unsure,unsure_max_seconds,began_outside,seconds,mean_seconds,\
                      min_seconds,max_seconds,interval_min_seconds,interval_max_seconds,median_seconds,p90_seconds,\
                      limit_seconds,met,missed,running,unknown,before_n,before_mean_seconds,chance_per_mille,verdict";

/// What a row says, by column.
type Cells = Vec<(&'static str, String)>;

/// Renders the numbers of every group, what did not count, the changes and the objectives.
pub fn stats(report: &StatsReport) -> String {
    let total = std::iter::once((None, &report.total));
    let groups = total.chain(report.groups.iter().map(|g| (report.by.as_ref(), g)));
    let mut rows: Vec<Cells> = vec![];
    for (by, group) in groups {
        let head = [
            ("by", or(by, "total")),
            ("key", some(group.key.as_ref())),
            ("incidents", group.incidents.to_string()),
        ];
        rows.extend(of_group(group).into_iter().map(|cells| [head.to_vec(), cells].concat()));
    }
    rows.extend(left_out(report));
    rows.extend(report.changes.iter().map(change));
    rows.extend(objectives(report));
    let columns: Vec<&str> = HEADER.split(',').collect();
    let whole = |cells: Cells| {
        let cells: BTreeMap<_, _> = cells.into_iter().collect();
        columns.iter().map(|c| cells.get(c).cloned().unwrap_or_default()).collect()
    };
    write(HEADER, rows.into_iter().map(whole))
}

fn of_group(group: &StatsGroup) -> Vec<Cells> {
    let durations = group.durations.iter().map(|(name, figures)| duration(name, figures));
    durations.chain(downtime(&group.downtime)).collect()
}

fn duration(name: &str, figures: &DurationFigures) -> Cells {
    let DurationFigures { n, missing, unsure, summary, range } = figures;
    let (low, high) = summary.and_then(|s| s.interval).unzip();
    let (least, most) = range.unzip();
    vec![
        ("name", name.to_owned()),
        ("n", n.to_string()),
        ("missing", missing.to_string()),
        ("unsure", unsure.to_string()),
        ("mean_seconds", seconds(summary.map(|s| s.mean))),
        ("min_seconds", seconds(least)),
        ("max_seconds", seconds(most)),
        ("interval_min_seconds", seconds(low)),
        ("interval_max_seconds", seconds(high)),
        ("median_seconds", seconds(summary.map(|s| s.median))),
        ("p90_seconds", seconds(summary.map(|s| s.p90))),
    ]
}

/// Returns the downtime of each service, and their sum without a service.
fn downtime(sum: &DowntimeSum) -> Vec<Cells> {
    let whole = std::iter::once((String::new(), sum.counts, sum.total));
    let each = sum.services.iter().map(|s| (s.service.to_string(), s.counts, s.total));
    let mut rows = vec![];
    for (service, counts, total) in whole.chain(each) {
        for part in DowntimePart::ALL {
            let DowntimeCounts { n, missing, unsure, unsure_highest, began_outside, running } =
                counts;
            let length = total.map(|t| t.part(*part));
            rows.push(vec![
                ("name", part.to_string()),
                ("service", service.clone()),
                ("n", n.to_string()),
                ("missing", missing.to_string()),
                ("unsure", unsure.to_string()),
                ("unsure_max_seconds", seconds(Some(unsure_highest))),
                ("began_outside", began_outside.to_string()),
                ("running", running.to_string()),
                ("seconds", seconds(length.and_then(|l| l.nominal))),
                ("min_seconds", seconds(length.map(|l| l.lowest))),
                ("max_seconds", seconds(length.map(|l| l.highest))),
            ]);
        }
    }
    rows
}

fn left_out(report: &StatsReport) -> Vec<Cells> {
    let counted = &report.counted;
    let left = [
        ("duplicates", counted.duplicates),
        ("other_kinds", counted.other_kinds),
        ("undated", counted.undated),
        ("unreadable", counted.unreadable),
    ];
    let row = |(name, n): (&str, usize)| {
        vec![("by", "left_out".to_owned()), ("name", name.to_owned()), ("n", n.to_string())]
    };
    left.map(row).to_vec()
}

fn change(change: &DurationChange) -> Cells {
    let DurationChange { name, before, after, chance, verdict } = change;
    let mut cells = duration(name, after);
    cells.extend([
        ("by", "against".to_owned()),
        ("before_n", before.n.to_string()),
        ("before_mean_seconds", seconds(before.summary.map(|s| s.mean))),
        ("chance_per_mille", some(chance.map(|c| c.per_mille()).as_ref())),
        ("verdict", verdict.to_string()),
    ]);
    cells
}

fn objectives(report: &StatsReport) -> Vec<Cells> {
    let mut counts: BTreeMap<_, Vec<ObjectiveOutcome>> = BTreeMap::new();
    for one in &report.objectives {
        let what = (one.class.to_string(), one.measure.to_string(), one.limit);
        counts.entry(what).or_default().push(one.outcome);
    }
    let row = |((class, name, limit), outcomes): ((String, String, _), Vec<ObjectiveOutcome>)| {
        let mut cells = vec![
            ("by", "objective".to_owned()),
            ("class", class),
            ("name", name),
            ("limit_seconds", seconds(Some(limit))),
        ];
        let columns = [
            ("met", ObjectiveOutcome::Met),
            ("missed", ObjectiveOutcome::Missed),
            ("unsure", ObjectiveOutcome::Unsure),
            ("running", ObjectiveOutcome::Running),
            ("unknown", ObjectiveOutcome::Unknown),
        ];
        let count = |wanted| outcomes.iter().filter(|o| **o == wanted).count().to_string();
        cells.extend(columns.map(|(column, outcome)| (column, count(outcome))));
        cells
    };
    counts.into_iter().map(row).collect()
}
