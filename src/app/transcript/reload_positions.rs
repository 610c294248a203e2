//! Moves the positions of messages that the window remembers when a reload has inserted or removed
//! messages. Must know every such position: one that is left out shows another message.

use std::sync::Arc;

use crate::chat::Message;

use crate::app::{Anchor, Scroll, State};

/// Where messages were before a reload, and where they are.
struct Relocation<'a> {
    before: &'a [Arc<Message>],
    now: &'a [Arc<Message>],
}

impl Relocation<'_> {
    /// The position of what was at `item`; `None` where that is gone. The live answer, or the same one as
    /// a stored message, stays behind the last message.
    fn find(&self, item: usize) -> Option<usize> {
        let find = |message| self.now.iter().position(|it| Arc::ptr_eq(it, message));
        match (self.before.get(item), self.before.last()) {
            (Some(message), _) => find(message),
            (None, last) => {
                let end = last.and_then(find).map_or(self.before.len(), |at| at.saturating_add(1));
                Some(end.saturating_add(item.saturating_sub(self.before.len())))
            }
        }
    }

    /// The same, or the position of what was nearest above.
    fn find_nearest(&self, item: usize) -> usize {
        (0..=item).rev().find_map(|at| self.find(at)).unwrap_or(0)
    }
}

/// Moves every position after the open conversation was reloaded.
pub(crate) fn move_positions(state: &mut State, before: &[Arc<Message>]) {
    let Some(open) = &state.transcript.open else { return };
    let now = open.messages.clone();
    let moves = Relocation { before, now: &now };
    let wants_top = open.wanted == usize::MAX && open.earlier == 0;
    let nearest = |at: &mut usize| *at = moves.find_nearest(*at);
    let transcript = &mut state.transcript;
    match &mut transcript.scroll {
        Scroll::At(anchor) if wants_top && *anchor == Anchor::default() => {}
        Scroll::At(anchor) => nearest(&mut anchor.message),
        Scroll::Restore(position) => nearest(&mut position.message),
        Scroll::ShowMessage(message) => nearest(message),
        Scroll::Follow | Scroll::ShowMatch => {}
    }
    nearest(&mut state.measured.top.message);
    if let Some(end) = &mut transcript.last_seen_end {
        nearest(&mut end.message);
    }
    for shown in [&mut transcript.other_details, &mut transcript.raw] {
        *shown = shown.iter().filter_map(|at| moves.find(*at)).collect();
    }
    transcript.selected = transcript.selected.and_then(|at| moves.find(at));
    transcript.recent_copy = transcript.recent_copy.and_then(|mut recent| {
        recent.item = moves.find(recent.item)?;
        Some(recent)
    });
    transcript.selection = transcript.selection.take().and_then(|mut selection| {
        selection.from.item = moves.find(selection.from.item)?;
        selection.to.item = moves.find(selection.to.item)?;
        Some(selection)
    });
}
