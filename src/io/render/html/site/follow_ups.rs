//! The page of the follow-up actions that wait.

use super::{Shell, SitePage, link};
use crate::compute::report::site::{SiteFollowUp, SiteReport};
use crate::io::render::html::escape::{LinkTarget, address, escaped};
use crate::model::incident::Audience;
use std::fmt::Write;

/// Renders the follow-up actions that wait, those due first at the top.
pub fn follow_ups(report: &SiteReport) -> String {
    let all = &report.follow_ups;
    let overdue = all.iter().filter(|action| action.overdue).count();
    let mut body = match (all.len(), overdue) {
        (0, _) => "<p>No follow-up action waits.</p>\n".to_owned(),
        (waiting, 0) => format!("<p>{waiting} wait.</p>\n"),
        (waiting, overdue) => {
            format!("<p>{waiting} wait, <strong>{overdue} of them overdue</strong>.</p>\n")
        }
    };
    if !all.is_empty() {
        let internal = report.audience == Audience::Internal;
        let own = if internal {
            "<th scope=\"col\">Due</th><th scope=\"col\">Owner</th><th scope=\"col\">Ticket</th>"
        } else {
            ""
        };
        let _ = writeln!(
            body,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Follow-up actions that wait\">\n<table><thead><tr>\
             <th scope=\"col\">Action</th><th scope=\"col\">Status</th>{own}\
             <th scope=\"col\">Incidents</th></tr></thead>\n<tbody>"
        );
        for action in all {
            row(&mut body, action, internal);
        }
        body.push_str("</tbody></table></div>\n");
    }
    Shell { page: SitePage::FollowUps, body: &body, script: "", beside: "" }.page(report)
}

fn row(out: &mut String, action: &SiteFollowUp, internal: bool) {
    let title = escaped(&action.title);
    let status = action.status;
    let _ = write!(
        out,
        "<tr><th scope=\"row\">{title}</th><td><span class=\"badge {status}\">{status}</span></td>"
    );
    if internal {
        let overdue =
            if action.overdue { " <span class=\"badge overdue\">overdue</span>" } else { "" };
        let due = action.due.map(|due| due.to_string()).unwrap_or_default();
        let owner = escaped(action.owner.as_deref().unwrap_or_default());
        let ticket = action.ticket.as_deref().map(ticket).unwrap_or_default();
        let _ =
            write!(out, "<td class=\"date\">{due}{overdue}</td><td>{owner}</td><td>{ticket}</td>");
    }
    let pages: Vec<_> = action.pages.iter().map(link).collect();
    let _ = writeln!(out, "<td>{}</td></tr>", pages.join(", "));
}

/// Returns where an action is tracked, as a link where it is an address of the web.
fn ticket(text: &str) -> String {
    let shown = escaped(text);
    match address(text) {
        Some(LinkTarget::Away(to)) => {
            format!("<a href=\"{}\" rel=\"noreferrer\">{shown}</a>", escaped(to))
        }
        _ => shown,
    }
}
