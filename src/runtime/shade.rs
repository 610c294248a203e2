//! Asks the terminal for its background and finds the answer among the keys. Nothing waits for it,
//! and no key that was really pressed is lost.
//! May not read the terminal itself.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::app::Shade;

/// The question.
pub const QUESTION: &str = "\x1b]11;?\x1b\\";

/// How an answer begins, behind the sign that opens it.
const BEGINNING: &str = "11;rgb";

/// Signs of an answer at most.
const LONGEST: usize = 40;

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// They are what was pressed.
    Events(Vec<Event>),
    /// It may be part of an answer; the next one tells.
    Nothing,
    /// The answer.
    Shade(Shade),
}

/// Waits for the one answer.
#[derive(Debug, Default)]
pub struct Answer {
    held: Vec<Event>,
    text: String,
    came: bool,
}

impl Answer {
    /// Whether events are held back.
    #[must_use]
    pub const fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes an event.
    pub fn take(&mut self, event: Event) -> Found {
        let Some(key) = pressed(&event).filter(|_| !self.came) else {
            return self.pass(event);
        };
        if self.held.is_empty() {
            if key.code == KeyCode::Char(']') && key.modifiers == KeyModifiers::ALT {
                self.held.push(event);
                return Found::Nothing;
            }
            return self.pass(event);
        }
        let ends = matches!(
            (key.code, key.modifiers),
            (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL)
        );
        if ends && let Some(shade) = shade(&self.text) {
            self.came = true;
            self.held.clear();
            return Found::Shade(shade);
        }
        let KeyCode::Char(c) = key.code else {
            return self.pass(event);
        };
        self.text.push(c);
        let fits = BEGINNING.starts_with(&self.text)
            || (self.text.starts_with(BEGINNING) && self.text.len() < LONGEST);
        if ends || !fits {
            return self.pass(event);
        }
        self.held.push(event);
        Found::Nothing
    }

    /// Gives back what was held: it was no answer.
    pub fn give_back(&mut self) -> Vec<Event> {
        self.text.clear();
        std::mem::take(&mut self.held)
    }

    fn pass(&mut self, event: Event) -> Found {
        let mut events = self.give_back();
        events.push(event);
        Found::Events(events)
    }
}

fn pressed(event: &Event) -> Option<KeyEvent> {
    event.as_key_press_event()
}

/// The shade of `11;rgb:RRRR/GGGG/BBBB`, with one to four digits each.
fn shade(answer: &str) -> Option<Shade> {
    let colours = answer.strip_prefix(BEGINNING)?.trim_start_matches('a').strip_prefix(':')?;
    let part = |part: &str| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1)?;
        u32::from_str_radix(part, 16).ok()?.checked_mul(1000)?.checked_div(most)
    };
    let mut parts = colours.split('/').map(part);
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // How bright it looks: green counts most, blue least.
    let bright = red.saturating_mul(30).saturating_add(green.saturating_mul(59));
    let bright = bright.saturating_add(blue.saturating_mul(11)) / 100;
    Some(if bright > 500 { Shade::Light } else { Shade::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    fn feed(answer: &mut Answer, text: &str) -> Vec<Found> {
        text.chars().map(|c| answer.take(key(c, KeyModifiers::NONE))).collect()
    }

    #[test]
    fn an_answer_among_keys_is_found_and_the_keys_stay() {
        for (text, wanted) in [
            ("11;rgb:ffff/ffff/ffff", Shade::Light),
            ("11;rgb:1e/1e/2e", Shade::Dark),
            ("11;rgba:fdfd/f6f6/e3e3/ffff", Shade::Light),
        ] {
            let mut answer = Answer::default();
            assert_eq!(feed(&mut answer, "a"), [Found::Events(vec![key('a', KeyModifiers::NONE)])]);
            assert_eq!(answer.take(key(']', KeyModifiers::ALT)), Found::Nothing);
            assert!(feed(&mut answer, text).iter().all(|found| *found == Found::Nothing));
            assert_eq!(answer.take(key('\\', KeyModifiers::ALT)), Found::Shade(wanted));
            assert_eq!(feed(&mut answer, "]").len(), 1);
            assert!(!answer.holds());
        }
    }

    #[test]
    fn what_only_begins_like_an_answer_is_given_back_in_order() {
        let mut answer = Answer::default();
        assert_eq!(answer.take(key(']', KeyModifiers::ALT)), Found::Nothing);
        let found = feed(&mut answer, "11x");
        let plain = |c| key(c, KeyModifiers::NONE);
        let all = vec![key(']', KeyModifiers::ALT), plain('1'), plain('1'), plain('x')];
        assert_eq!(found.last(), Some(&Found::Events(all)));
        assert_eq!(answer.take(key(']', KeyModifiers::ALT)), Found::Nothing);
        assert_eq!(answer.give_back(), [key(']', KeyModifiers::ALT)]);
    }
}
