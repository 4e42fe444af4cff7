//! The page that lists all incidents.

use super::{SitePage, address, shell};
use crate::compute::report::site::{SiteIncident, SiteReport, SiteSort};
use crate::io::render::html::escape::{escaped, push};
use crate::model::incident::Audience;
use std::fmt::Write;

/// Renders the list of all incidents.
pub fn index(report: &SiteReport) -> String {
    let mut body = String::with_capacity(report.incidents.len() * 512);
    open(&mut body, report);
    let _ = writeln!(body, "<h2 id=\"all\">All incidents</h2>");
    if report.incidents.is_empty() {
        body.push_str("<p>There is no incident yet.</p>\n");
        return shell(report, SitePage::Index, &body);
    }
    let internal = report.audience == Audience::Internal;
    let severity = if internal { "<th scope=\"col\">Severity</th>" } else { "" };
    let _ = writeln!(
        body,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"all\">\n<table class=\"incidents\"><thead><tr><th scope=\"col\">Began</th>\
         <th scope=\"col\">Incident</th><th scope=\"col\">State</th>{severity}\
         <th scope=\"col\">Services</th><th scope=\"col\">Affected for</th></tr></thead>\n<tbody>"
    );
    for incident in &report.incidents {
        row(&mut body, incident, internal);
    }
    body.push_str("</tbody></table></div>\n");
    shell(report, SitePage::Index, &body)
}

/// Lists the incidents that aren't over, first of all.
fn open(out: &mut String, report: &SiteReport) {
    let open: Vec<_> = report.incidents.iter().filter(|i| i.is_open() && i.sort.counts()).collect();
    if open.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section class=\"now\"><h2>Not over yet</h2>\n<ul>");
    for incident in open {
        let began = incident.began.as_ref().map(|began| escaped(&began.words)).unwrap_or_default();
        let _ = writeln!(
            out,
            "<li><a href=\"{}\">{}</a> <span class=\"badge down\">{}</span> <span class=\"soft\">since {began}</span></li>",
            address(&incident.page),
            escaped(&incident.title),
            escaped(&incident.state)
        );
    }
    out.push_str("</ul></section>\n");
}

fn row(out: &mut String, incident: &SiteIncident, internal: bool) {
    let (began, year) = match &incident.began {
        Some(began) => {
            let time = format!(
                "<time datetime=\"{}\">{}</time>",
                began.at.rfc3339(),
                escaped(&began.words)
            );
            (time, began.day.format("%Y").to_string())
        }
        None => ("<span class=\"soft\">not known</span>".to_owned(), String::new()),
    };
    let open = if incident.is_open() { "open" } else { "over" };
    let _ = write!(
        out,
        "<tr data-year=\"{year}\" data-open=\"{open}\" data-sort=\"{}\"",
        incident.sort
    );
    let severity = incident.severity.as_ref().map(|s| escaped(s.as_str())).unwrap_or_default();
    if internal {
        let _ = write!(out, " data-severity=\"{severity}\"");
    }
    out.push_str(" data-services=\"");
    // A sign that no name has stands between two of them.
    push(out, &incident.services.join("\n"));
    let _ = write!(
        out,
        "\"><td class=\"began\">{began}</td><th scope=\"row\"><a href=\"{}\">{}</a>{}</th><td>{}</td>",
        address(&incident.page),
        escaped(&incident.title),
        sort(incident.sort),
        escaped(&incident.state)
    );
    if internal {
        let _ = write!(out, "<td>{severity}</td>");
    }
    let _ = writeln!(
        out,
        "<td>{}</td><td>{}</td></tr>",
        escaped(&incident.services.join(", ")),
        escaped(incident.length.as_deref().unwrap_or_default())
    );
}

fn sort(sort: SiteSort) -> String {
    match sort {
        SiteSort::Incident => String::new(),
        other => format!(" <span class=\"badge maintenance\">{other}</span>"),
    }
}
