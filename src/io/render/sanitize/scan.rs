//! A second, crude reader of Markdown: it knows no blocks but fences, and trusts code only where every reader must.

use super::{is_canonical, leads_to_web};

/// Begins HTML, a link or a list of attributes, for one reader or another.
pub(super) const MARKUP: [char; 3] = ['<', '[', '{'];

/// Returns whether no sign outside of code begins HTML or attributes, whether every link leads to the web, and whether
/// code that holds such signs is code to every reader.
pub(super) fn is_plain(text: &str) -> bool {
    let mut found = CodeFound { trusted: true, risky: false, quotes: has_table(text) };
    let mut fence: Option<&str> = None;
    let mut before = "";
    for line in text.lines() {
        match fence {
            Some(opener) if line.trim() == opener.trim_end_matches(|c| c != '`' && c != '~') => {
                fence = None;
            }
            Some(opener) => found.in_fence(opener, line),
            None if line.trim_start().starts_with(['`', '~']) && is_fence(line) => {
                found.trusted &= before.trim().is_empty();
                fence = Some(line.trim());
            }
            None => {
                // What follows a fence without an empty line between may be one paragraph with its end.
                found.trusted &= line.trim().is_empty() || !is_fence(before);
                if !found.outside(line) {
                    return false;
                }
            }
        }
        before = line;
    }
    (found.trusted && fence.is_none()) || !found.risky
}

/// Returns whether a line opens or ends a fence.
fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    ["```", "~~~"]
        .iter()
        .any(|sign| line.starts_with(sign) && !line.trim_start_matches(['`', '~']).contains('`'))
}

/// What a reader finds out about the code of a text.
struct CodeFound {
    /// Whether all backticks pair up within their lines, and all fences stand alone.
    trusted: bool,
    /// Whether some code holds what would be HTML, a link or attributes outside of it.
    risky: bool,
    /// Whether quotes are risky too.
    quotes: bool,
}

impl CodeFound {
    fn is_risky(&self, code: &str) -> bool {
        code.contains(MARKUP) || (self.quotes && code.contains('"'))
    }

    fn in_fence(&mut self, opener: &str, line: &str) {
        if self.is_risky(line) {
            self.risky = true;
            self.trusted &= opener == "```" && line.starts_with("    ");
        }
        if line.trim().is_empty() || line.contains("```") {
            self.trusted = false;
        }
    }

    /// Reads a line outside of fences; returns whether nothing in it is wild.
    fn outside(&mut self, line: &str) -> bool {
        let mut rest = line;
        let mut read = "";
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            let next = match c {
                '\\' => {
                    self.trusted &= !after.starts_with('`');
                    let escaped = after.chars().next().map_or(0, char::len_utf8);
                    after.get(escaped..)
                }
                '`' => {
                    // To some readers any backslash before it is an escape, and an address takes it in.
                    self.trusted &= !read.ends_with('\\') && !ends_with_address(read);
                    Some(self.span(rest))
                }
                '<' | '{' => return false,
                '"' if self.quotes => return false,
                ']' => match end_of_link(after).or_else(|| is_task(read).then_some(after)) {
                    Some(next) => Some(next),
                    None => return false,
                },
                _ => Some(after),
            };
            rest = next.unwrap_or_default();
            read = line.get(..line.len().saturating_sub(rest.len())).unwrap_or_default();
        }
        true
    }

    /// Reads a span of code, and returns what follows it; without an end the backticks are text.
    fn span<'l>(&mut self, line: &'l str) -> &'l str {
        let content = line.trim_start_matches('`');
        let run = line.len().saturating_sub(content.len());
        let mut rest = content;
        while let Some(at) = rest.find('`') {
            let closing = rest.get(at..).unwrap_or_default();
            let next = closing.trim_start_matches('`');
            if closing.len().saturating_sub(next.len()) == run {
                let end = content.len().saturating_sub(closing.len());
                self.risky |= content.get(..end).is_some_and(|code| self.is_risky(code));
                return next;
            }
            rest = next;
        }
        self.trusted = false;
        content
    }
}

/// Returns whether some reader could see a table: Showdown puts its heads into a quoted attribute as they are.
pub(super) fn has_table(text: &str) -> bool {
    let is_rule = |line: &str| {
        line.chars().all(|c| "|-=:> \t".contains(c)) && (line.contains("--") || line.contains("=="))
    };
    text.contains('|') && text.lines().any(is_rule)
}

/// Returns what follows `(target)`, where a link may lead there.
fn end_of_link(text: &str) -> Option<&str> {
    let (target, next) = text.strip_prefix('(')?.split_once(')')?;
    (is_canonical(target) && leads_to_web(target)).then_some(next)
}

/// Returns whether a text ends within an address without brackets, which some readers let run on to the next blank.
pub(super) fn ends_with_address(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains("://") || word.contains("www.")
}

/// Returns whether a line so far ends with the box of a task, but for its last sign.
fn is_task(line: &str) -> bool {
    ["[ ", "[x", "[X"].iter().any(|sign| line.ends_with(sign))
}
