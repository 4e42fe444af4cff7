//! The war room on a terminal: one thread reads keys, another reads and writes the record.

use super::completion;
use super::line::{self, Done, LineRun};
use super::person::Person;
use crate::cli::{DeliveryArgs, Global};
use crate::cmd::credits::cliff;
use crate::compute::report::cliff::CreditCliff;
use crate::compute::report::watch::{self, WatchReport};
use crate::io::prompt::{end_by, stop};
use crate::io::render::text::clean;
use crate::io::render::watch::{WatchLines, watch as render};
use crate::io::screen::{self, LineInput, Screen, ScreenText, Stroke};
use crate::io::store::{INBOX, files};
use crate::model::incident::IncidentId;
use crate::model::time::{Instant, Span};
use crate::session::{Failure, Output, Session};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long to wait for a key while nothing is written.
const CALM: Duration = Duration::from_millis(500);
/// How long to wait for a key while something is.
const BUSY: Duration = Duration::from_millis(20);
/// After how many looks at the files the clocks are shown anew, where nothing changed.
const STALE: u32 = 20;
/// For how long what the open incidents cost is shown as it was reckoned, where no file changed.
const CLIFFS_STALE: Span = Span::minutes(1);

/// What the keys ask of the thread that has the record.
enum Job {
    /// Do what a line asks for.
    Line(String),
    /// Look whether something changed, for a screen so wide.
    Look { width: u16, now: bool },
    /// Keep a line that was never sent.
    Keep(String),
}

/// What that thread answers.
enum News {
    Done { line: String, done: Result<Done, Failure> },
    Shown { lines: WatchLines, words: Vec<String> },
}

/// Opens the war room.
pub(super) fn run(global: &Global) -> Result<Output, Failure> {
    let failed = |error| Failure::new(format!("the terminal can't be used: {error}"));
    let (jobs, todo) = mpsc::channel();
    let (told, news) = mpsc::channel();
    let worker = worker(global.clone(), todo, told);
    let screen = Screen::open().map_err(failed)?;
    let mut room = Room {
        screen,
        input: LineInput::default(),
        text: ScreenText::default(),
        words: vec![],
        jobs,
        news,
        waiting: vec![],
        certain: None,
        left: false,
    };
    let ended = room.stay();
    let unsent = room.input.text().trim().to_owned();
    if !unsent.is_empty() {
        let _ = room.jobs.send(Job::Keep(unsent));
    }
    // What was sent is written before the program ends.
    drop(room);
    let _ = worker.join();
    if let Some(signal) = ended.map_err(failed)? {
        end_by(signal);
    }
    Ok(Output::default())
}

/// The screen, the line, and what waits.
struct Room {
    screen: Screen,
    input: LineInput,
    text: ScreenText,
    words: Vec<String>,
    jobs: Sender<Job>,
    news: Receiver<News>,
    /// The lines that are not written yet, the oldest first.
    waiting: Vec<String>,
    /// What customers will read, once it is sent again.
    certain: Option<String>,
    left: bool,
}

impl Room {
    /// Stays until the person leaves; returns the signal that ended it, where one did.
    fn stay(&mut self) -> std::io::Result<Option<i32>> {
        self.look(true);
        while !self.left {
            let shown = self.shown();
            self.screen.draw(shown, &self.input)?;
            if let Some(signal) = self.screen.ended_by() {
                return Ok(Some(signal));
            }
            let calm = self.waiting.is_empty();
            match self.screen.wait(if calm { CALM } else { BUSY })? {
                Some(event) => self.typed(&event)?,
                None if calm => self.look(false),
                None => {}
            }
            while let Ok(news) = self.news.try_recv() {
                self.hear(news);
            }
        }
        Ok(None)
    }

    /// Has the files looked at.
    fn look(&mut self, now: bool) {
        let width = self.screen.width();
        let _ = self.jobs.send(Job::Look { width, now });
    }

    fn typed(&mut self, event: &screen::Event) -> std::io::Result<()> {
        if screen::is_control(event, 'z') {
            self.screen.pause(stop)?;
            self.look(true);
            return Ok(());
        }
        let is_empty = self.input.text().is_empty();
        if screen::is_control(event, 'c') || screen::is_control(event, 'd') && is_empty {
            self.left = is_empty;
            self.input.take();
            return Ok(());
        }
        if matches!(event, screen::Event::Resize(..)) {
            self.screen.renew()?;
            self.look(true);
            return Ok(());
        }
        match self.input.stroke(event) {
            Stroke::Line(line) => self.send(line),
            Stroke::Complete => {
                let several = self.input.complete(&self.words);
                if !several.is_empty() {
                    self.text.answer = vec![several.join("  ")];
                }
            }
            Stroke::Escape => {
                self.certain = None;
                self.text.answer.clear();
            }
            Stroke::Edited | Stroke::Nothing => {}
        }
        Ok(())
    }

    /// Has a line done; an empty one sends what was to be certain.
    fn send(&mut self, line: String) {
        let line = match (line.trim().is_empty(), self.certain.take()) {
            (true, Some(text)) => format!("/publish! {text}"),
            (true, None) => return,
            (false, _) => line,
        };
        self.waiting.push(line.clone());
        let _ = self.jobs.send(Job::Line(line));
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Shown { lines, words } => {
                (self.text.head, self.text.tail, self.words) = (lines.head, lines.events, words);
            }
            News::Done { line, done } => {
                self.waiting.retain(|waiting| *waiting != line);
                self.answered(line, done);
                self.look(true);
            }
        }
    }

    fn answered(&mut self, line: String, done: Result<Done, Failure>) {
        let answer = match done {
            Ok(Done::Left) => {
                self.left = true;
                String::new()
            }
            Ok(Done::Answered(answer)) => answer.text + &answer.remarks,
            Ok(Done::Certain(text)) => {
                let told = format!("customers will read: {text}\nEnter sends it, Esc does not");
                self.certain = Some(text);
                told
            }
            Err(failure) => {
                // Nothing that was typed is lost.
                if self.input.text().is_empty() {
                    self.input.set(line);
                }
                failure.render(false)
            }
        };
        self.text.answer = clean(answer.trim_end()).lines().map(str::to_owned).collect();
    }

    /// Returns what is shown, with the lines that wait.
    fn shown(&self) -> ScreenText {
        let mut text = self.text.clone();
        text.answer.extend(self.waiting.iter().map(|line| format!("writing: {}", clean(line))));
        text
    }
}

/// Reads and writes the record on a thread of its own, until nobody asks any more.
fn worker(global: Global, todo: Receiver<Job>, told: Sender<News>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut seat = Seat {
            global,
            person: Person::default(),
            seen: vec![],
            looks: 0,
            cliffs: vec![],
            cliffs_at: None,
        };
        for job in todo {
            let news = match job {
                Job::Line(line) => {
                    let done = seat.line(&line);
                    Some(News::Done { line, done })
                }
                Job::Look { width, now } => seat.look(width, now),
                Job::Keep(line) => {
                    let _ = line::keep(&seat.global, &seat.person, &line);
                    None
                }
            };
            // Where the keys are gone, what was sent before is done all the same.
            if let Some(news) = news {
                let _ = told.send(news);
            }
        }
    })
}

/// What the thread with the record knows.
struct Seat {
    global: Global,
    person: Person,
    /// What the files were when they were read.
    seen: Vec<(PathBuf, Option<files::FileMark>)>,
    looks: u32,
    /// What the open incidents cost, and when that was looked at.
    cliffs: Vec<CreditCliff>,
    cliffs_at: Option<Instant>,
}

impl Seat {
    fn line(&mut self, line: &str) -> Result<Done, Failure> {
        let delivery = DeliveryArgs::default();
        // Without `/to`, a line is for the incident that is shown.
        LineRun { global: &self.global, person: &mut self.person, delivery, at: None }.run(line)
    }

    /// Reads the open incidents, where something changed.
    fn look(&mut self, width: u16, now: bool) -> Option<News> {
        self.looks += 1;
        let is_as_seen = self.seen.iter().all(|(path, mark)| files::mark(path) == *mark);
        if !now && is_as_seen && self.looks < STALE {
            return None;
        }
        self.looks = 0;
        if !is_as_seen {
            self.cliffs_at = None;
        }
        let news = self.read(width);
        Some(news.unwrap_or_else(|failure| News::Shown {
            lines: WatchLines {
                head: failure.render(false).lines().map(str::to_owned).collect(),
                events: vec![],
            },
            words: vec![],
        }))
    }

    fn read(&mut self, width: u16) -> Result<News, Failure> {
        let session = Session::open(&self.global)?;
        let mut ids = session.by_activity(session.open_incidents()?.ids).active;
        if let Some(chosen) = self.person.chosen.as_ref().filter(|chosen| !ids.contains(chosen)) {
            ids.push(chosen.clone());
        }
        self.seen = watched(&session, &ids);
        let loaded: Vec<_> = ids.iter().map(|id| session.load(id)).collect();
        let unread = loaded.iter().filter_map(|loaded| loaded.as_ref().err());
        let unread: String = unread.map(|failure| failure.render(false)).collect();
        let all: Vec<_> = loaded.iter().filter_map(|loaded| loaded.as_ref().ok()).collect();
        let timelines: Vec<_> = all.iter().map(|l| session.timeline(&l.read.incident)).collect();
        let settings = session.store.settings();
        let chosen = self.person.chosen.as_ref();
        let report = watch::watch(&timelines, settings, session.now, chosen);
        let open: Vec<_> = report.chosen.iter().chain(&report.others).cloned().collect();
        let is_fresh = |at: Instant| session.now.since(at) < CLIFFS_STALE;
        if !self.cliffs_at.is_some_and(is_fresh) {
            self.cliffs = cliff::cliffs(&session, &open).unwrap_or_default();
            self.cliffs_at = Some(session.now);
        }
        let report = WatchReport { credit_cliffs: self.cliffs.clone(), ..report };
        // Lines go to the one that is shown, also once another is worse.
        self.person.chosen = report.chosen.as_ref().map(|open| open.heading.incident.clone());
        let mut lines = render(&report, settings.zone, width);
        lines.head.extend(unread.lines().map(str::to_owned));
        Ok(News::Shown { lines, words: completion::words(&session) })
    }
}

/// Returns the files that tell of a change: those of open incidents, the inbox, HEAD, and the folder of this year.
fn watched(session: &Session<'_>, open: &[IncidentId]) -> Vec<(PathBuf, Option<files::FileMark>)> {
    let mut paths: Vec<_> = open.iter().map(|id| session.store.incident_path(id)).collect();
    let root = session.store.root();
    paths.push(root.join(INBOX));
    paths.push(root.join("incidents").join(session.today().format("%Y").to_string()));
    paths.push(session.state.join("spool"));
    paths.extend(session.repo.as_ref().map(|repo| repo.git_dir().join("HEAD")));
    paths
        .into_iter()
        .map(|path| {
            let mark = files::mark(&path);
            (path, mark)
        })
        .collect()
}
