//! One conversation in two programs: it alternates between the web app and the terminal, and the
//! model knows all of it.

use duologue::demo::DemoServer;
use duologue::store::doctor::WebVersion;
use serde_json::Value;

use crate::support::demo_server;
use crate::support::fake_web_app::{FakeWebApp, assert_accepted};
use crate::support::home::Home;
use crate::support::wait_until;

fn instant_server() -> DemoServer {
    demo_server()
}

fn messages(home: &Home, id: &str) -> usize {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    file[id]["messages"].as_array().map_or(0, Vec::len)
}

/// Ten turns, alternating; the web app's copy in memory expires between them.
fn ten_turns(version: WebVersion) {
    let server = instant_server();
    let home = Home::new().with_server(server.base_url());
    let web = FakeWebApp::start(&home, version, 0, &server.base_url());
    let id = web.ask(None, "Turn 1: my name is Ann");
    for turn in 2..=10 {
        let stored = 2 * (turn - 1);
        wait_until("the last answer is stored", || messages(&home, &id) == stored);
        let text = format!("Turn {turn}");
        if turn % 2 == 0 {
            let ran = home.run(&["ask", "-r", &id, &text]);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert!(ran.stdout.contains(&format!("I know {stored} earlier messages")));
        } else {
            web.ask(Some(&id), &text);
        }
        assert_accepted(&home, &text);
    }
    wait_until("the last answer is stored", || messages(&home, &id) == 20);
    // Every turn except the first is chained from the one before it, whichever program asked.
    let turns: Vec<Value> =
        server.answer_requests().into_iter().filter(|it| it["stream"] == true).collect();
    assert_eq!(turns.len(), 10);
    assert!(turns[0].get("previous_response_id").is_none());
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    for (index, turn) in turns.iter().enumerate().skip(1) {
        assert_eq!(turn["input"], Value::String(format!("Turn {}", index + 1)));
        assert_eq!(
            turn["previous_response_id"],
            file[&id]["messages"][2 * index - 1]["response_id"]
        );
    }
    let shown: Value = serde_json::from_str(&home.run(&["show", &id, "--json"]).stdout).unwrap();
    assert_eq!(shown, web.chat(&id));
    let listed: Value = serde_json::from_str(&home.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(listed, web.list());
}

#[test]
fn ten_turns_alternate_with_the_current_web_app() {
    ten_turns(WebVersion::Current);
}

#[test]
fn ten_turns_alternate_with_the_web_app_of_2025() {
    ten_turns(WebVersion::V2025);
}

/// Both write whenever they like while the web app's copy lives: everything is there in the end.
fn both_at_once(version: WebVersion) {
    let server = instant_server();
    let home = Home::new().with_server(server.base_url());
    // It writes its copy over ours for longer than all of this takes.
    let web = FakeWebApp::start(&home, version, 600, &server.base_url());
    let id = web.ask(None, "web 0");
    wait_until("the first answer is stored", || messages(&home, &id) == 2);
    let mut asked = vec![(id.clone(), "web 0".to_owned())];
    let mut order = 5_u32;
    for number in 1..=16 {
        order = order.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        let text = format!("turn {number}");
        match (order >> 16) % 4 {
            0 => {
                let before = asked_of_the_web(&web, &id);
                web.ask(Some(&id), &text);
                wait_until("the web app has its answer", || {
                    asked_of_the_web(&web, &id) == before + 2
                });
                asked.push((id.clone(), text));
            }
            1 => {
                let ran = home.run(&["ask", &text]);
                assert_eq!(ran.code, 0, "{}", ran.stderr);
                let file: Value = serde_json::from_str(&home.text()).unwrap();
                let new = file.as_object().unwrap().keys().next_back().unwrap().clone();
                asked.push((new, text));
            }
            2 | 3 => {
                let ran = home.run(&["ask", "-r", &id, &text]);
                assert_eq!(ran.code, 0, "{}", ran.stderr);
                asked.push((id.clone(), text));
            }
            _ => unreachable!(),
        }
    }
    home.run(&["list"]);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    for (chat, text) in &asked {
        let all = file[chat]["messages"].as_array().unwrap();
        let times = all.iter().filter(|it| it["text"] == *text).count();
        assert_eq!(times, 1, "{text} in {chat}");
        let index = all.iter().position(|it| it["text"] == *text).unwrap();
        assert_eq!(all[index + 1]["role"], "assistant", "{text} has its answer");
    }
    assert_accepted(&home, "after all of it");
    // A web app without a copy shows all of it.
    drop(web);
    let fresh = FakeWebApp::start(&home, version, 0, &server.base_url());
    let shown = fresh.chat(&id)["messages"].as_array().unwrap().len();
    assert_eq!(shown, 2 * asked.iter().filter(|(chat, _)| *chat == id).count());
}

fn asked_of_the_web(web: &FakeWebApp, id: &str) -> usize {
    web.chat(id)["messages"].as_array().unwrap().len()
}

#[test]
fn the_current_web_app_overwrites_our_changes_and_nothing_is_lost() {
    both_at_once(WebVersion::Current);
}

#[test]
fn the_web_app_of_2025_overwrites_our_changes_and_nothing_is_lost() {
    both_at_once(WebVersion::V2025);
}
