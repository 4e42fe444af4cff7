//! Whether what events name as attached lies beside their incident, as it was.

use crate::compute::check;
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
        Ok(Some(bytes)) if differs(&bytes, attachment) => Some(
            Diagnostic::warning(
                "attachment-differs",
                place,
                format!("{shown} is not what was attached"),
            )
            .help("bring the first version back, or attach the new one to an event of its own"),
        ),
        Ok(Some(bytes)) => {
            let text = std::str::from_utf8(&bytes).unwrap_or_default();
            let secret = check::exposed_secrets(text, store.settings()).into_iter().next()?;
            let message = format!("{shown}:{}: {}", secret.place, secret.message);
            let problem = Diagnostic::warning("secret", place, message);
            Some(problem.help(format!(
                "make it worthless where it was given out; then `recount redact --file {shown}`"
            )))
        }
    }
}

/// Returns whether a file is another than that which was attached.
fn differs(bytes: &[u8], attachment: &Attachment) -> bool {
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    attachment.sha256.as_ref().is_some_and(|known| *known != hash)
}
