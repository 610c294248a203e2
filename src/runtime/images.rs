//! Decodes the images attached to a question and reduces them to thumbnails. Must not run on the
//! loop's thread: a large image takes a while, and a damaged one may make a decoder panic.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageReader, Limits};

use crate::app::{Pixels, Thumbnail};
use crate::chat::Message;
use crate::chat::attachment::{Attachment, AttachmentContent, MAX_FILE_BYTES, format_size};
use crate::store::Attachments;

/// The most images of one question that are shown.
const MAX_IMAGES: usize = 4;
/// The most pixels an image may have. Decoded they take up to eight bytes each.
const MAX_PIXELS: u64 = 32_000_000;
/// The most memory a decoder may take, in bytes.
const MAX_DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// The most pixels of a thumbnail: more than a terminal draws of one.
const MAX_THUMBNAIL: (u32, u32) = (800, 600);

/// Reads the images that were attached to a question, and makes thumbnails of them.
pub(super) fn thumbnails(folder: &Path, question: &Message) -> Vec<Thumbnail> {
    let attached = Attachments::in_folder(folder).lookup().of_message(question);
    let images =
        attached.into_iter().filter(|it| matches!(it.content, AttachmentContent::Image(_)));
    images.take(MAX_IMAGES).map(thumbnail).collect()
}

/// The thumbnails where decoding has panicked.
pub(super) fn undecodable() -> Vec<Thumbnail> {
    vec![Thumbnail { name: "The image".to_owned(), pixels: Err(DAMAGED.to_owned()) }]
}

const DAMAGED: &str = "is damaged";

fn thumbnail(attachment: Attachment) -> Thumbnail {
    let pixels = match &attachment.content {
        AttachmentContent::Image(encoded) => decode(&encoded.base64).map(Arc::new),
        AttachmentContent::Text(_) | AttachmentContent::Document(_) => Err(DAMAGED.to_owned()),
    };
    Thumbnail { name: attachment.name, pixels }
}

/// The pixels of an image, or why it cannot be shown, as the end of a sentence about it.
fn decode(base64: &str) -> Result<Pixels, String> {
    let most = usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX);
    if base64.len() / 4 * 3 > most.saturating_add(4) {
        return Err(format!("is larger than {}", format_size(MAX_FILE_BYTES)));
    }
    let bytes = STANDARD.decode(base64).map_err(|_| DAMAGED.to_owned())?;
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|_| DAMAGED.to_owned())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| problem(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > MAX_PIXELS {
        return Err(format!("has {width} × {height} pixels, which are too many to show"));
    }
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| problem(&error))?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    if image.width() > MAX_THUMBNAIL.0 || image.height() > MAX_THUMBNAIL.1 {
        image = image.thumbnail(MAX_THUMBNAIL.0, MAX_THUMBNAIL.1);
    }
    let rgba = image.to_rgba8();
    let (width, height) = rgba.dimensions();
    Ok(Pixels { width, height, rgba: rgba.into_raw() })
}

fn problem(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => "is too large to show".to_owned(),
        ImageError::Unsupported(_) => "has a format that cannot be shown".to_owned(),
        _ => DAMAGED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbaImage};
    use proptest::prelude::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let image = RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 30, 255]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(image).to_rgb8().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn an_image_of_each_format_is_decoded_and_reduced() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let pixels = decode(&STANDARD.encode(encoded(1600, 400, format))).unwrap();
            assert_eq!((pixels.width, pixels.height), (800, 200), "{format:?}");
            assert_eq!(pixels.rgba.len(), 800 * 200 * 4);
            assert!(pixels.rgba[0] > 180 && pixels.rgba[1] < 60, "{format:?}");
        }
        let small = decode(&STANDARD.encode(encoded(3, 2, ImageFormat::Png))).unwrap();
        assert_eq!((small.width, small.height), (3, 2));
    }

    /// A PNG that claims to be this large.
    fn claiming(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = encoded(1, 1, ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32fast::hash(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    #[test]
    fn an_image_out_of_all_proportion_is_refused_before_it_is_decoded() {
        let text = decode(&STANDARD.encode(claiming(20_000, 20_000))).unwrap_err();
        assert_eq!(text, "has 20000 × 20000 pixels, which are too many to show");
        for hostile in [claiming(u32::MAX / 2, u32::MAX / 2), claiming(0, 5), b"\x89PNG".to_vec()] {
            assert!(decode(&STANDARD.encode(hostile)).is_err());
        }
        assert_eq!(decode("not base64!").unwrap_err(), "is damaged");
        assert_eq!(decode(&"A".repeat(16 << 20)).unwrap_err(), "is larger than 10 MB");
    }

    proptest! {
        #[test]
        fn damaged_images_are_errors_or_images(
            at in 0_usize..2000, value in any::<u8>(), cut in 0_usize..2000, which in 0_usize..4,
        ) {
            let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
            let mut bytes = encoded(40, 30, formats[which]);
            let length = bytes.len();
            bytes[at % length] = value;
            bytes.truncate(length - cut % length);
            let _ = decode(&STANDARD.encode(bytes));
        }
    }
}
