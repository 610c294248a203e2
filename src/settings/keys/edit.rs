//! The editing commands a key can have in a text field.

use super::action::named;

named! {
    /// One step of editing text.
    EditAction
    Left "left" "Left",
    Right "right" "Right",
    Up "up" "Row up; in the first row, the previous prompt",
    Down "down" "Row down; in the last row, the next prompt",
    WordLeft "word-left" "Word left",
    WordRight "word-right" "Word right",
    LineStart "line-start" "Start of the line",
    LineEnd "line-end" "End of the line",
    SelectLeft "select-left" "Select left",
    SelectRight "select-right" "Select right",
    SelectUp "select-up" "Select up",
    SelectDown "select-down" "Select down",
    SelectWordLeft "select-word-left" "Select a word left",
    SelectWordRight "select-word-right" "Select a word right",
    SelectLineStart "select-line-start" "Select to the start of the line",
    SelectLineEnd "select-line-end" "Select to the end of the line",
    SelectAll "select-all" "Select all",
    Copy "copy" "Copy the selection",
    Cut "cut" "Cut the selection",
    DeleteBack "delete-back" "Delete the character before the caret",
    DeleteForward "delete-forward" "Delete the character after the caret",
    DeleteWordBack "delete-word-back" "Delete the word before the caret",
    DeleteWordForward "delete-word-forward" "Delete the word after the caret",
    DeleteToLineStart "delete-to-line-start" "Delete to the start of the line",
    DeleteToLineEnd "delete-to-line-end" "Delete to the end of the line",
    Yank "yank" "Paste the last deleted text (yank)",
    YankOlder "yank-older" "After a yank: an older deleted text",
    Undo "undo" "Undo typing",
    Redo "redo" "Redo",
}
