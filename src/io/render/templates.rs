//! Templates as a table.

use super::table::{TableStyle, lines};
use super::text::{line, or};
use crate::compute::report::draft::TemplatesReport;
use comfy_table::{Attribute, Cell};

/// Renders the templates, a row each.
pub fn templates(report: &TemplatesReport, style: TableStyle) -> String {
    let mut table = style.table();
    table.set_header(vec!["Template", "For", "Audience", "Writes", "From"]);
    for template in &report.templates {
        let text = |text: &Option<String>| line(text.as_deref().unwrap_or("-"));
        table.add_row(vec![
            Cell::new(line(&template.name)).add_attribute(Attribute::Bold),
            Cell::new(text(&template.title)),
            Cell::new(or(template.audience.as_ref(), "-")),
            Cell::new(text(&template.file)),
            Cell::new(line(template.path.as_deref().unwrap_or("built in"))),
        ]);
    }
    lines(table)
}
