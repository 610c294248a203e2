//! Draws a thumbnail: with the terminal's own graphics where it has them and the whole image is on
//! screen, otherwise as half blocks, two pixels in a cell.

use std::sync::Arc;

use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbaImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui::widgets::Widget as _;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;

use crate::app::{CellSize, GraphicsProtocol, Pixels};
use crate::settings::{ColorDepth, Rgb};

/// The size of a cell where the terminal has not reported it: about what most fonts have.
const USUAL_CELL: CellSize = CellSize { width: 10, height: 20 };
/// The most drawings that are held.
const MAX_DRAWINGS: usize = 32;
/// The upper half of a cell.
const HALF_BLOCK: &str = "▀";

/// The cells that an image takes within some room; it is never enlarged.
pub(super) fn size_within(pixels: &Pixels, room: Size, cell: Option<CellSize>) -> Size {
    let cell = cell.unwrap_or(USUAL_CELL);
    let (width, height) = (f64::from(pixels.width.max(1)), f64::from(pixels.height.max(1)));
    let (cell_width, cell_height) = (f64::from(cell.width.max(1)), f64::from(cell.height.max(1)));
    let fit_width = f64::from(room.width) * cell_width / width;
    let fit_height = f64::from(room.height) * cell_height / height;
    let scale = fit_width.min(fit_height).min(1.0);
    // Clamped to a whole number from 1 to `most`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let cells = |pixels: f64, cell: f64, most: u16| {
        (pixels * scale / cell).round().clamp(1.0, f64::from(most.max(1))) as u16
    };
    Size::new(cells(width, cell_width, room.width), cells(height, cell_height, room.height))
}

/// What an image is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paint {
    pub(super) depth: ColorDepth,
    /// What is seen through transparent parts.
    pub(super) ground: Rgb,
}

/// An image on the screen.
#[derive(Debug, Clone)]
pub(super) struct Placement {
    pub(super) pixels: Arc<Pixels>,
    pub(super) size: Size,
    /// The column, and the row of the first line, which may be above the area.
    pub(super) x: u16,
    pub(super) y: i32,
}

impl Placement {
    /// Its place on the screen; `None` where it is not whole within the area.
    fn whole_within(&self, area: Rect) -> Option<Rect> {
        let y = u16::try_from(self.y).ok()?;
        let target = Rect::new(self.x, y, self.size.width, self.size.height);
        (area.intersection(target) == target).then_some(target)
    }
}

/// The drawings of images, so that each is made once.
#[derive(Debug, Default)]
pub(super) struct ThumbnailCache {
    blocks: Vec<Blocks>,
    graphics: Vec<Graphics>,
    /// Numbers images for kitty.
    next_id: u32,
}

/// Half blocks: the colours of the upper and the lower half of each cell, row by row.
#[derive(Debug)]
struct Blocks {
    pixels: Arc<Pixels>,
    size: Size,
    paint: Paint,
    cells: Vec<(Color, Color)>,
}

/// An image in a protocol of the terminal.
struct Graphics {
    pixels: Arc<Pixels>,
    size: Size,
    cell: CellSize,
    protocol: Option<Protocol>,
}

impl std::fmt::Debug for Graphics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graphics").field("size", &self.size).finish_non_exhaustive()
    }
}

impl ThumbnailCache {
    /// Forgets what the terminal was sent, because its screen is blank.
    pub(super) fn forget_graphics(&mut self) {
        self.graphics.clear();
    }

    /// Draws an image with the terminal's graphics; tells whether that was possible.
    pub(super) fn draw_graphics(
        &mut self,
        image: &Placement,
        area: Rect,
        (protocol, cell): (GraphicsProtocol, CellSize),
        buffer: &mut Buffer,
    ) -> bool {
        let Some(target) = image.whole_within(area) else {
            return false;
        };
        let is_it = |it: &Graphics| {
            Arc::ptr_eq(&it.pixels, &image.pixels) && it.size == image.size && it.cell == cell
        };
        if !self.graphics.iter().any(is_it) {
            self.next_id = self.next_id.wrapping_add(1).max(1);
            let encoded = encode(&image.pixels, image.size, cell, protocol, self.next_id);
            let (pixels, size) = (Arc::clone(&image.pixels), image.size);
            push_limited(&mut self.graphics, Graphics { pixels, size, cell, protocol: encoded });
        }
        let Some(protocol) = self.graphics.iter().find(|it| is_it(it)) else {
            return false;
        };
        let Some(protocol) = &protocol.protocol else {
            return false;
        };
        Image::new(protocol).render(target, buffer);
        true
    }

    /// Draws the part of an image that is within an area as half blocks.
    pub(super) fn draw_blocks(
        &mut self,
        image: &Placement,
        area: Rect,
        paint: Paint,
        buffer: &mut Buffer,
    ) {
        let is_it = |it: &Blocks| {
            Arc::ptr_eq(&it.pixels, &image.pixels) && it.size == image.size && it.paint == paint
        };
        if !self.blocks.iter().any(is_it) {
            let cells = half_blocks(&image.pixels, image.size, paint);
            let (pixels, size) = (Arc::clone(&image.pixels), image.size);
            push_limited(&mut self.blocks, Blocks { pixels, size, paint, cells });
        }
        let Some(blocks) = self.blocks.iter().find(|it| is_it(it)) else {
            return;
        };
        let rows = blocks.cells.chunks(usize::from(image.size.width.max(1)));
        for (row, y) in rows.zip(image.y..) {
            let Ok(y) = u16::try_from(y) else { continue };
            if !(area.top()..area.bottom()).contains(&y) {
                continue;
            }
            for ((upper, lower), x) in row.iter().zip(image.x..area.right()) {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    cell.set_symbol(HALF_BLOCK).set_fg(*upper).set_bg(*lower);
                }
            }
        }
    }
}

/// Adds a drawing in place of the oldest where there are many.
fn push_limited<T>(drawings: &mut Vec<T>, drawing: T) {
    if drawings.len() >= MAX_DRAWINGS {
        drawings.remove(0);
    }
    drawings.push(drawing);
}

/// The image, scaled to some pixels.
fn scaled(pixels: &Pixels, width: u32, height: u32) -> Option<RgbaImage> {
    let image = RgbaImage::from_raw(pixels.width, pixels.height, pixels.rgba.clone())?;
    Some(imageops::resize(&image, width.max(1), height.max(1), FilterType::Triangle))
}

fn half_blocks(pixels: &Pixels, size: Size, paint: Paint) -> Vec<(Color, Color)> {
    let (width, height) = (u32::from(size.width), u32::from(size.height));
    let Some(image) = scaled(pixels, width, height.saturating_mul(2)) else {
        return Vec::new();
    };
    let color = |x: u32, y: u32| {
        let [red, green, blue, opacity] =
            image.get_pixel_checked(x, y).map_or([0; 4], |pixel| pixel.0);
        let percent = u16::from(opacity).saturating_mul(100) / 255;
        let shown = paint.ground.mix(Rgb(red, green, blue), percent);
        if paint.depth == ColorDepth::Indexed { shown.indexed() } else { shown.color() }
    };
    let cell = |x: u32, y: u32| (color(x, y.saturating_mul(2)), color(x, y.saturating_mul(2) + 1));
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| cell(x, y)).collect()
}

/// The image as the terminal wants it; `None` where it cannot be encoded.
fn encode(
    pixels: &Pixels,
    size: Size,
    cell: CellSize,
    protocol: GraphicsProtocol,
    id: u32,
) -> Option<Protocol> {
    let width = u32::from(size.width).saturating_mul(cell.width.into());
    let height = u32::from(size.height).saturating_mul(cell.height.into());
    let image = DynamicImage::ImageRgba8(scaled(pixels, width, height)?);
    match protocol {
        GraphicsProtocol::Kitty => Kitty::new(image, size, id, false, false).map(Protocol::Kitty),
        GraphicsProtocol::Iterm2 => Iterm2::new(image, size, false).map(Protocol::ITerm2),
        GraphicsProtocol::Sixel => Sixel::new(image, size, false).map(Protocol::Sixel),
    }
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32, color: [u8; 4]) -> Arc<Pixels> {
        let many = usize::try_from(width * height).unwrap();
        Arc::new(Pixels { width, height, rgba: color.repeat(many) })
    }

    const PAINT: Paint = Paint { depth: ColorDepth::TrueColor, ground: Rgb(0, 0, 0) };

    #[test]
    fn an_image_keeps_its_proportions_and_is_never_enlarged() {
        let room = Size::new(40, 10);
        let of = |width, height| size_within(&pixels(width, height, [0; 4]), room, None);
        assert_eq!(of(4000, 1000), Size::new(40, 5));
        assert_eq!(of(200, 2000), Size::new(2, 10));
        assert_eq!(of(100, 100), Size::new(10, 5));
        assert_eq!(of(1, 1), Size::new(1, 1));
        assert_eq!(of(40_000, 1), Size::new(40, 1));
        let square = Some(CellSize { width: 10, height: 10 });
        let image = pixels(100, 100, [0; 4]);
        assert_eq!(size_within(&image, room, square), Size::new(10, 10));
        assert_eq!(size_within(&image, Size::new(0, 0), None), Size::new(1, 1));
    }

    #[test]
    fn the_part_of_an_image_in_the_area_is_drawn_and_nothing_else() {
        let image = pixels(4, 12, [250, 0, 0, 255]);
        let size = Size::new(4, 6);
        let area = Rect::new(1, 1, 3, 3);
        for y in [-9, -3, 0, 1, 2, 9] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 6));
            let placement = Placement { pixels: Arc::clone(&image), size, x: 1, y };
            ThumbnailCache::default().draw_blocks(&placement, area, PAINT, &mut buffer);
            for at in buffer.area.positions() {
                let is_image = area.contains(at) && (y..y + 6).contains(&i32::from(at.y));
                let expected = if is_image { HALF_BLOCK } else { " " };
                assert_eq!(buffer[at].symbol(), expected, "{y} {at:?}");
            }
            let is_whole = placement.whole_within(area).is_some();
            assert!(!is_whole, "it is higher than the area");
        }
    }

    #[test]
    fn transparent_parts_show_the_ground() {
        let image = pixels(1, 2, [250, 0, 0, 0]);
        let paint = Paint { ground: Rgb(1, 2, 3), ..PAINT };
        let blocks = half_blocks(&image, Size::new(1, 1), paint);
        assert_eq!(blocks, [(Color::Rgb(1, 2, 3), Color::Rgb(1, 2, 3))]);
    }

    #[test]
    fn a_terminal_with_graphics_gets_a_whole_image_once() {
        let cell = CellSize { width: 8, height: 16 };
        let image = pixels(32, 32, [0, 200, 0, 255]);
        let area = Rect::new(0, 0, 10, 5);
        for (protocol, sign) in [
            (GraphicsProtocol::Kitty, "\u{1b}_G"),
            (GraphicsProtocol::Iterm2, "\u{1b}]1337;File="),
            (GraphicsProtocol::Sixel, "\u{1b}P"),
        ] {
            let mut cache = ThumbnailCache::default();
            let mut draw = |y: i32| {
                let size = Size::new(4, 2);
                let placement = Placement { pixels: Arc::clone(&image), size, x: 2, y };
                let mut buffer = Buffer::empty(area);
                let drawn = cache.draw_graphics(&placement, area, (protocol, cell), &mut buffer);
                (drawn, buffer[(2, 1)].symbol().to_owned())
            };
            let (drawn, first) = draw(1);
            assert!(drawn && first.contains(sign), "{protocol:?}");
            // Only a part of it is in the area.
            assert!(!draw(-1).0, "{protocol:?}");
            assert!(!draw(4).0, "{protocol:?}");
            let (_, again) = draw(1);
            let is_sent_again = again.contains(sign);
            assert_eq!(is_sent_again, protocol != GraphicsProtocol::Kitty, "{protocol:?}");
        }
    }
}
