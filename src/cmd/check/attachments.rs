//! Whether what events name as attached lies beside their incident, as it was.

use crate::compute::check;
use crate::io::store::{LoadedIncident, Store, files};
use crate::model::diagnostic::Diagnostic;
use crate::model::digest::sha256;
use crate::model::incident::attachment::FOLDER;
use crate::model::incident::{Attachment, Event};
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
    let place = incident.summary_place;
    match beside(store, loaded) {
        Ok(files) => {
            let unnamed = files.into_iter().filter(|file| !named.contains(file.as_str()));
            found.extend(unnamed.map(|file| {
                Diagnostic::warning(
                    "unnamed-file",
                    place,
                    format!("no event names the file {file}"),
                )
                .help("attach it: `recount log --attach FILE TEXT`, or take it out of the folder")
            }));
        }
        Err(why) => {
            found.push(Diagnostic::warning("missing-attachment", place, why).help(
                "what events name there can't be looked at: make it a folder that can be read",
            ))
        }
    }
    found
}

/// Returns the files beside an incident, by their paths from its folder on; or what keeps them from being listed.
fn beside(store: &Store, loaded: &LoadedIncident) -> Result<Vec<String>, String> {
    let folder = loaded.path.with_file_name(FOLDER);
    if files::is_a_link(&folder).unwrap_or_default() {
        return Err(format!(
            "{FOLDER} is a link: git has none of what lies behind it with the incident"
        ));
    }
    let (mut found, mut folders) = (vec![], vec![(folder, FOLDER.to_owned())]);
    while let Some((folder, name)) = folders.pop() {
        let failed = |error| format!("{name} can't be listed: {error}");
        for (path, is_folder) in files::list_kinds(store.root(), &folder).map_err(failed)? {
            let inner = path.file_name().unwrap_or_default().to_string_lossy();
            let inner = format!("{name}/{inner}");
            match is_folder {
                // A link to a folder is one file to git.
                Ok(true) if !files::is_a_link(&path).unwrap_or_default() => {
                    folders.push((path, inner))
                }
                _ => found.push(inner),
            }
        }
    }
    found.sort();
    Ok(found)
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
    attachment.sha256.as_ref().is_some_and(|known| *known != sha256(bytes))
}
