//! Text that looks like a credential, which no verb would have written so.

use crate::compute::secrets;
use crate::model::diagnostic::Diagnostic;
use crate::model::places::PlaceIndex;
use crate::model::settings::{SecretHandling, Settings};

/// Reports what looks like a credential in a file that people write by hand.
pub fn exposed_secrets(text: &str, settings: &Settings) -> Vec<Diagnostic> {
    if settings.secrets == SecretHandling::Off {
        return vec![];
    }
    let found = secrets::find(text);
    let places = (!found.is_empty()).then(|| PlaceIndex::new(text));
    let problem = |it: secrets::FoundSecret| {
        let place = places.as_ref()?.place(it.place.start);
        let problem = Diagnostic::warning("secret", place, format!("this looks like {}", it.kind));
        Some(problem.help(
            "make it worthless where it was given out; then `recount redact EVENT`, or `recount redact --document FILE`",
        ))
    };
    found.into_iter().filter_map(problem).collect()
}
