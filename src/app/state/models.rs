//! Models to choose from.

use crate::app::editor::Editor;
use crate::app::fuzzy::Fuzzy;
use crate::chat::Timestamp;

/// Who opened the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelsOpenedBy {
    /// The user.
    Key,
    /// A model that is gone, at this time: nobody asked for it, and the next key may be meant for a
    /// text.
    Itself(Timestamp),
}

/// Models to choose from.
#[derive(Debug, Clone)]
pub struct ModelPicker {
    /// Who opened it.
    pub by: ModelsOpenedBy,
    /// What is typed.
    pub editor: Editor,
    /// Why the list is shown, where something went wrong.
    pub reason: Option<String>,
    /// The model that is gone, where that is why.
    pub gone: Option<String>,
    /// The choices; `None` while they are being fetched.
    pub models: Option<Vec<String>>,
    /// Which of them fit what is typed, in their order.
    pub found: Vec<usize>,
    /// Position of the cursor in `found`.
    pub selected: usize,
}

impl ModelPicker {
    /// The model at a position among those that fit.
    #[must_use]
    pub fn model(&self, place: usize) -> Option<&str> {
        let models = self.models.as_ref()?;
        self.found.get(place).and_then(|index| models.get(*index)).map(String::as_str)
    }

    /// Works out which models fit what is typed.
    pub(in crate::app) fn find(&mut self) {
        let mut fuzzy = Fuzzy::new(self.editor.text().trim());
        let models = self.models.iter().flatten().enumerate();
        let fits = models.filter(|(_, model)| fuzzy.score(model).is_some());
        self.found = fits.map(|(index, _)| index).collect();
        self.selected = 0;
    }
}
