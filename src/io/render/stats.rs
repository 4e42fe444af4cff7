//! Counts and durations over many incidents as tables for a terminal.

mod downtime;
pub mod markdown;
mod objectives;

use super::completeness;
use super::metrics::as_of;
use super::table::{TableStyle, dim, lines};
use super::text::{joined, line};
use crate::compute::report::stats::{
    By, DurationChange, DurationFigures, IncidentCount, StatsGroup, StatsQuery, StatsReport,
};
use crate::model::incident::{Kind, Name};
use crate::model::time::{Instant, Span, SpanBounds, Zone, duration, format as times};
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, Table};
use std::fmt::Write;

/// How wide the longest bar is.
const BAR: usize = 20;
/// How wide a terminal is at least that shows bars beside all columns of a duration.
const BARRED: u16 = 120;
/// How many incidents a list of those that missed an objective names.
const MOST: usize = 12;

/// Renders the numbers of many incidents.
pub fn stats(report: &StatsReport, style: TableStyle) -> String {
    let mut out = counted(report, style);
    if report.total.incidents > 0 || !report.total.downtime.services.is_empty() {
        match &report.by {
            None => out.push_str(&whole(&report.total, style)),
            Some(by) => out.push_str(&grouped(report, by, style)),
        }
    }
    out.push_str(&changes(report, style));
    out.push_str(&objectives::all(&report.objectives, style));
    let notes = notes(report);
    if !notes.is_empty() {
        let _ = write!(out, "\n{}", notes.iter().map(|n| format!("{n}\n")).collect::<String>());
    }
    out + &as_of(report.as_of.as_deref()) + &completeness::notes(&report.completeness)
}

/// Says what the columns mean, where there are some.
fn notes(report: &StatsReport) -> Vec<String> {
    let methods = &report.methods;
    let groups = || std::iter::once(&report.total).chain(&report.groups);
    let any = |wanted: &dyn Fn(&DurationFigures) -> bool| {
        groups().any(|g| g.durations.iter().any(|(_, figures)| wanted(figures)))
    };
    let mut notes = vec![];
    if any(&|f| f.summary.is_some_and(|s| s.interval.is_some())) {
        notes.push("Missing: not marked, not readable, or still running.".to_owned());
        notes.push(format!("Interval: {}.", methods.interval));
        notes.push(format!("p90: {}.", methods.p90));
    }
    if any(&is_uncertain) {
        notes.push(format!("By the times: {}.", methods.range));
    }
    if any(&|f| f.unsure > 0) || groups().any(|g| g.downtime.counts.unsure > 0) {
        let unsure = "Unsure: no nominal value, as the times of its two ends overlap; in no mean.";
        notes.push(unsure.to_owned());
    }
    if groups().any(|g| !g.downtime.services.is_empty()) {
        notes.push(format!("Downtime: {}.", methods.downtime));
    }
    notes
}

/// Returns whether other times within the bounds would change the mean.
fn is_uncertain(figures: &DurationFigures) -> bool {
    figures.range.is_some_and(|(lowest, highest)| lowest < highest)
}

/// Says which incidents count, and which do not.
fn counted(report: &StatsReport, style: TableStyle) -> String {
    let (head, left) = (head(report), left_out(report));
    let left = if left.is_empty() { String::new() } else { format!("Left out: {left}.\n") };
    format!("{}\n{left}", style.bold(&head))
}

/// Says how many incidents count, and which were asked for.
fn head(report: &StatsReport) -> String {
    let StatsQuery { kinds, since, until, .. } = &report.counted.query;
    let plural = if report.total.incidents == 1 { "" } else { "s" };
    let kinds = match kinds.as_slice() {
        [Kind::Incident] => String::new(),
        several => format!(" ({})", joined(several, ", ")),
    };
    let when = match (*since, *until) {
        (None, None) => String::new(),
        (since, until) => format!(", {}", span(since, until, report.zone)),
    };
    let vendor = report.preset.map(|h| format!(", by the definitions of {h}")).unwrap_or_default();
    let chosen = chosen(&report.counted.query);
    format!("{} incident{plural}{kinds}{chosen}{when}{vendor}", report.total.incidents)
}

/// Says which incidents were chosen by what they are.
fn chosen(query: &StatsQuery) -> String {
    let StatsQuery { incident, severities, services, classes, open, .. } = query;
    let names = |what: &str, names: &[Name]| {
        (!names.is_empty()).then(|| format!("{what}{}", joined(names, " or ")))
    };
    let parts = [
        incident.as_ref().map(|id| format!("of {id} alone")),
        open.map(|open| if open { "open" } else { "over" }.to_owned()),
        names("", severities),
        names("on ", services),
        names("of the class ", classes),
    ];
    parts.into_iter().flatten().map(|part| format!(", {part}")).collect()
}

/// Says which incidents do not count, though they were asked for.
fn left_out(report: &StatsReport) -> String {
    let IncidentCount { duplicates, other_kinds, undated, unreadable, .. } = &report.counted;
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
    joined(said.map(|(n, one, more)| format!("{n} {}", if *n == 1 { one } else { more })), "; ")
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

/// Renders all durations of one group, a row each, and the downtime.
fn whole(group: &StatsGroup, style: TableStyle) -> String {
    let mut table = style.table();
    let columns = Columns::of(group.durations.iter().map(|(_, figures)| figures));
    table.set_header(std::iter::once("Duration").chain(columns.header()));
    for (name, figures) in &group.durations {
        table.add_row(std::iter::once(Cell::new(line(name))).chain(columns.row(figures)));
    }
    numbers_right(&mut table, 1..columns.counts());
    format!("\n{}\n{}", lines(table), downtime::whole(&group.downtime, style))
}

/// Which columns a table of durations has.
#[derive(Clone, Copy)]
struct Columns {
    /// How many have no nominal value, where any has none.
    unsure: bool,
    /// The least and the most of the mean, where the times leave it uncertain.
    range: bool,
}

impl Columns {
    fn of<'f>(all: impl Iterator<Item = &'f DurationFigures> + Clone) -> Self {
        Self { unsure: all.clone().any(|f| f.unsure > 0), range: all.clone().any(is_uncertain) }
    }

    /// Returns how many columns lie before the mean, the first included.
    fn counts(self) -> usize {
        if self.unsure { 4 } else { 3 }
    }

    fn header(self) -> impl Iterator<Item = &'static str> {
        let unsure = self.unsure.then_some("Unsure");
        let range = self.range.then_some("By the times");
        let counts = ["n", "Missing"].into_iter().chain(unsure).chain(["Mean"]);
        counts.chain(range).chain(["95 % interval", "Median", "p90"])
    }

    fn row(self, figures: &DurationFigures) -> Vec<Cell> {
        let cell = |(index, text): (usize, String)| match index + 1 {
            i if i == self.counts() => Cell::new(text).add_attribute(Attribute::Bold),
            i if i > self.counts() && text.contains(" to ") => dim(text),
            _ => Cell::new(text),
        };
        self.texts(figures).into_iter().enumerate().map(cell).collect()
    }

    /// Returns what stands in each column.
    fn texts(self, figures: &DurationFigures) -> Vec<String> {
        let DurationFigures { n, missing, unsure, summary, range } = figures;
        let unsure = self.unsure.then(|| unsure.to_string());
        let range = self.range.then(|| between(range.filter(|_| is_uncertain(figures))));
        let counts = [n.to_string(), missing.to_string()].into_iter().chain(unsure);
        let rest = [
            between(summary.and_then(|s| s.interval)),
            known(summary.map(|s| s.median), figures),
            known(summary.map(|s| s.p90), figures),
        ];
        counts.chain([known(mean(figures), figures)]).chain(range).chain(rest).collect()
    }
}

/// Returns a length no more precise than the mean of the same figures is known.
fn known(length: Option<Span>, figures: &DurationFigures) -> String {
    let (Some(length), Some(mean), Some((lowest, highest))) =
        (length, mean(figures), figures.range)
    else {
        return words(length);
    };
    let (below, above) = (mean.minus(lowest), highest.minus(mean));
    duration::about(Some(length), length.minus(below).max(Span::ZERO), length.plus(above))
}

fn between(ends: Option<(Span, Span)>) -> String {
    let ends = ends.map(|(low, high)| [low, high].map(duration::compact).join(" to "));
    ends.unwrap_or_else(|| "-".to_owned())
}

fn mean(figures: &DurationFigures) -> Option<Span> {
    figures.summary.map(|s| s.mean)
}

fn numbers_right(table: &mut Table, columns: impl IntoIterator<Item = usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// Renders the groups: how many, their downtime, and each duration that some of them have.
fn grouped(report: &StatsReport, by: &By, style: TableStyle) -> String {
    let mut table = style.table();
    let unsure = report.groups.iter().any(|g| g.downtime.counts.unsure > 0);
    let last = unsure.then_some("Unsure");
    let by_words = by.to_string();
    table.set_header(
        [by_words.as_str(), "Incidents", "", "Downtime", "", "Unknown"].iter().chain(&last),
    );
    let most = report.groups.iter().map(|g| g.incidents).max().unwrap_or(0);
    let affected = |g: &StatsGroup| g.downtime.total.map(|t| t.affected);
    let length = |g: &StatsGroup| affected(g).map(SpanBounds::nominal_or_most);
    let longest = report.groups.iter().filter_map(length).max().unwrap_or_default();
    for group in &report.groups {
        let counts = group.downtime.counts;
        let unsure = unsure.then(|| Cell::new(counts.unsure));
        let row = [
            Cell::new(key(group)),
            Cell::new(group.incidents),
            Cell::new(bar(group.incidents as i64, most as i64)),
            Cell::new(affected(group).map_or("-".to_owned(), SpanBounds::about)),
            Cell::new(length_bar(length(group), longest)),
            Cell::new(counts.missing),
        ];
        table.add_row(row.into_iter().chain(unsure));
    }
    numbers_right(&mut table, [1, 5, 6]);
    let mut out = format!("\n{}", lines(table));
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
fn section(report: &StatsReport, name: &str, by: &By, style: TableStyle) -> Option<String> {
    let own = |group: &StatsGroup| group.durations.iter().find(|(n, _)| n == name).map(|(_, f)| *f);
    let found: Vec<_> = report.groups.iter().filter_map(|g| Some((g, own(g)?))).collect();
    let longest = found.iter().filter_map(|(_, f)| mean(f)).max();
    if longest.is_none() && found.iter().all(|(_, f)| f.unsure == 0) {
        return None;
    }
    let longest = longest.unwrap_or_default();
    let mut table = style.table();
    let columns = Columns::of(found.iter().map(|(_, figures)| figures));
    let bars = style.width >= BARRED || !(columns.unsure || columns.range);
    let by_words = by.to_string();
    table.set_header(
        std::iter::once(by_words)
            .chain(columns.header().chain(bars.then_some("")).map(str::to_owned)),
    );
    for (group, figures) in &found {
        let bar = Cell::new(length_bar(mean(figures), longest));
        let row = std::iter::once(Cell::new(key(group))).chain(columns.row(figures));
        table.add_row(row.chain(bars.then_some(bar)));
    }
    numbers_right(&mut table, 1..columns.counts());
    Some(format!("\n{}\n{}", style.bold(&line(name)), lines(table)))
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
        lines(table),
        report.methods.change
    )
}

fn per_cent(per_mille: usize) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

fn change_row(change: &DurationChange) -> Vec<Cell> {
    let mean = |f: &DurationFigures| match f.n {
        0 => "-".to_owned(),
        n => format!("{} (n {n})", known(mean(f), f)),
    };
    let chance = change.chance.map(|chance| per_cent(chance.per_mille()));
    let chance = chance.unwrap_or_else(|| "-".to_owned());
    vec![
        Cell::new(line(&change.name)),
        Cell::new(mean(&change.before)),
        Cell::new(mean(&change.after)),
        Cell::new(chance),
        Cell::new(change.verdict).add_attribute(Attribute::Bold),
    ]
}
