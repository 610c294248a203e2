//! Attached images as thumbnails, and images from the clipboard.

use std::fs;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    ClipboardContent, Effect, FilesEffect, FilesEvent, Measured, Msg, Pixels, Scroll, Thumbnail,
};
use duologue::chat::Message;
use duologue::settings::{ColorDepth, ImageChoice, Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

/// A window with a question, and with what was answered.
fn asked(question: &str, answer: &str) -> AppHarness {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask(question);
    let messages = [Message::question(question, at(1000)), Message::answer(answer, at(1001), None)];
    let conversation = opened_conversation(&id, &messages);
    let ended = duologue::chat::ReplyOutcome::Completed;
    app.reply(&turn, crate::support::app_harness::ended_event(ended, answer));
    let stored = duologue::app::StoreEvent::AnswerStored { turn, conversation };
    app.send_msg(stored_msg(stored));
    app
}

/// Draws a frame and takes its measurements; returns the screen and the effects.
fn drawn(app: &mut AppHarness, cache: &mut LayoutCache) -> (String, Vec<Effect>) {
    let size = app.state.size;
    let mut terminal = Terminal::new(TestBackend::new(size.columns, size.rows)).unwrap();
    let theme = Theme::built_in(ThemeName::Dark);
    let mut measured = Measured::default();
    terminal.draw(|frame| measured = draw(frame, &app.state, &theme, cache)).unwrap();
    let effects = app.send_msg(Msg::Drawn(measured));
    (terminal.backend().to_string(), effects)
}

fn wanted(effects: &[Effect]) -> Option<Arc<Message>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Files(FilesEffect::LoadImages(question)) => Some(Arc::clone(question)),
        _ => None,
    })
}

fn load(app: &mut AppHarness, question: Arc<Message>, images: Vec<Thumbnail>) -> Vec<Effect> {
    app.send_msg(Msg::Files(FilesEvent::ImagesLoaded { question, images }))
}

fn picture(width: u32, height: u32) -> Thumbnail {
    let rgba = [40, 160, 90, 255].repeat(usize::try_from(width * height).unwrap());
    Thumbnail { name: "p.png".into(), pixels: Ok(Arc::new(Pixels { width, height, rgba })) }
}

#[test]
fn an_image_is_read_once_its_question_is_on_screen_and_drawn_below_it() {
    let mut app = asked("what is in @p.png", "A meadow.");
    let cache = &mut LayoutCache::default();
    let (before, effects) = drawn(&mut app, cache);
    assert!(!before.contains('▀'));
    let question = wanted(&effects).expect("its images are asked for");
    assert_eq!(question.text, "what is in @p.png");
    load(&mut app, question, vec![picture(200, 160)]);
    let (shown, effects) = drawn(&mut app, cache);
    assert!(wanted(&effects).is_none(), "it is asked for once");
    let rows: Vec<&str> = shown.lines().collect();
    let of = |text: &str| rows.iter().position(|row| row.contains(text)).unwrap();
    let images: Vec<usize> = (0..rows.len()).filter(|row| rows[*row].contains('▀')).collect();
    // 200 by 160 pixels are 20 cells by 8.
    assert_eq!(images.len(), 8, "{shown}");
    assert_eq!(rows[images[0]].matches('▀').count(), 20, "{shown}");
    assert!(of("what is in") < images[0] && images[7] < of("A meadow."), "{shown}");
}

#[test]
fn nothing_that_an_answer_mentions_is_read() {
    let answer = "See ![x](https://example.com/x.png), ![y](/etc/passwd) and @secret.png";
    let mut app = asked("no image", answer);
    let (_, effects) = drawn(&mut app, &mut LayoutCache::default());
    assert!(effects.is_empty(), "{effects:?}");
}

#[test]
fn a_hostile_image_is_a_line_of_text() {
    let mut app = asked("see @p.png", "Yes.");
    let cache = &mut LayoutCache::default();
    let question = wanted(&drawn(&mut app, cache).1).unwrap();
    let name = "p\u{1b}[31m.png".to_owned();
    let why = "has 90000 × 90000 pixels, which are too many to show".to_owned();
    load(&mut app, question, vec![Thumbnail { name, pixels: Err(why) }]);
    let (shown, _) = drawn(&mut app, cache);
    assert!(shown.contains("has 90000 × 90000 pixels, which are too many to show."), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn an_image_scrolls_line_by_line_with_its_question() {
    let mut app = asked("see @p.png", &"word\n\n".repeat(100));
    app.state.size = (80, 24).into();
    app.state.transcript.scroll = Scroll::At(duologue::app::Anchor::default());
    let cache = &mut LayoutCache::default();
    let question = wanted(&drawn(&mut app, cache).1).unwrap();
    load(&mut app, question, vec![picture(200, 100)]);
    let mut counts = Vec::new();
    for line in 0..14 {
        let top = duologue::app::Anchor { message: 0, line };
        app.state.transcript.scroll = Scroll::At(top);
        let (shown, _) = drawn(&mut app, cache);
        counts.push(shown.lines().filter(|row| row.contains('▀')).count());
    }
    assert_eq!(counts[0], 5, "{counts:?}");
    assert_eq!(counts.last(), Some(&0), "{counts:?}");
    assert!(counts.windows(2).all(|two| two[0] == two[1] || two[0] == two[1] + 1), "{counts:?}");
}

#[test]
fn images_can_be_turned_off_and_sixteen_colours_are_too_few() {
    for (choice, depth) in [
        (ImageChoice::Off, ColorDepth::TrueColor),
        (ImageChoice::Auto, ColorDepth::Ansi16),
        (ImageChoice::Auto, ColorDepth::NoColor),
    ] {
        let mut app = asked("see @p.png", "Yes.");
        let cache = &mut LayoutCache::default();
        let question = wanted(&drawn(&mut app, cache).1).unwrap();
        load(&mut app, question, vec![picture(200, 100)]);
        app.state.ui_prefs.images.choice = choice;
        app.state.ui_prefs.images.depth = depth;
        assert!(!drawn(&mut app, cache).0.contains('▀'));
    }
}

#[test]
fn the_clipboard_is_read_by_key_and_by_command() {
    let mut app = AppHarness::new();
    assert_eq!(app.key(KeyCode::Char('v'), KeyModifiers::CONTROL), [Effect::ReadClipboard]);
    app.type_text("/paste");
    let effects = app.press(KeyCode::Enter);
    assert!(effects.contains(&Effect::ReadClipboard), "{effects:?}");
}

#[test]
fn an_image_in_the_clipboard_is_attached_and_text_is_pasted() {
    let mut app = AppHarness::new();
    app.type_text("see");
    let path = "~/pasted/image-1.png".to_owned();
    app.send_msg(Msg::ClipboardRead(ClipboardContent::Image { path, bytes: 2048 }));
    assert_eq!(app.state.composer.text(), "see @~/pasted/image-1.png ");
    assert_eq!(duologue::app::question::attach::current_attachments(&app.state).len(), 1);
    app.send_msg(Msg::ClipboardRead(ClipboardContent::Text("and @that".into())));
    assert_eq!(app.state.composer.text(), "see @~/pasted/image-1.png and @that");
    // Pasted text attaches nothing.
    assert_eq!(duologue::app::question::attach::current_attachments(&app.state).len(), 1);
    let why = "There is neither text nor an image in the clipboard.".to_owned();
    app.send_msg(Msg::ClipboardRead(ClipboardContent::Nothing(why.clone())));
    assert_eq!(app.notice(), why);
}

#[test]
fn no_image_is_attached_to_a_temporary_conversation() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    let path = "~/pasted/image-1.png".to_owned();
    app.send_msg(Msg::ClipboardRead(ClipboardContent::Image { path, bytes: 2048 }));
    assert_eq!(app.state.composer.text(), "");
    assert!(app.notice().contains("temporary conversation"), "{}", app.notice());
}

/// A PNG of one colour, 64 by 48 pixels.
fn png() -> Vec<u8> {
    let image = image::RgbImage::from_pixel(64, 48, image::Rgb([200, 60, 20]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn an_attached_file_is_seen_in_a_terminal_and_again_after_a_restart() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("p.png"), png()).unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("look at @p.png");
    pty.wait_for("with  p.png");
    pty.press(" please\r");
    pty.wait_for("▀▀▀▀▀▀");
    pty.wait_for("Tab focus");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let mut again = Pty::start(&home, &["resume", "look at @p.png please"], 100, 30);
    again.wait_for("▀▀▀▀▀▀");
}

/// A screen with more questions than images are held for: what is on it must not displace each other.
#[test]
fn each_question_on_a_large_screen_is_read_once() {
    let mut app = AppHarness::new();
    app.state.size = (110, 200).into();
    let id = duologue::chat::ConversationId::new("a");
    duologue::app::transcript::request_open(&mut app.state, id.clone());
    let asked = |number: i64| Message::question(format!("@a{number}.txt"), at(1000 + number));
    let messages: Vec<Message> = (0..60).map(asked).collect();
    let opened = duologue::app::StoreEvent::Opened(opened_conversation(&id, &messages));
    app.send_msg(stored_msg(opened));
    let cache = &mut LayoutCache::default();
    let (screen, mut effects) = drawn(&mut app, cache);
    let on_screen: Vec<_> = messages.iter().filter(|it| screen.contains(&it.text)).collect();
    assert!(on_screen.len() > 25, "{screen}");
    let mut loaded = Vec::new();
    while let Some(question) = wanted(&effects) {
        assert!(!loaded.contains(&question.text), "{} is read again", question.text);
        loaded.push(question.text.clone());
        effects = load(&mut app, question, Vec::new());
    }
    assert!(on_screen.iter().all(|it| loaded.contains(&it.text)), "{loaded:?}");
    // Of the first one perhaps only the last row is there.
    assert!(loaded.len() <= on_screen.len() + 1, "{loaded:?}");
    assert!(wanted(&drawn(&mut app, cache).1).is_none());
}
