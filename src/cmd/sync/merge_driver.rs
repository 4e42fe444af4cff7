//! `recount merge-driver`: what git runs for each file of a record that both sides changed.

use crate::cli::MergeDriverArgs;
use crate::compute::merge::passages;
use crate::io::git::{MergedLines, merge_texts};
use crate::io::store::{INBOX, SETTINGS, atomic, read_named_text};
use crate::io::yaml;
use crate::model::digest;
use crate::session::Failure;
use crate::session::output::Output;
use std::path::{Path, PathBuf};

/// Three versions of a file as texts.
pub(super) struct TextVersions {
    pub(super) base: Option<String>,
    pub(super) ours: String,
    pub(super) theirs: String,
}

/// What becomes of a file.
pub(super) enum MergedFile {
    /// Both are in it.
    Whole(String),
    /// The other side's stands, for both changed the same and neither can be told to be right.
    Theirs,
}

/// Merges a file, and leaves the outcome where git looks for it.
pub(crate) fn run(args: &MergeDriverArgs) -> Result<Output, Failure> {
    let read = |path: &Path| Ok::<_, Failure>(read_named_text(path)?);
    let base = read(&args.base)?;
    let versions = TextVersions {
        base: (!base.is_empty()).then_some(base),
        ours: read(&args.ours)?,
        theirs: read(&args.theirs)?,
    };
    let cannot = |error| Failure::new(format!("{} can't be written: {error}", args.path.display()));
    match versions.merged(&args.path)? {
        MergedFile::Whole(text) => {
            atomic::replace(&args.ours, text.as_bytes()).map_err(cannot)?;
            Ok(Output::default())
        }
        MergedFile::Theirs if args.strict => Ok(Output { no: true, ..Output::default() }),
        MergedFile::Theirs => {
            let beside = beside(&args.path, &versions.ours);
            atomic::replace(&beside, versions.ours.as_bytes()).map_err(cannot)?;
            atomic::replace(&args.ours, versions.theirs.as_bytes()).map_err(cannot)?;
            let (path, beside) = (args.path.display(), beside.display());
            let remark = format!(
                "recount: both sides changed the same in {path}: theirs stands, ours is {beside}\n"
            );
            Ok(Output::default().remark(remark))
        }
    }
}

/// Returns where our version of a file is kept beside theirs.
pub(super) fn beside(path: &Path, ours: &str) -> PathBuf {
    let hash = digest::sha256(ours.as_bytes());
    let mut name = path.as_os_str().to_owned();
    name.push(".ours-");
    name.push(hash.get(..8).unwrap_or(&hash));
    PathBuf::from(name)
}

impl TextVersions {
    /// Merges a file by what its name tells of it.
    pub(super) fn merged(&self, path: &Path) -> Result<MergedFile, Failure> {
        let Self { base, ours, theirs } = self;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let merged = match name {
            "incident.yaml" | INBOX => {
                yaml::merge::incident(base.as_deref(), ours, theirs).map(Some)
            }
            SETTINGS => yaml::merge::settings(base.as_deref(), ours, theirs),
            name if name.ends_with(".md") => return Ok(MergedFile::Whole(self.document()?)),
            _ => Ok(self.lines()?),
        };
        match merged {
            Ok(Some(text)) => Ok(MergedFile::Whole(text)),
            Ok(None) => Ok(MergedFile::Theirs),
            // The side that can't be read is for a person to mend: git leaves its marks.
            Err(problem) if matches!(name, "incident.yaml" | INBOX) => Err(Failure::new(format!(
                "{}: one side can't be read: line {}: {}",
                path.display(),
                problem.place.line,
                problem.message
            ))),
            Err(_) => Ok(MergedFile::Theirs),
        }
    }

    fn pieces(&self) -> Result<Vec<MergedLines>, Failure> {
        // Either order gives the same.
        let (one, other) = if self.ours <= self.theirs {
            (&self.ours, &self.theirs)
        } else {
            (&self.theirs, &self.ours)
        };
        Ok(merge_texts(self.base.as_deref().unwrap_or_default(), one, other)?)
    }

    /// Merges line by line; none where both changed the same lines.
    fn lines(&self) -> Result<Option<String>, Failure> {
        let agreed = |piece| match piece {
            MergedLines::Agreed(text) => Some(text),
            MergedLines::Both(..) => None,
        };
        Ok(self.pieces()?.into_iter().map(agreed).collect())
    }

    /// Merges a document: both versions of a passage stay.
    fn document(&self) -> Result<String, Failure> {
        let mut out = String::new();
        let mut is_generated = false;
        for piece in self.pieces()? {
            let text = match piece {
                MergedLines::Agreed(text) => text,
                MergedLines::Both(one, other) => passages::both(&one, &other, is_generated),
            };
            is_generated = passages::ends_in_block(is_generated, &text);
            out.push_str(&text);
        }
        Ok(out)
    }
}
