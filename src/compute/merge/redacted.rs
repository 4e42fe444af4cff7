//! A redaction wins over everything: what the other side still says is not brought back.

use super::source::{SourceNode, SourcePart};
use super::versions::Versions;
use crate::compute::redaction::RedactedWords;

/// The keys of an event that hold neither its words nor anything that tells them.
const EFFECT: &[&str] = &[
    "id",
    "at",
    "within",
    "between",
    "for",
    "logged",
    "by",
    "kind",
    "mark",
    "impact",
    "severity",
    "attribution",
    "roles",
    "progress",
    "audience",
    "refutes",
    "confirms",
    "moved",
    "edited",
];

/// Returns a merged event without the words of the side that didn't redact it: of that side its effect counts alone.
pub(super) fn without_words(merged: SourceNode, versions: Versions<'_, SourceNode>) -> SourceNode {
    let is_redacted =
        |side: Option<&SourceNode>| side.and_then(|side| side.get("redacted")).is_some();
    let (clean, other) = match (is_redacted(versions.ours), is_redacted(versions.theirs)) {
        (true, false) => (versions.ours, versions.theirs),
        (false, true) => (versions.theirs, versions.ours),
        (true, true) => return with_wordless_was(merged),
        (false, false) => return merged,
    };
    let (Some(clean), Some(other)) = (clean, other) else { return merged };
    let words = words(other);
    let mut event = merged;
    if let Some(parts) = event.parts_mut() {
        let cleaned = parts.iter().filter_map(|part| cleaned(part, clean, &words)).collect();
        *parts = cleaned;
        let has = |key: &str, parts: &[SourcePart]| parts.iter().any(|part| part.key == key);
        for part in clean.parts() {
            if !EFFECT.contains(&part.key.as_str()) && part.key != "was" && !has(&part.key, parts) {
                parts.push(part.clone());
            }
        }
    }
    event
}

/// Returns an event that both sides redacted without what lost of its words.
fn with_wordless_was(mut event: SourceNode) -> SourceNode {
    if let Some(parts) = event.parts_mut() {
        let left = |part: SourcePart| match part.key.as_str() {
            "was" => Some(SourcePart { node: wordless(&part.node)?, ..part }),
            _ => Some(part),
        };
        *parts = std::mem::take(parts).into_iter().filter_map(left).collect();
    }
    event
}

/// Returns a key of the merged event as the redacted side lets it be.
fn cleaned(part: &SourcePart, clean: &SourceNode, words: &RedactedWords) -> Option<SourcePart> {
    let own = clean.part(&part.key);
    let comments = |node: SourceNode| match own {
        Some(own) => SourcePart { node, ..own.clone() },
        // Its comments are of the side that has the words.
        None => SourcePart { above: String::new(), beside: String::new(), node, ..part.clone() },
    };
    match part.key.as_str() {
        "was" => wordless(&part.node).map(comments),
        key if EFFECT.contains(&key) => Some(comments(part.node.clone())),
        "retracted" if own.is_none_or(|own| !own.node.says(&part.node)) => {
            let reason = part.node.scalar_text().unwrap_or_default();
            let reason = words.masked(reason).unwrap_or_else(|| reason.to_owned());
            Some(comments(SourceNode::scalar(reason, false)))
        }
        "attachments" => Some(comments(untitled(&part.node))),
        _ => own.cloned(),
    }
}

/// Returns the values that lost, but for those that are words.
fn wordless(node: &SourceNode) -> Option<SourceNode> {
    let is_effect = |field: &str| EFFECT.contains(&field.split('.').next().unwrap_or(field));
    let mut was = node.bare_value();
    let fields = was.parts_mut()?;
    let is_whole = fields.iter().all(|part| is_effect(&part.key));
    fields.retain(|part| is_effect(&part.key));
    let is_left = !fields.is_empty();
    // What stays as it is keeps its bytes.
    is_left.then(|| if is_whole { node.clone() } else { was })
}

/// Returns what was attached without the titles that people gave it.
fn untitled(attachments: &SourceNode) -> SourceNode {
    let mut list = attachments.bare_value();
    for item in list.parts_mut().into_iter().flatten() {
        if let Some(keys) = item.node.parts_mut() {
            keys.retain(|part| part.key != "title");
        }
    }
    if list.says(attachments) { attachments.clone() } else { list }
}

/// Returns the words that an event still says.
fn words(event: &SourceNode) -> RedactedWords {
    let text = event.get("text").and_then(SourceNode::scalar_text).unwrap_or_default();
    RedactedWords::of_passage(text)
}
