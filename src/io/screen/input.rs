//! The line that is typed: its keys, what was typed before, and how words are completed.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

/// What a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// A line is done.
    Line(String),
    /// The line changed.
    Edited,
    /// It is to be completed.
    Complete,
    /// What was asked is not to be done.
    Escape,
    /// Nothing.
    Nothing,
}

/// The line that is typed, and those before it.
#[derive(Debug, Default)]
pub(crate) struct LineInput {
    input: Input,
    history: Vec<String>,
    /// How far back the line comes from.
    back: usize,
    /// What was typed before an older line was brought back.
    draft: String,
}

impl LineInput {
    /// Returns the text.
    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    /// Puts a text in place of the line.
    pub(crate) fn set(&mut self, text: String) {
        self.input = Input::new(text);
    }

    /// Takes the line away, and keeps it among those that Up brings back.
    pub(crate) fn take(&mut self) -> String {
        let text = self.text().to_owned();
        if !text.trim().is_empty() && self.history.last() != Some(&text) {
            self.history.push(text.clone());
        }
        self.input.reset();
        self.back = 0;
        text
    }

    /// Does what a key or a paste asks for.
    pub(crate) fn stroke(&mut self, event: &Event) -> Stroke {
        match event {
            Event::Paste(text) => {
                self.paste(text);
                Stroke::Edited
            }
            Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => Stroke::Nothing,
            Event::Key(KeyEvent { code: KeyCode::Enter, .. }) => Stroke::Line(self.take()),
            Event::Key(KeyEvent { code: KeyCode::Tab, .. }) => Stroke::Complete,
            Event::Key(KeyEvent { code: KeyCode::Esc, .. }) => Stroke::Escape,
            Event::Key(KeyEvent { code: KeyCode::Up, .. }) => self.bring(self.back + 1),
            Event::Key(KeyEvent { code: KeyCode::Down, .. }) => {
                self.bring(self.back.saturating_sub(1))
            }
            event => match self.input.handle_event(event) {
                Some(_) => Stroke::Edited,
                None => Stroke::Nothing,
            },
        }
    }

    /// Inserts a text of many lines as one.
    fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for c in text.trim_end_matches('\n').chars() {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    fn bring(&mut self, back: usize) -> Stroke {
        if back > self.history.len() {
            return Stroke::Nothing;
        }
        if self.back == 0 {
            self.draft = self.text().to_owned();
        }
        self.back = back;
        let older = self.history.len().checked_sub(back).and_then(|at| self.history.get(at));
        let text = if back == 0 { Some(&self.draft) } else { older };
        self.input = Input::new(text.cloned().unwrap_or_default());
        Stroke::Edited
    }

    /// Returns what fits into a width around the cursor, and the cursor's column; a line end is shown as a sign.
    pub(crate) fn shown(&self, width: u16) -> (String, u16) {
        let width = usize::from(width.max(1));
        let scroll = self.input.visual_scroll(width);
        let (mut shown, mut passed) = (String::new(), 0);
        for c in self.text().chars() {
            let c = if c.is_control() { '⏎' } else { c };
            let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if passed >= scroll && shown.width() + wide <= width {
                shown.push(c);
            }
            passed += wide;
        }
        let column = self.input.visual_cursor().saturating_sub(scroll).min(width);
        (shown, u16::try_from(column).unwrap_or(u16::MAX))
    }

    /// Completes the last word by what is known; returns what it could be where that is several.
    pub(crate) fn complete(&mut self, known: &[String]) -> Vec<String> {
        let text = self.text().to_owned();
        let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let word = text.get(start..).unwrap_or_default();
        let fits: Vec<_> = known.iter().filter(|known| known.starts_with(word)).cloned().collect();
        let Some(first) = fits.first() else { return vec![] };
        let common = fits.iter().skip(1).fold(first.clone(), |common, other| {
            let same = common.chars().zip(other.chars()).take_while(|(a, b)| a == b);
            same.map(|(c, _)| c).collect()
        });
        let end = if fits.len() == 1 && !common.ends_with('=') { " " } else { "" };
        let before = text.get(..start).unwrap_or_default();
        self.set(format!("{before}{common}{end}"));
        if fits.len() > 1 { fits } else { vec![] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn typed(text: &str) -> LineInput {
        let mut input = LineInput::default();
        text.chars().for_each(|c| {
            input.stroke(&key(KeyCode::Char(c)));
        });
        input
    }

    #[test]
    fn a_paste_of_many_lines_is_one_text() {
        let mut input = typed("It says: ");
        input.stroke(&Event::Paste("one\r\ntwo\rthree\n".into()));
        assert_eq!(input.shown(40), ("It says: one⏎two⏎three".into(), 22));
        assert_eq!(
            input.stroke(&key(KeyCode::Enter)),
            Stroke::Line("It says: one\ntwo\nthree".into())
        );
        assert_eq!(input.text(), "");
    }

    #[test]
    fn up_brings_back_and_down_returns() {
        let mut input = typed("one");
        input.stroke(&key(KeyCode::Enter));
        "two".chars().for_each(|c| {
            input.stroke(&key(KeyCode::Char(c)));
        });
        input.stroke(&key(KeyCode::Up));
        assert_eq!(input.text(), "one");
        input.stroke(&key(KeyCode::Up));
        assert_eq!(input.text(), "one");
        input.stroke(&key(KeyCode::Down));
        assert_eq!(input.text(), "two");
    }

    #[test]
    fn tab_completes_as_far_as_it_is_sure() {
        let known = ["/mitigated", "/mark", "/ack", "api="].map(str::to_owned);
        let mut input = typed("14:05 /mi");
        assert!(input.complete(&known).is_empty());
        assert_eq!(input.text(), "14:05 /mitigated ");
        let mut input = typed("/");
        assert_eq!(input.complete(&known).len(), 3);
        assert_eq!(input.text(), "/");
        let mut input = typed("a");
        input.complete(&known);
        assert_eq!(input.text(), "api=");
    }

    #[test]
    fn a_line_wider_than_the_screen_is_shown_around_the_cursor() {
        let input = typed(&"x".repeat(100));
        let (shown, column) = input.shown(20);
        assert!(shown.chars().count() <= 20 && column <= 20, "{shown} {column}");
    }
}
