//! Reads the keys of a map into facts, and collects what is wrong instead of stopping at it.

use super::node::{MapEntry, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Level, Location, Spanned};
use crate::model::incident::names::nearest;
use crate::model::incident::{Link, Name};
use std::str::FromStr;

/// The problems of one file, in the order in which they were found.
pub type Diagnostics = Vec<Diagnostic>;

/// A map that is being read: it knows which keys were asked for, so that it can name the others.
pub struct FieldReader<'n, 't> {
    what: &'static str,
    place: Location,
    entries: &'n [MapEntry<'t>],
    asked: Vec<&'static str>,
}

impl<'n, 't> FieldReader<'n, 't> {
    /// Opens `node`, which should be a map; `what` names it for people, such as "an event".
    pub fn open(
        node: &'n Node<'t>,
        what: &'static str,
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        match &node.what {
            NodeKind::Map(entries) => {
                Some(Self { what, place: node.place, entries, asked: Vec::with_capacity(24) })
            }
            _ => {
                problems.push(Diagnostic::error(
                    "shape",
                    node.place,
                    format!("{what} should be a map of keys, but {} stands here", node.kind()),
                ));
                None
            }
        }
    }

    /// Returns where the map begins.
    pub fn place(&self) -> Location {
        self.place
    }

    /// Returns the value of `key`; absent and null are both none.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Node<'t>> {
        self.asked.push(key);
        let entry = self.entries.iter().find(|e| e.key == key)?;
        (!matches!(entry.value.what, NodeKind::Null)).then_some(&entry.value)
    }

    /// Returns the value of `key`, which must be there.
    pub fn need(&mut self, key: &'static str, problems: &mut Diagnostics) -> Option<&'n Node<'t>> {
        let found = self.take(key);
        if found.is_none() {
            let message = format!("{} needs `{key}`", self.what);
            problems.push(Diagnostic::error("missing-key", self.place, message));
        }
        found
    }

    /// Reports each key that nobody asked for, with the nearest known one.
    ///
    /// Keys that begin with `x-` are people's own and pass.
    pub fn close(self, problems: &mut Diagnostics) {
        for entry in self.entries {
            if entry.key.starts_with("x-") || self.asked.iter().any(|k| *k == entry.key) {
                continue;
            }
            let message = format!("unknown key `{}` in {}", entry.key, self.what);
            let mut problem = Diagnostic::warning("unknown-key", entry.place, message);
            if let Some(near) = nearest(&entry.key, self.asked.iter().copied()) {
                problem = problem.help(format!("did you mean `{near}`?"));
            } else {
                problem = problem.help("keys of your own begin with `x-`");
            }
            problems.push(problem);
        }
    }
}

/// Reads a scalar's text; reports anything else.
pub fn text(node: &Node<'_>, problems: &mut Diagnostics) -> Option<String> {
    borrowed(node, problems).map(str::to_owned)
}

/// Reads a scalar's text without copying it; reports anything else.
pub fn borrowed<'n>(node: &'n Node<'_>, problems: &mut Diagnostics) -> Option<&'n str> {
    let found = node.text();
    if found.is_none() {
        let message = format!("text should stand here, not {}", node.kind());
        problems.push(Diagnostic::error("shape", node.place, message));
    }
    found
}

/// Reads a scalar with `parse`, whose error says what is wrong with the text.
pub fn parsed<T, E: std::fmt::Display>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Spanned<T>> {
    match parse(borrowed(node, problems)?) {
        Ok(value) => Some(Spanned { value, place: node.place }),
        Err(error) => {
            problems.push(Diagnostic::error("value", node.place, error.to_string()));
            None
        }
    }
}

/// Reads a scalar whose type knows how to read itself.
pub fn word<T: FromStr<Err: std::fmt::Display>>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
) -> Option<Spanned<T>> {
    parsed(node, problems, str::parse)
}

/// Reads the key of an entry as a name.
pub fn key(entry: &MapEntry<'_>, problems: &mut Diagnostics) -> Option<Name> {
    match entry.key.parse() {
        Ok(name) => Some(name),
        Err(error) => {
            problems.push(Diagnostic::error("value", entry.place, error.to_string()));
            None
        }
    }
}

/// Reads `true` or `false`.
pub fn truth(node: &Node<'_>, problems: &mut Diagnostics) -> Option<bool> {
    let read = |text: &str| match text {
        "true" | "True" | "TRUE" | "yes" => Ok(true),
        "false" | "False" | "FALSE" | "no" => Ok(false),
        other => Err(format!("`{other}` is neither `true` nor `false`")),
    };
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads each item of a list; an item that cannot be read has reported why, and is left out.
pub fn list<'n, 't, T>(
    node: &'n Node<'t>,
    problems: &mut Diagnostics,
    mut item: impl FnMut(&'n Node<'t>, &mut Diagnostics) -> Option<T>,
) -> Vec<T> {
    let NodeKind::List(items) = &node.what else {
        let message = format!("a list should stand here, not {}", node.kind());
        problems.push(Diagnostic::error("shape", node.place, message));
        return vec![];
    };
    items.iter().filter_map(|node| item(node, problems)).collect()
}

/// Returns the entries of a map whose keys are names of people's choosing.
pub fn entries<'n, 't>(node: &'n Node<'t>, problems: &mut Diagnostics) -> &'n [MapEntry<'t>] {
    if let NodeKind::Map(entries) = &node.what {
        return entries;
    }
    let message = format!("a map should stand here, not {}", node.kind());
    problems.push(Diagnostic::error("shape", node.place, message));
    &[]
}

/// Reads what numbers hang on; what is wrong with it is noted among what could not be read, too.
pub(super) fn noted<T>(
    problems: &mut Diagnostics,
    unreadable: &mut Vec<Spanned<String>>,
    read: impl FnOnce(&mut Diagnostics) -> T,
) -> T {
    let before = problems.len();
    let value = read(problems);
    let errors = problems.iter().skip(before).filter(|p| p.level == Level::Error);
    unreadable.extend(errors.map(|p| Spanned { value: p.message.clone(), place: p.place }));
    value
}

/// Reads a link: a map with `url`, or the address alone.
pub(super) fn link(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Link> {
    if let Some(url) = node.text() {
        return Some(Link { title: None, url: url.to_owned() });
    }
    let mut f = FieldReader::open(node, "a link", problems)?;
    let title = f.take("title").and_then(|n| text(n, problems));
    let url = f.need("url", problems).and_then(|n| text(n, problems));
    f.close(problems);
    Some(Link { title, url: url? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml::node;

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_known_one() {
        let root = node::read("title: x\nseverty: sev1\nx-mine: 1\n").unwrap();
        let mut problems = vec![];
        let mut fields = FieldReader::open(&root, "an incident", &mut problems).unwrap();
        fields.take("title");
        fields.take("severity");
        fields.close(&mut problems);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].help.as_deref(), Some("did you mean `severity`?"));
        assert_eq!(problems[0].place.line, 2);
    }
}
