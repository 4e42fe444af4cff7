//! What other systems export, read into facts of no system: a format a file.
//!
//! Whatever is malformed is left out and told with its place, and the rest goes on. What a file says is data of a
//! stranger: it names no path, and no reader goes deeper or longer than the file itself.

mod alertmanager;
mod archive;
mod cstate;
mod csv;
pub(crate) mod file;
mod html;
mod incident_io;
mod json;
mod markdown;
mod opsgenie;
mod pagerduty;
mod prose;
mod slack;
mod statuspage;
mod upptime;

use crate::model::imported::{ImportColumn, ImportFormat, ImportedIncidents};
use crate::model::time::Zone;
pub use archive::{ArchiveError, is_archive, unpack};
pub use file::ImportFile;

/// What readers need to know beside the files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The zone of times that name none.
    pub zone: Zone,
    /// Whether a person gave it.
    pub zone_given: bool,
    /// The channels that are wanted, by name or id; all where empty.
    pub channels: Vec<String>,
    /// The thread that is wanted, by the time of its first message.
    pub thread: Option<String>,
    /// The reaction that a message must have to be taken.
    pub pin: Option<String>,
    /// Whether what machines tell each other is taken too, such as who was paged and who joined.
    pub all: bool,
    /// Which columns of a table tell what, where people say so.
    pub columns: Vec<ImportColumn>,
}

/// Returns whether a file of a folder or an archive is one of a format's, by its path in there.
pub fn wants(format: ImportFormat, path: &str) -> bool {
    match format {
        ImportFormat::Alertmanager => path.ends_with(".json"),
        ImportFormat::CState => cstate::wants(path),
        ImportFormat::Csv => csv::wants(path),
        ImportFormat::Statuspage | ImportFormat::Slack => path.ends_with(".json"),
        ImportFormat::IncidentIo => path.ends_with(".json"),
        ImportFormat::Markdown => markdown::wants(path),
        ImportFormat::Opsgenie => path.ends_with(".json"),
        ImportFormat::PagerDuty => path.ends_with(".json"),
        ImportFormat::Upptime => upptime::wants(path),
    }
}

/// Reads files of a format.
pub fn read(
    format: ImportFormat,
    files: &[ImportFile],
    options: &ImportOptions,
) -> ImportedIncidents {
    match format {
        ImportFormat::Alertmanager => alertmanager::read(files),
        ImportFormat::CState => cstate::read(files, options),
        ImportFormat::Csv => csv::read(files, options),
        ImportFormat::Statuspage => statuspage::read(files),
        ImportFormat::Slack => slack::read(files, options),
        ImportFormat::IncidentIo => incident_io::read(files),
        ImportFormat::Markdown => markdown::read(files, options),
        ImportFormat::Opsgenie => opsgenie::read(files, options),
        ImportFormat::PagerDuty => pagerduty::read(files, options),
        ImportFormat::Upptime => upptime::read(files),
    }
}
