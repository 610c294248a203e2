//! Reads the system's clipboard. An image in it becomes a private PNG file, which a question can
//! mention.

use std::io::Cursor;
use std::path::Path;

use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};

use crate::app::ClipboardContent;
use crate::chat::attachment::{MAX_FILE_BYTES, format_size};
use crate::chat::io_reason;
use crate::runtime::clock;
use crate::store::PastedImages;

use super::system_clipboard::{ClipboardProblem, SystemClipboard};

const NOT_REMOTE: &str = "Over SSH your clipboard cannot be read. Paste text with your \
     terminal's own key; attach an image with @ and its name.";
const NO_CLIPBOARD: &str = "No clipboard can be reached. Attach an image with @ and its name.";
const EMPTY: &str = "There is neither text nor an image in the clipboard.";
const UNREADABLE: &str = "The clipboard cannot be read. Copy the text again.";

/// Reads what is in the clipboard, an image first.
pub(super) fn read(clipboard: &mut SystemClipboard, pasted: &PastedImages) -> ClipboardContent {
    let why = match clipboard.image() {
        Ok(Some(image)) => return save(&image, pasted),
        Ok(None) => match clipboard.text() {
            Ok(text) if !text.is_empty() => return ClipboardContent::Text(text),
            Ok(_) => EMPTY,
            Err(_) => UNREADABLE,
        },
        Err(ClipboardProblem::Remote) => NOT_REMOTE,
        Err(ClipboardProblem::Failed) => NO_CLIPBOARD,
    };
    ClipboardContent::Nothing(why.to_owned())
}

/// Writes an image to a file.
fn save(image: &arboard::ImageData<'_>, pasted: &PastedImages) -> ClipboardContent {
    let nothing = |why: String| ClipboardContent::Nothing(why);
    let Some(png) = encode(image) else {
        return nothing("The image in the clipboard cannot be read.".to_owned());
    };
    let bytes = u64::try_from(png.len()).unwrap_or(u64::MAX);
    if bytes > MAX_FILE_BYTES {
        let (size, most) = (format_size(bytes), format_size(MAX_FILE_BYTES));
        return nothing(format!("The image in the clipboard is {size}; the limit is {most}."));
    }
    match pasted.save(&file_name(), &png) {
        Ok(path) => {
            let home = std::env::home_dir();
            ClipboardContent::Image { path: shortened(&path, home.as_deref()), bytes }
        }
        Err(error) => nothing(format!("The image could not be stored: {}.", io_reason(&error))),
    }
}

fn encode(image: &arboard::ImageData<'_>) -> Option<Vec<u8>> {
    let (width, height) = (u32::try_from(image.width).ok()?, u32::try_from(image.height).ok()?);
    // The encoder panics on any other length.
    let length = image.width.checked_mul(image.height)?.checked_mul(4)?;
    if image.bytes.len() != length {
        return None;
    }
    let mut png = Cursor::new(Vec::new());
    let encoder = PngEncoder::new(&mut png);
    encoder.write_image(&image.bytes, width, height, ExtendedColorType::Rgba8).ok()?;
    Some(png.into_inner())
}

/// A name that tells when the image was pasted.
fn file_name() -> String {
    format!("image-{}", clock::now().seconds())
}

/// A path as people write it: below the home folder with `~`.
fn shortened(path: &Path, home: Option<&Path>) -> String {
    let below = home.and_then(|home| path.strip_prefix(home).ok());
    below.map_or_else(|| path.display().to_string(), |rest| format!("~/{}", rest.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::attachment::FileKind;
    use crate::store::state::attachments;
    use std::borrow::Cow;

    #[test]
    fn an_image_in_the_clipboard_becomes_a_file_that_can_be_attached() {
        let folder = tempfile::tempdir().unwrap();
        let pasted = PastedImages::in_folder(folder.path());
        let bytes = Cow::Owned([200, 10, 10, 255].repeat(6));
        let image = arboard::ImageData { width: 3, height: 2, bytes };
        let ClipboardContent::Image { path, bytes } = save(&image, &pasted) else { panic!() };
        let file = attachments::read(Path::new(&path), None).unwrap();
        assert_eq!((file.bytes, file.attachment.content.kind()), (bytes, FileKind::Image));
        let wrong = arboard::ImageData { width: 9, height: 9, bytes: Cow::Owned(vec![0; 4]) };
        assert!(matches!(save(&wrong, &pasted), ClipboardContent::Nothing(_)));
    }

    #[test]
    fn a_path_below_the_home_folder_is_short() {
        let home = Some(Path::new("/home/ann"));
        assert_eq!(shortened(Path::new("/home/ann/x/a.png"), home), "~/x/a.png");
        assert_eq!(shortened(Path::new("/srv/a.png"), home), "/srv/a.png");
    }
}
