//! Reads the front matter of a template.

use super::fields::{self, Diagnostics, FieldReader, text};
use super::node;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::Audience;

/// What a template says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// What it is for.
    pub title: Option<String>,
    /// Who may read what is made from it.
    pub audience: Audience,
    /// The file that is made from it, beside its incident; none for its own name.
    pub file: Option<String>,
}

/// A template taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitTemplate<'t> {
    /// The text of the front matter, without its rules; none where there is none.
    pub front: Option<&'t str>,
    /// The text behind it.
    pub body: &'t str,
    /// How many lines stand before the body.
    pub lines: usize,
}

/// Parts a template's front matter, between two lines of `---`, from its body.
pub fn split(text: &str) -> SplitTemplate<'_> {
    let whole = SplitTemplate { front: None, body: text, lines: 0 };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(first) = text.split_inclusive('\n').next().filter(|l| is_rule(l)) else {
        return whole;
    };
    let mut at = first.len();
    for (index, line) in text.split_inclusive('\n').enumerate().skip(1) {
        if is_rule(line) {
            let front = text.get(first.len()..at);
            let body = text.get(at.saturating_add(line.len())..).unwrap_or_default();
            return SplitTemplate { front, body, lines: index.saturating_add(1) };
        }
        at = at.saturating_add(line.len());
    }
    whole
}

fn is_rule(line: &str) -> bool {
    line.trim_end() == "---"
}

/// Reads the front matter of a template; places are those of its file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(front: &str) -> Result<FrontMatter, Diagnostic> {
    read_here(front).map_err(|mut problem| {
        // The first line of the file is the rule above.
        problem.place.line = problem.place.line.saturating_add(1);
        problem
    })
}

fn read_here(front: &str) -> Result<FrontMatter, Diagnostic> {
    let root = node::read(front)?;
    let mut problems: Diagnostics = vec![];
    let opened = FieldReader::open(&root, "the front matter", &mut problems);
    let read = opened.and_then(|mut f| {
        let front = FrontMatter {
            title: f.take("title").and_then(|n| text(n, &mut problems)),
            audience: f
                .need("audience", &mut problems)
                .and_then(|n| fields::word(n, &mut problems))?
                .value,
            file: f
                .take("file")
                .and_then(|n| fields::parsed(n, &mut problems, file))
                .map(|p| p.value),
        };
        f.close(&mut problems);
        Some(front)
    });
    match (read, problems.into_iter().next()) {
        (_, Some(problem)) if problem.code == "missing-key" => {
            Err(problem
                .help("say `audience: internal`, or `audience: public` for what customers read"))
        }
        (_, Some(problem)) => Err(problem),
        (Some(front), None) => Ok(front),
        (None, None) => Err(Diagnostic::error(
            "template",
            Location { line: 1, column: 1 },
            "the front matter is empty",
        )),
    }
}

/// Reads the name of a file that lies beside its incident.
fn file(text: &str) -> Result<String, String> {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    match plain && !text.starts_with('.') && text.ends_with(".md") {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "`{text}` is not a file beside the incident: write a name such as postmortem.md"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_parted_from_the_body() {
        let text = "---\ntitle: A\naudience: public\n---\n# {{ title }}\n";
        let parts = split(text);
        assert_eq!(
            (parts.front, parts.body, parts.lines),
            (Some("title: A\naudience: public\n"), "# {{ title }}\n", 4)
        );
        let front = read(parts.front.unwrap()).unwrap();
        assert_eq!(
            front,
            FrontMatter { title: Some("A".into()), audience: Audience::Public, file: None }
        );
        assert_eq!(split("# no front matter\n---\n").front, None);
        assert_eq!(split("---\nnever closed\n").front, None);
    }

    #[test]
    fn an_audience_is_never_guessed_and_a_file_stays_beside_its_incident() {
        let error = read("title: A\n").unwrap_err();
        assert!(error.help.unwrap().contains("audience: public"));
        for file in ["../x.md", "/etc/x.md", "a/b.md", "incident.yaml", ".md"] {
            let error = read(&format!("audience: public\nfile: {file}\n")).unwrap_err();
            assert!(error.message.contains("beside the incident"), "{file}: {}", error.message);
            assert_eq!(error.place.line, 3, "the place is that of the template's file");
        }
    }
}
