//! The lines behind the stored messages: an answer that grows, or what is said of a missing one.
//! May not copy more of them than are seen.

use ratatui::text::Line;

use crate::view::hyperlinks::LinkTargets;
use crate::view::markdown::RenderedLines;

/// The lines, the long ones borrowed.
#[derive(Debug, Default)]
pub struct LiveAnswerLines<'a> {
    /// What comes first.
    pub head: Vec<Line<'static>>,
    /// The rows of the answer: the final ones, and those that may still change.
    pub answer: Option<(&'a RenderedLines, &'a RenderedLines)>,
    /// What comes last.
    pub foot: Vec<Line<'static>>,
}

impl LiveAnswerLines<'_> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let (settled, open) = self.answer.map_or((0, 0), |(one, two)| (one.len(), two.len()));
        [self.head.len(), settled, open, self.foot.len()].iter().sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of them, their links numbered as those of the frame.
    #[must_use]
    pub fn visible_lines(
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
        let mut skip = from;
        let mut out = Vec::new();
        for part in [&self.head, &settled.lines, &open.lines, &self.foot] {
            let left = room.saturating_sub(out.len());
            for line in part.iter().skip(skip).take(left) {
                let mut line = line.clone();
                targets.renumber(&mut line, target);
                out.push(line);
            }
            skip = skip.saturating_sub(part.len());
        }
        out
    }
}
