//! A document as one HTML file that needs nothing else: no network, no fonts, no script to be read.
//!
//! The page forbids itself everything by its content security policy but the two pieces of its own that
//! it is made with, by their hashes: a style sheet, and a script that adds the reader's own clock.

mod anchors;
mod chart;
mod escape;
mod markdown;
mod notes;
mod numbers;
pub mod picture;
mod policy;
pub mod site;
mod table;
mod times;

#[cfg(test)]
mod tests;

use crate::compute::report::chart::Chart;
use crate::compute::report::metrics::DurationReport;
use crate::model::incident::Audience;
use crate::model::time::Zone;
use escape::escaped;
use markdown::{PageBody, PageHeading};
use picture::Picture;
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a page is made from.
///
/// The body is Markdown without our markers. In it a link to `recount:NAME` is the value of that
/// duration, and a paragraph that links to `recount:chart` is the place of the chart.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The title, where the document does not begin with one.
    pub title: &'a str,
    /// The document.
    pub body: &'a str,
    /// The zone of clocks in it that name none.
    pub zone: Zone,
    /// What is drawn; nothing where absent.
    pub chart: Option<&'a Chart>,
    /// The durations that it may speak of.
    pub durations: &'a [DurationReport],
    /// Who may read it.
    pub audience: Audience,
    /// The pictures that it carries in itself.
    pub pictures: &'a [Picture],
}

/// Renders a document as one self-contained HTML file.
pub fn page(page: &Page<'_>) -> String {
    let chart = page.chart.map(chart::figure).unwrap_or_default();
    let body = markdown::body(page, &chart);
    let mut out = String::with_capacity(STYLE.len() + SCRIPT.len() + body.html.len() + 4096);
    head(&mut out, page);
    out.push_str(
        "<body>\n<a class=\"skip\" href=\"#_text\">Skip to the text</a>\n<div class=\"page\">\n",
    );
    let title = body.title.clone().unwrap_or_else(|| escaped(page.title));
    let _ = write!(out, "<header><h1>{title}</h1></header>\n{}", contents(&body.headings));
    write_main(&mut out, page, &body);
    let _ = write!(out, "</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn head(out: &mut String, page: &Page<'_>) {
    let robots = match page.audience {
        Audience::Internal => "<meta name=\"robots\" content=\"noindex, noarchive\">\n",
        Audience::Public => "",
    };
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n{robots}\
         <meta name=\"generator\" content=\"recount\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n",
        policy::policy(!page.pictures.is_empty()),
        escaped(page.title)
    );
}

fn write_main(out: &mut String, page: &Page<'_>, body: &PageBody<'_>) {
    let _ = write!(out, "<main id=\"_text\">\n{}{}", body.html, body.numbers.definitions());
    let zone = match page.zone {
        Zone::UTC => "Times are in UTC.".to_owned(),
        zone => format!("Times are in {}, with UTC beside them.", escaped(zone.name())),
    };
    let audience = match page.audience {
        Audience::Internal => " For readers inside the organisation.",
        Audience::Public => "",
    };
    let _ = write!(
        out,
        "</main>\n<footer><p>{zone} <span class=\"reader\"></span>{audience}</p></footer>\n"
    );
}

/// Returns the contents, where there is enough to choose from.
fn contents(headings: &[PageHeading]) -> String {
    if headings.len() < 3 {
        return String::new();
    }
    let mut out =
        String::from("<nav aria-label=\"Contents\"><p class=\"nav\">Contents</p>\n<ul>\n");
    for heading in headings {
        let class = if heading.deep { " class=\"deep\"" } else { "" };
        let _ =
            writeln!(out, "<li{class}><a href=\"#{}\">{}</a></li>", heading.anchor, heading.html);
    }
    out.push_str("</ul></nav>\n");
    out
}
