//! `@path` in the composer: the completion list, what is attached to a question and what stays text.

use std::fs;

use crossterm::event::KeyCode;
use duologue::app::question::completion::visible_list;
use duologue::app::{
    Effect, FilesEffect, FilesEvent, FolderEntry, FolderEntryKind, FolderListing, Msg,
    SessionEffect, StoreEffect, question::attach,
};
use duologue::chat::attachment::{FileKind, FileProbe};

use crate::support::app_harness::AppHarness;
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

fn listing() -> FolderListing {
    let entry = |name: &str, kind| FolderEntry { name: name.into(), kind };
    let entries = vec![
        entry(".git", FolderEntryKind::Folder),
        entry("my notes", FolderEntryKind::Folder),
        entry("src", FolderEntryKind::Folder),
        entry("main.rs", FolderEntryKind::File),
        entry("srclist.txt", FolderEntryKind::File),
    ];
    FolderListing { entries, truncated: false }
}

fn tell(app: &mut AppHarness, folder: &str, listing: FolderListing) -> Vec<Effect> {
    app.send_msg(Msg::Files(FilesEvent::FolderListed { folder: folder.into(), listing }))
}

fn probe_msg(app: &mut AppHarness, path: &str, look: FileProbe) -> Vec<Effect> {
    app.send_msg(Msg::Files(FilesEvent::Inspected { path: path.into(), inspection: look }))
}

const fn file(kind: FileKind) -> FileProbe {
    FileProbe::File { kind, bytes: 2048 }
}

fn names(app: &AppHarness) -> Vec<String> {
    let Some(list) = visible_list(&app.state) else { return Vec::new() };
    (0..list.matches.len()).map(|index| list.entry(index).unwrap().name.clone()).collect()
}

/// The completion list for `@` and the text after it.
fn open(typed: &str) -> AppHarness {
    let mut app = AppHarness::new();
    app.type_text("see ");
    let effects = app.press(KeyCode::Char('@'));
    assert_eq!(effects, [Effect::Files(FilesEffect::ListFolder(String::new()))]);
    tell(&mut app, "", listing());
    app.type_text(typed);
    app
}

#[test]
fn folders_come_first_and_hidden_ones_only_after_a_dot() {
    assert_eq!(names(&open("")), ["my notes", "src", "main.rs", "srclist.txt"]);
    assert_eq!(names(&open("sr")), ["src", "srclist.txt"]);
    assert_eq!(names(&open(".g")), [".git"]);
    assert_eq!(names(&open("zz")), [""; 0]);
}

#[test]
fn tab_completes_a_folder_and_lists_its_contents() {
    let mut app = open("sr");
    let effects = app.press(KeyCode::Tab);
    assert_eq!(app.state.composer.text(), "see @src/");
    assert!(
        effects.contains(&Effect::Files(FilesEffect::ListFolder("src/".into()))),
        "{effects:?}"
    );
    tell(&mut app, "src/", listing());
    app.type_text("main");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.composer.text(), "see @src/main.rs ");
    assert!(visible_list(&app.state).is_none());
    app.ctrl('z');
    assert_eq!(app.state.composer.text(), "see @src/main");
}

#[test]
fn a_name_with_spaces_is_quoted_and_the_quote_is_closed_at_the_end() {
    let mut app = open("my");
    app.press(KeyCode::Tab);
    assert_eq!(app.state.composer.text(), "see @\"my notes/");
    tell(&mut app, "my notes/", listing());
    app.type_text("main");
    app.press(KeyCode::Tab);
    assert_eq!(app.state.composer.text(), "see @\"my notes/main.rs\" ");
}

#[test]
fn escape_keeps_the_text_and_closes_the_list_for_that_word() {
    let mut app = open("sr");
    app.press(KeyCode::Esc);
    assert_eq!(app.state.composer.text(), "see @sr");
    app.type_text("c");
    assert!(visible_list(&app.state).is_none());
    app.type_text(" @");
    tell(&mut app, "", listing());
    assert!(visible_list(&app.state).is_some());
}

#[test]
fn addresses_and_names_that_fit_no_file_are_text_and_enter_sends_them() {
    for text in ["write to ann@example.org", "ask @zoe", "see @main.rs"] {
        let mut app = AppHarness::new();
        app.type_text(text);
        tell(&mut app, "", listing());
        let effects = app.press(KeyCode::Enter);
        assert!(app.state.composer.text_is_empty(), "{text}: {:?}", app.state.composer.text());
        let kept = |it: &Effect| matches!(it, Effect::Store(StoreEffect::StoreQuestion { .. }));
        assert!(effects.iter().any(kept), "{text}");
    }
}

#[test]
fn a_slow_folder_is_read_once_and_the_latest_request_is_next() {
    let mut app = AppHarness::new();
    app.type_text("@");
    let typed: Vec<Effect> = "src/".chars().flat_map(|c| app.press(KeyCode::Char(c))).collect();
    let lists = |it: &&Effect| matches!(it, Effect::Files(FilesEffect::ListFolder(_)));
    assert_eq!(typed.iter().filter(lists).count(), 0);
    let effects = tell(&mut app, "", listing());
    assert_eq!(effects, [Effect::Files(FilesEffect::ListFolder("src/".into()))]);
    assert!(visible_list(&app.state).is_none());
}

#[test]
fn a_mention_is_checked_and_shown_and_saved_before_the_question() {
    let mut app = AppHarness::new();
    app.type_text("see @main.rs now");
    probe_msg(&mut app, "m", FileProbe::NotFound);
    probe_msg(&mut app, "main.rs", file(FileKind::Text));
    assert_eq!(
        attach::current_attachments(&app.state),
        [("main.rs".to_owned(), file(FileKind::Text))]
    );
    let effects = app.press(KeyCode::Enter);
    let named = Effect::Session(SessionEffect::AttachMentioned(vec!["main.rs".into()]));
    assert_eq!(effects.first(), Some(&named));
    // No question mentions it any more.
    assert!(attach::current_attachments(&app.state).is_empty());
}

#[test]
fn a_path_pasted_within_other_text_is_not_attached() {
    let mut app = AppHarness::new();
    app.paste("please read @~/.ssh/id_rsa and @secret");
    probe_msg(&mut app, "~/.ssh/id_rsa", file(FileKind::Text));
    probe_msg(&mut app, "secret", file(FileKind::Text));
    assert!(attach::current_attachments(&app.state).is_empty());
    let effects = app.press(KeyCode::Enter);
    let names = |it: &Effect| matches!(it, Effect::Session(SessionEffect::AttachMentioned(_)));
    assert!(!effects.iter().any(names), "{effects:?}");
}

#[test]
fn a_picture_dropped_on_the_terminal_becomes_a_mention_and_undo_restores_its_path() {
    let mut app = AppHarness::new();
    app.type_text("what is ");
    let effects = app.paste("'/tmp/my shot.png' ");
    assert_eq!(effects, [Effect::Files(FilesEffect::Inspect("/tmp/my shot.png".into()))]);
    probe_msg(&mut app, "/tmp/my shot.png", file(FileKind::Image));
    assert_eq!(app.state.composer.text(), "what is @\"/tmp/my shot.png\" ");
    assert_eq!(attach::current_attachments(&app.state).len(), 1);
    app.ctrl('z');
    assert_eq!(app.state.composer.text(), "what is '/tmp/my shot.png' ");
    assert_eq!(attach::current_attachments(&app.state).len(), 0);
}

#[test]
fn a_dropped_path_of_anything_but_a_file_stays_a_path() {
    let mut app = AppHarness::new();
    app.paste("/etc");
    probe_msg(&mut app, "/etc", FileProbe::NotFound);
    assert_eq!(app.state.composer.text(), "/etc");
    let mut app = AppHarness::new();
    app.paste("/etc/hosts");
    probe_msg(&mut app, "/etc/hosts", file(FileKind::Text));
    assert_eq!(app.state.composer.text(), "@/etc/hosts ");
}

#[test]
fn paths_with_spaces_and_paths_on_several_lines_become_mentions_where_they_are_files() {
    let mut app = AppHarness::new();
    app.paste("/tmp/pic one.png");
    probe_msg(&mut app, "/tmp/pic one.png", file(FileKind::Image));
    assert_eq!(app.state.composer.text(), "@\"/tmp/pic one.png\" ");
    let mut app = AppHarness::new();
    app.paste("/tmp/a.png\n/tmp/b c.txt");
    probe_msg(&mut app, "/tmp/a.png", file(FileKind::Image));
    probe_msg(&mut app, "/tmp/b c.txt", file(FileKind::Text));
    assert_eq!(app.state.composer.text(), "@/tmp/a.png @\"/tmp/b c.txt\" ");
    // Unescaped on one line, existing files decide where a path ends.
    let mut app = AppHarness::new();
    app.paste("/tmp/b c.txt /tmp/d.txt");
    probe_msg(&mut app, "/tmp/b c.txt /tmp/d.txt", FileProbe::NotFound);
    probe_msg(&mut app, "/tmp/b c.txt", file(FileKind::Text));
    probe_msg(&mut app, "/tmp/d.txt", file(FileKind::Text));
    assert_eq!(app.state.composer.text(), "@\"/tmp/b c.txt\" @/tmp/d.txt ");
}

#[test]
fn a_file_completed_in_the_program_goes_with_the_question() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::create_dir(home.path().join("deep")).unwrap();
    fs::write(home.path().join("deep/meeting notes.txt"), "the notes").unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("sum up @dee");
    pty.wait_for("Tab complete");
    pty.press("\t");
    pty.wait_for("meeting notes.txt");
    pty.press("\t");
    pty.wait_for("with  deep/meeting notes.txt 9 B");
    pty.press("\r");
    crate::support::wait_until("it is asked", || !server.answer_requests().is_empty());
    let content = server.answer_requests()[0]["input"][0]["content"].clone();
    assert_eq!(content[0]["text"], "sum up @\"deep/meeting notes.txt\" ");
    assert_eq!(content[1]["text"], "The file meeting notes.txt:\n\nthe notes");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_file_that_is_too_large_is_named_before_and_nothing_is_sent() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let huge = fs::File::create(home.path().join("huge.log")).unwrap();
    huge.set_len(11 * 1024 * 1024).unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("why @huge.log ?");
    pty.wait_for("huge.log is 11 MB; the limit is 10 MB.");
    pty.press("\r");
    pty.wait_for_sentence("Remove the file name");
    pty.wait_for("why @huge.log ?");
    assert!(server.answer_requests().is_empty());
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_file_dropped_again_in_a_later_question_goes_with_it_too() {
    let mut app = AppHarness::new();
    app.paste("/tmp/pic one.png");
    probe_msg(&mut app, "/tmp/pic one.png", file(FileKind::Image));
    app.press(KeyCode::Enter);
    assert_eq!(app.state.composer.text(), "");
    app.paste("/tmp/pic one.png");
    assert_eq!(app.state.composer.text(), "@\"/tmp/pic one.png\" ");
    assert_eq!(attach::current_attachments(&app.state).len(), 1);
    app.ctrl('z');
    assert_eq!(app.state.composer.text(), "/tmp/pic one.png");
}
