//! Merges two versions of an incident's file, and holds what comes out against what was meant.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::edit::{self, Edit, PathStep};
use super::node::{Node, NodeKind};
use super::write::YamlValue;
use crate::compute::merge::{self, SourceDocument, SourceNode};
use crate::io::yaml;
use crate::model::diagnostic::Diagnostic;
use std::borrow::Cow;

/// Merges two versions of an incident's file by what they mean; either order gives the same bytes.
///
/// # Errors
/// A side that can't be read as YAML. A base that can't be read is taken for none.
pub fn incident(base: Option<&str>, ours: &str, theirs: &str) -> Result<String, Diagnostic> {
    merged(base, ours, theirs, merge::incident)
}

/// Merges two versions of a record's settings; none where both changed one value.
///
/// # Errors
/// A side that can't be read as YAML.
pub fn settings(
    base: Option<&str>,
    ours: &str,
    theirs: &str,
) -> Result<Option<String>, Diagnostic> {
    let is_clear = std::cell::Cell::new(true);
    let text = merged(base, ours, theirs, |base, ours, theirs| {
        let merged = merge::settings(base, ours, theirs);
        is_clear.set(merged.is_some());
        merged.unwrap_or_else(|| theirs.clone())
    })?;
    Ok(Some(text).filter(|_| is_clear.get()))
}

/// Merges two versions of a file by what `merge` makes of them.
fn merged(
    base: Option<&str>,
    ours: &str,
    theirs: &str,
    merge: impl Fn(Option<&SourceDocument>, &SourceDocument, &SourceDocument) -> SourceDocument,
) -> Result<String, Diagnostic> {
    if ours == theirs || base == Some(theirs) {
        return Ok(ours.to_owned());
    }
    if base == Some(ours) {
        return Ok(theirs.to_owned());
    }
    let texts = [ours, theirs].map(PlainText::read);
    let [ours, theirs] = &texts;
    let base = base.map(PlainText::read);
    let trees = (yaml::tree(&ours.text)?, yaml::tree(&theirs.text)?);
    let base_tree = base.as_ref().and_then(|base| Some((&base.text, yaml::tree(&base.text).ok()?)));
    let documents = [(&ours.text, &trees.0), (&theirs.text, &trees.1)];
    let merged = by_parts(base_tree.as_ref().map(|(text, tree)| (*text, tree)), documents, &merge);
    let merged = match merged {
        Some(text) => text,
        None => by_values(base_tree.as_ref().map(|(_, tree)| tree), documents, &merge),
    };
    // Where the sides differ, one of them changed what there was.
    let changed = |is: fn(&PlainText<'_>) -> bool| match (is(ours), is(theirs)) {
        (a, b) if a == b => a,
        _ => base.as_ref().is_none_or(|base| !is(base)),
    };
    Ok(PlainText::written(merged, changed(|text| text.has_mark), changed(|text| text.has_crlf)))
}

/// A text with plain line ends, the last line with its own.
struct PlainText<'a> {
    text: Cow<'a, str>,
    /// Whether a byte order mark stood before it.
    has_mark: bool,
    /// Whether its lines ended with a carriage return, too.
    has_crlf: bool,
}

impl<'a> PlainText<'a> {
    fn read(text: &'a str) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let has_crlf = body.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
        let mut plain = Cow::Borrowed(body);
        if has_crlf {
            plain = Cow::Owned(body.replace("\r\n", "\n"));
        }
        if !plain.is_empty() && !plain.ends_with('\n') {
            plain.to_mut().push('\n');
        }
        Self { text: plain, has_mark: body.len() < text.len(), has_crlf }
    }

    fn written(text: String, has_mark: bool, has_crlf: bool) -> String {
        let text = if has_crlf { text.replace('\n', "\r\n") } else { text };
        if has_mark { format!("\u{feff}{text}") } else { text }
    }
}

type ReadText<'a> = (&'a Cow<'a, str>, &'a Node<'a>);

/// Merges with the bytes of each part; none where a file can't be taken apart, or the outcome would read otherwise.
fn by_parts(
    base: Option<ReadText<'_>>,
    sides: [ReadText<'_>; 2],
    merge: &impl Fn(Option<&SourceDocument>, &SourceDocument, &SourceDocument) -> SourceDocument,
) -> Option<String> {
    // What can be written as it was read was understood.
    let read = |(text, tree): ReadText<'_>| {
        read::document(text, tree).filter(|document| write::document(document) == **text)
    };
    let base = base.map(|base| read(base).ok_or(())).transpose().ok()?;
    let [ours, theirs] = sides;
    let merged = merge(base.as_ref(), &read(ours)?, &read(theirs)?);
    let text = write::document(&merged);
    let reads = yaml::tree(&text).is_ok_and(|tree| read::values(&tree).says(&merged.root));
    reads.then_some(text)
}

/// Merges what the files say, and writes it into one of them: whichever is the greater, so that either order gives the
/// same. Comments of the other that are new are lost, where the file is written in a way that no part of it can be
/// told from the lines around it.
fn by_values(
    base: Option<&Node<'_>>,
    sides: [ReadText<'_>; 2],
    merge: &impl Fn(Option<&SourceDocument>, &SourceDocument, &SourceDocument) -> SourceDocument,
) -> String {
    let said = |node: &Node<'_>| {
        let (start, end) = Default::default();
        SourceDocument { start, root: read::values(node), end }
    };
    let [ours, theirs] = sides;
    let base = base.map(said);
    let merged = merge(base.as_ref(), &said(ours.1), &said(theirs.1)).root;
    let (text, tree) = if ours.0 >= theirs.0 { ours } else { theirs };
    let value = write::value(&merged);
    let edits = difference(&read::values(tree), &merged);
    match edit::apply(text, tree, &edits) {
        Ok(edited) => edited.text,
        Err(_) => super::write::document(&opened(value), None),
    }
}

/// Returns the edits that make of one map another, key by key.
fn difference(old: &SourceNode, new: &SourceNode) -> Vec<Edit> {
    let path = |key: &str| vec![PathStep::from(key)];
    let (old_keys, new_keys) = (old.keys(), new.keys());
    let gone = old_keys.iter().filter(|(key, _)| !new_keys.iter().any(|(k, _)| k == key));
    let gone = gone.map(|(key, _)| Edit::Remove { path: path(key) });
    let is_new = |(key, value): &&(&str, &SourceNode)| {
        !old_keys.iter().any(|(k, was)| k == key && was.says(value))
    };
    let set = new_keys
        .iter()
        .filter(is_new)
        .map(|(key, value)| Edit::Set { path: path(key), value: opened(write::value(value)) });
    gone.chain(set).collect()
}

/// Returns a value with its outer lists and maps on lines of their own.
fn opened(value: YamlValue) -> YamlValue {
    match value {
        YamlValue::FlowMap(entries) => YamlValue::Map(
            entries.into_iter().map(|(key, value)| (key, opened_items(value))).collect(),
        ),
        other => opened_items(other),
    }
}

/// Returns a list of maps with each on lines of its own.
fn opened_items(value: YamlValue) -> YamlValue {
    match value {
        YamlValue::FlowList(items)
            if items.iter().any(|item| matches!(item, YamlValue::FlowMap(_))) =>
        {
            let item = |item| match item {
                YamlValue::FlowMap(entries) => YamlValue::Map(entries),
                other => other,
            };
            YamlValue::List(items.into_iter().map(item).collect())
        }
        other => other,
    }
}

/// A field of an incident, or of one of its events or actions, of which a merge left another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsettledField {
    /// The event or action; none for the incident's own.
    pub item: Option<String>,
    /// The field.
    pub field: String,
}

/// Returns the fields of an incident's file that a person is to settle.
pub fn unsettled(text: &str) -> Vec<UnsettledField> {
    let Ok(root) = yaml::tree(text) else { return vec![] };
    let mut found = vec![];
    let mut look = |node: &Node<'_>, item: Option<String>| {
        if let Some(NodeKind::Map(fields)) = node.get("was").map(|was| &was.what) {
            let fields = fields.iter().map(|entry| entry.key.to_string());
            found.extend(fields.map(|field| UnsettledField { item: item.clone(), field }));
        }
    };
    look(&root, None);
    for list in ["events", "actions"] {
        if let Some(NodeKind::List(items)) = root.get(list).map(|list| &list.what) {
            let id = |item: &Node<'_>| {
                item.get("id").and_then(Node::text).unwrap_or_default().to_owned()
            };
            items.iter().for_each(|item| look(item, Some(id(item))));
        }
    }
    found
}
