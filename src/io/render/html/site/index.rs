//! The page that lists all incidents.

use super::{SEARCH, Shell, SitePage, address};
use crate::compute::report::site::{SiteIncident, SiteReport, SiteSort};
use crate::io::render::html::escape::{escaped, push};
use crate::model::incident::Audience;
use std::fmt::Write;

const SCRIPT: &str = include_str!("index.js");

/// Renders the list of all incidents.
pub fn index(report: &SiteReport) -> String {
    let mut body = String::with_capacity(report.incidents.len() * 512);
    open(&mut body, report);
    let _ = writeln!(body, "<h2 id=\"all\">All incidents</h2>");
    if report.incidents.is_empty() {
        body.push_str("<p>There is no incident yet.</p>\n");
        return Shell { page: SitePage::Index, body: &body, script: "", beside: "" }.page(report);
    }
    filters(&mut body, report);
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
    Shell { page: SitePage::Index, body: &body, script: SCRIPT, beside: SEARCH }.page(report)
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

/// Writes what the list can be narrowed by; shown where the script runs.
fn filters(out: &mut String, report: &SiteReport) {
    let all = &report.incidents;
    let mut years: Vec<_> = all.iter().filter_map(year).collect();
    years.dedup();
    let used = |name: &&String| {
        all.iter().any(|i| i.severity.as_ref().is_some_and(|s| s.as_str() == name.as_str()))
    };
    let known = |name: &str| report.severities.iter().any(|severity| severity == name);
    let own = all.iter().filter_map(|i| i.severity.as_ref()).map(ToString::to_string);
    let mut severities: Vec<_> = report.severities.iter().filter(used).cloned().collect();
    let mut others: Vec<_> = own.filter(|name| !known(name)).collect();
    others.sort();
    others.dedup();
    severities.extend(others);
    let services: Vec<_> = report
        .services
        .iter()
        .filter(|s| all.iter().any(|i| i.services.contains(s)))
        .cloned()
        .collect();
    let mut sorts: Vec<_> = all.iter().map(|i| i.sort).collect();
    sorts.sort();
    sorts.dedup();
    let sorts: Vec<_> = sorts.iter().map(ToString::to_string).collect();
    let states = ["open", "over"].map(str::to_owned);
    out.push_str(
        "<form class=\"filters\" role=\"search\" hidden>\n<p class=\"wanted\"><label>Search <input type=\"search\" name=\"q\" \
         autocomplete=\"off\" placeholder=\"words of titles and events\"></label></p>\n",
    );
    select(out, ["severity", "Severity"], &severities);
    select(out, ["services", "Service"], &services);
    select(out, ["year", "Year"], &years);
    select(out, ["open", "State"], &states);
    select(out, ["sort", "Kind"], &sorts);
    out.push_str(
        "<p><button type=\"reset\">Show all</button></p>\n<p><output aria-live=\"polite\"></output></p>\n</form>\n",
    );
}

/// Writes a choice of values; none where there is nothing to choose from.
fn select(out: &mut String, [name, label]: [&str; 2], values: &[String]) {
    if values.len() < 2 {
        return;
    }
    let _ =
        write!(out, "<p><label>{label} <select name=\"{name}\"><option value=\"\">any</option>");
    for value in values {
        let value = escaped(value);
        let _ = write!(out, "<option value=\"{value}\">{value}</option>");
    }
    out.push_str("</select></label></p>\n");
}

fn year(incident: &SiteIncident) -> Option<String> {
    incident.began.as_ref().map(|began| began.day.format("%Y").to_string())
}

fn row(out: &mut String, incident: &SiteIncident, internal: bool) {
    let began = match &incident.began {
        Some(began) => {
            let words = escaped(&began.words);
            format!("<time datetime=\"{}\">{words}</time>", began.at.rfc3339())
        }
        None => "<span class=\"soft\">not known</span>".to_owned(),
    };
    let year = year(incident).unwrap_or_default();
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
    let length = match &incident.length {
        Some(length) => escaped(length),
        None if internal => "<span class=\"soft\">not known</span>".to_owned(),
        None => String::new(),
    };
    let _ = writeln!(
        out,
        "<td>{}</td><td>{}</td></tr>",
        escaped(&incident.services.join(", ")),
        length
    );
}

fn sort(sort: SiteSort) -> String {
    match sort {
        SiteSort::Incident => String::new(),
        other => format!(" <span class=\"badge maintenance\">{other}</span>"),
    }
}
