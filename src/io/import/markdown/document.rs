//! The lines of a document, each with what it is: enough of Markdown to find what begins with a time.

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// A heading.
    Heading,
    /// A row of a table.
    Row,
    /// An item of a list.
    Item,
    /// Code, which says nothing of the incident.
    Code,
    /// Anything else.
    Text,
}

/// A line of a document.
#[derive(Clone, Debug)]
pub(super) struct DocumentLine<'d> {
    /// Its number, from 1.
    pub(super) number: usize,
    pub(super) kind: LineKind,
    /// What it says, without the signs that make it what it is.
    pub(super) text: &'d str,
}

/// Returns the lines of a document behind its front matter.
pub(super) fn lines(text: &str) -> Vec<DocumentLine<'_>> {
    let mut found = vec![];
    let mut fence: Option<&str> = None;
    let skip = front_matter(text).map_or(0, |front| front.lines().count() + 2);
    for (number, line) in (1..).zip(text.lines()).skip(skip) {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        let (kind, text) = match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                (LineKind::Code, line)
            }
            (Some(_), _) => (LineKind::Code, line),
            (None, Some(mark)) => {
                fence = Some(mark);
                (LineKind::Code, line)
            }
            (None, None) => kind_of(line, bare),
        };
        found.push(DocumentLine { number, kind, text });
    }
    found
}

fn kind_of<'d>(line: &'d str, bare: &'d str) -> (LineKind, &'d str) {
    let heading = bare.trim_start_matches('#');
    let level = bare.len() - heading.len();
    if (1..=6).contains(&level) && heading.starts_with(' ') {
        return (LineKind::Heading, heading.trim().trim_end_matches('#').trim_end());
    }
    if bare.starts_with('|') {
        return (LineKind::Row, bare);
    }
    for sign in ["- ", "* ", "+ ", "– ", "• "] {
        if let Some(item) = bare.strip_prefix(sign) {
            return (LineKind::Item, item.trim());
        }
    }
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = digits.len() < bare.len() && bare.len() - digits.len() <= 3;
    match digits.strip_prefix(". ").or_else(|| digits.strip_prefix(") ")) {
        Some(item) if is_numbered => (LineKind::Item, item.trim()),
        _ => (LineKind::Text, line),
    }
}

/// Returns the cells of a row.
pub(super) fn cells(row: &str) -> Vec<&str> {
    let row = row.trim();
    let inner = row.strip_prefix('|').unwrap_or(row);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut found = vec![];
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in inner.char_indices() {
        if c == '|' && before != '\\' {
            found.push(inner.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        before = c;
    }
    found.push(inner.get(start..).unwrap_or_default());
    found
}

/// Returns whether a cell is a part of the line below a table's header.
pub(super) fn is_rule(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | '='))
}

/// Returns the title of a document: as its front matter says it, else its first heading.
pub(super) fn title(text: &str, lines: &[DocumentLine<'_>]) -> Option<String> {
    let front = front_matter(text).into_iter().flat_map(str::lines);
    let told = front.filter_map(|line| line.strip_prefix("title:")).next();
    let told = told.map(|title| title.trim().trim_matches(['"', '\'']).to_owned());
    let heading = || {
        lines.iter().find(|line| line.kind == LineKind::Heading).map(|line| line.text.to_owned())
    };
    told.or_else(heading).filter(|title| !title.is_empty())
}

/// Returns what stands between the first two lines of dashes.
fn front_matter(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    rest.find("\n---").and_then(|end| rest.get(..end))
}
