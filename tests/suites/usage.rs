//! Tokens, time and cost of answers, from the server's count to the command line.

use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;

#[test]
fn tokens_time_and_money_of_an_answer_are_kept_and_summed_up() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for question in ["first", "second"] {
        let asked = home.run(&["ask", "--model", "o4-mini", question]);
        assert_eq!(asked.code, 0, "{}", asked.stderr);
    }
    let output: Value =
        serde_json::from_str(&home.run(&["usage", "--json", "second"]).stdout).unwrap();
    let (answer, chat, day) = (&output["answer"], &output["chat"], &output["day"]);
    assert_eq!(answer["model"], "o4-mini");
    assert!(answer["total_ms"].as_u64() >= answer["first_output_ms"].as_u64());
    assert!(answer["first_output_ms"].is_u64());
    let tokens = |of: &Value, kind: &str| of["usage"][kind].as_u64().unwrap();
    // Fresh input at 1.10 and output at 4.40 dollars a million: thousandths of a microdollar.
    let cost = tokens(answer, "input_tokens") * 1100 + tokens(answer, "output_tokens") * 4400;
    assert_eq!(answer["cost_nanodollars"], cost);
    assert_eq!((&chat["answers"], &day["answers"]), (&1.into(), &2.into()));
    assert_eq!(chat["cost_nanodollars"], cost);
    assert!(tokens(day, "output_tokens") > tokens(chat, "output_tokens"));
    let text = home.run(&["usage", "second"]).stdout;
    assert!(text.contains("This conversation  1 answer · "), "{text}");
    assert!(text.contains("Today              2 answers · "), "{text}");
}

#[test]
fn a_configured_price_is_used_and_a_model_without_one_has_no_cost() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "--model", "demo-mine", "first"]);
    let text = home.run(&["usage"]).stdout;
    assert!(!text.contains('$'), "{text}");
    let config = home.path().join("config/duologue");
    std::fs::create_dir_all(&config).unwrap();
    let prices = "[prices.demo-mine]\ninput = 1.0\noutput = 1000000.0\n";
    std::fs::write(config.join("config.toml"), prices).unwrap();
    home.run(&["ask", "--model", "demo-mine", "second"]);
    let text = home.run(&["usage"]).stdout;
    assert!(text.contains('$') && text.contains("1 answer without a price"), "{text}");
}

#[test]
fn the_models_of_the_server_are_listed_for_people_and_machines() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let text = home.run(&["models"]).stdout;
    assert!(text.lines().any(|line| line.starts_with("o4-mini")), "{text}");
    let json: Value = serde_json::from_str(&home.run(&["models", "--json"]).stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), text.lines().count());
    let unreachable = home.run(&["models", "--base-url", "http://127.0.0.1:1/v1"]);
    assert_eq!(unreachable.code, 1);
    assert!(unreachable.stdout.is_empty() && !unreachable.stderr.is_empty());
}

#[test]
fn the_log_has_calls_and_disk_operations_and_nothing_private() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "where is the treasure"]);
    let log = std::fs::read_to_string(home.path().join("state/duologue/duologue.log")).unwrap();
    assert!(log.contains("request ended"), "{log}");
    assert!(log.contains("store"), "{log}");
    assert!(!log.contains("treasure"), "{log}");
}
