//! The whole terminal as one screen, with a line to type into: drawn where something changed, and always given back.

mod input;

pub(crate) use crossterm::event::Event;
pub(crate) use input::{LineInput, Stroke};

use crossterm::cursor::Show;
use crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, KeyCode, KeyEvent, KeyEventKind,
    KeyModifiers,
};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use ratatui::{Terminal, TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;
use std::io::{self, Stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Whether the terminal is a screen now, and has to be given back.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// The terminal as one screen; given back when this is dropped.
pub(crate) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    /// The signal by which the program is to end; 0 while there is none.
    ended: Arc<AtomicUsize>,
    /// What is on the screen.
    drawn: Option<Drawn>,
    /// Whether more than one key may have come at once.
    is_more: bool,
    /// Whether the terminal is gone.
    is_gone: bool,
}

/// What was drawn.
#[derive(PartialEq, Eq)]
struct Drawn {
    text: ScreenText,
    line: String,
    column: u16,
}

/// What is shown above the line that is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScreenText {
    /// What is known, from the top; where it is too long, its middle gives way.
    pub(crate) head: Vec<String>,
    /// What comes last: the end of it is shown.
    pub(crate) tail: Vec<String>,
    /// What was answered, just above the line.
    pub(crate) answer: Vec<String>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the terminal says.
    pub(crate) fn open() -> io::Result<Self> {
        let ended = Arc::new(AtomicUsize::new(0));
        for signal in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_usize(signal, Arc::clone(&ended), number)?;
        }
        take_terminal()?;
        let terminal = terminal().inspect_err(|_| give_back())?;
        Ok(Self { terminal, ended, drawn: None, is_more: false, is_gone: false })
    }

    /// Gives the terminal back, stops by what `stop` does, and takes the terminal again.
    pub(crate) fn pause(&mut self, stop: impl FnOnce()) -> io::Result<()> {
        give_back();
        stop();
        take_terminal()?;
        self.renew()
    }

    /// Draws all of it anew, for its size is another.
    pub(crate) fn renew(&mut self) -> io::Result<()> {
        (self.terminal, self.drawn) = (terminal()?, None);
        Ok(())
    }

    /// Draws what changed; nothing where nothing did.
    pub(crate) fn draw(&mut self, text: ScreenText, input: &LineInput) -> io::Result<()> {
        let width = self.terminal.get_frame().area().width;
        let (shown, column) = input.shown(width.saturating_sub(2));
        let drawn = Drawn { text, line: shown.clone(), column };
        if self.drawn.as_ref() == Some(&drawn) {
            return Ok(());
        }
        self.terminal.draw(|frame| {
            let area = frame.area();
            let lines = laid_out(&drawn.text, area);
            frame.render_widget(Paragraph::new(lines), area);
            let row = area.height.saturating_sub(1);
            let line = Line::from(vec![Span::from("> "), Span::from(shown)]);
            frame.render_widget(Paragraph::new(line), Rect { y: row, height: 1, ..area });
            frame.set_cursor_position(Position { x: column.saturating_add(2), y: row });
        })?;
        self.drawn = Some(drawn);
        Ok(())
    }

    /// Returns how wide it is.
    pub(crate) fn width(&mut self) -> u16 {
        self.terminal.get_frame().area().width
    }

    /// Returns the signal by which the program is to end, where one came, or the terminal is gone.
    pub(crate) fn ended_by(&self) -> Option<i32> {
        let signal = self.ended.load(Ordering::SeqCst);
        let signal = i32::try_from(signal).ok().filter(|signal| *signal != 0);
        signal.or(self.is_gone.then_some(SIGHUP))
    }

    /// Waits for a key, a paste or another size; none where nothing came in that time.
    ///
    /// The library reads a terminal that is gone for ever, without a pause: so it is asked alone where there is
    /// something to read.
    pub(crate) fn wait(&mut self, time: Duration) -> io::Result<Option<Event>> {
        let time = if self.is_more { Duration::ZERO } else { time };
        let ready = ready_in(time)?;
        if ready.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            self.is_gone = true;
            return Ok(None);
        }
        if ready.contains(PollFlags::IN) || self.is_more {
            self.is_more = event::poll(Duration::ZERO)?;
            if self.is_more {
                return event::read().map(Some);
            }
        }
        let (width, height) = size()?;
        let area = self.terminal.get_frame().area();
        let is_same = (width.max(1), height.max(1)) == (area.width, area.height);
        Ok((!is_same).then_some(Event::Resize(width, height)))
    }
}

/// Waits until the standard input can be read; a signal, such as for another size, ends that early.
fn ready_in(time: Duration) -> io::Result<PollFlags> {
    let stdin = io::stdin();
    let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    match poll(&mut polled, Some(&time)) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let [polled] = polled;
    Ok(polled.revents())
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Returns the whole terminal, cleared. Its size is asked for here alone: the library would ask for the cursor's place
/// too, which a slow line answers late.
fn terminal() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    let (width, height) = size()?;
    execute!(io::stdout(), Clear(ClearType::All))?;
    let viewport = Viewport::Fixed(Rect { x: 0, y: 0, width: width.max(1), height: height.max(1) });
    let backend = CrosstermBackend::new(io::stdout());
    Terminal::with_options(backend, TerminalOptions { viewport })
}

fn take_terminal() -> io::Result<()> {
    enable_raw_mode()?;
    IS_OPEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste).inspect_err(|_| give_back())
}

/// Gives the terminal back, where it was taken; at the end of a program too that ends by a fault.
pub fn give_back() {
    if IS_OPEN.swap(false, Ordering::SeqCst) {
        // Where it is gone, there is nothing to give back.
        let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// Lays the text out over the rows above the line: the head, then as much of the tail's end as there is room for, then
/// the answer.
fn laid_out(text: &ScreenText, area: Rect) -> Vec<Line<'static>> {
    let rows = usize::from(area.height.saturating_sub(1));
    let answer: Vec<_> = text.answer.iter().flat_map(|line| wrapped(line, area.width)).collect();
    let answer = answer.get(answer.len().saturating_sub(rows / 2)..).unwrap_or_default();
    let room = rows.saturating_sub(answer.len() + 1);
    let head = text.head.get(..room.min(text.head.len())).unwrap_or_default();
    let tail = text.tail.len().min(room.saturating_sub(head.len()));
    let tail = text.tail.get(text.tail.len() - tail..).unwrap_or_default();
    let mut lines: Vec<Line<'static>> = vec![];
    for (index, line) in head.iter().enumerate() {
        let style = match index {
            0 => Style::default().add_modifier(Modifier::BOLD),
            _ => Style::default(),
        };
        lines.push(Line::styled(line.clone(), style));
    }
    lines.extend(tail.iter().map(|line| Line::from(line.clone())));
    lines.resize(room, Line::default());
    let rule = "─".repeat(usize::from(area.width));
    lines.push(Line::styled(rule, Style::default().add_modifier(Modifier::DIM)));
    lines.extend(answer.iter().map(|line| Line::from(line.clone())));
    lines
}

/// Cuts a line into rows of a width, between characters.
fn wrapped(line: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut rows = vec![String::new()];
    let mut used = 0;
    for c in line.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + wide > width {
            rows.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(row) = rows.last_mut() {
            row.push(c);
        }
    }
    rows
}

/// Returns whether an event is a key that is pressed with Ctrl.
pub(crate) fn is_control(event: &Event, letter: char) -> bool {
    matches!(
        event,
        Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, kind: KeyEventKind::Press, .. })
            if *c == letter && modifiers.contains(KeyModifiers::CONTROL)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &ScreenText, height: u16) -> Vec<String> {
        let area = Rect { x: 0, y: 0, width: 10, height };
        laid_out(text, area).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_end_of_the_events_and_of_the_answer_is_shown() {
        let lines = |name: &str| (1..=9).map(|n| format!("{name} {n}")).collect::<Vec<_>>();
        let text = ScreenText { head: lines("h"), tail: lines("t"), answer: vec!["ok".into()] };
        let shown = rows(&text, 15);
        assert_eq!(shown.len(), 14);
        assert_eq!(shown[..3], ["h 1", "h 2", "h 3"]);
        assert_eq!(shown[9..], ["t 7", "t 8", "t 9", "──────────", "ok"]);
        for height in 0..6 {
            assert!(rows(&text, height).len() <= usize::from(height.max(1)), "{height}");
        }
    }

    #[test]
    fn a_long_answer_is_cut_into_rows() {
        assert_eq!(wrapped("0123456789abc", 10), ["0123456789", "abc"]);
        assert_eq!(wrapped("", 10), [""]);
        assert_eq!(wrapped("日本語日本語", 10), ["日本語日本", "語"]);
    }
}
