//! The pages of a site around those of its incidents: each opens from a file, and needs no server.

mod feeds;
mod follow_ups;
mod index;
mod search;
mod status_api;
#[cfg(test)]
mod tests;

pub use feeds::{FEEDS, atom, json_feed};
pub use follow_ups::follow_ups;
pub use index::index;
pub use search::{SEARCH, search};
pub use status_api::{API, incidents, summary};

use super::escape::escaped;
use super::policy::base64;
use crate::compute::report::site::{SiteLink, SiteReport};
use crate::model::incident::Audience;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The folder that the pages of incidents lie in.
const PAGES: &str = "incidents";
const STYLE: &str = concat!(include_str!("../page.css"), include_str!("site.css"));

/// A page around those of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SitePage {
    /// All incidents.
    Index,
    /// The follow-up actions that wait.
    FollowUps,
}

impl SitePage {
    /// Every one, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Index, Self::FollowUps];

    /// Returns the name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Index => "index.html",
            Self::FollowUps => "follow-ups.html",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Index => "Incidents",
            Self::FollowUps => "Follow-ups",
        }
    }
}

/// What a page of the site is made of.
struct Shell<'p> {
    page: SitePage,
    body: &'p str,
    /// The script that stands in the page itself; empty for none.
    script: &'static str,
    /// The name of the file of another one; empty for none.
    beside: &'static str,
}

impl Shell<'_> {
    /// Returns the page with its head, its links to the others and its foot.
    fn page(&self, report: &SiteReport) -> String {
        let robots = match report.audience {
            Audience::Internal => "<meta name=\"robots\" content=\"noindex, noarchive\">\n",
            Audience::Public => "",
        };
        let title = self.page.title();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n{robots}\
             <meta name=\"generator\" content=\"recount\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n{}</head>\n\
             <body>\n<a class=\"skip\" href=\"#_text\">Skip to the text</a>\n<div class=\"site\">\n\
             <header><h1>{title}</h1>{}</header>\n<main id=\"_text\">\n{}</main>\n{}</div>\n\
             {}</body>\n</html>\n",
            self.policy(),
            alternates(report)
                + &tag(self.beside, |name| format!("<script src=\"{name}\" defer></script>\n")),
            links(self.page),
            self.body,
            foot(report),
            tag(self.script, |script| format!("<script>{script}</script>\n")),
        )
    }

    /// Returns the content security policy: nothing but its own style and its own scripts.
    fn policy(&self) -> String {
        let hash = |text: &str| base64(&Sha256::digest(text.as_bytes()));
        let beside = tag(self.beside, |_| "'self' ".to_owned());
        let scripts =
            tag(self.script, |script| format!("script-src {beside}'sha256-{}'; ", hash(script)));
        let style = hash(STYLE);
        format!(
            "default-src 'none'; style-src 'sha256-{style}'; {scripts}base-uri 'none'; form-action 'none'"
        )
    }
}

/// Returns where readers of feeds find them, which no browser fetches.
fn alternates(report: &SiteReport) -> String {
    let [atom, json] = FEEDS;
    tag(report.url.as_deref().unwrap_or_default(), |_| {
        format!(
            "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Incidents\" href=\"{atom}\">\n\
             <link rel=\"alternate\" type=\"application/feed+json\" title=\"Incidents\" href=\"{json}\">\n"
        )
    })
}

/// Returns what is written of something that may be absent.
fn tag(text: &str, write: impl Fn(&str) -> String) -> String {
    if text.is_empty() { String::new() } else { write(text) }
}

/// Returns the links to the other pages.
fn links(here: SitePage) -> String {
    let mut out = String::from("<nav class=\"pages\" aria-label=\"Pages\"><ul>\n");
    for page in SitePage::ALL {
        let current = if page == here { " aria-current=\"page\"" } else { "" };
        let _ = writeln!(out, "<li><a href=\"{}\"{current}>{}</a></li>", page.file(), page.title());
    }
    out + "</ul></nav>"
}

fn foot(report: &SiteReport) -> String {
    let zone = escaped(report.zone.name());
    let audience = match report.audience {
        Audience::Internal => " For readers inside the organisation.",
        Audience::Public => "",
    };
    let unreadable = match report.unreadable {
        _ if report.audience == Audience::Public => String::new(),
        0 => String::new(),
        1 => " One incident could not be read and is missing here.".to_owned(),
        many => format!(" {many} incidents could not be read and are missing here."),
    };
    let [atom, json] = FEEDS;
    let feeds = tag(report.url.as_deref().unwrap_or_default(), |_| {
        format!(" Feeds: <a href=\"{atom}\">Atom</a>, <a href=\"{json}\">JSON</a>.")
    });
    format!(
        "<footer><p>Times are in {zone}, unless an incident has a zone of its own.{audience}{unreadable}{feeds}</p></footer>\n"
    )
}

/// Returns the address of an incident's page from the folder of the site on.
fn address(page: &str) -> String {
    format!("{PAGES}/{}", encoded(page))
}

/// Returns a name as a part of an address.
fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

fn link(to: &SiteLink) -> String {
    format!("<a href=\"{}\">{}</a>", address(&to.page), escaped(&to.title))
}

/// Returns an incident's page as a part of a site: with a link to all of them.
pub fn linked(page: &str) -> String {
    const BACK: &str = "<header><p><a href=\"../index.html\">All incidents</a></p>";
    page.replacen("<header>", BACK, 1)
}
