//! Whether what events name as attached lies beside their incident, as it was.

use crate::io::store::{LoadedIncident, Store, files};
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{Attachment, Event};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// How many bytes of an attached file are looked at; larger ones are refused where they come in.
const MOST_BYTES: u64 = 64 << 20;

/// Returns what is wrong with the files beside an incident.
pub(super) fn findings(store: &Store, loaded: &LoadedIncident) -> Vec<Diagnostic> {
    let incident = &loaded.read.incident;
    let here = || incident.events.iter().filter(|e| e.moved.is_none());
    let attached = here().flat_map(|e| e.attachments.iter().map(move |it| (e, it)));
    let mut found: Vec<_> =
        attached.filter_map(|(event, it)| finding(store, loaded, event, it)).collect();
    let named: BTreeSet<_> =
        incident.events.iter().flat_map(|e| &e.attachments).map(|it| it.path.as_str()).collect();
    let folder = loaded.path.with_file_name("files");
    for path in files::list(store.root(), &folder).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !named.contains(format!("files/{name}").as_str()) {
            let place = incident.summary_place;
            let message = format!("no event names the file files/{name}");
            found.push(
                Diagnostic::warning("unnamed-file", place, message).help(
                    "attach it: `recount log --attach FILE TEXT`, or take it out of the folder",
                ),
            );
        }
    }
    found
}

fn finding(
    store: &Store,
    loaded: &LoadedIncident,
    event: &Event,
    attachment: &Attachment,
) -> Option<Diagnostic> {
    let path = loaded.path.with_file_name(attachment.path.as_str());
    let (place, shown) = (event.place, &attachment.path);
    let missing = |why: String| {
        Diagnostic::warning("missing-attachment", place, format!("{shown} {why}"))
            .help("bring it back from git: `git log --all -- PATH` tells who took it out")
    };
    match files::read(store.root(), &path, MOST_BYTES) {
        Ok(None) => Some(missing("is not there".to_owned())),
        Err(error) => Some(missing(format!("can't be read: {error}"))),
        Ok(Some(bytes)) => {
            let hash: String =
                Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            let differs = attachment.sha256.as_ref().is_some_and(|known| *known != hash);
            let message = format!("{shown} is not what was attached");
            differs.then(|| {
                Diagnostic::warning("attachment-differs", place, message).help(
                    "bring the first version back, or attach the new one to an event of its own",
                )
            })
        }
    }
}
