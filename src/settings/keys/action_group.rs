//! The tasks that actions are grouped by, in the palette and in help.

/// A task that several actions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionGroup {
    /// Opening, finding, naming, exporting and deleting conversations.
    Conversations,
    /// Answers, versions and copying.
    Answers,
    /// Writing, sending and queueing questions.
    Writing,
    /// Prompt templates, which the user wrote.
    Templates,
    /// What the next question is asked with.
    Model,
    /// What the screen shows.
    Screen,
    /// Help, setup, the log and leaving.
    Program,
    /// Moving through rows and text.
    Movement,
}

impl ActionGroup {
    /// All groups, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::Conversations,
        Self::Answers,
        Self::Writing,
        Self::Templates,
        Self::Model,
        Self::Screen,
        Self::Program,
        Self::Movement,
    ];

    /// The heading above the group.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Writing => "Writing",
            Self::Answers => "Answers",
            Self::Conversations => "Conversations",
            Self::Templates => "Templates",
            Self::Model => "Model",
            Self::Screen => "Screen",
            Self::Program => "Program",
            Self::Movement => "Movement",
        }
    }
}
