//! What other systems export, read into facts of no system: a format a file.
//!
//! Whatever is malformed is left out and told with its place, and the rest goes on. What a file says is data of a
//! stranger: it names no path, and no reader goes deeper or longer than the file itself.

pub(crate) mod file;
mod html;
mod json;
mod statuspage;

use crate::model::imported::{ImportFormat, ImportedIncidents};
use crate::model::time::Zone;
pub use file::ImportFile;

/// What readers need to know beside the files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The zone of times that name none.
    pub zone: Zone,
}

/// Returns whether a file of a folder or an archive is one of a format's, by its path in there.
pub fn wants(format: ImportFormat, path: &str) -> bool {
    match format {
        ImportFormat::Statuspage => path.ends_with(".json"),
    }
}

/// Reads files of a format.
pub fn read(
    format: ImportFormat,
    files: &[ImportFile],
    _options: &ImportOptions,
) -> ImportedIncidents {
    match format {
        ImportFormat::Statuspage => statuspage::read(files),
    }
}
