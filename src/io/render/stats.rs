//! Counts and durations over many incidents as tables for a terminal.

use super::metrics::as_of;
use super::table::{TableStyle, dim, lines};
use super::text::line;
use crate::compute::report::stats::{
    ChangeReport, FiguresReport, GroupReport, IncidentCount, ObjectiveReport, StatsReport,
};
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
    if report.total.durations.iter().any(|d| d.mean_min_seconds.is_some()) {
        let methods = &report.methods;
        let said = "\nMissing: not marked, or still running.";
        let _ = writeln!(out, "{said}\nInterval: {}.\np90: {}.", methods.interval, methods.p90);
    }
    out + &as_of(report.as_of.as_deref())
}

/// Says which incidents count, and which do not.
fn counted(report: &StatsReport, style: TableStyle) -> String {
    let IncidentCount { kinds, bounds, duplicates, other_kinds, undated, unreadable, .. } =
        &report.counted;
    let what = match kinds.as_slice() {
        ["incident"] => "incident".to_owned(),
        several => format!("incident ({})", several.join(", ")),
    };
    let what =
        if report.total.incidents == 1 { what } else { what.replacen("incident", "incidents", 1) };
    let when = match *bounds {
        (None, None) => String::new(),
        (since, until) => format!(", {}", span(since, until, report.zone)),
    };
    let house = report.preset.map(|h| format!(", by the definitions of {h}")).unwrap_or_default();
    let head = format!("{} {what}{when}{house}", report.total.incidents);
    let mut out = format!("{}\n", style.bold(&head));
    let left = [
        (*duplicates, "tells the same story as another", "tell the same story as another"),
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

fn words(seconds: Option<i64>) -> String {
    seconds.map_or("-".to_owned(), |s| duration::words(Span::seconds(s)))
}

/// Renders all durations of one group, a row each.
fn whole(group: &GroupReport, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header(["Duration", "n", "Missing", "Mean", "95 % interval", "Median", "p90"]);
    for figures in &group.durations {
        table.add_row(std::iter::once(Cell::new(line(&figures.name))).chain(figures_row(figures)));
    }
    numbers_right(&mut table, &[1, 2]);
    let down = &group.downtime;
    let mut out = format!("\n{}", lines(&table));
    let _ = match down.n {
        0 => writeln!(out, "\nDowntime: unknown for all."),
        n => writeln!(
            out,
            "\nDowntime: {} down and {} degraded, over {n}{}.",
            duration::words(Span::seconds(down.down_seconds)),
            duration::words(Span::seconds(down.degraded_seconds)),
            if down.missing > 0 {
                format!("; unknown for {}", down.missing)
            } else {
                String::new()
            },
        ),
    };
    out
}

fn figures_row(figures: &FiguresReport) -> Vec<Cell> {
    let interval = figures.mean_min_seconds.zip(figures.mean_max_seconds);
    let compact = |seconds| duration::compact(Span::seconds(seconds));
    let interval = interval.map(|(low, high)| format!("{} to {}", compact(low), compact(high)));
    vec![
        Cell::new(figures.n),
        Cell::new(figures.missing),
        Cell::new(words(figures.mean_seconds)).add_attribute(Attribute::Bold),
        dim(interval.unwrap_or_else(|| "-".to_owned())),
        Cell::new(words(figures.median_seconds)),
        Cell::new(words(figures.p90_seconds)),
    ]
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
fn grouped(report: &StatsReport, by: &str, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header([by, "Incidents", "", "Downtime", "", "Unknown"]);
    let most = report.groups.iter().map(|g| g.incidents).max().unwrap_or(0);
    let hurt = |g: &GroupReport| g.downtime.down_seconds + g.downtime.degraded_seconds;
    let longest = report.groups.iter().map(hurt).max().unwrap_or(0);
    for group in &report.groups {
        let known = (group.downtime.n > 0).then(|| hurt(group));
        table.add_row(vec![
            Cell::new(key(group)),
            Cell::new(group.incidents),
            Cell::new(bar(group.incidents as i64, most as i64)),
            Cell::new(words(known)),
            Cell::new(bar(known.unwrap_or(0), longest)),
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

fn key(group: &GroupReport) -> String {
    group.key.as_deref().map_or("(none)".to_owned(), line)
}

/// Renders one duration over the groups; none where no group has a value.
fn section(report: &StatsReport, name: &str, by: &str, style: TableStyle) -> Option<String> {
    let of = |group: &GroupReport| group.durations.iter().find(|d| d.name == name).cloned();
    let found: Vec<_> = report.groups.iter().filter_map(|g| Some((g, of(g)?))).collect();
    let longest = found.iter().filter_map(|(_, f)| f.mean_seconds).max()?;
    let mut table = style.table();
    table.set_header([by, "n", "Missing", "Mean", "95 % interval", "Median", "p90", ""]);
    for (group, figures) in &found {
        let bar = Cell::new(bar(figures.mean_seconds.unwrap_or(0), longest));
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

fn changes(report: &StatsReport, style: TableStyle) -> String {
    let Some(against) = &report.against else { return String::new() };
    let period = span(Some(against.period.from()), Some(against.period.to()), report.zone);
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

fn change_row(change: &ChangeReport) -> Vec<Cell> {
    let mean = |f: &FiguresReport| match f.n {
        0 => "-".to_owned(),
        n => format!("{} (n {n})", words(f.mean_seconds)),
    };
    let chance = match change.chance_per_mille {
        None => "-".to_owned(),
        Some(chance) => format!("{}.{} %", chance / 10, chance % 10),
    };
    vec![
        Cell::new(line(&change.name)),
        Cell::new(mean(&change.before)),
        Cell::new(mean(&change.after)),
        Cell::new(chance),
        Cell::new(change.verdict).add_attribute(Attribute::Bold),
    ]
}

/// Renders how often each objective was met, and who missed it.
fn objectives(all: &[ObjectiveReport], style: TableStyle) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut same: Vec<Vec<&ObjectiveReport>> = vec![];
    for one in all {
        let group = same
            .iter_mut()
            .find(|g| g.first().is_some_and(|o| (&o.class, &o.name) == (&one.class, &one.name)));
        match group {
            Some(group) => group.push(one),
            None => same.push(vec![one]),
        }
    }
    let mut table = style.table();
    table.set_header(["Class", "Objective", "Met", "Missed", "Unsure", "Running", "Unknown"]);
    for group in &same {
        let Some(first) = group.first() else { continue };
        let count = |outcome: &str| group.iter().filter(|o| o.outcome == outcome).count();
        let missed = Cell::new(count("missed"));
        table.add_row(vec![
            Cell::new(line(&first.class)),
            Cell::new(format!(
                "{} ≤ {}",
                line(&first.name),
                duration::compact(Span::seconds(first.limit_seconds))
            )),
            Cell::new(count("met")),
            if count("missed") > 0 { missed.fg(Color::Red) } else { missed },
            Cell::new(group.iter().filter(|o| o.uncertain).count()),
            Cell::new(count("running")),
            Cell::new(count("unknown")),
        ]);
    }
    numbers_right(&mut table, &[2, 3, 4, 5, 6]);
    format!("\n{}\n{}{}", style.bold("Objectives"), lines(&table), missed(all))
}

/// Lists who missed an objective, and where another time within the bounds would change the outcome.
fn missed(all: &[ObjectiveReport]) -> String {
    let mut out = String::new();
    let told = all.iter().filter(|o| o.outcome == "missed" || o.uncertain);
    for one in told.clone().take(MOST) {
        let unsure = if one.uncertain {
            ", but other times within the bounds would change that"
        } else {
            ""
        };
        let kind = if one.kind == "incident" { String::new() } else { format!(" ({})", one.kind) };
        let _ = writeln!(
            out,
            "{} {}{kind}: {} {}{unsure}",
            one.outcome,
            line(&one.incident),
            line(&one.name),
            words(one.seconds)
        );
    }
    let rest = told.count().saturating_sub(MOST);
    if rest > 0 {
        let _ = writeln!(out, "and {rest} more: --format json lists them");
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}
