//! The tasks that commands are grouped by, in the palette and in help.

use crate::settings::Action;

/// A task that several commands are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandGroup {
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

impl CommandGroup {
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

    /// The group of an action.
    #[must_use]
    pub const fn of(action: Action) -> Self {
        match action {
            Action::Send
            | Action::NewLine
            | Action::Attach
            | Action::Paste
            | Action::ExternalEditor
            | Action::SearchPrompts
            | Action::UnqueueQuestion
            | Action::EditQuestion => Self::Writing,
            Action::Stop
            | Action::Interrupt
            | Action::Retry
            | Action::Continue
            | Action::Copy
            | Action::CopyChat
            | Action::ToggleDetails
            | Action::ToggleMessageDetails
            | Action::ToggleRaw
            | Action::MessageMenu
            | Action::EarlierVersion
            | Action::LaterVersion
            | Action::Find => Self::Answers,
            Action::NewConversation
            | Action::Open
            | Action::Rename
            | Action::Delete
            | Action::Undo
            | Action::Filter
            | Action::Pin
            | Action::Archive
            | Action::ShowArchived
            | Action::Duplicate
            | Action::Temporary
            | Action::SaveTemporary
            | Action::Export
            | Action::Web
            | Action::FindEverywhere => Self::Conversations,
            Action::ChooseTemplate => Self::Templates,
            Action::ChooseModel
            | Action::ChooseServer
            | Action::ChoosePreset
            | Action::StepEffort
            | Action::ToggleTools
            | Action::ShowUsage
            | Action::Setup => Self::Model,
            Action::ToggleList
            | Action::NarrowList
            | Action::WidenList
            | Action::ToggleCompactList
            | Action::ToggleWidth
            | Action::ChooseTheme
            | Action::ToggleMouse
            | Action::Redraw => Self::Screen,
            Action::Palette
            | Action::Help
            | Action::ShowLog
            | Action::Suspend
            | Action::QuitWhenEmpty
            | Action::Quit => Self::Program,
            Action::FocusNext
            | Action::FocusPrevious
            | Action::Previous
            | Action::Next
            | Action::First
            | Action::Last
            | Action::SelectPrevious
            | Action::SelectNext
            | Action::PreviousQuestion
            | Action::NextQuestion
            | Action::NextMatch
            | Action::PreviousMatch
            | Action::LineUp
            | Action::LineDown
            | Action::HalfPageUp
            | Action::HalfPageDown
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom => Self::Movement,
        }
    }
}
