//! What can be read about at the command line, beside the verbs.

use super::text::{line, wrapped};
use std::fmt::Write;

/// About how people type times.
pub const TIMES: &str = include_str!("topics/times.txt");
/// About policies, and how a credit is computed.
pub const POLICIES: &str = include_str!("topics/sla.txt");
/// About templates.
pub const TEMPLATES: &str = include_str!("topics/templates.txt");
/// About the files of a record.
pub const FILES: &str = include_str!("topics/files.txt");

/// How wide a text is: for any terminal that people have.
const WIDTH: usize = 80;
/// How much of that names have for themselves; a longer one stands over what it means.
const MARGIN: usize = 32;

/// Names, each with what it means.
pub struct NamedList<'l> {
    /// What they are the names of.
    pub title: &'l str,
    /// Each name, and what it means.
    pub names: Vec<(String, String)>,
}

impl NamedList<'_> {
    /// Renders the names, each with what it means behind it, wrapped under itself.
    pub fn text(&self) -> String {
        let longest = self.names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let margin = longest.min(MARGIN) + 4;
        let mut out = format!("\n{}\n\n", self.title);
        for (name, meaning) in &self.names {
            let mut row = format!("  {name}");
            for part in wrapped(&line(meaning), WIDTH - margin) {
                if row.chars().count() + 2 > margin {
                    let _ = writeln!(out, "{row}");
                    row.clear();
                }
                let _ = writeln!(out, "{row:margin$}{part}");
                row.clear();
            }
            if !row.is_empty() {
                let _ = writeln!(out, "{row}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_fits_and_a_long_name_stands_over_what_it_means() {
        let long = "credit.consecutive.then.duration_bands[].month_hours";
        let names =
            [("a", "word ".repeat(30)), (long, "What it means.".to_owned()), ("b", String::new())];
        let names = names.map(|(name, meaning)| (name.to_owned(), meaning)).to_vec();
        let text = NamedList { title: "Keys", names }.text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(
            text.contains(&format!("  {long}\n{}What it means.\n  b\n", " ".repeat(MARGIN + 4))),
            "{text}"
        );
    }

    #[test]
    fn the_texts_fit_into_eighty_columns() {
        for text in [TIMES, POLICIES, TEMPLATES, FILES] {
            for line in text.lines() {
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
    }
}
