//! Chooses the answer to a question by its words and by the conversation.

use super::calls::{self, CalculatorAction, CalculatorAvailability};
use super::response_store::HistoryMessage;

/// The answer that shows everything.
const SHOWCASE: &str = include_str!("../../assets/demo/showcase.md");

/// Sentences a long answer is made of.
const SENTENCES: &[&str] = &[
    "The river does not hurry, and yet it arrives.",
    "Every library began with somebody who could not throw a book away.",
    "A good tool disappears in the hand that uses it.",
    "Maps are opinions about which things are worth finding.",
    "Nobody remembers the first draft, which is why it can be brave.",
    "The shortest path is rarely the one with the best view.",
];

/// How a response goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    Complete,
    /// The connection breaks in the middle.
    ConnectionLost,
    /// The response fails after a few words.
    Failed,
    /// The response ends early.
    Incomplete,
    /// A refusal instead of text.
    Refused,
    /// HTTP 429 with `Retry-After` at the first request, then a complete response.
    RateLimited,
    /// Status 500, as after a fault of the server.
    ServerError,
    /// HTTP 404: no such model.
    ModelNotFound,
    /// Status 401, as for a wrong key.
    Unauthorized,
}

/// An answer with everything its events are built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DemoAnswer {
    pub(super) scenario: Scenario,
    pub(super) text: String,
    pub(super) speed: Speed,
    /// The reasoning summary sent before the text.
    pub(super) reasoning: Option<String>,
    /// The query of the web search sent before the text.
    pub(super) search: Option<String>,
    /// Expressions for the calculator; the text is empty then.
    pub(super) calls: Vec<String>,
}

/// How fast words come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speed {
    /// At the server's pace.
    Normal,
    /// A word every fifth of a second.
    Slow,
}

/// Builds the answer to the last question of a conversation.
pub(super) fn build_answer(
    conversation: &[HistoryMessage],
    calculator: CalculatorAvailability,
) -> DemoAnswer {
    let question = conversation.iter().rfind(|message| message.role != "tool");
    let question = question.map_or("", |message| message.text.as_str());
    let action = calls::calculator_action(conversation, calculator);
    let lower = question.to_lowercase();
    let has = |words: &str| lower.contains(words);
    let word = |wanted: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|it| it == wanted);
    let scenario = match () {
        () if has("rate limit") => Scenario::RateLimited,
        () if has("server error") => Scenario::ServerError,
        () if has("model gone") => Scenario::ModelNotFound,
        () if word("unauthorized") => Scenario::Unauthorized,
        () if word("refuse") => Scenario::Refused,
        () if word("incomplete") => Scenario::Incomplete,
        () if word("failed") => Scenario::Failed,
        () if word("cut") => Scenario::ConnectionLost,
        () => Scenario::Complete,
    };
    let calls =
        if let CalculatorAction::Call(calls) = &action { calls.clone() } else { Vec::new() };
    let text = match () {
        () if !calls.is_empty() => String::new(),
        () if action != CalculatorAction::None => action.into_text(),
        () if word("hostile") => hostile(),
        () if has("what did i say") => first_question(conversation),
        () if word("show") || has("markdown") => SHOWCASE.to_owned(),
        () if word("long") => long(),
        () if scenario == Scenario::Refused => "I cannot help with that.".to_owned(),
        () => plain(conversation, question),
    };
    DemoAnswer {
        scenario,
        text,
        speed: if word("slow") { Speed::Slow } else { Speed::Normal },
        reasoning: word("reasoning").then(|| {
            "**Reading the question**\n\nThe words are few, so each one counts.\n\n\
             **Weighing an answer**\n\nA short one will do."
                .to_owned()
        }),
        search: has("web search").then(|| question.chars().take(60).collect()),
        calls,
    }
}

/// A short title for a conversation that begins with this text.
pub(super) fn title(prompt: &str) -> String {
    let question = prompt.rsplit("User message:").next().unwrap_or(prompt);
    let words: Vec<&str> = question.split_whitespace().take(4).collect();
    if words.is_empty() { "A quiet beginning".to_owned() } else { words.join(" ") }
}

fn plain(conversation: &[HistoryMessage], question: &str) -> String {
    let messages = conversation.iter().filter(|message| message.role != "tool").count();
    let earlier = messages.saturating_sub(1);
    let context = match earlier {
        0 => "This is where our conversation begins.".to_owned(),
        1 => "I know one earlier message of this conversation.".to_owned(),
        count => format!("I know {count} earlier messages of this conversation."),
    };
    let start: String = question.chars().take(200).collect();
    let quoted = start.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    format!(
        "You said:\n\n{quoted}\n\n{context} I am the **demo server**: no network, no account, and \
         no great thoughts either. Ask me to `show` you something."
    )
}

fn first_question(conversation: &[HistoryMessage]) -> String {
    let first = conversation.iter().find(|message| message.role == "user");
    first.map_or_else(
        || "You have not said anything yet.".to_owned(),
        |message| format!("You began with: {}", message.text),
    )
}

fn long() -> String {
    let mut text = String::new();
    for chapter in 1..=40 {
        text.push_str("## Part ");
        text.push_str(&chapter.to_string());
        text.push_str("\n\n");
        for sentence in SENTENCES.iter().cycle().skip(chapter % SENTENCES.len()).take(18) {
            text.push_str(sentence);
            text.push(' ');
        }
        text.push_str("\n\n");
    }
    text
}

/// Sequences that could trick a terminal, between words that have to stay visible.
fn hostile() -> String {
    [
        "Before. ",
        "\x1b[2J\x1b[H\x1b]0;owned\x07",
        "\x1b]52;c;cm0gLXJmIH4=\x07",
        "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ ",
        "\u{9b}31m\u{9d}0;x\u{9c}",
        "\x1bPq#0\x1b\\\x1b_payload\x1b\\",
        "\u{202e}txt.exe\u{202c} ",
        "zero\u{200b}width\u{feff} \u{2066}isolated\u{2069} ",
        "z\u{335}\u{321}\u{489}\u{36f}\u{35f}\u{31b}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}al ",
        "\r\x08\x08\x00\x7f",
        "After.",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(question: &str) -> DemoAnswer {
        build_answer(
            &[HistoryMessage { role: "user".into(), text: question.into() }],
            CalculatorAvailability::NotOffered,
        )
    }

    #[test]
    fn whole_words_choose_the_answer_and_parts_of_words_do_not() {
        assert_eq!(answer_to("Please cut this").scenario, Scenario::ConnectionLost);
        assert_eq!(answer_to("execute it").scenario, Scenario::Complete);
        assert!(answer_to("along the road").text.len() < 1000);
        assert!(answer_to("a long one").text.split_whitespace().count() > 5000);
    }

    #[test]
    fn the_answer_uses_the_conversation() {
        let message =
            |role: &str, text: &str| HistoryMessage { role: role.into(), text: text.into() };
        let talk = [
            message("user", "My name is Ann"),
            message("assistant", "Hi"),
            message("user", "What did I say first?"),
        ];
        assert_eq!(
            build_answer(&talk, CalculatorAvailability::NotOffered).text,
            "You began with: My name is Ann"
        );
    }
}
