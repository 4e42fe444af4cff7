//! The feeds of a site: Atom (RFC 4287) and JSON Feed 1.1, of the incidents that something was told of last.

use super::address;
use crate::compute::report::site::{SiteIncident, SiteReport};
use crate::io::render::html::escape::escaped;
use crate::io::render::text;
use crate::model::time::Instant;
use serde_json::json;
use std::cmp::Reverse;
use std::fmt::Write;

/// The names of their files.
pub const FEEDS: [&str; 2] = ["atom.xml", "feed.json"];
/// How many incidents a feed tells of.
const MOST: usize = 50;
const TITLE: &str = "Incidents";

/// Returns the incidents of which something was told last, the latest first.
fn latest(report: &SiteReport) -> Vec<&SiteIncident> {
    let mut all: Vec<_> = report.incidents.iter().filter(|i| i.sort.counts()).collect();
    all.sort_by_key(|incident| Reverse(incident.updated()));
    all.truncate(MOST);
    all
}

fn time(at: Option<Instant>) -> String {
    at.unwrap_or(Instant::saturating(0)).rfc3339()
}

/// Returns the Atom feed of a site that is published at an address.
pub fn atom(report: &SiteReport, url: &str) -> String {
    let (latest, url) = (latest(report), escaped(url));
    let updated = time(latest.first().and_then(|incident| incident.updated()));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{url}/</id>\n<title>{TITLE}</title>\n<updated>{updated}</updated>\n\
         <author><name>{TITLE}</name></author>\n<generator>recount</generator>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{url}/{}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{url}/\"/>\n",
        FEEDS[0]
    );
    for incident in latest {
        let page = format!("{url}/{}", address(&incident.page));
        let began = time(incident.began.as_ref().map(|began| began.at).or(incident.updated()));
        let _ = writeln!(
            out,
            "<entry>\n<id>{page}</id>\n<title>{}</title>\n<published>{began}</published>\n<updated>{}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n<content type=\"html\">{}</content>\n</entry>",
            xml(&incident.title),
            time(incident.updated()),
            escaped(&content(incident))
        );
    }
    out + "</feed>\n"
}

/// Returns the JSON feed of a site that is published at an address.
pub fn json_feed(report: &SiteReport, url: &str) -> String {
    let item = |incident: &SiteIncident| {
        let page = format!("{url}/{}", address(&incident.page));
        json!({
            "id": page,
            "url": page,
            "title": incident.title,
            "content_html": content(incident),
            "date_published": time(incident.began.as_ref().map(|b| b.at).or(incident.updated())),
            "date_modified": time(incident.updated()),
            "tags": incident.services,
        })
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "home_page_url": format!("{url}/"),
        "feed_url": format!("{url}/{}", FEEDS[1]),
        "language": "en",
        "items": latest(report).into_iter().map(item).collect::<Vec<_>>(),
    });
    text::json(&format!("{feed:#}\n"))
}

/// Returns what a feed tells of an incident, in HTML.
fn content(incident: &SiteIncident) -> String {
    let mut out = format!("<p>State: {}", xml(&incident.state));
    if !incident.services.is_empty() {
        let _ = write!(out, ". Services: {}", xml(&incident.services.join(", ")));
    }
    if let Some(length) = &incident.length {
        let _ = write!(out, ". Affected for: {}", xml(length));
    }
    out.push_str("</p>\n");
    if let Some(summary) = &incident.summary {
        let _ = writeln!(out, "<p>{}</p>", xml(summary.trim()));
    }
    if !incident.updates.is_empty() {
        out.push_str("<ul>\n");
        for update in &incident.updates {
            let (when, what) = (xml(&update.moment.words), xml(&update.text));
            let _ = writeln!(out, "<li><strong>{when}</strong> {what}</li>");
        }
        out.push_str("</ul>\n");
    }
    out
}

/// Returns escaped text without the signs that XML can't hold in any way.
fn xml(text: &str) -> String {
    escaped(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
