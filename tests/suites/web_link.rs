//! Links from conversations to the web app.

use std::fs;

use crossterm::event::KeyCode;
use duologue::app::{Effect, Msg};
use duologue::settings::{HttpUrl, WebApp};

use crate::support::app_harness::AppHarness;
use crate::support::home::Home;

const FILE: &str = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [], "last_response_id": null}}"#;

fn call(app: &mut AppHarness) -> Vec<Effect> {
    app.type_text("/web");
    app.press(KeyCode::Enter)
}

#[test]
fn the_browser_is_asked_for_the_open_conversation_and_without_one_the_link_is_copied() {
    let mut app = AppHarness::new();
    assert!(call(&mut app).is_empty());
    assert!(app.notice().contains("No conversation is open"), "{}", app.notice());

    let (_, id) = app.ask("q");
    assert!(call(&mut app).is_empty());
    assert!(app.notice().contains("Set web_url"), "{}", app.notice());

    app.state.session.web_app =
        WebApp { url: HttpUrl::try_from("http://localhost:5000".to_owned()).ok() };
    let link = format!("http://localhost:5000/share?id={id}");
    assert_eq!(call(&mut app), [Effect::OpenBrowser(link.clone())]);

    app.send_msg(Msg::BrowserOpened { link: link.clone(), opened: Ok(()) });
    assert!(app.notice().contains(&link), "{}", app.notice());
    let effects =
        app.send_msg(Msg::BrowserOpened { link: link.clone(), opened: Err("none".to_owned()) });
    assert!(matches!(effects.as_slice(), [Effect::CopyText(clip)] if clip.text == link));
}

#[test]
fn the_command_prints_the_link_and_says_what_is_missing() {
    let home = Home::new();
    fs::write(home.file(), FILE).unwrap();
    let ran = home.run(&["web", "One"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Set web_url"), "{}", ran.stderr);
    let config = home.path().join("config/duologue");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), "web_url = \"http://localhost:5000/\"\n").unwrap();
    let ran = home.run(&["web", "One"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "http://localhost:5000/share?id=aa1\n"));
    assert_eq!(home.run(&["web", "zz"]).code, 1);
}
