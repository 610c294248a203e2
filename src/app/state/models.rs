//! State of the model picker.

use crate::app::editor::Editor;
use crate::app::fuzzy::FuzzyMatcher;

/// The model picker.
#[derive(Debug, Clone)]
pub struct ModelPicker {
    /// The filter being typed.
    pub editor: Editor,
    /// The model that is no longer offered, after a failure for that reason.
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
    pub fn model(&self, place: usize) -> Option<&str> {
        let models = self.models.as_ref()?;
        self.matches.get(place).and_then(|index| models.get(*index)).map(String::as_str)
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
