//! `-o`: an answer goes to a place that a person named, and onto nothing that it may be made from.

use crate::io::render::text;
use crate::io::store::output::{self, Target};
use crate::io::store::{SETTINGS, StoreError, files, reads};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, typed};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

/// The files that git reads wherever they lie.
const OF_GIT: [&str; 4] = [".gitattributes", ".gitignore", ".gitmodules", ".git"];

/// The endings of names that promise a format, in lower case.
const PROMISES: [&str; 21] = [
    "csv", "doc", "docx", "htm", "html", "jpg", "json", "jsonl", "markdown", "md", "odt", "ods",
    "pdf", "png", "sarif", "svg", "tsv", "xls", "xlsx", "xml", "yaml",
];

/// The bytes of an answer.
#[derive(Clone, Copy)]
pub(crate) enum AnswerBytes<'a> {
    Memory(&'a [u8]),
    /// A file, from its beginning.
    File(&'a File),
}

impl AnswerBytes<'_> {
    fn into(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => out.write_all(bytes)?,
            Self::File(mut file) => {
                file.rewind()?;
                io::copy(&mut file, out)?;
            }
        }
        out.flush()
    }
}

/// Where to write an answer.
pub(crate) struct OutputFile<'o> {
    /// The file, as it was typed.
    pub(crate) file: &'o Path,
    /// A file that was named for the answer to be made from.
    pub(crate) input: Option<&'o Path>,
    /// The endings of a file that holds such an answer.
    pub(crate) endings: &'static [&'static str],
    /// How to have a file of another format.
    pub(crate) others: &'static str,
}

impl OutputFile<'_> {
    /// Writes an answer into a file, and says so; passes it on to a device or a pipe.
    ///
    /// # Errors
    /// A file that the record reads or that is git's own, one whose name promises another format, a folder, and whatever
    /// the file system says.
    pub(crate) fn write(
        &self,
        session: &Session<'_>,
        bytes: AnswerBytes<'_>,
    ) -> Result<Output, Failure> {
        let path = typed(session.global, self.file);
        let target = Target::of(&path).map_err(|error| self.failed(&path, error))?;
        self.judge(session, &target)?;
        self.keeps_promise()?;
        let written = match &target {
            Target::StandardOutput => output::pass(bytes.into(&mut io::stdout().lock())),
            Target::StandardError => output::pass(bytes.into(&mut io::stderr().lock())),
            Target::Passing(path) => {
                output::pass(output::open(path).and_then(|mut out| bytes.into(&mut out)))
            }
            Target::File(real) => output::replace(real, |mut out| bytes.into(&mut out)),
        };
        written.map_err(|error| self.failed(&path, error))?;
        Ok(match target {
            Target::File(_) => {
                let wrote = format!("wrote {}\n", self.file.display());
                Output::default().remark(text::clean(&wrote))
            }
            _ => Output::default(),
        })
    }

    /// Refuses a name that promises another format than the answer's.
    fn keeps_promise(&self) -> Result<(), Failure> {
        let ending = self.file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let ending = ending.to_ascii_lowercase();
        if !PROMISES.contains(&ending.as_str()) || self.endings.contains(&ending.as_str()) {
            return Ok(());
        }
        let name = self.file.display();
        Err(Failure::new(format!("what {name} would hold is no {ending}: nothing was written"))
            .help(self.others))
    }

    /// Refuses what the record reads, what is git's own, and what the answer was made from.
    fn judge(&self, session: &Session<'_>, target: &Target) -> Result<(), Failure> {
        let (Target::File(path) | Target::Passing(path)) = target else {
            return Ok(());
        };
        let failed = |error| self.failed(path, error);
        // A pipe without a name has no path either, and a file to be is none yet.
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::NotFound => match target {
                Target::File(path) => path.clone(),
                _ => return Ok(()),
            },
            Err(error) => return Err(failed(error)),
        };
        let found = there(&real).map_err(failed)?;
        let name = self.file.display();
        if is_of_git(session, &real).map_err(failed)? {
            return Err(Failure::new(format!("{name} is git's own: nothing was written"))
                .help("name a file that neither git nor the record reads"));
        }
        if is_read(session, &real, found.as_ref()).map_err(failed)? {
            return Err(Failure::new(format!(
                "{name} is a file that the record reads: nothing was written"
            ))
            .help(
                "name another file: what people wrote, and what numbers come from, stays as it is",
            ));
        }
        let input = self.input.map(|input| there(&typed(session.global, input)));
        let input = input.transpose().map_err(failed)?.flatten();
        if input.is_some_and(|input| found.is_some_and(|found| reads::is_same(&input, &found))) {
            return Err(Failure::new(format!(
                "{name} is what the answer is made from: nothing was written"
            ))
            .help("name another file"));
        }
        Ok(())
    }

    fn failed(&self, path: &Path, error: io::Error) -> Failure {
        let next = match error.kind() {
            ErrorKind::IsADirectory => {
                Some(format!("name a file in it: -o '{}'", self.file.join("NAME").display()))
            }
            _ => None,
        };
        let failure = StoreError::Io { doing: "write", path: path.to_owned(), error };
        next.into_iter().fold(failure.into(), Failure::help)
    }
}

/// Returns why no file may be written at a resolved path, whether something is there or not: it would be git's own, or
/// one that the record reads.
///
/// # Errors
/// What the file system says where that can't be told.
pub(crate) fn forbidden(session: &Session<'_>, real: &Path) -> io::Result<Option<&'static str>> {
    Ok(match () {
        () if is_of_git(session, real)? => Some("git's own"),
        () if is_read(session, real, None)? => Some("what the record reads"),
        () => None,
    })
}

fn there(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns whether a file is one of git's, or lies in one of its folders, or where the tool keeps its own state.
fn is_of_git(session: &Session<'_>, real: &Path) -> io::Result<bool> {
    if real.iter().any(|part| part.eq_ignore_ascii_case(".git")) {
        return Ok(true);
    }
    let name = real.file_name().unwrap_or_default();
    if OF_GIT.iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return Ok(true);
    }
    let mut folders = vec![session.state.clone()];
    folders
        .extend(session.repo.iter().flat_map(|r| [r.git_dir(), r.common_dir()]).map(PathBuf::from));
    // Where git refuses to use its folder, the state lies in it all the same.
    folders.extend(session.state.parent().filter(|_| session.refused.is_some()).map(PathBuf::from));
    for folder in folders {
        if there(&folder)?.is_some() && real.starts_with(fs::canonicalize(&folder)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether a file is one that this record reads, or another one that it lies in.
fn is_read(session: &Session<'_>, real: &Path, found: Option<&Metadata>) -> io::Result<bool> {
    // It would make a record of whichever folder it lies in.
    if real.file_name().is_some_and(|name| name.eq_ignore_ascii_case(SETTINGS)) {
        return Ok(true);
    }
    let own = session.store.root();
    if reads::reads(own, real, found)? {
        return Ok(true);
    }
    for root in real.ancestors().skip(1).filter(|root| *root != own) {
        if there(root)?.is_some()
            && files::exists(&root.join(SETTINGS))?
            && reads::reads(root, real, found)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
