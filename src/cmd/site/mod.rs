//! `recount site`: every incident as a static site.

mod facts;
mod pages;
mod place;

use crate::cli::{Format, Global, SiteArgs};
use crate::cmd::documents::template_set::TemplateSet;
use crate::compute::report::completeness::Completeness;
use crate::compute::report::site::SiteReport;
use crate::compute::report::site_written::SiteWritten;
use crate::io::render::html::site::{self as render, SitePage};
use crate::io::render::site::written;
use crate::model::digest;
use crate::model::incident::Audience;
use crate::session::output::{Output, format};
use crate::session::{Failure, Session};
use facts::SiteFacts;
use pages::PageMaker;
use place::SitePlace;

/// Writes the site: of its files those that changed.
pub(crate) fn run(args: &SiteArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    session.may_count()?;
    let audience = if args.public { Audience::Public } else { Audience::Internal };
    let templates = TemplateSet::open(&session)?;
    let mut place = SitePlace::open(&session, &args.output, audience)?;
    let maker = PageMaker::new(&session, &templates, audience, args.template.as_deref())?;
    let facts = SiteFacts::read(&session, &maker)?;
    let report = facts.report(&session, audience);
    let files = around(&report);
    let pages = facts.pages(&maker);
    let names = files.iter().map(|file| file.name.to_owned());
    place.announce(names.chain(pages.iter().map(|page| page.file.clone())).collect())?;

    let mut remarks = session.remarks.clone() + &facts.remarks;
    remarks += &maker.write(&mut place, pages)?;
    for file in files {
        let key = digest::sha256(&file.text);
        if !place.is_current(file.name, &key) {
            place.put(file.name, file.text.as_bytes())?;
        }
        place.keep(file.name.to_owned(), key);
    }
    let (completeness, missing) = session.completeness(facts.unreadable);
    let done = place.finish()?;
    let report = SiteWritten { incidents: report.incidents.len(), ..done.report(completeness) };
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(written(&report)),
    };
    Ok(answer.remark(remarks).remark(missing))
}

/// A file beside the pages of incidents.
struct SiteFile {
    name: &'static str,
    text: String,
}

/// Returns the files beside the pages of incidents.
fn around(report: &SiteReport) -> Vec<SiteFile> {
    let page = |page: SitePage| SiteFile {
        name: page.file(),
        text: match page {
            SitePage::Index => render::index(report),
            SitePage::FollowUps => render::follow_ups(report),
        },
    };
    let file = |name, text| SiteFile { name, text };
    let [incidents, summary] = render::API;
    let mut files: Vec<_> = SitePage::ALL.into_iter().map(page).collect();
    files.push(file(render::SEARCH, render::search(report)));
    files.push(file(incidents, render::incidents(report)));
    files.push(file(summary, render::summary(report)));
    if let Some(url) = &report.url {
        let [atom, json] = render::FEEDS;
        files.push(file(atom, render::atom(report, url)));
        files.push(file(json, render::json_feed(report, url)));
    }
    files
}

impl place::PlaceDone {
    /// Returns the report of what was written.
    fn report(self, completeness: Completeness) -> SiteWritten {
        SiteWritten { completeness, ..self.0 }
    }
}
