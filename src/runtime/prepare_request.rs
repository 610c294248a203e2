//! Prepares the request for an answer, with the attachments of its questions.

use std::panic::resume_unwind;

use tokio::task::spawn_blocking;

use super::clock;
use crate::api::{self, ModelRequest};
use crate::chat::{AnswerOptions, Conversation};
use crate::runtime::attachments;
use crate::runtime::transcript::transcript;
use crate::settings::Settings;

/// Prepares the request for the answer to the last question of a conversation on a thread of its own: a
/// slow disk must not delay the keyboard and other answers, which share the threads of this task.
pub(crate) async fn prepare_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: Conversation,
) -> ModelRequest {
    let settings = settings.clone();
    let built = spawn_blocking(move || build_request(&settings, options, conversation)).await;
    built.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// Builds the request, with attachments, and with the transcript of a long conversation.
fn build_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: Conversation,
) -> ModelRequest {
    let has_transcript = api::is_read_while_sent(&conversation, &options);
    let mut request = api::build_request(settings, options, &conversation, clock::now());
    request.transcript = has_transcript.then(|| transcript(settings, conversation));
    attachments::add_files(settings, &mut request);
    request
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;
    use crate::api::SentMessage;
    use crate::chat::attachment::{Attachment, AttachmentContent};
    use crate::chat::{
        ChainState, ConversationId, Fingerprint, Message, Readability, ResponseId, Retention, Role,
        Timestamp, Title,
    };
    use crate::runtime::start::store_paths;
    use crate::settings::{ConfigFile, Flags, Paths};
    use crate::store::Attachments;

    fn conversation(question: Message) -> Conversation {
        Conversation {
            id: ConversationId::new("c"),
            title: Title::from_question("q"),
            created_at: question.timestamp,
            last_update: question.timestamp,
            earlier: 0,
            messages: vec![question],
            last_response_id: None,
            chain: ChainState::Whole,
            readability: Readability::Whole,
        }
    }

    #[test]
    fn a_long_conversation_in_the_file_is_read_while_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let config = ConfigFile { path: paths.config.clone(), text: None };
        let flags = Flags::default().with("user", "ann");
        let settings = Settings::resolve(&flags, &|_| None, config, &paths).unwrap().settings;
        let at = Timestamp::from_seconds;
        let prepared = |answer: &str, retention| {
            let mut conversation = conversation(Message::question("q", at(5)));
            let id = Some(ResponseId::new("resp_1"));
            conversation.messages.push(Message::answer(answer, at(6), id.clone()));
            conversation.messages.push(Message::question("next", at(7)));
            conversation.last_response_id = id;
            let options = AnswerOptions { retention, ..AnswerOptions::of("m") };
            build_request(&settings, options, conversation)
        };
        let long = "words ".repeat(200_000);
        let request = prepared(&long, Retention::Stored);
        assert!(request.transcript.is_some() && request.whole_context.is_none());
        assert_eq!(request.context.replay.len(), 1, "{:?}", request.context.previous_response_id);
        for (answer, retention) in
            [(long.as_str(), Retention::NotStored), ("short", Retention::Stored)]
        {
            let request = prepared(answer, retention);
            let in_memory = request.whole_context.as_ref().unwrap_or(&request.context);
            assert_eq!((request.transcript, in_memory.replay.len()), (None, 3));
        }
    }

    /// The texts of a transcript, in the order in which they are sent.
    fn sent_texts(request: &ModelRequest) -> Vec<String> {
        let mut texts = Vec::new();
        let read = request.transcript.as_ref().unwrap().for_each(&mut |message| {
            texts.push(match message {
                SentMessage::Read(message, _) => message.text.clone(),
                SentMessage::Written(_, json) => {
                    let text = json.decode();
                    let sent = serde_json::to_string(&json).unwrap();
                    assert_eq!(sent, serde_json::to_string(&text).unwrap());
                    text
                }
            });
            Ok(())
        });
        read.unwrap();
        texts
    }

    #[test]
    fn a_long_conversation_is_sent_as_it_was_accepted_whatever_is_saved_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let config = ConfigFile { path: paths.config.clone(), text: None };
        let flags = Flags::default().with("user", "ann");
        let settings = Settings::resolve(&flags, &|_| None, config, &paths).unwrap().settings;
        let file = store_paths(&settings).chats_file();
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let long = "words ".repeat(200_000);
        for (earlier, text) in [(0, long.as_str()), (1, "2")] {
            let message = |text: &str, at| Message::question(text, Timestamp::from_seconds(at));
            let mut chat = conversation(message("1", 1));
            chat.messages.extend([message(text, 2), message("3", 3)]);
            let stored = chat.messages.iter().map(|message| {
                let (text, at) = (&message.text, message.timestamp.seconds());
                serde_json::json!({ "role": "user", "text": text, "timestamp": at })
            });
            let record = serde_json::json!({ "c": {
                "data": { "id": "c", "created_at": 1, "metadata": {}, "object": "conversation" },
                "chat_name": "q", "last_update": 3, "last_response_id": null,
                "messages": stored.collect::<Vec<_>>(),
            } });
            std::fs::write(&file, record.to_string()).unwrap();
            chat.messages.drain(..earlier);
            chat.earlier = earlier;
            let request = build_request(&settings, AnswerOptions::of("m"), chat);
            // The web app saves a copy that it read before the question.
            std::fs::write(file.with_extension("new"), "{}").unwrap();
            std::fs::rename(file.with_extension("new"), &file).unwrap();
            for _ in 0..2 {
                assert_eq!(sent_texts(&request), ["1", text, "3"]);
            }
        }
    }

    #[test]
    fn a_conversation_is_sent_alike_however_its_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let config = ConfigFile { path: paths.config.clone(), text: None };
        let flags = Flags::default().with("user", "ann");
        let settings = Settings::resolve(&flags, &|_| None, config, &paths).unwrap().settings;
        let store = store_paths(&settings);
        std::fs::create_dir_all(store.chats_file().parent().unwrap()).unwrap();
        let texts = ["\"a\" \\ /\n\u{1}", "", "é 漢 👋 \\u00e9", "x", "with a file", "now"];
        let with_file = Message::question(texts[4], Timestamp::from_seconds(5));
        let content = AttachmentContent::Text("file".into());
        let attachment = Attachment { name: "a.txt".into(), content };
        let attachments = Attachments::in_folder(store.state_folder());
        attachments.save(&with_file, std::slice::from_ref(&attachment)).unwrap();
        let encode = |text: &str| serde_json::to_string(text).unwrap();
        let in_ascii = |text: &str| {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            format!("\"{}\"", units.collect::<String>())
        };
        let web_app = |text: &str, number: usize| {
            format!(
                "{{\n        \"role\": \"user\",\n        \"text\": {text},\n        \
                 \"timestamp\": {number},\n        \"response_id\": null\n      }}"
            )
        };
        let repeated = |text: &str, number: usize| {
            format!(
                "{{\"text\":\"no\",\"timestamp\":{number},\"te\\u0078t\":{text},\"role\":\"user\"}},\
                 {{\"role\":\"user\"}},{{\"role\":\"system\",\"text\":\"never\"}}"
            )
        };
        let written = |text: &dyn Fn(&str) -> String, message: &dyn Fn(&str, usize) -> String| {
            let messages = texts.iter().zip(1..).map(|(it, number)| message(&text(it), number));
            let messages = messages.collect::<Vec<_>>().join(",\n      ");
            format!(
                "{{\"c\": {{\"data\": {{\"id\": \"c\", \"created_at\": 1}}, \"chat_name\": \"q\", \
                 \"last_update\": 3, \"messages\": [\n      {messages}\n    ]}}}}"
            )
        };
        for (file, count) in [
            (written(&encode, &web_app), 6),
            (written(&in_ascii, &web_app), 6),
            (written(&encode, &repeated).replace('/', "\\/"), 12),
        ] {
            std::fs::write(store.chats_file(), &file).unwrap();
            let mut end = conversation(Message::question(texts[5], Timestamp::from_seconds(6)));
            end.earlier = count - 1;
            if count > texts.len() {
                end = conversation(Message::question("never", Timestamp::default()));
                end.messages[0].role = Role::from("system");
                end.earlier = count - 1;
            }
            let request = build_request(&settings, AnswerOptions::of("m"), end);
            let mut files = Vec::new();
            let read = request.transcript.as_ref().unwrap().for_each(&mut |message| {
                if let SentMessage::Read(message, with) = message {
                    files.extend(with.iter().map(|it| (message.text.clone(), it.clone())));
                }
                Ok(())
            });
            read.unwrap();
            let expected: Vec<&str> = texts.into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(sent_texts(&request), expected, "{file}");
            assert_eq!(files, [(texts[4].to_owned(), attachment.clone())], "{file}");
        }
    }

    fn make_pipe(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// A pipe cannot be read before something is written to it, which only the other future does.
    #[test]
    fn other_tasks_go_on_while_an_attachment_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let flags = Flags::default().with("user", "ann");
        let config = ConfigFile { path: paths.config.clone(), text: None };
        let settings = Settings::resolve(&flags, &|_| None, config, &paths).unwrap().settings;
        let question = Message::question("see @a.txt", Timestamp::from_seconds(5));
        let file = format!("{}.json", Fingerprint::of(&question).as_str());
        let pipe = store_paths(&settings).state_folder().join("attachments").join(file);
        make_pipe(&pipe);
        let (done_tx, done_rx) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let prepared =
                    prepare_request(&settings, AnswerOptions::of("m"), conversation(question));
                tokio::join!(prepared, async { std::fs::write(&pipe, "[]").unwrap() });
            });
            done_tx.send(()).unwrap();
        });
        done_rx.recv_timeout(Duration::from_secs(20)).expect("the thread of the tasks was blocked");
    }
}
