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
    Composer "composer" "While writing",
    List "list" "In the list",
    Transcript "transcript" "In the conversation",
    Text "text" "In text",
}

named! {
    /// What a key can do outside of text.
    Action
    Send "send" "send the question",
    NewLine "new-line" "new line",
    Stop "stop" "stop the answer; leave what is open",
    Interrupt "interrupt" "stop the answer; twice: leave",
    QuitWhenEmpty "quit-when-empty" "leave, when nothing is written",
    Quit "quit" "leave",
    NewConversation "new-conversation" "new conversation",
    ToggleList "toggle-list" "show or hide the conversations",
    FocusNext "focus-next" "keys to the next pane",
    FocusPrevious "focus-previous" "keys to the previous pane",
    Previous "previous" "row above",
    Next "next" "row below",
    First "first" "first row",
    Last "last" "last row",
    Open "open" "open",
    Rename "rename" "new title",
    Delete "delete" "delete, after a question",
    Undo "undo" "take the last delete back",
    Filter "filter" "find a conversation by its title",
    Pin "pin" "keep at the top, or not",
    Archive "archive" "out of sight, or back",
    ShowArchived "show-archived" "show archived conversations, or the others",
    Duplicate "duplicate" "make a copy",
    SelectPrevious "select-previous" "choose the message above",
    SelectNext "select-next" "choose the message below",
    PreviousQuestion "previous-question" "to the question before",
    NextQuestion "next-question" "to the next question",
    Find "find" "find in the conversation",
    NextMatch "next-found" "next place found",
    PreviousMatch "previous-found" "place found before",
    ToggleMouse "mouse" "the mouse for the terminal, or for the program again",
    Attach "attach" "send a file with the question",
    ExternalEditor "editor" "write in your own editor (EDITOR)",
    Copy "copy" "copy the message; then a digit: its code block",
    CopyChat "copy-chat" "copy the whole conversation",
    LineUp "line-up" "line up",
    LineDown "line-down" "line down",
    HalfPageUp "half-page-up" "half a page up",
    HalfPageDown "half-page-down" "half a page down",
    PageUp "page-up" "page up",
    PageDown "page-down" "page down",
    Top "top" "beginning of the conversation",
    Bottom "bottom" "end of the conversation",
    ToggleDetails "background" "thoughts, searches and tools behind answers",
    Retry "retry" "ask the last question again",
    UnqueueQuestion "take-back" "take a waiting question back",
    EditQuestion "edit-question" "edit an earlier question",
    EarlierVersion "earlier-version" "the version before an edit or another answer",
    LaterVersion "later-version" "the version after it",
    Continue "continue" "let a cut answer go on",
    NarrowList "narrow-list" "narrower list",
    WidenList "widen-list" "wider list",
    ChooseModel "choose-model" "choose another model",
    ChooseTheme "theme" "choose the colours",
    ToggleWidth "reading-width" "text as wide as the window, or not",
    ToggleCompactList "compact-list" "one row for a conversation, or two",
    ChoosePreset "choose-preset" "choose, write or change a preset",
    StepEffort "effort" "reasoning effort: own, low, medium, high, none",
    ToggleTools "tools" "let the model use tools, or not",
    ShowUsage "usage" "what answers took: tokens, time, money",
    ShowLog "log" "what was called, and what failed",
    SearchPrompts "search-prompts" "search earlier prompts",
    Temporary "temporary" "conversation that is kept nowhere",
    SaveTemporary "save" "keep a temporary conversation after all",
    Export "export" "write the conversation to a file",
    Web "web" "open the conversation in the browser",
    FindEverywhere "find-everywhere" "find words in every conversation",
    Setup "setup" "choose a server, a key and a model",
    Palette "palette" "everything, found by a few letters",
    Help "help" "this help",
    Redraw "redraw" "draw everything anew",
    Suspend "suspend" "to the shell and back with fg",
}
