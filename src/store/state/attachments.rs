//! Stores the files attached to questions, so that asking again sends the same bytes. The shared
//! file only mentions them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::chat::attachment::{
    Attachment, AttachmentContent, EncodedFile, FileProbe, MAX_FILE_BYTES, MAX_TOTAL_BYTES,
    QuestionAttachments, format_size,
};
use crate::chat::text_encoding::{DecodeError, TextEncoding, decode};
use crate::chat::{Fingerprint, Message, RequestContext, Role, io_reason};

use crate::settings::check_regular;
use crate::store::state::StateFile;

/// The images and documents that the Responses API accepts, by their first bytes
/// (developers.openai.com/api/docs/guides, as of 2026-07-15); `WebP` is recognised separately.
const MEDIA_TYPES: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
];

/// The folder with the files that one user has attached to questions.
#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
}

impl Attachments {
    /// The attachments in a private folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.join("attachments") }
    }

    /// Saves the files of a question.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save(&self, question: &Message, files: &[Attachment]) -> io::Result<()> {
        self.file(&Fingerprint::of(question)).update(|saved| files.clone_into(saved))
    }

    /// The files of the questions that some requests replay.
    #[must_use]
    pub fn for_contexts<'a>(
        &self,
        contexts: impl Iterator<Item = &'a RequestContext>,
    ) -> QuestionAttachments {
        let mut attached = QuestionAttachments::default();
        let lookup = self.lookup();
        for message in contexts.flat_map(|context| &context.replay) {
            let files = lookup.of_message(message);
            if !files.is_empty() {
                attached.add(Fingerprint::of(message), files);
            }
        }
        attached
    }

    /// For looking up the files of many questions, as they are recorded now.
    #[must_use]
    pub fn lookup(&self) -> AttachmentLookup {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let recorded = entries.map(|entry| entry.file_name()).collect();
        AttachmentLookup { attachments: self.clone(), recorded }
    }

    fn file(&self, question: &Fingerprint) -> StateFile<Vec<Attachment>> {
        StateFile::in_folder(&self.folder, &format!("{}.json", question.as_str()))
    }
}

/// The attachments of one user, with the names of the files they are recorded in.
#[derive(Debug)]
pub struct AttachmentLookup {
    attachments: Attachments,
    recorded: HashSet<OsString>,
}

impl AttachmentLookup {
    /// Whether a message with a role may have files.
    #[must_use]
    pub fn may_have_files(&self, role: &Role) -> bool {
        !self.recorded.is_empty() && *role == Role::User
    }

    /// The files of a message; none where it has none or they cannot be read.
    #[must_use]
    pub fn of_message(&self, message: &Message) -> Vec<Attachment> {
        if !self.may_have_files(&message.role) {
            return Vec::new();
        }
        let file = self.attachments.file(&Fingerprint::of(message));
        let name = file.path().file_name();
        if name.is_some_and(|name| self.recorded.contains(name)) {
            return file.read_or_default();
        }
        Vec::new()
    }
}

/// Reads files to attach to a question.
///
/// # Errors
/// With a sentence for people when one cannot be read or is unusable, or they are too large together.
pub fn read_all(
    paths: impl IntoIterator<Item = PathBuf>,
    encoding: Option<TextEncoding>,
) -> Result<Vec<AttachedFile>, String> {
    let mut files = Vec::new();
    let mut total = 0_u64;
    for path in paths {
        let file = read(&path, encoding)?;
        total = total.saturating_add(file.bytes);
        files.push(file);
    }
    if total > MAX_TOTAL_BYTES {
        let (total, most) = (format_size(total), format_size(MAX_TOTAL_BYTES));
        return Err(format!("The files are {total} together; the limit is {most}."));
    }
    Ok(files)
}

/// A file that was read to be attached to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// What goes with the question.
    pub attachment: Attachment,
    /// How large the file is.
    pub bytes: u64,
    /// The encoding of its text where that is not UTF-8.
    pub encoding: Option<&'static str>,
}

impl AttachedFile {
    /// A line about an encoding that people should know of.
    #[must_use]
    pub fn encoding_line(&self) -> Option<String> {
        let encoding = self.encoding?;
        Some(format!("{} was read as {encoding}.", self.attachment.name))
    }
}

/// What to do about a file that is not there.
const CORRECT_NAME: &str = "Correct the name.";
/// What to do about a folder.
const NAME_A_FILE: &str = "Name a file in it.";

/// Whether the sentence about a file that cannot be attached already says what to do.
#[must_use]
pub fn has_next_step(sentence: &str) -> bool {
    sentence.ends_with(CORRECT_NAME) || sentence.ends_with(NAME_A_FILE)
}

/// Reads a file to attach to a question; `encoding` is the one the user named.
///
/// # Errors
/// With a sentence for people when it cannot be read, is too large or of no known type.
pub fn read(path: &Path, encoding: Option<TextEncoding>) -> Result<AttachedFile, String> {
    let shown = path.display();
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("{shown} does not exist. {CORRECT_NAME}"),
        io::ErrorKind::IsADirectory => format!("{shown} is a folder. {NAME_A_FILE}"),
        _ => format!("{shown} cannot be read: {}.", io_reason(&error)),
    };
    let metadata = check_regular(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE_BYTES.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > MAX_FILE_BYTES {
        let (length, most) = (format_size(metadata.len().max(length)), format_size(MAX_FILE_BYTES));
        return Err(format!("{shown} is {length}; the limit is {most}."));
    }
    let (content, encoding) = detect_content(bytes, encoding).map_err(|error| match error {
        DecodeError::Binary => {
            format!("{shown} is neither text nor a picture (PNG, JPEG, GIF, WebP) nor a PDF.")
        }
        DecodeError::NotIn(_) | DecodeError::DamagedUtf8(_) | DecodeError::Unknown => {
            format!("{shown} cannot be read as text: {error}.")
        }
    })?;
    let name = path
        .file_name()
        .map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    Ok(AttachedFile { attachment: Attachment { name, content }, bytes: length, encoding })
}

/// Checks whether there is a file at a path and whether it can be attached.
#[must_use]
pub fn probe(path: &Path) -> FileProbe {
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return FileProbe::NotFound;
    }
    match read(path, None) {
        Ok(file) => FileProbe::File { kind: file.attachment.content.kind(), bytes: file.bytes },
        Err(why) => FileProbe::Unusable(why),
    }
}

/// What is in a file, and the encoding of its text where that is not UTF-8.
fn detect_content(
    bytes: Vec<u8>,
    encoding: Option<TextEncoding>,
) -> Result<(AttachmentContent, Option<&'static str>), DecodeError> {
    let known =
        MEDIA_TYPES.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media)| *media);
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if let Some(media) = known.or(is_webp.then_some("image/webp")) {
        let encoded = EncodedFile { media: media.to_owned(), base64: STANDARD.encode(&bytes) };
        let is_image = media.starts_with("image/");
        let content = if is_image {
            AttachmentContent::Image(encoded)
        } else {
            AttachmentContent::Document(encoded)
        };
        return Ok((content, None));
    }
    let decoded = decode(bytes, encoding)?.without_nul()?;
    Ok((AttachmentContent::Text(decoded.text), decoded.encoding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn files_come_back_for_their_own_question_only() {
        let folder = tempfile::tempdir().unwrap();
        let attachments = Attachments::in_folder(folder.path());
        let question = Message::question("see @a.txt", Timestamp::from_seconds(5));
        let other = Message::question("see @a.txt", Timestamp::from_seconds(6));
        let context = |message: &Message| RequestContext {
            previous_response_id: None,
            replay: vec![message.clone()],
        };
        assert_eq!(
            attachments.for_contexts([context(&question)].iter()),
            QuestionAttachments::default()
        );
        let file =
            Attachment { name: "a.txt".into(), content: AttachmentContent::Text("one".into()) };
        attachments.save(&question, std::slice::from_ref(&file)).unwrap();
        let found = attachments.for_contexts([context(&question), context(&other)].iter());
        assert_eq!(found.of(&question), [file]);
        assert!(found.of(&other).is_empty());
    }

    #[test]
    fn the_type_of_a_file_is_detected_from_its_content_and_unknown_ones_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            read(&path, None)
        };
        let text = at("a.png", "née".as_bytes()).unwrap();
        let content = AttachmentContent::Text("née".into());
        assert_eq!((text.attachment.content, text.bytes, text.encoding), (content, 4, None));
        let image = at("b.txt", b"\x89PNG\r\n\x1a\nrest").unwrap();
        let AttachmentContent::Image(image) = image.attachment.content else { panic!() };
        assert_eq!(
            (image.media.as_str(), image.base64.as_str()),
            ("image/png", "iVBORw0KGgpyZXN0")
        );
        assert!(at("c", b"\0\x01").unwrap_err().contains("neither text"));
        assert!(read(folder.path(), None).unwrap_err().contains("is a folder"));
        assert!(read(&folder.path().join("none"), None).unwrap_err().contains("does not exist"));
        let large = vec![b'x'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
        assert!(at("large", &large).unwrap_err().contains("the limit is 10 MB"));
    }
}
