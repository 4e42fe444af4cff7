//! What each number of a page means.

use super::escape::{escaped, push};
use crate::compute::report::metrics::{DurationDefinition, DurationReport};
use crate::io::render::blocks::name;
use crate::model::time::duration;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The durations that a page may speak of, and those that it did.
pub(super) struct PageDurations<'a> {
    known: &'a [DurationReport],
    used: BTreeSet<usize>,
}

impl<'a> PageDurations<'a> {
    pub(super) fn new(known: &'a [DurationReport]) -> Self {
        Self { known, used: BTreeSet::new() }
    }

    /// Returns whether a text names a duration, as programs or as people write it: `time_to_recover`,
    /// `Time to recover`.
    pub(super) fn named(&self, text: &str) -> Option<&'a str> {
        let plain = text.trim().to_lowercase().replace(' ', "_");
        self.known
            .iter()
            .map(|d| d.definition.name.as_str())
            .find(|name| name.to_lowercase() == plain)
    }

    /// Returns a number, or its name, with its definition at hand; as it was where there is none.
    pub(super) fn explained(&mut self, name: &str, html: &str) -> String {
        let Some(index) = self.known.iter().position(|d| d.definition.name == name) else {
            return html.to_owned();
        };
        let Some(duration) = self.known.get(index) else { return html.to_owned() };
        self.used.insert(index);
        let (id, tip) = (escaped(name), escaped(&definition(duration)));
        format!(
            "<a class=\"number\" href=\"#_def_{id}\" aria-describedby=\"_def_{id}\">{html}\
             <span class=\"tip\" aria-hidden=\"true\">{tip}</span></a>"
        )
    }

    /// Returns the definitions of the numbers that were spoken of, for the end of the page.
    pub(super) fn definitions(&self) -> String {
        let used = self.used.iter().filter_map(|index| self.known.get(*index));
        let mut out = String::new();
        for duration in used {
            let _ = write!(out, "<dt>{}</dt>", escaped(&name(&duration.definition.name)));
            let _ = write!(out, "<dd id=\"_def_{}\">", escaped(&duration.definition.name));
            push(&mut out, &definition(duration));
            out.push_str("</dd>\n");
        }
        if out.is_empty() {
            return out;
        }
        format!(
            "<section class=\"definitions\" aria-labelledby=\"_definitions\">\n\
             <h2 id=\"_definitions\">What the numbers mean</h2>\n<dl>\n{out}</dl>\n</section>\n"
        )
    }
}

/// Returns what a duration means and how sure it is, in words.
fn definition(duration: &DurationReport) -> String {
    let DurationDefinition { from, to, clock, .. } = &duration.definition;
    let mut out = format!("From “{from}” to “{to}”");
    match clock {
        Some(calendar) => {
            let _ = write!(out, ", counting the hours of the calendar “{calendar}” alone");
        }
        None => out.push_str(", by the clock on the wall"),
    }
    if let Some(length) = duration.length.filter(|_| !duration.running) {
        let _ = write!(out, ": {}", length.about());
        if length.nominal.is_some() && length.lowest < length.highest {
            let [least, most] = duration::least_and_most(length.lowest, length.highest);
            let _ = write!(
                out,
                ", at least {least} and at most {most}, for its ends are not exactly known"
            );
        } else if length.nominal.is_none() {
            out.push_str(", for the times of its ends overlap");
        }
    }
    out.push('.');
    if !duration.stand_ins.0.is_empty() {
        let stand_ins = &duration.stand_ins;
        let _ = write!(out, " Not all of it was marked: “{stand_ins}” stands in.");
    }
    if duration.running {
        out.push_str(" It still runs.");
    }
    if let Some(absent) = &duration.absent {
        let _ = write!(out, " There is none: {absent}.");
    }
    out
}
