//! The actions a key can have outside text fields, by pane.

macro_rules! named {
    (
        $(#[$about:meta])*
        $name:ident $($variant:ident $text:literal $description:literal),* $(,)?
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    };
}
pub(super) use named;

named! {
    /// Where a key has its meaning: in every pane, in one that has the keys, in every text field.
    Scope
    Everywhere "everywhere" "Everywhere",
    Composer "composer" "Composer",
    List "list" "List",
    Transcript "transcript" "Conversation",
    Text "text" "Text editing",
}

named! {
    /// What a key can do outside of text.
    Action
    Send "send" "Send the message",
    NewLine "new-line" "New line",
    Stop "stop" "Stop the answer, or close what is open",
    Interrupt "interrupt" "Stop the answer, or clear the text; twice: quit",
    QuitWhenEmpty "quit-when-empty" "Quit when the composer is empty",
    Quit "quit" "Quit",
    NewConversation "new-conversation" "New conversation",
    ToggleList "toggle-list" "Show or hide the list",
    FocusNext "focus-next" "Focus the next pane",
    FocusPrevious "focus-previous" "Focus the previous pane",
    Previous "previous" "Previous row",
    Next "next" "Next row",
    First "first" "First row",
    Last "last" "Last row",
    Open "open" "Open the conversation",
    Rename "rename" "Rename the conversation",
    Delete "delete" "Delete the conversation",
    Undo "undo" "Undo the last action",
    Filter "filter" "Filter by title",
    Pin "pin" "Pin or unpin",
    Archive "archive" "Archive or unarchive",
    ShowArchived "show-archived" "Show or hide archived conversations",
    Duplicate "duplicate" "Duplicate the conversation",
    SelectPrevious "select-previous" "Select the previous message",
    SelectNext "select-next" "Select the next message",
    PreviousQuestion "previous-question" "Previous question",
    NextQuestion "next-question" "Next question",
    Find "find" "Find in the conversation",
    NextMatch "next-found" "Next match",
    PreviousMatch "previous-found" "Previous match",
    ToggleMouse "mouse" "Turn mouse capture on or off",
    Attach "attach" "Attach a file",
    ExternalEditor "editor" "Write in your own editor (EDITOR)",
    Copy "copy" "Copy the message; then a digit: that code block",
    CopyChat "copy-chat" "Copy the conversation",
    LineUp "line-up" "Scroll up one line",
    LineDown "line-down" "Scroll down one line",
    HalfPageUp "half-page-up" "Scroll up half a page",
    HalfPageDown "half-page-down" "Scroll down half a page",
    PageUp "page-up" "Scroll up one page",
    PageDown "page-down" "Scroll down one page",
    Top "top" "Start of the conversation",
    Bottom "bottom" "End of the conversation",
    ToggleDetails "background" "Show or hide details: reasoning, searches, tools",
    Retry "retry" "Ask the last question again",
    UnqueueQuestion "take-back" "Edit the last queued question",
    EditQuestion "edit-question" "Edit an earlier question",
    EarlierVersion "earlier-version" "Previous version",
    LaterVersion "later-version" "Next version",
    Continue "continue" "Continue an incomplete answer",
    NarrowList "narrow-list" "Make the list narrower",
    WidenList "widen-list" "Make the list wider",
    ChooseModel "choose-model" "Choose a model",
    ChooseServer "choose-server" "Choose a server and a model",
    ChooseTheme "theme" "Choose a theme",
    ToggleWidth "reading-width" "Use the full width, or the reading width",
    ToggleCompactList "compact-list" "One or two rows per conversation",
    ChoosePreset "choose-preset" "Choose or edit presets",
    StepEffort "effort" "Change the reasoning effort",
    ToggleTools "tools" "Turn tools on or off",
    ShowUsage "usage" "Usage: tokens, time and cost",
    ShowLog "log" "Show the log",
    SearchPrompts "search-prompts" "Search earlier prompts",
    Temporary "temporary" "Temporary conversation (not saved)",
    SaveTemporary "save" "Save the temporary conversation",
    Export "export" "Export the conversation to a file",
    Web "web" "Open the conversation in the web app",
    FindEverywhere "find-everywhere" "Search all conversations",
    Setup "setup" "Set up a server, a key and a model",
    Palette "palette" "Command palette",
    Help "help" "Help",
    Redraw "redraw" "Redraw the screen",
    Suspend "suspend" "Suspend to the shell (fg returns)",
}
