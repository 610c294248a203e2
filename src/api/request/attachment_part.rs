//! An attachment as a content part of a request.

use serde_json::{Value, json};

use crate::chat::attachment::{Attachment, AttachmentContent, EncodedFile};

use crate::api::address::Address;

/// Builds the content part of an attachment.
///
/// Text files are sent as `input_file` to servers known to accept them, and as `input_text` elsewhere.
#[must_use]
pub fn attachment_part(file: &Attachment, address: &Address) -> Value {
    match &file.content {
        AttachmentContent::Image(image) => {
            json!({ "type": "input_image", "image_url": data_url(image), "detail": "auto" })
        }
        AttachmentContent::Document(document) => {
            json!({ "type": "input_file", "filename": file.name, "file_data": data_url(document) })
        }
        AttachmentContent::Text(text) if address.is_openai_or_azure() => {
            let data = format!("data:text/plain;base64,{}", encode_base64(text));
            json!({ "type": "input_file", "filename": file.name, "file_data": data })
        }
        AttachmentContent::Text(text) => {
            let text = format!("The file {}:\n\n{text}", file.name);
            json!({ "type": "input_text", "text": text })
        }
    }
}

fn data_url(encoded: &EncodedFile) -> String {
    format!("data:{};base64,{}", encoded.media, encoded.base64)
}

fn encode_base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Attachment {
        Attachment { name: "a.txt".into(), content: AttachmentContent::Text("hi".into()) }
    }

    #[test]
    fn a_text_file_is_a_file_part_at_openai_and_a_text_part_elsewhere() {
        let openai = Address::parse("https://api.openai.com/v1").unwrap();
        let other = Address::parse("http://127.0.0.1:1/v1").unwrap();
        assert_eq!(
            attachment_part(&text(), &openai),
            json!({ "type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,aGk=" })
        );
        assert_eq!(
            attachment_part(&text(), &other),
            json!({ "type": "input_text", "text": "The file a.txt:\n\nhi" })
        );
        let image = EncodedFile { media: "image/png".into(), base64: "AAAA".into() };
        let image = Attachment { name: "p.png".into(), content: AttachmentContent::Image(image) };
        assert_eq!(attachment_part(&image, &other)["image_url"], "data:image/png;base64,AAAA");
    }
}
