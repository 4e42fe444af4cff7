//! The footnotes of a document.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The footnotes, numbered in the order in which they are first spoken of.
#[derive(Default)]
pub(super) struct Footnotes {
    numbers: BTreeMap<String, usize>,
    written: BTreeMap<usize, String>,
    /// Those that are being written.
    open: Vec<usize>,
    /// How often each is referred to.
    referred: BTreeMap<usize, usize>,
}

impl Footnotes {
    fn number(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(label.to_owned()).or_insert(next)
    }

    /// Writes a reference to a footnote.
    pub(super) fn refer(&mut self, out: &mut String, label: &str) {
        let number = self.number(label);
        let times = self.referred.entry(number).or_insert(0);
        *times += 1;
        let again = if *times == 1 { String::new() } else { format!("_{times}") };
        let _ = write!(
            out,
            "<sup id=\"_ref_{number}{again}\"><a href=\"#_note_{number}\" \
             aria-label=\"Footnote {number}\">{number}</a></sup>"
        );
    }

    /// Begins a footnote's own text.
    pub(super) fn open(&mut self, label: &str) {
        let number = self.number(label);
        self.open.push(number);
    }

    /// Ends the text of the footnote that was opened last; the first text of a label counts.
    pub(super) fn close(&mut self, html: String) {
        if let Some(number) = self.open.pop() {
            self.written.entry(number).or_insert(html);
        }
    }

    /// Returns the footnotes that something refers to, each with the way back.
    pub(super) fn section(&self) -> String {
        let mut list = String::new();
        for (number, html) in self.written.iter().filter(|(n, _)| self.referred.contains_key(n)) {
            let back = format!(" <a href=\"#_ref_{number}\" aria-label=\"Back to the text\">↩</a>");
            let html = html.trim_end();
            let inner = html.strip_suffix("</p>").map(|rest| format!("{rest}{back}</p>"));
            let html = inner.unwrap_or_else(|| format!("{html}{back}"));
            let _ = writeln!(list, "<li id=\"_note_{number}\" value=\"{number}\">{html}</li>");
        }
        if list.is_empty() {
            return list;
        }
        format!(
            "<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n{list}</ol>\n</section>\n"
        )
    }
}
