use super::cache::{Cache, FileStamp};
use super::*;
use crate::io::store::atomic;
use std::cell::RefCell;
use std::fs;
use std::time::{Duration, SystemTime};

/// A record in a folder, with an index of git's that the test makes up.
struct Yard {
    home: tempfile::TempDir,
    mark: RefCell<String>,
    index: RefCell<Vec<(String, [u32; 6])>>,
}

impl Yard {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        atomic::replace(&home.path().join("recount.yaml"), b"").unwrap();
        Self { home, mark: RefCell::new("0".into()), index: RefCell::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("incidents").join(name).join("incident.yaml")
    }

    /// Writes an incident as an editor does that keeps the file, so long ago that it has settled.
    fn write(&self, name: &str, milestone: &str) {
        let text = format!(
            "title: X\nevents:\n  - {{at: 2019-01-24T12:00:00Z, mark: {milestone}, text: x}}\n"
        );
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::io::Write::write_all(&mut File::create(&path).unwrap(), text.as_bytes()).unwrap();
    }

    /// Lets time pass for every file: no test waits for the stamps to settle.
    fn look<T>(&self, at: impl FnOnce(&OpenIndex<'_>) -> T) -> T {
        let store = Store::open_dir(self.home.path()).unwrap();
        let folder = self.home.path().join("seen");
        at(&OpenIndex {
            store: &store,
            folder: &folder,
            shared: &folder,
            mark: Some(self.mark.borrow().clone()),
            indexed: &|show| {
                self.index.borrow().iter().for_each(|(path, stamp)| show(path.as_bytes(), *stamp));
                true
            },
        })
    }

    /// Returns the open incidents by a quick look, which must be what one at the whole finds.
    fn open(&self) -> Vec<String> {
        let ids = |open: Incidents| open.ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let quick = ids(self.look(|look| look.quick()));
        let whole = ids(self.look(|look| look.whole()));
        assert_eq!(quick, whole);
        quick
    }

    /// Changes what is remembered as if it had been found long after every file changed.
    fn settle(&self) {
        self.look(|look| look.whole());
        for (name, file) in [("open", true), ("incidents", false)] {
            self.look(|look| {
                let path = look.file(name);
                let mut memory = Cache::load(&path, &look.title()).unwrap();
                for (name, known) in &mut memory.incidents {
                    known.stamp = FileStamp::of(&self.path(name));
                }
                for (year, stamp) in &mut memory.years {
                    *stamp = FileStamp::of(&self.home.path().join("incidents").join(year));
                }
                if file {
                    memory = Cache { others: memory.others, ..watched(&memory) };
                }
                memory.save(&path, &look.title()).unwrap();
            });
        }
    }

    /// Has the index know a file as it is now, as `git add` and `git checkout` do.
    fn index(&self, name: &str) {
        let path = format!("{name}/incident.yaml");
        let FileStamp(stamp) = FileStamp::of(&self.path(name)).unwrap();
        let mut index = self.index.borrow_mut();
        index.retain(|(other, _)| *other != path);
        index.push((path, stamp));
        let mark = self.mark.borrow().parse::<u32>().unwrap() + 1;
        self.mark.replace(mark.to_string());
    }
}

/// So many incidents that are over that the first is not among those looked at each time.
fn old_yard() -> Yard {
    let yard = Yard::new();
    for number in 0..=LATEST {
        let name = format!("2019/2019-01-24-{number:03}");
        yard.write(&name, "resolved");
        yard.index(&name);
    }
    yard.settle();
    yard
}

const FIRST: &str = "2019/2019-01-24-000";

#[test]
fn an_incident_is_open_until_it_is_resolved() {
    let yard = Yard::new();
    assert!(yard.open().is_empty());
    yard.write("2019/2019-01-24-a", "started");
    yard.write("2018/2018-01-24-b", "started");
    assert_eq!(yard.open(), ["2019-01-24-a", "2018-01-24-b"]);
    yard.settle();
    yard.write("2019/2019-01-24-a", "resolved");
    assert_eq!(yard.open(), ["2018-01-24-b"]);
    yard.settle();
    fs::remove_dir_all(yard.home.path().join("incidents/2018")).unwrap();
    assert!(yard.open().is_empty());
}

#[test]
fn what_git_wrote_is_seen_in_its_index() {
    let yard = old_yard();
    assert!(yard.open().is_empty());
    yard.write(FIRST, "started");
    yard.index(FIRST);
    assert_eq!(yard.open(), ["2019-01-24-000"]);
    yard.settle();
    yard.write(FIRST, "resolved");
    yard.index(FIRST);
    assert!(yard.open().is_empty());
}

#[test]
fn what_we_are_about_to_write_is_watched() {
    let yard = old_yard();
    yard.look(|look| look.watch(&"2019-01-24-000".parse().unwrap()));
    yard.write(FIRST, "started");
    assert_eq!(yard.open(), ["2019-01-24-000"]);
}

#[test]
fn an_edit_by_hand_of_an_old_incident_is_seen_by_a_look_at_the_whole() {
    let yard = old_yard();
    yard.write(FIRST, "started");
    let ids = |open: Incidents| open.ids.len();
    assert_eq!(ids(yard.look(|look| look.quick())), 0, "the price of a quick look");
    assert_eq!(ids(yard.look(|look| look.whole())), 1);
    assert_eq!(ids(yard.look(|look| look.quick())), 1);
}

#[test]
fn an_edit_by_hand_of_a_late_incident_is_seen() {
    let yard = old_yard();
    yard.write("2019/2019-01-24-100", "started");
    assert_eq!(yard.open(), ["2019-01-24-100"]);
}

#[test]
fn a_folder_that_gets_its_file_later_is_seen() {
    let yard = old_yard();
    let path = yard.path("2018/2018-12-31-x");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(yard.open().is_empty());
    yard.settle();
    yard.write("2018/2018-12-31-x", "started");
    assert_eq!(yard.open(), ["2018-12-31-x"]);
}

#[test]
fn a_file_that_changed_a_moment_ago_is_read_again() {
    let yard = Yard::new();
    yard.write("2019/2019-01-24-a", "resolved");
    assert!(yard.open().is_empty());
    // The same length, and the same times: nothing but reading it tells.
    let path = yard.path("2019/2019-01-24-a");
    let text = fs::read_to_string(&path).unwrap().replace("resolved", "reported");
    let file = File::options().write(true).open(&path).unwrap();
    let before = file.metadata().unwrap().modified().unwrap();
    std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
    file.set_modified(before).unwrap();
    assert_eq!(yard.open(), ["2019-01-24-a"]);
}

#[test]
fn a_time_that_was_set_back_hides_no_change() {
    let yard = old_yard();
    yard.write("2019/2019-01-24-100", "started");
    let file = File::options().write(true).open(yard.path("2019/2019-01-24-100")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1)).unwrap();
    assert_eq!(yard.open(), ["2019-01-24-100"]);
}

#[test]
fn a_memory_that_is_torn_or_of_other_settings_is_none() {
    let yard = old_yard();
    yard.write(FIRST, "started");
    let open = yard.look(|look| look.file("open"));
    let torn = fs::read(&open).unwrap();
    atomic::replace(&open, &torn[..torn.len() / 2]).unwrap();
    assert_eq!(yard.open(), ["2019-01-24-000"]);
    let yard = old_yard();
    yard.write(FIRST, "started");
    atomic::replace(&yard.home.path().join("recount.yaml"), b"timezone: Europe/Paris\n").unwrap();
    assert_eq!(yard.open(), ["2019-01-24-000"]);
}

#[test]
fn another_process_that_remembered_first_is_not_undone() {
    let yard = old_yard();
    yard.look(|look| {
        let before = look.before();
        let old = before.watched.clone().unwrap();
        look.watch(&"2019-01-24-000".parse().unwrap());
        look.save(&before, None, &Cache { mark: Some("other".into()), ..old });
        assert!(look.before().watched.unwrap().incidents.contains_key(FIRST));
    });
}

#[test]
fn what_git_writes_while_we_look_is_seen_the_next_time() {
    let yard = old_yard();
    let ids = yard.look(|look| {
        let looks = std::cell::Cell::new(0);
        let indexed = |show: &mut dyn FnMut(&[u8], [u32; 6])| {
            let read = (look.indexed)(show);
            looks.set(looks.get() + 1);
            read
        };
        let mark = Some("another".to_owned());
        let during = OpenIndex { indexed: &indexed, mark, ..*look };
        let open = during.survey(during.before(), false);
        assert_eq!(looks.get(), 1, "the index is read once, before the files");
        open
    });
    assert!(ids.ids.is_empty());
    yard.write(FIRST, "started");
    yard.index(FIRST);
    assert_eq!(yard.open(), ["2019-01-24-000"]);
}

#[test]
fn a_change_of_what_is_watched_alone_reads_no_other_file() {
    let yard = old_yard();
    assert!(yard.open().is_empty());
    yard.settle();
    let last = "2019/2019-01-24-200";
    yard.write(last, "started");
    yard.index(last);
    yard.look(|look| {
        let before = look.before();
        assert!(look.glance(&before).is_some(), "no survey is needed");
    });
    assert_eq!(yard.open(), ["2019-01-24-200"]);
}

#[test]
fn a_stamp_settles_when_its_file_could_not_change_without_a_new_one() {
    let (second, millis) = (1_000_000_000_u64, 1_000_000_u64);
    let stamp = |nanos| FileStamp([100, nanos, 99, nanos, 1, 1]);
    let settles = |nanos, after| {
        ReadTime(100 * second + u64::from(nanos) + after).settled(stamp(nanos)).is_some()
    };
    assert_eq!([false, true], [50, 150].map(|after| settles(7, after * millis)));
    assert_eq!([false, true], [1500, 2500].map(|after| settles(0, after * millis)));
    assert!(ReadTime(0).settled(stamp(7)).is_none());
}

#[test]
fn a_memory_from_elsewhere_makes_no_path_out_of_the_record() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("open");
    let load = |name: &str| {
        let mut memory = Cache::default();
        memory.incidents.insert(name.to_owned(), KnownIncident { stamp: None, open: true });
        memory.save(&path, "title").unwrap();
        Cache::load(&path, "title").map(|memory| memory.incidents.len())
    };
    assert_eq!(load("2019/2019-01-24-x"), Some(1));
    for bad in ["../x", "2019/../../x", "2019/..", "/etc", "./x", "x", "2019/a/b"] {
        assert_eq!(load(bad), None, "{bad}");
    }
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    assert!(Cache::load(&path, "title").is_none());
    assert!(Cache::default().save(&path, "title").is_err());
}

#[test]
fn what_cannot_be_read_is_not_taken_for_over() {
    let yard = Yard::new();
    yard.write("2019/2019-01-24-a", "started");
    yard.write("2018/2018-01-24-b", "resolved");
    yard.settle();
    let told = |open: Incidents| (open.ids.len(), open.unreadable.len());
    let both = || (told(yard.look(|look| look.quick())), told(yard.look(|look| look.whole())));
    assert_eq!(both(), ((1, 0), (1, 0)));
    let year = yard.home.path().join("incidents/2018");
    fs::rename(&year, yard.home.path().join("aside")).unwrap();
    std::os::unix::fs::symlink("gone", &year).unwrap();
    assert_eq!(both(), ((1, 1), (1, 1)), "a year that leads to nothing");
    fs::remove_file(&year).unwrap();
    fs::rename(yard.home.path().join("aside"), &year).unwrap();
    assert_eq!(both(), ((1, 0), (1, 0)));
    let file = yard.path("2018/2018-01-24-b");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("incident.yaml", &file).unwrap();
    assert_eq!(both(), ((2, 0), (2, 0)), "a file that is a link to itself");
}
