//! What a sequence says of modifiers, and of whether the key goes down or up.
//! Must not know which key it is.

use crossterm::event::{KeyEventKind, KeyModifiers};

use super::csi::Csi;

/// What is held with a key, and whether it goes down or up.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModifierParameter {
    /// The modifiers, an ESC in front counting as Alt.
    pub(super) modifiers: KeyModifiers,
    /// Down, again, or up.
    pub(super) kind: KeyEventKind,
}

impl ModifierParameter {
    /// What the second parameter says; old terminals have it as the only one.
    pub(super) fn of(csi: &Csi) -> Self {
        let is_letter = csi.last.is_ascii_uppercase();
        let index = usize::from(!is_letter || csi.count() != 1);
        Self::in_parameter(csi, index)
    }

    /// What the parameter at an index says.
    pub(super) fn in_parameter(csi: &Csi, index: usize) -> Self {
        let bits = csi.number(index).unwrap_or(1).saturating_sub(1);
        // The number is one more than these bits; the locks above them do not matter.
        let names = [
            KeyModifiers::SHIFT,
            KeyModifiers::ALT,
            KeyModifiers::CONTROL,
            KeyModifiers::SUPER,
            KeyModifiers::HYPER,
            KeyModifiers::META,
        ];
        let held = (0_u32..).zip(names).filter(|(bit, _)| bits >> bit & 1 == 1);
        let modifiers: KeyModifiers = held.map(|(_, modifier)| modifier).collect();
        let kind = match csi.sub_number(index, 1) {
            Some(2) => KeyEventKind::Repeat,
            Some(3) => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        };
        Self { modifiers: modifiers | alt_if(csi.alt), kind }
    }
}

/// Alt, where ESC came in front of a key.
pub(super) const fn alt_if(alt: bool) -> KeyModifiers {
    if alt { KeyModifiers::ALT } else { KeyModifiers::NONE }
}
