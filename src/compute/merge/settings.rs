//! The settings of a record: keys and members that either side added, removed or changed alone.

use super::comments;
use super::parts::{self, AlignedVersions, NamedParts, joined};
use super::source::{SourceDocument, SourceKind, SourceNode, SourcePart, SourceText};
use super::versions::Versions;

/// Merges two versions of a record's settings; none where both changed one value.
#[must_use]
pub fn settings(
    base: Option<&SourceDocument>,
    ours: &SourceDocument,
    theirs: &SourceDocument,
) -> Option<SourceDocument> {
    let whole = Versions::new(base, Some(ours), Some(theirs));
    let mut is_clear = true;
    let root = node(whole.parts(|document| Some(&document.root)), &mut is_clear);
    let nothing = SourceNode { kind: SourceKind::Null, text: SourceText::New };
    is_clear.then(|| SourceDocument {
        start: comments::lines(whole.parts(|document| Some(&document.start))),
        root: root.unwrap_or(nothing),
        end: comments::lines(whole.parts(|document| Some(&document.end))),
    })
}

fn node(versions: Versions<'_, SourceNode>, is_clear: &mut bool) -> Option<SourceNode> {
    if let Some(plain) = versions.plain() {
        return plain.cloned();
    }
    let is = |fits: fn(&SourceNode) -> bool| {
        versions.ours.is_some_and(fits) && versions.theirs.is_some_and(fits)
    };
    if is(SourceNode::is_map) {
        let base = versions.base.filter(|base| base.is_map());
        let aligned = AlignedVersions::new(Versions { base, ..versions });
        let versions = aligned.versions();
        let names = parts::keys(versions);
        let named = NamedParts::new(versions, &names);
        return aligned.with(named.merged(|_, versions| part(versions, is_clear)));
    }
    if is(SourceNode::is_list) {
        return parts::set(versions);
    }
    let meanings = versions.each(|node| node.map(SourceNode::meaning));
    let [base, ours, theirs] = meanings.each_ref().map(Option::as_ref);
    if ours != theirs && ours != base && theirs != base {
        *is_clear = false;
    }
    // What says the same as before has other bytes alone.
    match (ours == base, theirs == base) {
        (true, false) => versions.theirs.cloned(),
        (false, true) => versions.ours.cloned(),
        _ => versions.pick().cloned(),
    }
}

fn part(versions: Versions<'_, SourcePart>, is_clear: &mut bool) -> Option<SourcePart> {
    let node = node(versions.parts(|part| Some(&part.node)), is_clear)?;
    joined(versions, node)
}
