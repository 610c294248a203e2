//! Asks the terminal for its colours (OSC 10 and 11) and finds the answers among the keys. Nothing
//! waits for them, and no key that was really pressed is lost.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::app::TerminalColor;
use crate::settings::Rgb;

/// The questions: the background last, so that its answer finds the text known.
pub(super) const COLOR_QUERY: &str = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\";

/// How the answers begin, behind the sign that opens them.
const REPLY_PREFIXES: [&str; 2] = ["10;rgb", "11;rgb"];

/// Signs of an answer at most.
const MAX_REPLY_LEN: usize = 40;

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReplyMatch {
    /// They are what was pressed.
    NoReply(Vec<Event>),
    /// It may be part of an answer; the next one tells.
    Incomplete,
    /// An answer.
    Color(TerminalColor),
}

/// Waits for the answers; that of the background is the last.
#[derive(Debug, Default)]
pub(super) struct ColorReplyParser {
    held_events: Vec<Event>,
    text: String,
    is_answered: bool,
}

impl ColorReplyParser {
    /// Whether events are held back.
    #[must_use]
    pub(super) const fn has_held_events(&self) -> bool {
        !self.held_events.is_empty()
    }

    /// Takes an event.
    pub(super) fn feed(&mut self, event: Event) -> ReplyMatch {
        let Some(key) = key_press(&event).filter(|_| !self.is_answered) else {
            return self.release_with(event);
        };
        if self.held_events.is_empty() {
            if key.code == KeyCode::Char(']') && key.modifiers == KeyModifiers::ALT {
                self.held_events.push(event);
                return ReplyMatch::Incomplete;
            }
            return self.release_with(event);
        }
        let ends = matches!(
            (key.code, key.modifiers),
            (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL)
        );
        if ends && let Some(color) = parse_reply(&self.text) {
            self.is_answered = matches!(color, TerminalColor::Background(_));
            self.text.clear();
            self.held_events.clear();
            return ReplyMatch::Color(color);
        }
        let KeyCode::Char(c) = key.code else {
            return self.release_with(event);
        };
        self.text.push(c);
        let begins = |prefix: &&str| {
            prefix.starts_with(&self.text)
                || (self.text.starts_with(*prefix) && self.text.len() < MAX_REPLY_LEN)
        };
        let fits = REPLY_PREFIXES.iter().any(|prefix| begins(prefix));
        if ends || !fits {
            return self.release_with(event);
        }
        self.held_events.push(event);
        ReplyMatch::Incomplete
    }

    /// Gives back what was held: it was no answer.
    pub(super) fn release_held(&mut self) -> Vec<Event> {
        self.text.clear();
        std::mem::take(&mut self.held_events)
    }

    fn release_with(&mut self, event: Event) -> ReplyMatch {
        let mut events = self.release_held();
        events.push(event);
        ReplyMatch::NoReply(events)
    }
}

fn key_press(event: &Event) -> Option<KeyEvent> {
    event.as_key_press_event()
}

/// The colour of `11;rgb:RRRR/GGGG/BBBB`, with one to four digits each.
fn parse_reply(answer: &str) -> Option<TerminalColor> {
    let (code, answer) = answer.split_once(";rgb")?;
    let colors = answer.trim_start_matches('a').strip_prefix(':')?;
    let part = |part: &str| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1)?;
        let value = u32::from_str_radix(part, 16).ok()?.checked_mul(255)?.checked_div(most)?;
        u8::try_from(value).ok()
    };
    let mut parts = colors.split('/').map(part);
    let rgb = Rgb(parts.next()??, parts.next()??, parts.next()??);
    Some(if code == "10" { TerminalColor::Text(rgb) } else { TerminalColor::Background(rgb) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    fn feed(answer: &mut ColorReplyParser, text: &str) -> Vec<ReplyMatch> {
        text.chars().map(|c| answer.feed(key(c, KeyModifiers::NONE))).collect()
    }

    #[test]
    fn an_answer_among_keys_is_found_and_the_keys_stay() {
        for (text, wanted) in [
            ("11;rgb:ffff/ffff/ffff", TerminalColor::Background(Rgb(255, 255, 255))),
            ("11;rgb:1e/1e/2e", TerminalColor::Background(Rgb(0x1e, 0x1e, 0x2e))),
            ("11;rgba:fdfd/f6f6/e3e3/ffff", TerminalColor::Background(Rgb(0xfd, 0xf6, 0xe3))),
        ] {
            let mut answer = ColorReplyParser::default();
            assert_eq!(
                feed(&mut answer, "a"),
                [ReplyMatch::NoReply(vec![key('a', KeyModifiers::NONE)])]
            );
            assert_eq!(answer.feed(key(']', KeyModifiers::ALT)), ReplyMatch::Incomplete);
            assert!(feed(&mut answer, text).iter().all(|found| *found == ReplyMatch::Incomplete));
            assert_eq!(answer.feed(key('\\', KeyModifiers::ALT)), ReplyMatch::Color(wanted));
            assert_eq!(feed(&mut answer, "]").len(), 1);
            assert!(!answer.has_held_events());
        }
    }

    #[test]
    fn the_text_colour_comes_before_the_background() {
        let mut answer = ColorReplyParser::default();
        let escape = || key(']', KeyModifiers::ALT);
        let end = || key('\\', KeyModifiers::ALT);
        answer.feed(escape());
        feed(&mut answer, "10;rgb:d7/da/e0");
        let text = TerminalColor::Text(Rgb(0xd7, 0xda, 0xe0));
        assert_eq!(answer.feed(end()), ReplyMatch::Color(text));
        answer.feed(escape());
        feed(&mut answer, "11;rgb:0/0/0");
        let background = TerminalColor::Background(Rgb(0, 0, 0));
        assert_eq!(answer.feed(end()), ReplyMatch::Color(background));
    }

    #[test]
    fn what_only_begins_like_an_answer_is_given_back_in_order() {
        let mut answer = ColorReplyParser::default();
        assert_eq!(answer.feed(key(']', KeyModifiers::ALT)), ReplyMatch::Incomplete);
        let found = feed(&mut answer, "11x");
        let plain = |c| key(c, KeyModifiers::NONE);
        let all = vec![key(']', KeyModifiers::ALT), plain('1'), plain('1'), plain('x')];
        assert_eq!(found.last(), Some(&ReplyMatch::NoReply(all)));
        assert_eq!(answer.feed(key(']', KeyModifiers::ALT)), ReplyMatch::Incomplete);
        assert_eq!(answer.release_held(), [key(']', KeyModifiers::ALT)]);
    }
}
