//! What a sync did, for eyes.

use super::text::line;
use crate::compute::report::sync::SyncReport;
use std::fmt::Write;

/// Renders what a sync did.
pub fn sync(report: &SyncReport) -> String {
    let mut out = String::new();
    let place = format!("{}/{}", report.remote, report.branch);
    let did = match (report.fetched, report.pushed) {
        (0, 0) => "nothing was new".to_owned(),
        (came, 0) => format!("{} came", commits(came)),
        (0, went) => format!("{} went", commits(went)),
        (came, went) => format!("{} came, {} went", commits(came), commits(went)),
    };
    let _ = writeln!(out, "{}: {did}.", line(&place));
    for field in &report.unsettled {
        let what = match &field.event {
            Some(event) => format!("{} of {event}", field.field),
            None => field.field.clone(),
        };
        let text = format!("  {}: two people changed {what}; the later stands", field.incident);
        let _ = writeln!(out, "{}", line(&text));
    }
    if !report.unsettled.is_empty() {
        out.push_str("  Keep the right value with `recount amend` or `recount set`.\n");
    }
    for note in &report.notes {
        let _ = writeln!(out, "{}", line(note));
    }
    out
}

fn commits(count: u64) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}
