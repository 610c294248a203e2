//! State of the model picker.

use crate::app::editor::Editor;
use crate::app::fuzzy::FuzzyMatcher;
use crate::chat::Timestamp;

/// Why the picker is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelsOpenedBy {
    /// The user opened it.
    Key,
    /// It opened by itself at this time because a model is missing; the next key may be meant for a
    /// text.
    MissingModel(Timestamp),
}

/// The model picker.
#[derive(Debug, Clone)]
pub struct ModelPicker {
    /// Why it is open.
    pub opened_by: ModelsOpenedBy,
    /// The filter being typed.
    pub editor: Editor,
    /// The failure that it helps with, if any.
    pub reason: Option<String>,
    /// The model that is no longer offered, if that is the reason.
    pub missing_model: Option<String>,
    /// The models of the server; `None` until they arrive.
    pub models: Option<Vec<String>>,
    /// Positions of the matching models, in the server's order.
    pub matches: Vec<usize>,
    /// Position of the cursor in `matches`.
    pub selected: usize,
}

impl ModelPicker {
    /// A model by its position in `matches`.
    #[must_use]
    pub fn model(&self, position: usize) -> Option<&str> {
        let models = self.models.as_ref()?;
        self.matches.get(position).and_then(|index| models.get(*index)).map(String::as_str)
    }

    /// Finds the models that match the filter.
    pub(in crate::app) fn update_matches(&mut self) {
        let mut fuzzy = FuzzyMatcher::new(self.editor.text().trim());
        let models = self.models.iter().flatten().enumerate();
        let fits = models.filter(|(_, model)| fuzzy.score(model).is_some());
        self.matches = fits.map(|(index, _)| index).collect();
        self.selected = 0;
    }
}
