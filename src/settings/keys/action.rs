//! The actions a key can have outside text fields, by pane.

use super::action_group::ActionGroup;
use crate::chat::shorten::shorten;
use crate::settings::suggest::suggestion;

macro_rules! named {
    (
        $(#[$about:meta])*
        $name:ident $($variant:ident $text:literal $description:literal),* $(,)?
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub enum $name {
            $(#[doc = $description] $variant,)*
        }

        impl $name {
            /// Every one, in the order help shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in `config.toml`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it does, for help.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description),* }
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let found = Self::ALL.iter().find(|it| it.name() == text);
                found.copied().ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.iter().map(|it| it.name()).collect();
                    $crate::settings::keys::action::unknown_action(&text, &names)
                })
            }
        }
    };
}
pub(super) use named;

/// The message about an unknown name, with the names it may have been meant for.
pub(super) fn unknown_action(name: &str, known: &[&str]) -> String {
    let hint = suggestion(name, known.iter().copied());
    let typed = shorten(name);
    if !hint.is_empty() {
        return format!("There is no action \"{typed}\" here.{hint}");
    }
    let is_like = |it: &&&str| it.chars().next() == name.chars().next();
    let like: Vec<&str> = known.iter().filter(is_like).copied().collect();
    let shown = if like.is_empty() { known.join(", ") } else { like.join(", ") };
    format!("There is no action \"{typed}\" here. Use one of {shown}.")
}

named! {
    /// Where a key has its meaning: in every pane, in the focused one, in every text field.
    Scope
    Everywhere "everywhere" "Everywhere",
    Composer "composer" "Composer",
    Conversation "conversation" "Conversation",
    List "list" "List",
    Text "text" "Text editing",
}

macro_rules! actions {
    ($($variant:ident $text:literal $description:literal $group:ident),* $(,)?) => {
        named! {
            /// What a key can do outside of text.
            Action $($variant $text $description),*
        }

        impl Action {
            /// The task it belongs to, in the palette and in help.
            #[must_use]
            pub const fn group(self) -> ActionGroup {
                match self { $(Self::$variant => ActionGroup::$group),* }
            }
        }
    };
}

actions! {
    Stop "stop" "Stop the answer, or close what is open" Answers,
    Interrupt "interrupt" "Stop the answer, or clear the text; twice: quit" Answers,
    Quit "quit" "Quit" Program,
    FocusNext "focus-next" "Focus the next pane" Movement,
    FocusPrevious "focus-previous" "Focus the previous pane" Movement,
    NewConversation "new-conversation" "New conversation" Conversations,
    ToggleList "toggle-list" "Show or hide the list" Screen,
    Palette "palette" "Command palette" Program,
    Help "help" "Help" Program,
    Rename "rename" "Rename the conversation" Conversations,
    FindEverywhere "find-everywhere" "Search all conversations" Conversations,
    ChooseModel "choose-model" "Choose a model" Model,
    Retry "retry" "Ask the last question again" Answers,
    ShowUsage "usage" "Usage: tokens, time and cost" Model,
    ToggleTools "tools" "Turn tools on or off, or choose them" Model,
    Temporary "temporary" "Temporary conversation (not saved)" Conversations,
    ToggleMouse "mouse" "Turn mouse capture on or off" Screen,
    ShowLog "log" "Show the log" Program,
    Find "find" "Find in the conversation" Answers,
    SearchPrompts "search-prompts" "Search earlier prompts" Writing,
    ExternalEditor "editor" "Write in your own editor (EDITOR)" Writing,
    StepEffort "effort" "Change the reasoning effort" Model,
    ToggleDetails "details" "Show or hide details: reasoning, searches, tools" Answers,
    Undo "undo" "Undo the last action" Conversations,
    Suspend "suspend" "Suspend while the composer is empty (fg returns)" Program,
    Redraw "redraw" "Redraw the screen" Screen,
    PageUp "page-up" "Scroll up one page" Movement,
    PageDown "page-down" "Scroll down one page" Movement,
    Top "top" "Start of the conversation" Movement,
    Bottom "bottom" "End of the conversation" Movement,
    PreviousQuestion "previous-question" "Previous question" Movement,
    NextQuestion "next-question" "Next question" Movement,
    UnqueueQuestion "unqueue" "Edit the last queued question" Writing,
    NarrowList "narrow-list" "Make the list narrower" Screen,
    WidenList "widen-list" "Make the list wider" Screen,
    ChoosePreset "choose-preset" "Choose or edit presets" Model,
    SaveTemporary "save" "Save the temporary conversation" Conversations,
    Export "export" "Export the conversation to a file" Conversations,
    Web "web" "Open the conversation in the web app" Conversations,
    Attach "attach" "Attach a file" Writing,
    Paste "paste" "Paste an image or text from the clipboard" Writing,
    Setup "setup" "Set up a server, a key and a model" Model,
    Continue "continue" "Continue an incomplete answer" Answers,
    ChooseTemplate "choose-template" "List the prompt templates" Templates,
    ChooseServer "choose-server" "Choose a server and a model" Model,
    ChooseTheme "theme" "Choose a theme" Screen,
    LineUp "line-up" "Scroll up one line" Movement,
    LineDown "line-down" "Scroll down one line" Movement,
    Send "send" "Send the message" Writing,
    NewLine "new-line" "New line" Writing,
    QuitWhenEmpty "quit-when-empty" "Quit when the composer is empty" Program,
    SelectPrevious "select-previous" "Select the previous message" Movement,
    SelectNext "select-next" "Select the next message" Movement,
    MessageMenu "message-menu" "Actions for the selected message" Answers,
    HalfPageUp "half-page-up" "Scroll up half a page" Movement,
    HalfPageDown "half-page-down" "Scroll down half a page" Movement,
    NextMatch "next-match" "Next match" Movement,
    PreviousMatch "previous-match" "Previous match" Movement,
    Copy "copy" "Copy the message; then 1 to 9 copies a code block" Answers,
    CopyChat "copy-chat" "Copy the conversation" Answers,
    ToggleMessageDetails "message-details" "Details of the selected message" Answers,
    ToggleRaw "raw-text" "Show or hide the raw text of the message" Answers,
    ToggleWidth "reading-width" "Use the full width, or the reading width" Screen,
    EditQuestion "edit-question" "Edit an earlier question" Writing,
    EarlierVersion "earlier-version" "Previous version" Answers,
    LaterVersion "later-version" "Next version" Answers,
    Previous "previous" "Previous row" Movement,
    Next "next" "Next row" Movement,
    First "first" "First row" Movement,
    Last "last" "Last row" Movement,
    Open "open" "Open the conversation" Conversations,
    Filter "filter" "Filter by title" Conversations,
    Delete "delete" "Delete the conversation" Conversations,
    Archive "archive" "Archive or unarchive" Conversations,
    Pin "pin" "Pin or unpin" Conversations,
    Duplicate "duplicate" "Duplicate the conversation" Conversations,
    ShowArchived "show-archived" "Switch to the archive and back" Conversations,
    ToggleCompactList "compact-list" "One or two rows per conversation" Screen,
}
