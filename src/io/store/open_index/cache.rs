//! What is remembered from one look at the record to the next, as a file of lines.
//!
//! It is derived, and not synced: what doesn't end in its own checksum is as good as absent.

use crate::io::store::files::MOST_BYTES;
use crate::io::store::own;
use crate::model::incident::IncidentId;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What the file system says of a file: when it changed and was modified, in seconds and nanoseconds, its
/// size and its number, each cut to 32 bits as git's index cuts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileStamp(pub(super) [u32; 6]);

impl FileStamp {
    /// Returns the stamp of a file or folder, behind links; none where there is none.
    pub(super) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|meta| Self::from(&meta))
    }

    /// Returns the later of the two times, in nanoseconds.
    pub(super) fn latest(self) -> u64 {
        let [changed, changed_nanos, modified, modified_nanos, ..] = self.0;
        let at = |seconds, nanos| u64::from(seconds) * 1_000_000_000 + u64::from(nanos);
        at(changed, changed_nanos).max(at(modified, modified_nanos))
    }

    /// Returns for how long the file could change again without a new stamp, in nanoseconds.
    ///
    /// A file system without fractions counts in steps of up to two seconds; the others follow the kernel's
    /// clock, which ticks at least a hundred times a second.
    pub(super) fn tick(self) -> u64 {
        let [_, changed_nanos, _, modified_nanos, ..] = self.0;
        if changed_nanos == 0 || modified_nanos == 0 { 2_000_000_000 } else { 100_000_000 }
    }

    fn read(words: &[&str]) -> Option<Self> {
        let mut stamp = [0; 6];
        if words.len() != stamp.len() {
            return None;
        }
        for (number, word) in stamp.iter_mut().zip(words) {
            *number = word.parse().ok()?;
        }
        Some(Self(stamp))
    }
}

impl From<&Metadata> for FileStamp {
    fn from(meta: &Metadata) -> Self {
        let cut = |number: i64| (number & 0xffff_ffff) as u32;
        let low = |number: u64| (number & 0xffff_ffff) as u32;
        Self([
            cut(meta.ctime()),
            cut(meta.ctime_nsec()),
            cut(meta.mtime()),
            cut(meta.mtime_nsec()),
            low(meta.len()),
            low(meta.ino()),
        ])
    }
}

/// What is known of an incident's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownIncident {
    /// The file that was read; none where it must be looked at again in any case: it was absent, or had
    /// changed a moment before.
    pub(super) stamp: Option<FileStamp>,
    /// Whether the incident was open; what can't be read may well be.
    pub(super) open: bool,
}

/// What is remembered of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cache {
    /// The mark of git's index; none without one.
    pub(super) mark: Option<String>,
    /// The sum of what git's index says of all incidents but these; none where it says nothing.
    pub(super) others: Option<u64>,
    /// The folders of the years as they were; none where they had changed a moment before.
    pub(super) years: BTreeMap<String, Option<FileStamp>>,
    /// The incidents, by their year and id: `2019/2019-01-24-power-loss`.
    pub(super) incidents: BTreeMap<String, KnownIncident>,
}

impl Cache {
    /// Reads a memory that began with the same title.
    pub(super) fn load(path: &Path, title: &str) -> Option<Self> {
        let text = String::from_utf8(own::read(path, MOST_BYTES).ok()??.bytes).ok()?;
        let (body, end) = text.rsplit_once("end ")?;
        if end.trim_end() != checksum(body) {
            return None;
        }
        let mut lines = body.lines();
        if lines.next()? != title {
            return None;
        }
        let mut memory = Self::default();
        lines.try_for_each(|line| memory.take(line))?;
        Some(memory)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["index", mark] => self.mark = Some((*mark).to_owned()),
            ["others", sum] => self.others = Some(sum.parse().ok()?),
            ["year", stamp @ .., name] => {
                self.years.insert((*name).to_owned(), FileStamp::read(stamp));
            }
            [state @ ("open" | "over"), stamp @ .., name] => {
                is_incident(name).then_some(())?;
                let known = KnownIncident { stamp: FileStamp::read(stamp), open: *state == "open" };
                self.incidents.insert((*name).to_owned(), known);
            }
            _ => return None,
        }
        Some(())
    }

    /// Replaces a file by this memory.
    pub(super) fn save(&self, path: &Path, title: &str) -> io::Result<()> {
        let mut text = format!("{title}\n");
        if let Some(mark) = &self.mark {
            let _ = writeln!(text, "index {mark}");
        }
        if let Some(sum) = self.others {
            let _ = writeln!(text, "others {sum}");
        }
        for (name, stamp) in &self.years {
            line(&mut text, "year", *stamp, name);
        }
        for (name, known) in &self.incidents {
            line(&mut text, if known.open { "open" } else { "over" }, known.stamp, name);
        }
        let sum = checksum(&text);
        let _ = writeln!(text, "end {sum}");
        // In place, for it is written at each commit: who reads half of it finds no checksum at its end.
        let mut file = own::open(File::options().write(true).create(true).truncate(false), path)?;
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)
    }
}

/// Returns whether a name is that of a folder in a year's folder: it becomes part of a path.
fn is_incident(name: &str) -> bool {
    let (year, id) = name.split_once('/').unwrap_or_default();
    !matches!(year, "" | "." | "..") && id.parse::<IncidentId>().is_ok()
}

fn line(text: &mut String, word: &str, stamp: Option<FileStamp>, name: &str) {
    text.push_str(word);
    for number in stamp.iter().flat_map(|stamp| stamp.0) {
        let _ = write!(text, " {number}");
    }
    let _ = writeln!(text, " {name}");
}

/// Returns a number that tells a text from others, as a word.
pub(super) fn checksum(text: &str) -> String {
    format!("{:016x}", number(&text))
}

/// Returns a number that tells a value from others.
pub(super) fn number(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Returns the first line of a memory: it holds for one version of the program and for these settings alone.
pub(super) fn title(settings: &str) -> String {
    format!("recount {} seen {}", env!("CARGO_PKG_VERSION"), checksum(settings))
}
