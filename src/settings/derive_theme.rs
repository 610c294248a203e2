//! Derives the styles of all roles from the colours of a theme: surfaces, text levels and hues, each
//! readable on every background it is used on.

use ratatui::style::{Color, Modifier, Style};

use super::rgb::{Rgb, contrast};
use super::theme::Theme;
use super::theme_palette::ThemePalette;

/// Who paints the background and the text of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Canvas {
    Theme,
    /// The terminal: its own colours stay, also where they are translucent.
    Terminal,
}

/// The styles of all roles.
pub(super) fn derive_theme(palette: &ThemePalette, canvas: Canvas) -> Theme {
    let surfaces = palette.surfaces();
    let all = surfaces.all();
    let color = Rgb::color;
    let [base, panel, raised, row] = all.map(color);
    let text = palette.text.readable_on(&all, palette.contrast);
    let muted = surfaces.base.mix(text, 65).readable_on(&all, palette.muted_contrast());
    let faint = surfaces.base.mix(text, 45).readable_on(&all, palette.faint_contrast());
    let rule = surfaces.base.mix(text, 45).readable_on(&all, palette.rule_contrast());
    let hue = |rgb: Rgb| color(rgb.readable_on(&all, palette.muted_contrast()));
    let fg = |color: Color| Style::new().fg(color);
    let bold = |style: Style| style.add_modifier(Modifier::BOLD);
    let italic = |style: Style| style.add_modifier(Modifier::ITALIC);
    let tint = |rgb: Rgb| {
        let percents = [30_u16, 24, 18, 12, 6, 0];
        let mixed = percents.map(|percent| palette.base.mix(rgb, percent));
        let fits = mixed.iter().find(|it| contrast(text, **it) >= palette.contrast);
        color(fits.copied().unwrap_or(palette.base))
    };
    let (plain, ground) = match canvas {
        Canvas::Theme => (fg(color(text)), fg(color(text)).bg(base)),
        Canvas::Terminal => (Style::new(), Style::new()),
    };
    let [muted, faint, rule] = [muted, faint, rule].map(|it| fg(color(it)));
    let [accent, user, success, warning, error] =
        [palette.accent, palette.user, palette.success, palette.warning, palette.error]
            .map(|it| fg(hue(it)));
    let [keyword, string, function, type_name, constant] =
        [palette.keyword, palette.string, palette.function, palette.type_name, palette.constant]
            .map(|it| fg(hue(it)));
    Theme {
        base: ground,
        panel: Style::new().bg(panel),
        raised: Style::new().bg(raised),
        text: plain,
        muted,
        faint,
        accent,
        accent_end: keyword,
        border: fg(row),
        title: bold(plain),
        user: bold(user),
        assistant: muted,
        question: plain,
        heading: bold(accent),
        strong: bold(plain),
        emphasis: italic(plain),
        strike: plain.add_modifier(Modifier::DIM | Modifier::CROSSED_OUT),
        code: keyword,
        code_block: plain,
        code_keyword: keyword,
        code_type: type_name,
        code_function: function,
        code_string: string,
        code_constant: constant,
        code_comment: italic(muted),
        code_tag: function,
        code_attribute: type_name,
        code_inserted: success,
        code_deleted: error,
        code_label: faint,
        link: accent.add_modifier(Modifier::UNDERLINED),
        quote: italic(muted),
        marker: accent,
        rule,
        maths: keyword,
        selected: bold(Style::new().bg(raised)),
        selected_idle: bold(Style::new().bg(raised)),
        selected_row: bold(Style::new().bg(row)),
        selected_text: Style::new().fg(color(text)).bg(tint(palette.accent)),
        found: Style::new().fg(color(text)).bg(tint(palette.warning)),
        found_here: bold(Style::new().fg(base).bg(hue(palette.warning))),
        mark: warning,
        success,
        info: muted,
        warning,
        error: bold(error),
        badge: warning,
        key: bold(accent),
        placeholder: faint,
        hidden_character: error.add_modifier(Modifier::REVERSED),
    }
}
