//! A file as a part of a question.
//! May not read it.

use serde_json::{Value, json};

use crate::chat::attachment::{Attachment, Content, Encoded};

use super::address::Address;

/// The part a file is in a request to a server.
///
/// Only the servers that are known to take text files get them as files; everywhere else a text
/// goes as text, which every server reads.
#[must_use]
pub fn part(file: &Attachment, address: &Address) -> Value {
    match &file.content {
        Content::Image(image) => {
            json!({ "type": "input_image", "image_url": url(image), "detail": "auto" })
        }
        Content::Document(document) => {
            json!({ "type": "input_file", "filename": file.name, "file_data": url(document) })
        }
        Content::Text(text) if address.is_openai() || address.is_azure() => {
            let data = format!("data:text/plain;base64,{}", encode(text));
            json!({ "type": "input_file", "filename": file.name, "file_data": data })
        }
        Content::Text(text) => {
            let text = format!("The file {}:\n\n{text}", file.name);
            json!({ "type": "input_text", "text": text })
        }
    }
}

fn url(encoded: &Encoded) -> String {
    format!("data:{};base64,{}", encoded.media, encoded.base64)
}

fn encode(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Attachment {
        Attachment { name: "a.txt".into(), content: Content::Text("hi".into()) }
    }

    #[test]
    fn text_goes_as_a_file_where_that_is_known_and_as_text_elsewhere() {
        let openai = Address::parse("https://api.openai.com/v1").unwrap();
        let other = Address::parse("http://127.0.0.1:1/v1").unwrap();
        assert_eq!(
            part(&text(), &openai),
            json!({ "type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,aGk=" })
        );
        assert_eq!(
            part(&text(), &other),
            json!({ "type": "input_text", "text": "The file a.txt:\n\nhi" })
        );
        let image = Encoded { media: "image/png".into(), base64: "AAAA".into() };
        let image = Attachment { name: "p.png".into(), content: Content::Image(image) };
        assert_eq!(part(&image, &other)["image_url"], "data:image/png;base64,AAAA");
    }
}
