//! Writes a merged file: the bytes that its parts have, and new lines for what has none.

use crate::compute::merge::{SourceDocument, SourceKind, SourceNode, SourcePart, SourceText};
use crate::io::yaml::write::{self, Indentation, LaidOutValue, YamlValue};

/// Returns the text of a file.
pub(super) fn document(document: &SourceDocument) -> String {
    let mut out = document.start.clone();
    match (&document.root.kind, &document.root.text) {
        (SourceKind::Null, _) => {}
        (_, SourceText::Block(_)) => block(&document.root, false, &mut out),
        _ => out.push_str(&write::document(&value(&document.root), None)),
    }
    out.push_str(&document.end);
    out
}

/// Returns what a node says as a value to be written; a list or map without bytes stands in brackets or braces.
pub(super) fn value(node: &SourceNode) -> YamlValue {
    let is_block = matches!(node.text, SourceText::Block(_));
    match &node.kind {
        SourceKind::Null => YamlValue::plain("null"),
        SourceKind::Scalar(text, true) => YamlValue::plain(text),
        SourceKind::Scalar(text, false) => YamlValue::text(text),
        SourceKind::List(items) => {
            let items = items.iter().map(|item| value(&item.node)).collect();
            if is_block { YamlValue::List(items) } else { YamlValue::FlowList(items) }
        }
        SourceKind::Map(entries) => {
            let entries = entries.iter().map(|e| (e.key.clone(), value(&e.node))).collect();
            if is_block { YamlValue::Map(entries) } else { YamlValue::FlowMap(entries) }
        }
    }
}

/// Writes the parts of a list or map, each on a line of its own but for the first one behind a dash.
fn block(node: &SourceNode, behind_dash: bool, out: &mut String) {
    let (SourceText::Block(column), SourceKind::List(parts) | SourceKind::Map(parts)) =
        (&node.text, &node.kind)
    else {
        return;
    };
    let is_list = matches!(node.kind, SourceKind::List(_));
    for (index, part) in parts.iter().enumerate() {
        let joins = index == 0 && behind_dash;
        if joins && !part.above.is_empty() {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
        out.push_str(&part.above);
        if !joins || !part.above.is_empty() {
            indent(*column, out);
        }
        part_text(part, is_list, *column, out);
    }
}

fn part_text(part: &SourcePart, is_item: bool, column: usize, out: &mut String) {
    match (part.head.is_empty(), is_item) {
        (false, _) => out.push_str(&part.head),
        (true, true) => out.push('-'),
        (true, false) => out.push_str(&format!("{}:", write::key(&part.key))),
    }
    match &part.node.text {
        SourceText::Raw(raw) => {
            out.push_str(raw);
            end(part, out);
        }
        SourceText::Block(_) if is_item && part.head.len() > 1 => block(&part.node, true, out),
        SourceText::Block(_) => {
            end(part, out);
            block(&part.node, false, out);
        }
        SourceText::New => {
            // A head that led to parts on its own line ends with blanks.
            out.truncate(out.trim_end_matches(' ').len());
            let (value, layout) = (value(&part.node), Indentation::default());
            let LaidOutValue { head, body } = match is_item {
                true => write::after_dash(&value, column, column + 2, layout),
                false => write::after_key(&value, column, layout),
            };
            if !head.is_empty() {
                out.push(' ');
                out.push_str(&head);
            }
            end(part, out);
            out.push_str(&body);
        }
    }
}

fn end(part: &SourcePart, out: &mut String) {
    out.push_str(&part.beside);
    out.push('\n');
}

fn indent(columns: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', columns));
}
