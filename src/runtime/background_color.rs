//! Asks the terminal for its background (OSC 11) and finds the answer among the keys. Nothing waits for
//! it, and no key that was really pressed is lost.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::app::TerminalBackground;

/// The question.
pub(super) const BACKGROUND_QUERY: &str = "\x1b]11;?\x1b\\";

/// How an answer begins, behind the sign that opens it.
const REPLY_PREFIX: &str = "11;rgb";

/// Signs of an answer at most.
const MAX_REPLY_LEN: usize = 40;

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReplyMatch {
    /// They are what was pressed.
    NoReply(Vec<Event>),
    /// It may be part of an answer; the next one tells.
    Incomplete,
    /// The answer.
    Background(TerminalBackground),
}

/// Waits for the one answer.
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
        if ends && let Some(shade) = parse_background(&self.text) {
            self.is_answered = true;
            self.held_events.clear();
            return ReplyMatch::Background(shade);
        }
        let KeyCode::Char(c) = key.code else {
            return self.release_with(event);
        };
        self.text.push(c);
        let fits = REPLY_PREFIX.starts_with(&self.text)
            || (self.text.starts_with(REPLY_PREFIX) && self.text.len() < MAX_REPLY_LEN);
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

/// The shade of `11;rgb:RRRR/GGGG/BBBB`, with one to four digits each.
fn parse_background(answer: &str) -> Option<TerminalBackground> {
    let colours = answer.strip_prefix(REPLY_PREFIX)?.trim_start_matches('a').strip_prefix(':')?;
    let part = |part: &str| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1)?;
        u32::from_str_radix(part, 16).ok()?.checked_mul(1000)?.checked_div(most)
    };
    let mut parts = colours.split('/').map(part);
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // How bright it looks: green counts most, blue least.
    let bright = red.saturating_mul(30).saturating_add(green.saturating_mul(59));
    let bright = bright.saturating_add(blue.saturating_mul(11)) / 100;
    Some(if bright > 500 { TerminalBackground::Light } else { TerminalBackground::Dark })
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
            ("11;rgb:ffff/ffff/ffff", TerminalBackground::Light),
            ("11;rgb:1e/1e/2e", TerminalBackground::Dark),
            ("11;rgba:fdfd/f6f6/e3e3/ffff", TerminalBackground::Light),
        ] {
            let mut answer = ColorReplyParser::default();
            assert_eq!(
                feed(&mut answer, "a"),
                [ReplyMatch::NoReply(vec![key('a', KeyModifiers::NONE)])]
            );
            assert_eq!(answer.feed(key(']', KeyModifiers::ALT)), ReplyMatch::Incomplete);
            assert!(feed(&mut answer, text).iter().all(|found| *found == ReplyMatch::Incomplete));
            assert_eq!(answer.feed(key('\\', KeyModifiers::ALT)), ReplyMatch::Background(wanted));
            assert_eq!(feed(&mut answer, "]").len(), 1);
            assert!(!answer.has_held_events());
        }
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
