//! The lines after the stored messages: the live answer, or why there is none. Copies only the
//! visible ones.

use ratatui::text::Line;

use crate::view::hyperlinks::LinkTargets;
use crate::view::markdown::{RenderedLines, push_visible_lines};

#[derive(Debug, Default)]
pub(crate) struct LiveAnswerLines<'a> {
    pub(crate) head: Vec<Line<'static>>,
    /// The final rows of the answer, and those that may still change.
    pub(crate) answer: Option<(&'a RenderedLines, &'a RenderedLines)>,
    pub(crate) foot: Vec<Line<'static>>,
}

impl LiveAnswerLines<'_> {
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        let (settled, open) = self.answer.map_or((0, 0), |(one, two)| (one.len(), two.len()));
        [self.head.len(), settled, open, self.foot.len()].iter().sum()
    }

    /// Some of the lines, with their links renumbered for the frame.
    #[must_use]
    pub(crate) fn visible_lines(
        &self,
        from: usize,
        room: usize,
        targets: &mut LinkTargets,
    ) -> Vec<Line<'static>> {
        let none = RenderedLines::default();
        let (settled, open) = self.answer.unwrap_or((&none, &none));
        let before = settled.links.len();
        let target = |number: usize| {
            settled.links.get(number).or_else(|| open.links.get(number.checked_sub(before)?))
        };
        let (mut out, mut skip) = (Vec::new(), from);
        let (head, foot) = (&self.head, &self.foot);
        push_visible_lines(&mut out, &mut skip, room, head.len(), |at| head.get(at).cloned());
        push_visible_lines(&mut out, &mut skip, room, settled.len(), |at| settled.line(at));
        push_visible_lines(&mut out, &mut skip, room, open.len(), |at| open.line(at));
        push_visible_lines(&mut out, &mut skip, room, foot.len(), |at| foot.get(at).cloned());
        for line in &mut out {
            targets.renumber(line, target);
        }
        out
    }
}
