//! What a key can do in a text field.
//! May not know any key.

use super::action::named;

named! {
    /// One step of editing text.
    EditAction
    Left "left" "left",
    Right "right" "right",
    Up "up" "row above; from the first row: earlier prompts",
    Down "down" "row below; from the last row: later prompts",
    WordLeft "word-left" "word to the left",
    WordRight "word-right" "word to the right",
    LineStart "line-start" "beginning of the line",
    LineEnd "line-end" "end of the line",
    SelectLeft "select-left" "select to the left",
    SelectRight "select-right" "select to the right",
    SelectUp "select-up" "select upwards",
    SelectDown "select-down" "select downwards",
    SelectWordLeft "select-word-left" "select a word to the left",
    SelectWordRight "select-word-right" "select a word to the right",
    SelectLineStart "select-line-start" "select to the beginning of the line",
    SelectLineEnd "select-line-end" "select to the end of the line",
    SelectAll "select-all" "select everything",
    Copy "copy" "copy the selection",
    Cut "cut" "cut the selection",
    DeleteBack "delete-back" "delete backwards",
    DeleteForward "delete-forward" "delete forwards",
    DeleteWordBack "delete-word-back" "delete a word backwards",
    DeleteWordForward "delete-word-forward" "delete a word forwards",
    DeleteToLineStart "delete-to-line-start" "delete to the beginning of the line",
    DeleteToLineEnd "delete-to-line-end" "delete to the end of the line",
    Yank "yank" "insert the text that was cut last",
    YankOlder "yank-older" "then: replace it by an older cut",
    Undo "undo" "undo",
    Redo "redo" "redo",
}
