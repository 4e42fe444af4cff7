//! Files that are written for people: whole or not at all, and with nothing beside them.

use super::{atomic, files};
use rustix::fs::OFlags;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

/// What the names of files begin with that are about to take another's place. It is not what the record's own
/// begin with, for the holder of the record's lock removes those.
const PASSING: &str = ".recount.output-";
/// How many letters and digits follow.
const LETTERS: usize = 6;

/// Replaces the contents of the file at a resolved path, creating it and its folders where they are absent.
///
/// A process that is killed at any moment leaves the old contents or the new. The bytes go to a file without
/// a name, which takes the name itself where that is free. No call puts a file without a name in the place of
/// another, so that there it gets a passing name first, for the time of two calls; what a process left that was
/// killed between them is removed by the next one that writes in the folder. Where a file system knows no files
/// without names, the passing name lasts for as long as the bytes are written.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed.
pub fn replace(path: &Path, write: impl Fn(&File) -> io::Result<()>) -> io::Result<()> {
    let folder = atomic::folder_of(path)?;
    atomic::create_folders(folder)?;
    remove_left(folder);
    let permissions = atomic::permissions(path, folder)?;
    let fill = |file: &File| {
        // While it is locked, nobody takes it for one that was left; a file system without locks has it so.
        let _ = file.try_lock();
        write(file)?;
        file.set_permissions(permissions.clone())?;
        file.sync_all()
    };
    // Opened first: what can fail fails while the old contents are still there.
    let opened = File::open(folder)?;
    if let Some(file) = unnamed(folder) {
        fill(&file)?;
        if name(&file, path, folder)? {
            // Some file systems keep nothing of a file that has no name yet.
            file.sync_all()?;
            return atomic::sync_replaced(&opened);
        }
    }
    let named = passing().tempfile_in(folder)?;
    fill(named.as_file())?;
    named.persist(path).map_err(|error| error.error)?;
    atomic::sync_replaced(&opened)
}

/// Replaces a file whole, a link in its place too, in a folder that is there, and does not wait for the disk: who
/// writes many files syncs them together.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed.
pub(super) fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = atomic::folder_of(path)?;
    let mut file = passing().tempfile_in(folder)?;
    // While it is locked, nobody takes it for one that was left.
    let _ = file.as_file().try_lock();
    io::Write::write_all(&mut file, bytes)?;
    let is_link = files::if_there(fs::symlink_metadata(path))?.is_some_and(|f| f.is_symlink());
    let permissions = if is_link {
        atomic::default_permissions(folder)
    } else {
        atomic::permissions(path, folder)
    };
    file.as_file().set_permissions(permissions?)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn passing() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PASSING).rand_bytes(LETTERS);
    builder
}

/// Opens a file without a name; none where the file system, or the kernel, knows no such thing.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, open};
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::TMPFILE;
    // Whatever else stands in the way is said when a file with a name is made.
    open(folder, flags, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

/// Gives a file without a name its name, in the place of another too; returns whether that can be done here.
#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path, folder: &Path) -> io::Result<bool> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    let link = |path: &Path| -> io::Result<()> {
        Ok(linkat(CWD, &own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    };
    match link(path) {
        Ok(()) => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // Without /proc, or where a sandbox allows no such call.
        Err(_) => return Ok(false),
    }
    let passing = passing().make_in(folder, link)?;
    passing.persist(path).map_err(|error| error.error)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Removes the files that a killed process left in a folder under their passing names.
pub(super) fn remove_left(folder: &Path) {
    let Ok(found) = fs::read_dir(folder) else { return };
    let is_ours = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let tail = name.to_str().and_then(|name| name.strip_prefix(PASSING));
        tail.is_some_and(|tail| {
            tail.len() == LETTERS && tail.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    };
    for entry in found.filter_map(Result::ok).filter(is_ours) {
        // What can't be removed does no harm.
        let _ = remove_if_left(&entry.path());
    }
}

fn remove_if_left(path: &Path) -> io::Result<()> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() && file.try_lock().is_ok() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Takes a reader of a pipe that has seen enough for no failure.
///
/// # Errors
/// Whatever else the file system says.
pub fn pass(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        passed => passed,
    }
}

/// Opens what is no ordinary file, to write to it; a pipe waits for its reader.
///
/// # Errors
/// Whatever the file system says.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(OFlags::NOCTTY.bits()).map_err(io::Error::other)?;
    // What lies behind an open file of this process that is an ordinary one goes on at its end.
    File::options().append(true).custom_flags(flags).open(path)
}

/// Where an answer goes that a person named a place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This process's own standard output.
    StandardOutput,
    /// This process's own standard error.
    StandardError,
    /// A device, a pipe or another open file, to which bytes are passed.
    Passing(PathBuf),
    /// An ordinary file, there or to be, after all links.
    File(PathBuf),
}

impl Target {
    /// Returns what a path leads to.
    ///
    /// # Errors
    /// A folder, a link to nothing, and whatever else the file system says.
    pub fn of(path: &Path) -> io::Result<Self> {
        match descriptor(path)? {
            Some(1) => return Ok(Self::StandardOutput),
            Some(2) => return Ok(Self::StandardError),
            Some(_) => return Ok(Self::Passing(path.to_owned())),
            None => {}
        }
        match files::if_there(fs::metadata(path))? {
            Some(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Some(found) if found.is_file() => fs::canonicalize(path).map(Self::File),
            Some(_) => Ok(Self::Passing(path.to_owned())),
            None if files::exists(path)? => Err(io::Error::other("it is a link to nothing")),
            None if path.as_os_str().as_bytes().ends_with(b"/") => {
                Err(io::ErrorKind::IsADirectory.into())
            }
            None => resolved(path).map(Self::File),
        }
    }
}

/// Returns where a file will lie that is not there, after all links of the folders above it that are.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    for folder in path.ancestors().skip(1) {
        let there = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Some(real) = files::if_there(fs::canonicalize(there))? else { continue };
        let rest = path.strip_prefix(folder).map_err(io::Error::other)?;
        // Upwards from a folder that is not there leads nowhere.
        let plain = rest.components().all(|part| matches!(part, Component::Normal(_)));
        return if plain { Ok(real.join(rest)) } else { Err(io::ErrorKind::NotFound.into()) };
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Returns the number of the open file of this process that a path stands for, such as `/dev/stdout`.
fn descriptor(path: &Path) -> io::Result<Option<u32>> {
    const MOST_LINKS: usize = 40;
    let own = PathBuf::from(format!("/proc/{}/fd", std::process::id()));
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let folder = files::if_there(fs::canonicalize(atomic::folder_of(&path)?))?;
        let (Some(folder), Some(name)) = (folder, path.file_name()) else { return Ok(None) };
        if folder == own || folder == Path::new("/dev/fd") {
            return Ok(name.to_str().and_then(|name| name.parse().ok()));
        }
        path = folder.join(name);
        match files::if_there(fs::symlink_metadata(&path))? {
            Some(found) if found.is_symlink() => path = folder.join(fs::read_link(&path)?),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::symlink;

    fn put(path: impl AsRef<Path>, bytes: &[u8]) {
        replace(path.as_ref(), |mut file| file.write_all(bytes)).unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let found = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name());
        let mut names: Vec<_> = found.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_or_replaced_and_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/page.html");
        put(&path, b"one");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        put(&path, b"two");
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(names(&home.path().join("a")), ["page.html"]);
    }

    #[test]
    fn what_a_killed_process_left_goes_with_the_next_and_nothing_else_does() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let (left, held) = (at(".recount.output-a1B2c3"), at(".recount.output-d4E5f6"));
        for path in [&left, &held, &at(".recount.output-notes"), &at(".recount-a1b2c3")] {
            File::create(path).unwrap();
        }
        symlink("page", at(".recount.output-g7h8i9")).unwrap();
        let holder = File::open(&held).unwrap();
        holder.lock().unwrap();
        put(at("page"), b"one");
        let rest = [
            ".recount-a1b2c3",
            ".recount.output-d4E5f6",
            ".recount.output-g7h8i9",
            ".recount.output-notes",
            "page",
        ];
        assert_eq!(names(home.path()), rest);
    }

    #[test]
    fn a_path_leads_to_a_file_or_to_what_bytes_are_passed_to() {
        let home = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(home.path()).unwrap();
        let at = |name: &str| root.join(name);
        fs::create_dir(at("folder")).unwrap();
        put(at("folder/file"), b"");
        let links = [("folder/file", "link"), ("folder", "way"), ("gone", "dangling")];
        for (to, link) in links.iter().chain(&[("loop", "loop"), ("/dev/stdout", "out")]) {
            symlink(to, at(link)).unwrap();
        }
        let of = |name: &str| Target::of(&at(name)).map_err(|error| error.to_string());
        let file = |name: &str| Ok(Target::File(at(name)));
        assert_eq!(of("link"), file("folder/file"));
        assert_eq!(of("way/new"), file("folder/new"));
        assert_eq!(of("way/x/new"), file("folder/x/new"));
        assert_eq!(of("way/../new"), file("new"));
        assert_eq!(of("/dev/null"), Ok(Target::Passing("/dev/null".into())));
        assert_eq!(of("out"), Ok(Target::StandardOutput));
        assert_eq!(of("/dev/fd/1"), Ok(Target::StandardOutput));
        assert_eq!(of("/proc/self/fd/2"), Ok(Target::StandardError));
        for bad in ["folder", "way", "dangling", "loop", "x/../new", "x/", "link/y"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        let (reader, mut writer) = io::pipe().unwrap();
        drop(reader);
        pass(writer.write_all(b"page")).unwrap();
        let mut full = open(Path::new("/dev/full")).unwrap();
        assert!(pass(full.write_all(b"page")).is_err());
    }
}
