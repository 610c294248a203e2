//! State of the model picker: the models of every server, grouped by server.

use crate::app::commands::fuzzy::{self, FuzzyMatcher};
use crate::chat::casefold::casefold;
use crate::chat::{AnswerServer, Failure};

use super::filter_list::FilterList;

/// The models that have arrived, the filter over them and the cursor.
#[derive(Debug, Clone)]
pub struct ModelPicker {
    /// The model that is no longer offered, after a failure for that reason.
    pub missing_model: Option<MissingModel>,
    /// The models of each server.
    pub groups: Vec<ModelGroup>,
    /// The matching models, in the order of the groups.
    pub list: FilterList<ModelPlace>,
}

/// A model that a server no longer offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingModel {
    /// As the server named it while it offered it.
    pub model: String,
    /// The server; `None` for the one the program was started with.
    pub server: Option<AnswerServer>,
}

/// The models of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelGroup {
    /// Where a chosen model of the group is used.
    pub server: AnswerServer,
    /// Its models, once it has answered.
    pub listed: Option<Result<Vec<String>, Failure>>,
}

/// Where a model is: its group, and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelPlace {
    /// Position of the group.
    pub group: usize,
    /// Position in the group.
    pub index: usize,
}

impl ModelGroup {
    /// A group whose server has not answered yet.
    #[must_use]
    pub const fn waiting(server: AnswerServer) -> Self {
        Self { server, listed: None }
    }

    /// Its models; none until they arrive.
    #[must_use]
    pub fn models(&self) -> &[String] {
        match &self.listed {
            Some(Ok(models)) => models,
            Some(Err(_)) | None => &[],
        }
    }
}

impl ModelPicker {
    /// A model with its server, by its position in `matches`.
    #[must_use]
    pub fn model(&self, position: usize) -> Option<(&AnswerServer, &str)> {
        let matching = self.list.matches.get(position)?;
        let group = self.groups.get(matching.group)?;
        Some((&group.server, group.models().get(matching.index)?))
    }

    /// Finds the models that match the filter, and all of a server whose name or host has its text.
    pub(in crate::app) fn update_matches(&mut self) {
        let filter = self.list.editor.text();
        let folded = casefold(filter.trim());
        let mut matches = Vec::new();
        for (group, listed) in self.groups.iter().enumerate() {
            let AnswerServer { name, host } = &listed.server;
            let is_named = [name, host].iter().any(|it| casefold(it).contains(&folded));
            let models = listed.models().iter().map(String::as_str).enumerate();
            let wanted = if is_named { "" } else { filter };
            let fitting = fuzzy::best_first(FuzzyMatcher::new(wanted), models);
            matches.extend(fitting.into_iter().map(|index| ModelPlace { group, index }));
        }
        self.list.set_matches(matches);
    }
}
