//! Models to choose from.

use crate::app::editor::Editor;
use crate::app::fuzzy::FuzzyMatcher;
use crate::chat::Timestamp;

/// Who opened the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelsOpenedBy {
    /// The user.
    Key,
    /// A model that is gone, at this time: nobody asked for it, and the next key may be meant for a
    /// text.
    MissingModel(Timestamp),
}

/// Models to choose from.
#[derive(Debug, Clone)]
pub struct ModelPicker {
    /// Who opened it.
    pub opened_by: ModelsOpenedBy,
    /// What is typed.
    pub editor: Editor,
    /// Why the list is shown, where something went wrong.
    pub reason: Option<String>,
    /// The model that is gone, where that is why.
    pub missing_model: Option<String>,
    /// The choices; `None` while they are being fetched.
    pub models: Option<Vec<String>>,
    /// Which of them fit what is typed, in their order.
    pub matches: Vec<usize>,
    /// Position of the cursor in `found`.
    pub selected: usize,
}

impl ModelPicker {
    /// The model at a position among those that fit.
    #[must_use]
    pub fn model(&self, place: usize) -> Option<&str> {
        let models = self.models.as_ref()?;
        self.matches.get(place).and_then(|index| models.get(*index)).map(String::as_str)
    }

    /// Works out which models fit what is typed.
    pub(in crate::app) fn update_matches(&mut self) {
        let mut fuzzy = FuzzyMatcher::new(self.editor.text().trim());
        let models = self.models.iter().flatten().enumerate();
        let fits = models.filter(|(_, model)| fuzzy.score(model).is_some());
        self.matches = fits.map(|(index, _)| index).collect();
        self.selected = 0;
    }
}
