//! What an import did, for people.

use super::text::line;
use crate::compute::report::import::{ImportOutcome, ImportReport, ImportUndoReport, SourceEvent};
use std::fmt::Write;

/// How many incidents, and how many places of one kind, are named.
const MOST_SHOWN: usize = 20;

/// Renders the incidents of an import, with their counts.
pub fn import(report: &ImportReport) -> String {
    let mut out = String::new();
    let changed: Vec<_> = report.incidents.iter().filter(|it| is_changed(it)).collect();
    for it in changed.iter().take(MOST_SHOWN) {
        let is_new = if it.created { "new, " } else { "" };
        let counts = [
            (it.new, "new"),
            (it.updated, "updated"),
            (it.unchanged, "unchanged"),
            (it.kept, "kept"),
        ];
        let _ = writeln!(out, "{}: {is_new}{}", it.incident, counted(&counts));
    }
    if changed.len() > MOST_SHOWN {
        let _ = writeln!(out, "and {} more incidents", changed.len() - MOST_SHOWN);
    }
    out + &total(report)
}

fn is_changed(outcome: &ImportOutcome) -> bool {
    outcome.created || outcome.new + outcome.updated + outcome.kept > 0
}

fn counted(counts: &[(usize, &str)]) -> String {
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<_> = told.map(|(count, what)| format!("{count} {what}")).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

fn total(report: &ImportReport) -> String {
    let sum =
        |count: fn(&ImportOutcome) -> usize| report.incidents.iter().map(count).sum::<usize>();
    let created = report.incidents.iter().filter(|it| it.created).count();
    let told = counted(&[
        (sum(|it| it.new), "new"),
        (sum(|it| it.updated), "updated"),
        (sum(|it| it.unchanged), "unchanged"),
        (sum(|it| it.kept), "kept as changed here"),
        (report.gone.len(), "gone at the source"),
        (report.skipped.len(), "skipped"),
    ]);
    let made = if created > 0 { format!(", {created} of them new") } else { String::new() };
    let dry = if report.dry_run { " (nothing was written)" } else { "" };
    format!("{}{made}; events: {told}{dry}\n", incidents(report.incidents.len()))
}

/// Renders what was left out, kept and gone, with their places.
pub fn remarks(report: &ImportReport) -> String {
    let mut out = String::new();
    for skip in report.skipped.iter().take(MOST_SHOWN) {
        let _ = writeln!(out, "skipped: {}: {}", line(&skip.place), line(&skip.reason));
    }
    more(&mut out, report.skipped.len(), "skipped");
    let named = |out: &mut String, all: &[SourceEvent], what: &str| {
        for it in all.iter().take(MOST_SHOWN) {
            let (incident, event, source) = (&it.incident, line(&it.event), line(&it.source));
            let _ = writeln!(out, "{what}: {incident} {event} ({source})");
        }
        more(out, all.len(), what);
    };
    named(&mut out, &report.kept, "kept, for it was changed here and at the source");
    named(&mut out, &report.gone, "gone at the source, and kept here");
    out
}

/// Renders what taking back an import did.
pub fn undone(report: &ImportUndoReport) -> String {
    let mut out = String::new();
    let mut canceled = 0;
    for it in &report.incidents {
        canceled += usize::from(it.canceled);
        let counts = [
            (it.retracted, "retracted"),
            (it.restored, "as before"),
            (it.kept.len(), "kept as changed since"),
        ];
        if !it.canceled {
            let _ = writeln!(out, "{}: {}", it.incident, counted(&counts));
        }
    }
    if canceled > 0 {
        let _ = writeln!(out, "canceled: {}; `recount list --all` shows them", incidents(canceled));
    }
    let from = line(&report.format);
    let _ = writeln!(out, "taken back: import {from}; the same import brings it back");
    out
}

fn more(out: &mut String, count: usize, what: &str) {
    if count > MOST_SHOWN {
        let _ =
            writeln!(out, "and {} more {what}: `--format json` has them all", count - MOST_SHOWN);
    }
}

fn incidents(count: usize) -> String {
    if count == 1 { "1 incident".to_owned() } else { format!("{count} incidents") }
}
