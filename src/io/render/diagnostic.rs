//! Problems in files, with the line that they stand on.

use super::text::{clean, line};
use crate::model::diagnostic::{Diagnostic, Level, Location};
use annotate_snippets::{AnnotationKind, Renderer, Snippet};

/// Renders a problem as `path:line:column`, the line with a mark under the place, and the next step.
pub fn problem(path: &str, text: &str, problem: &Diagnostic, color: bool) -> String {
    SourceFile::new(path, text, color).problem(problem)
}

/// A file whose problems are rendered: its lines are told apart once for all of them.
pub struct SourceFile<'t> {
    path: String,
    lines: Vec<&'t str>,
    color: bool,
}

impl<'t> SourceFile<'t> {
    /// Takes a file's path and text, with colours or without.
    pub fn new(path: &str, text: &'t str, color: bool) -> Self {
        Self { path: line(path), lines: lines(path, text), color }
    }

    /// Renders a problem of the file, as [`problem`] does.
    pub fn problem(&self, problem: &Diagnostic) -> String {
        let level = match problem.level {
            Level::Error => annotate_snippets::Level::ERROR,
            Level::Warning => annotate_snippets::Level::WARNING,
        };
        self.shown(level, problem)
    }

    /// Renders a problem that the record accepts, with the reason in place of the next step.
    pub fn silenced(&self, problem: &Diagnostic, reason: &str) -> String {
        let accepted = problem.clone().help(format!("accepted: {reason}"));
        self.shown(annotate_snippets::Level::NOTE, &accepted)
    }

    fn shown(&self, level: annotate_snippets::Level<'_>, problem: &Diagnostic) -> String {
        let message = line(&problem.message);
        let title = level.primary_title(&message).id(problem.code);
        let source = self.line_of(problem.place);
        let place = match (&source, problem.place.line) {
            (None, 1..) => format!("{}:{}", self.path, problem.place),
            _ => self.path.clone(),
        };
        let group = match &source {
            Some(source) => title.element(
                Snippet::source(source.as_str())
                    .line_start(usize::try_from(problem.place.line).unwrap_or(1))
                    .path(self.path.as_str())
                    .annotation(AnnotationKind::Primary.span(span(source, problem.place))),
            ),
            None => title.element(annotate_snippets::Origin::path(place.as_str())),
        };
        let help = problem.help.as_deref().map(line);
        let group = match &help {
            Some(help) => group.element(annotate_snippets::Level::HELP.message(help.as_str())),
            None => group,
        };
        let renderer = if self.color { Renderer::styled() } else { Renderer::plain() };
        format!("{}\n", renderer.render(&[group]))
    }

    /// Returns the line of a place without anything hidden, cut to a length that can be shown.
    fn line_of(&self, place: Location) -> Option<String> {
        let index = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let cut: String = self.lines.get(index)?.chars().take(400).collect();
        Some(clean(&cut))
    }
}

/// Returns the lines of a file, as its reader counts them: for YAML a carriage return alone ends one too.
fn lines<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let is_end = |c: char| c == '\r' && is_yaml;
    // The return before a line feed ends nothing by itself: `str::lines` takes it away.
    text.lines().flat_map(|line| line.split(is_end)).collect()
}

/// Returns the bytes of the word that begins at a place.
fn span(line: &str, place: Location) -> std::ops::Range<usize> {
    let column = usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
    let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let word = line.get(start..).unwrap_or_default();
    let end = word.find([' ', ':', ',', '}', ']']).unwrap_or(word.len()).max(1);
    start..(start + end).min(line.len().max(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_line_and_the_next_step() {
        let text = "title: x\nseverty: sev1\n";
        let place = Location { line: 2, column: 1 };
        let found = Diagnostic::warning("unknown-key", place, "unknown key `severty`")
            .help("did you mean `severity`?");
        let shown = problem("incident.yaml", text, &found, false);
        assert!(shown.contains("--> incident.yaml:2:1"), "{shown}");
        assert!(shown.contains("severty: sev1") && shown.contains("^^^^^^^"), "{shown}");
        assert!(shown.contains("did you mean `severity`?"), "{shown}");
    }

    #[test]
    fn a_place_past_the_end_is_still_shown() {
        let place = Location { line: 90, column: 7 };
        let shown =
            problem("a.yaml", "x: 1\n", &Diagnostic::error("syntax", place, "cut off"), false);
        assert!(shown.contains("a.yaml") && shown.contains("cut off"), "{shown}");
    }

    #[test]
    fn a_line_that_a_carriage_return_ends_is_shown_as_its_reader_counts_it() {
        let text = "title: x\rkind: drill\r\nseverty: sev1\n";
        let settings = crate::model::settings::Settings::default();
        let id = "2019-01-24-x".parse().unwrap();
        let found = crate::io::yaml::incident::read(id, text, &settings).unwrap().problems;
        let shown = problem("incident.yaml", text, &found[0], false);
        assert!(shown.contains("--> incident.yaml:3:1"), "{shown}");
        assert!(shown.contains("3 | severty: sev1"), "{shown}");
        let table =
            problem("a.csv", "a\rb\nc\n", &Diagnostic::error("csv", found[0].place, "x"), false);
        assert!(table.contains("a.csv:3:1"), "{table}");
    }
}
