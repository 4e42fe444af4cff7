//! Counts and durations over many incidents as tables for a terminal.

use super::metrics::as_of;
use super::table::{TableStyle, dim, lines};
use super::text::{joined, line};
use crate::compute::report::stats::{
    By, DurationChange, DurationFigures, IncidentCount, ObjectiveOutcome, ObjectiveResult,
    StatsGroup, StatsReport,
};
use crate::model::incident::Kind;
use crate::model::time::{Instant, Span, Zone, duration, format as times};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ColumnConstraint, Table};
use std::fmt::Write;

/// How wide the longest bar is.
const BAR: usize = 20;
/// How many incidents a list of those that missed an objective names.
const MOST: usize = 12;

/// Renders the numbers of many incidents.
pub fn stats(report: &StatsReport, style: TableStyle) -> String {
    let mut out = counted(report, style);
    if report.total.incidents > 0 {
        match report.by {
            None => out.push_str(&whole(&report.total, style)),
            Some(by) => out.push_str(&grouped(report, by, style)),
        }
    }
    out.push_str(&changes(report, style));
    out.push_str(&objectives(&report.objectives, style));
    if report.total.durations.iter().any(|(_, f)| f.summary.is_some_and(|s| s.interval.is_some())) {
        let methods = &report.methods;
        let said = "\nMissing: not marked, or still running.";
        let _ = writeln!(out, "{said}\nInterval: {}.\np90: {}.", methods.interval, methods.p90);
    }
    out + &as_of(report.as_of.as_deref())
}

/// Says which incidents count, and which do not.
fn counted(report: &StatsReport, style: TableStyle) -> String {
    let IncidentCount { kinds, since, until, duplicates, other_kinds, undated, unreadable } =
        &report.counted;
    let plural = if report.total.incidents == 1 { "" } else { "s" };
    let kinds = match kinds.as_slice() {
        [Kind::Incident] => String::new(),
        several => format!(" ({})", joined(several, ", ")),
    };
    let what = format!("incident{plural}{kinds}");
    let when = match (*since, *until) {
        (None, None) => String::new(),
        (since, until) => format!(", {}", span(since, until, report.zone)),
    };
    let vendor = report.preset.map(|h| format!(", by the definitions of {h}")).unwrap_or_default();
    let head = format!("{} {what}{when}{vendor}", report.total.incidents);
    let mut out = format!("{}\n", style.bold(&head));
    let left = [
        (
            *duplicates,
            "tells the same story as another or was canceled",
            "tell the same story as another or were canceled",
        ),
        (*other_kinds, "is of another kind (--kind all)", "are of another kind (--kind all)"),
        (*undated, "does not tell when it began", "do not tell when they began"),
        (*unreadable, "could not be read", "could not be read"),
    ];
    let said = left.iter().filter(|(n, ..)| *n > 0);
    let said: Vec<_> =
        said.map(|(n, one, more)| format!("{n} {}", if *n == 1 { one } else { more })).collect();
    if !said.is_empty() {
        let _ = writeln!(out, "Left out: {}.", said.join("; "));
    }
    out
}

/// Returns a span of time in words; its end does not belong to it.
fn span(since: Option<Instant>, until: Option<Instant>, zone: Zone) -> String {
    let since = since.map(|at| format!("from {}", times::full(at, zone)));
    let until = until.map(|at| format!("until {}", times::full(at, zone)));
    [since, until].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn words(span: Option<Span>) -> String {
    span.map_or("-".to_owned(), duration::words)
}

/// Renders all durations of one group, a row each.
fn whole(group: &StatsGroup, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header(["Duration", "n", "Missing", "Mean", "95 % interval", "Median", "p90"]);
    for (name, figures) in &group.durations {
        table.add_row(std::iter::once(Cell::new(line(name))).chain(figures_row(figures)));
    }
    numbers_right(&mut table, &[1, 2]);
    let down = &group.downtime;
    let mut out = format!("\n{}", lines(&table));
    let _ = match down.n {
        0 => writeln!(out, "\nDowntime: unknown for all."),
        n => writeln!(
            out,
            "\nDowntime: {} down and {} degraded, over {n}{}.",
            duration::words(down.down),
            duration::words(down.degraded),
            if down.missing > 0 {
                format!("; unknown for {}", down.missing)
            } else {
                String::new()
            },
        ),
    };
    out
}

fn figures_row(figures: &DurationFigures) -> Vec<Cell> {
    let summary = figures.summary;
    let interval = summary
        .and_then(|s| s.interval)
        .map(|(low, high)| format!("{} to {}", duration::compact(low), duration::compact(high)));
    vec![
        Cell::new(figures.n),
        Cell::new(figures.missing),
        Cell::new(words(mean(figures))).add_attribute(Attribute::Bold),
        dim(interval.unwrap_or_else(|| "-".to_owned())),
        Cell::new(words(summary.map(|s| s.median))),
        Cell::new(words(summary.map(|s| s.p90))),
    ]
}

fn mean(figures: &DurationFigures) -> Option<Span> {
    figures.summary.map(|s| s.mean)
}

fn numbers_right(table: &mut Table, columns: &[usize]) {
    for index in columns {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// Renders the groups: how many, their downtime, and each duration that some of them have.
fn grouped(report: &StatsReport, by: By, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header([by.as_str(), "Incidents", "", "Downtime", "", "Unknown"]);
    let most = report.groups.iter().map(|g| g.incidents).max().unwrap_or(0);
    let affected = |g: &StatsGroup| g.downtime.down.plus(g.downtime.degraded);
    let longest = report.groups.iter().map(affected).max().unwrap_or_default();
    for group in &report.groups {
        let known = (group.downtime.n > 0).then(|| affected(group));
        table.add_row(vec![
            Cell::new(key(group)),
            Cell::new(group.incidents),
            Cell::new(bar(group.incidents as i64, most as i64)),
            Cell::new(words(known)),
            Cell::new(length_bar(known, longest)),
            Cell::new(group.downtime.missing),
        ]);
    }
    numbers_right(&mut table, &[1, 5]);
    let mut out = format!("\n{}", lines(&table));
    let mut empty = vec![];
    for name in &report.shown {
        match section(report, name, by, style) {
            Some(section) => out.push_str(&section),
            None => empty.push(line(name)),
        }
    }
    if !empty.is_empty() {
        let _ = writeln!(out, "\nNo incident has a value for {}.", empty.join(", "));
    }
    out
}

fn key(group: &StatsGroup) -> String {
    group.key.as_deref().map_or("(none)".to_owned(), line)
}

/// Renders one duration over the groups; none where no group has a value.
fn section(report: &StatsReport, name: &str, by: By, style: TableStyle) -> Option<String> {
    let own = |group: &StatsGroup| group.durations.iter().find(|(n, _)| n == name).map(|(_, f)| *f);
    let found: Vec<_> = report.groups.iter().filter_map(|g| Some((g, own(g)?))).collect();
    let longest = found.iter().filter_map(|(_, f)| mean(f)).max()?;
    let mut table = style.table();
    table.set_header([by.as_str(), "n", "Missing", "Mean", "95 % interval", "Median", "p90", ""]);
    for (group, figures) in &found {
        let bar = Cell::new(length_bar(mean(figures), longest));
        let row = std::iter::once(Cell::new(key(group))).chain(figures_row(figures));
        table.add_row(row.chain([bar]));
    }
    numbers_right(&mut table, &[1, 2]);
    Some(format!("\n{}\n{}", style.bold(&line(name)), lines(&table)))
}

/// Returns a bar for a value, as long as its part of the greatest.
fn bar(value: i64, most: i64) -> String {
    let eighths = i64::try_from(BAR * 8).unwrap_or(0).saturating_mul(value.max(0)) / most.max(1);
    let eighths = usize::try_from(eighths).unwrap_or(0).max(usize::from(value > 0));
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or("");
    format!("{}{rest}", "█".repeat((eighths / 8).min(BAR)))
}

fn length_bar(length: Option<Span>, longest: Span) -> String {
    bar(length.unwrap_or_default().as_seconds(), longest.as_seconds())
}

fn changes(report: &StatsReport, style: TableStyle) -> String {
    let Some(against) = &report.against else { return String::new() };
    let period = span(Some(against.since), Some(against.until), report.zone);
    let plural = if against.incidents == 1 { "" } else { "s" };
    let head = format!("Against {} incident{plural}, {period}", against.incidents);
    let mut table = style.table();
    table.set_header(["Duration", "Mean then", "Mean now", "By chance", "Verdict"]);
    let told = report.changes.iter().filter(|c| c.before.n + c.after.n > 0);
    for change in told {
        table.add_row(change_row(change));
    }
    let chance = "By chance: how often so great a difference comes where nothing changed. Of twenty\n\
                  durations that did not change, one is expected to seem to.";
    format!(
        "\n{}\n{}\n{chance}\nMethod: {}.\n",
        style.bold(&head),
        lines(&table),
        report.methods.change
    )
}

fn change_row(change: &DurationChange) -> Vec<Cell> {
    let mean = |f: &DurationFigures| match f.n {
        0 => "-".to_owned(),
        n => format!("{} (n {n})", words(mean(f))),
    };
    let chance = change.chance.map(|chance| chance.per_mille());
    let chance = chance.map_or("-".to_owned(), |c| format!("{}.{} %", c / 10, c % 10));
    vec![
        Cell::new(line(&change.name)),
        Cell::new(mean(&change.before)),
        Cell::new(mean(&change.after)),
        Cell::new(chance),
        Cell::new(change.verdict).add_attribute(Attribute::Bold),
    ]
}

/// Renders how often each objective was met, and who missed it.
fn objectives(all: &[ObjectiveResult], style: TableStyle) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut same: Vec<Vec<&ObjectiveResult>> = vec![];
    let what = |o: &ObjectiveResult| (o.class.clone(), o.measure.clone());
    for one in all {
        let group = same.iter_mut().find(|g| g.first().is_some_and(|o| what(o) == what(one)));
        match group {
            Some(group) => group.push(one),
            None => same.push(vec![one]),
        }
    }
    let mut table = style.table();
    table.set_header(["Class", "Objective", "Met", "Missed", "Unsure", "Running", "Unknown"]);
    for group in &same {
        let Some(first) = group.first() else { continue };
        let count = |outcome| group.iter().filter(|o| o.outcome == outcome).count();
        let missed = Cell::new(count(ObjectiveOutcome::Missed));
        table.add_row(vec![
            Cell::new(&first.class),
            Cell::new(format!("{} ≤ {}", first.measure, duration::compact(first.limit))),
            Cell::new(count(ObjectiveOutcome::Met)),
            if count(ObjectiveOutcome::Missed) > 0 { missed.fg(Color::Red) } else { missed },
            Cell::new(group.iter().filter(|o| o.uncertain).count()),
            Cell::new(count(ObjectiveOutcome::Running)),
            Cell::new(count(ObjectiveOutcome::Unknown)),
        ]);
    }
    numbers_right(&mut table, &[2, 3, 4, 5, 6]);
    format!("\n{}\n{}{}", style.bold("Objectives"), lines(&table), missed(all))
}

/// Lists who missed an objective, and where another time within the bounds would change the outcome.
fn missed(all: &[ObjectiveResult]) -> String {
    let mut out = String::new();
    let told = all.iter().filter(|o| o.outcome == ObjectiveOutcome::Missed || o.uncertain);
    for one in told.clone().take(MOST) {
        let unsure = if one.uncertain {
            ", but other times within the bounds would change that"
        } else {
            ""
        };
        let ObjectiveResult { incident, kind, measure, outcome, .. } = one;
        let kind = if *kind == Kind::Incident { String::new() } else { format!(" ({kind})") };
        let found = words(one.found.map(|f| f.length.nominal));
        let _ = writeln!(out, "{outcome} {incident}{kind}: {measure} {found}{unsure}");
    }
    let rest = told.count().saturating_sub(MOST);
    if rest > 0 {
        let _ = writeln!(out, "and {rest} more: --format json lists them");
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}
