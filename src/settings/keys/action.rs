//! What a key can do, and in which pane.
//! Must not know any key, nor what keys do in text: that is `edit`.

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
    /// Where a key has its meaning: in every pane, in the focused one, in every text field.
    Scope
    Everywhere "everywhere" "Everywhere",
    Composer "composer" "Composer",
    Conversation "conversation" "Conversation",
    List "list" "List",
    Text "text" "Editing text",
}

named! {
    /// What a key can do outside of text.
    Action
    Stop "stop" "close, or stop the answer, or drop the selection",
    Interrupt "interrupt" "stop the answer, or clear the composer; twice: quit",
    Quit "quit" "quit",
    FocusNext "focus-next" "focus the next pane",
    FocusPrevious "focus-previous" "focus the previous pane",
    NewConversation "new-conversation" "new conversation",
    ToggleList "toggle-list" "show or hide the list",
    Palette "palette" "command palette",
    Help "help" "help",
    Rename "rename" "rename the conversation",
    FindEverywhere "find-everywhere" "search all conversations",
    ChooseModel "choose-model" "choose the model",
    Retry "retry" "ask the question again",
    ShowUsage "usage" "usage: tokens, time, cost",
    ToggleTools "tools" "let the model use tools, or not",
    Temporary "temporary" "temporary conversation (not saved)",
    ToggleMouse "mouse" "mouse capture on or off",
    ShowLog "log" "log: requests and errors",
    Find "find" "find in the conversation",
    SearchPrompts "search-prompts" "search earlier prompts",
    ExternalEditor "editor" "write in your own editor (EDITOR)",
    StepEffort "effort" "reasoning effort: default, low, medium, high, none",
    ToggleDetails "details" "details of all answers: reasoning, searches, tools",
    Undo "undo" "undo the last action: delete, archive, edit, ...",
    Suspend "suspend" "suspend to the shell; fg resumes",
    Redraw "redraw" "redraw the screen",
    PageUp "page-up" "page up",
    PageDown "page-down" "page down",
    Top "top" "beginning of the conversation",
    Bottom "bottom" "end of the conversation",
    PreviousQuestion "previous-question" "previous question",
    NextQuestion "next-question" "next question",
    UnqueueQuestion "unqueue" "take the last queued question back",
    NarrowList "narrow-list" "narrower list",
    WidenList "widen-list" "wider list",
    ChoosePreset "choose-preset" "choose or edit a preset",
    SaveTemporary "save" "save a temporary conversation",
    Export "export" "export the conversation to a file",
    Web "web" "open the conversation in the browser",
    Attach "attach" "attach a file to the question",
    Continue "continue" "continue an answer that was cut off",
    ChooseTheme "theme" "choose the theme",
    LineUp "line-up" "scroll up a line",
    LineDown "line-down" "scroll down a line",
    Send "send" "send the question",
    NewLine "new-line" "new line",
    QuitWhenEmpty "quit-when-empty" "quit, when the composer is empty",
    SelectPrevious "select-previous" "select the message above",
    SelectNext "select-next" "select the message below",
    MessageMenu "message-menu" "actions for the selected message",
    HalfPageUp "half-page-up" "half a page up",
    HalfPageDown "half-page-down" "half a page down",
    NextMatch "next-match" "next match",
    PreviousMatch "previous-match" "previous match",
    Copy "copy" "copy the message; then a digit: that code block",
    CopyChat "copy-chat" "copy the conversation",
    ToggleMessageDetails "message-details" "details of the selected message",
    ToggleRaw "raw-text" "raw text of the selected message",
    ToggleWidth "reading-width" "text as wide as the window, or not",
    EditQuestion "edit-question" "edit the question",
    EarlierVersion "earlier-version" "earlier version of the conversation",
    LaterVersion "later-version" "later version of the conversation",
    Previous "previous" "row above",
    Next "next" "row below",
    First "first" "first row",
    Last "last" "last row",
    Open "open" "open the conversation",
    Filter "filter" "filter by title",
    Delete "delete" "delete (asks first)",
    Archive "archive" "archive or unarchive",
    Pin "pin" "pin or unpin",
    Duplicate "duplicate" "duplicate",
    ShowArchived "show-archived" "show archived conversations, or the others",
    ToggleCompactList "compact-list" "one or two rows for each conversation",
}
