//! Counts and durations over many incidents as Markdown.

use super::downtime;
use super::{Columns, head, key, left_out, notes, objectives};
use crate::compute::report::stats::{DurationChange, DurationFigures, StatsGroup, StatsReport};
use crate::io::render::text::{markdown, or};
use crate::model::time::SpanBounds;
use std::fmt::Write;

/// Renders the numbers of many incidents.
pub fn stats(report: &StatsReport) -> String {
    let mut out = format!("# {}\n", markdown(&head(report)));
    let left = left_out(report);
    if !left.is_empty() {
        let _ = write!(out, "\nLeft out: {}.\n", markdown(&left));
    }
    match &report.by {
        None => {
            let rows = report.total.durations.iter().map(|(name, f)| (name.clone(), f));
            out += &durations("Duration", rows.collect());
        }
        Some(by) => {
            let by = by.to_string();
            out += &groups(report, &by);
            for name in &report.shown {
                let own = |g| Some((key(g), figures(g, name)?));
                let rows: Vec<_> = report.groups.iter().filter_map(own).collect();
                if rows.iter().any(|(_, f)| f.n + f.unsure > 0) {
                    let _ = write!(out, "\n## {}\n", markdown(name));
                    out += &durations(&by, rows);
                }
            }
        }
    }
    out += &services(report);
    out += &changes(report);
    if !report.objectives.is_empty() {
        let rows = objectives::rows(&report.objectives).into_iter().map(Vec::from);
        let _ = write!(out, "\n## Objectives\n{}", table(&objectives::HEADER, rows));
        out += &list(objectives::missed_lines(&report.objectives));
    }
    out += &list(notes(report));
    let commit = report.as_of.as_ref();
    out + &commit.map(|c| format!("\nAs of commit `{c}`.\n")).unwrap_or_default()
}

fn figures<'g>(group: &'g StatsGroup, name: &str) -> Option<&'g DurationFigures> {
    group.durations.iter().find(|(n, _)| n == name).map(|(_, figures)| figures)
}

/// Renders durations, a row each.
fn durations<'a>(first: &'a str, rows: Vec<(String, &'a DurationFigures)>) -> String {
    let columns = Columns::of(rows.iter().map(|(_, figures)| *figures));
    let titles: Vec<&'static str> = columns.header().collect();
    let header: Vec<&str> = std::iter::once(first).chain(titles).collect();
    let row = |(name, figures): (String, &DurationFigures)| {
        std::iter::once(name).chain(columns.texts(figures)).collect()
    };
    table(&header, rows.into_iter().map(row))
}

fn groups(report: &StatsReport, by: &str) -> String {
    let row = |group: &StatsGroup| {
        let affected = group.downtime.total.map(|t| t.affected);
        let counts = group.downtime.counts;
        vec![
            key(group),
            group.incidents.to_string(),
            affected.map_or("-".to_owned(), |length: SpanBounds| length.to_string()),
            counts.missing.to_string(),
            counts.unsure.to_string(),
        ]
    };
    let header = [by, "Incidents", "Downtime", "Unknown", "Unsure"];
    table(&header, report.groups.iter().map(row))
}

fn services(report: &StatsReport) -> String {
    let sum = &report.total.downtime;
    let mut out = String::from("\n## Downtime\n");
    if sum.services.len() > 1 {
        out += &table(&downtime::HEADER, sum.services.iter().map(|s| downtime::row(s).to_vec()));
    }
    out + &format!("\n{}\n", markdown(&downtime::said(sum)))
}

fn changes(report: &StatsReport) -> String {
    let Some(against) = &report.against else { return String::new() };
    let period = super::span(Some(against.since), Some(against.until), report.zone);
    let head = format!("Against {} incidents, {period}", against.incidents);
    let row = |change: &DurationChange| {
        let mean = |f: &DurationFigures| format!("{} (n {})", super::known(super::mean(f), f), f.n);
        let chance = change.chance.map(|c| super::per_cent(c.per_mille()));
        vec![
            change.name.clone(),
            mean(&change.before),
            mean(&change.after),
            or(chance.as_ref(), "-"),
            change.verdict.to_string(),
        ]
    };
    let told = report.changes.iter().filter(|c| c.before.n + c.after.n > 0).map(row);
    let header = ["Duration", "Mean then", "Mean now", "By chance", "Verdict"];
    let method = markdown(report.methods.change);
    format!("\n## {}\n{}\nMethod: {method}.\n", markdown(&head), table(&header, told))
}

/// Renders a table; no cell means anything to Markdown.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let plain = |cells: Vec<String>| cells.iter().map(|cell| markdown(cell)).collect();
    let head = line(header.iter().map(|cell| markdown(cell)).collect());
    let rule = line(header.iter().map(|_| "---".to_owned()).collect());
    let rows: String = rows.map(|cells| line(plain(cells))).collect();
    format!("\n{head}{rule}{rows}")
}

fn list(lines: Vec<String>) -> String {
    let lines: String = lines.iter().map(|line| format!("- {}\n", markdown(line))).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}
