//! A conversation as one self-contained HTML page. Must not contain scripts, forms or external
//! resources, because its content is hostile text.

mod body;
mod code;
mod details;
mod escape;
mod mathml;

use std::convert::Infallible;

use crate::chat::{Conversation, Message, Role, count};
use crate::markdown::TextEnd;

use super::markdown::speaker_name;
use super::time;
use body::{SoftBreaks, write_body};
use escape::escape;

/// The style sheet of the page, for light and dark mode.
const STYLE: &str = include_str!("../../../assets/export.css");

/// The digest of the style, the only one that the page's policy allows; a test verifies it.
const STYLE_DIGEST: &str = "sha256-/J1y7IZl1uoClIx96BcOe4ocOTfBzkR60I6uN1UXgo0=";

/// Returns a conversation as a page; `notes` are sentences about messages, by position. A message
/// with a note is incomplete.
#[must_use]
pub fn render_page(conversation: &Conversation, notes: &[(usize, String)]) -> String {
    let mut out = page_start(conversation, conversation.messages.len());
    for (index, message) in conversation.messages.iter().enumerate() {
        let notes = notes.iter().filter(|(at, _)| *at == index).map(|(_, note)| note.as_str());
        let notes: Vec<&str> = notes.collect();
        let written: Result<(), Infallible> = write_message(message, &notes, &mut |html| {
            out.push_str(html);
            Ok(())
        });
        let Ok(()) = written;
    }
    out.push_str(PAGE_END);
    out
}

/// What follows the last message of a page.
pub const PAGE_END: &str = "</main>\n</body>\n</html>\n";

/// Returns what precedes the first of so many messages.
#[must_use]
pub fn page_start(conversation: &Conversation, message_count: usize) -> String {
    let title = conversation.title.text();
    let title = if title.trim().is_empty() { "Untitled" } else { title };
    let title = escape(title);
    let mut out = format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         '{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"duologue {}\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1 dir=\"auto\">{title}</h1>\n<p class=\"about\">{}</p>\n</header>\n<main>\n",
        env!("CARGO_PKG_VERSION"),
        dates_and_count(conversation, message_count),
    );
    if let Some(sentence) = conversation.readability.sentence() {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", escape(&sentence)));
    }
    out
}

fn dates_and_count(conversation: &Conversation, message_count: usize) -> String {
    let count = count::phrase(message_count, "message");
    format!(
        "Started {}, last changed {} · {count}",
        time_element(conversation.created_at),
        time_element(conversation.last_update)
    )
}

fn time_element(at: crate::chat::Timestamp) -> String {
    let (machine, shown) = (time::format_utc(at), time::format_minute(at));
    format!("<time datetime=\"{machine}\">{shown}</time>")
}

/// Gives one message to `write`, a long one in parts; `notes` are sentences about it.
///
/// # Errors
/// With the first error of `write`.
pub fn write_message<E>(
    message: &Message,
    notes: &[&str],
    write: &mut impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let (class, breaks) = match message.role {
        Role::User => ("user", SoftBreaks::Preserve),
        Role::Assistant | Role::Other(_) => ("assistant", SoftBreaks::Collapse),
    };
    let end = if notes.is_empty() { TextEnd::Open } else { TextEnd::Cut };
    write(&format!(
        "<article class=\"{class}\">\n<h2>{} <span class=\"when\">{}</span></h2>\n\
         <div class=\"text\">\n",
        escape(speaker_name(&message.role)),
        time_element(message.timestamp)
    ))?;
    write_body(&message.text, breaks, end, &mut *write)?;
    let mut out = String::from("</div>\n");
    details::push_details(message, &mut out);
    for note in notes {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", escape(note)));
    }
    out.push_str("</article>\n");
    write(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, Timestamp};
    use base64::Engine as _;
    use sha2::Digest as _;

    fn conversation() -> Conversation {
        let at = Timestamp::from_seconds;
        let mut conversation =
            Conversation::new(ConversationId::new("c"), "A <b> & c", at(1_752_814_928));
        conversation.messages.push(Message::question("one\ntwo </style><script>x</script>", at(1)));
        conversation.messages.push(Message::answer("**yes** and **no", at(2), None));
        conversation
    }

    #[test]
    fn the_policy_allows_the_style_of_the_page_and_nothing_else() {
        let digest = sha2::Sha256::digest(STYLE.as_bytes());
        let digest = base64::engine::general_purpose::STANDARD.encode(digest);
        assert_eq!(STYLE_DIGEST, format!("sha256-{digest}"), "the style has changed");
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }

    #[test]
    fn a_page_shows_everything_and_escapes_text() {
        let html = render_page(&conversation(), &[(1, "Stopped here.".into())]);
        assert!(html.contains("<title>A &lt;b&gt; &amp; c</title>"), "{html}");
        assert!(html.contains("<body>\n<header>\n<h1 dir=\"auto\">"), "{html}");
        assert!(html.contains("2025-07-18 05:02 UTC"));
        assert!(html.contains("one<br>\ntwo &lt;/style&gt;&lt;script&gt;x&lt;/script&gt;"));
        assert!(html.contains("<strong>yes</strong> and <strong>no</strong>"), "{html}");
        assert!(render_page(&conversation(), &[]).contains("<strong>yes</strong> and **no"));
        assert!(html.contains("<p class=\"note\">Stopped here.</p>"));
        assert_eq!(html.matches("<script").count() + html.matches("src=").count(), 0);
        assert_eq!(html.matches("</style>").count(), 1);
    }
}
