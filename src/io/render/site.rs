//! What became of a site, for people.

use super::completeness::notes;
use super::text::line;
use crate::compute::report::site_written::SiteWritten;

/// Says how many files were written, and where the site begins.
pub fn written(report: &SiteWritten) -> String {
    let SiteWritten { output, edition, incidents, written, unchanged, removed, .. } = report;
    let plural = if *incidents == 1 { "" } else { "s" };
    let removed = if *removed > 0 { format!(", {removed} removed") } else { String::new() };
    format!(
        "{}/index.html: the {edition} edition, {incidents} incident{plural}; {written} files written, {unchanged} unchanged{removed}\n{}",
        line(output.trim_end_matches('/')),
        notes(&report.completeness)
    )
}
