//! The actions a key can have outside text fields, by pane.

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
    if !hint.is_empty() {
        return format!("There is no action \"{name}\" here.{hint}");
    }
    let is_like = |it: &&&str| it.chars().next() == name.chars().next();
    let like: Vec<&str> = known.iter().filter(is_like).copied().collect();
    let shown = if like.is_empty() { known.join(", ") } else { like.join(", ") };
    format!("There is no action \"{name}\" here. Use one of {shown}.")
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

named! {
    /// What a key can do outside of text.
    Action
    Stop "stop" "Stop the answer, or close what is open",
    Interrupt "interrupt" "Stop the answer, or clear the text; twice: quit",
    Quit "quit" "Quit",
    FocusNext "focus-next" "Focus the next pane",
    FocusPrevious "focus-previous" "Focus the previous pane",
    NewConversation "new-conversation" "New conversation",
    ToggleList "toggle-list" "Show or hide the list",
    Palette "palette" "Command palette",
    Help "help" "Help",
    Rename "rename" "Rename the conversation",
    FindEverywhere "find-everywhere" "Search all conversations",
    ChooseModel "choose-model" "Choose a model",
    Retry "retry" "Ask the last question again",
    ShowUsage "usage" "Usage: tokens, time and cost",
    ToggleTools "tools" "Turn tools on or off, or choose them",
    Temporary "temporary" "Temporary conversation (not saved)",
    ToggleMouse "mouse" "Turn mouse capture on or off",
    ShowLog "log" "Show the log",
    Find "find" "Find in the conversation",
    SearchPrompts "search-prompts" "Search earlier prompts",
    ExternalEditor "editor" "Write in your own editor (EDITOR)",
    StepEffort "effort" "Change the reasoning effort",
    ToggleDetails "details" "Show or hide details: reasoning, searches, tools",
    Undo "undo" "Undo the last action",
    Suspend "suspend" "Suspend to the shell (fg returns)",
    Redraw "redraw" "Redraw the screen",
    PageUp "page-up" "Scroll up one page",
    PageDown "page-down" "Scroll down one page",
    Top "top" "Start of the conversation",
    Bottom "bottom" "End of the conversation",
    PreviousQuestion "previous-question" "Previous question",
    NextQuestion "next-question" "Next question",
    UnqueueQuestion "unqueue" "Edit the last queued question",
    NarrowList "narrow-list" "Make the list narrower",
    WidenList "widen-list" "Make the list wider",
    ChoosePreset "choose-preset" "Choose or edit presets",
    SaveTemporary "save" "Save the temporary conversation",
    Export "export" "Export the conversation to a file",
    Web "web" "Open the conversation in the web app",
    Attach "attach" "Attach a file",
    Paste "paste" "Paste an image or text from the clipboard",
    Setup "setup" "Set up a server, a key and a model",
    Continue "continue" "Continue an incomplete answer",
    ChooseTemplate "choose-template" "List the prompt templates",
    ChooseServer "choose-server" "Choose a server and a model",
    ChooseTheme "theme" "Choose a theme",
    LineUp "line-up" "Scroll up one line",
    LineDown "line-down" "Scroll down one line",
    Send "send" "Send the message",
    NewLine "new-line" "New line",
    QuitWhenEmpty "quit-when-empty" "Quit when the composer is empty",
    SelectPrevious "select-previous" "Select the previous message",
    SelectNext "select-next" "Select the next message",
    MessageMenu "message-menu" "Actions for the selected message",
    HalfPageUp "half-page-up" "Scroll up half a page",
    HalfPageDown "half-page-down" "Scroll down half a page",
    NextMatch "next-match" "Next match",
    PreviousMatch "previous-match" "Previous match",
    Copy "copy" "Copy the message; then 1 to 9 copies a code block",
    CopyChat "copy-chat" "Copy the conversation",
    ToggleMessageDetails "message-details" "Details of the selected message",
    ToggleRaw "raw-text" "Show or hide the raw text of the message",
    ToggleWidth "reading-width" "Use the full width, or the reading width",
    EditQuestion "edit-question" "Edit an earlier question",
    EarlierVersion "earlier-version" "Previous version",
    LaterVersion "later-version" "Next version",
    Previous "previous" "Previous row",
    Next "next" "Next row",
    First "first" "First row",
    Last "last" "Last row",
    Open "open" "Open the conversation",
    Filter "filter" "Filter by title",
    Delete "delete" "Delete the conversation",
    Archive "archive" "Archive or unarchive",
    Pin "pin" "Pin or unpin",
    Duplicate "duplicate" "Duplicate the conversation",
    ShowArchived "show-archived" "Show or hide archived conversations",
    ToggleCompactList "compact-list" "One or two rows per conversation",
}
