//! Properties of the editor under any sequence of edits.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::settings::EditAction;

use super::*;

/// One input of the random tests.
#[derive(Debug, Clone)]
enum EditorInput {
    Insert(String),
    Edit(EditAction),
    Click(usize),
    Width(usize),
    Replace(usize, usize, String),
}

fn editor_input() -> impl Strategy<Value = EditorInput> {
    let pieces = prop_oneof![
        prop::sample::select(vec![
            "a",
            " ",
            "\n",
            "word",
            "\u{301}",
            "👩",
            "\u{200d}",
            "🇯",
            "🇵",
            "名前",
            "\t",
            "\x1b",
            "e\u{301}",
            "two words ",
            "one\ntwo\n",
            "שלום",
            "\u{202e}",
            "\r",
        ])
        .prop_map(str::to_owned),
        "[ -~é名👩‍👧\n]{0,12}",
    ];
    let edit = prop::sample::select(EditAction::ALL.to_vec());
    prop_oneof![
        4 => pieces.clone().prop_map(EditorInput::Insert),
        4 => edit.prop_map(EditorInput::Edit),
        1 => (0_usize..80).prop_map(EditorInput::Click),
        1 => (1_usize..20).prop_map(EditorInput::Width),
        1 => (0_usize..80, 0_usize..20, pieces).prop_map(|(at, more, it)| EditorInput::Replace(at, more, it)),
    ]
}

fn apply_input(editor: &mut Editor, input: &EditorInput) {
    match input {
        EditorInput::Insert(text) => editor.insert(text),
        EditorInput::Edit(what) => apply_edit(editor, *what),
        EditorInput::Click(at) => editor.move_caret_to(*at, SelectionMode::Clear),
        EditorInput::Width(columns) => editor.lay_out(*columns),
        EditorInput::Replace(at, more, text) => editor.replace_range(*at..*at + *more, text),
    }
}

fn is_grapheme_boundary(text: &str, at: usize) -> bool {
    at == text.len() || text.grapheme_indices(true).any(|(start, _)| start == at)
}

proptest! {
    #[test]
    fn whatever_is_done_the_caret_stands_between_characters_and_the_rows_are_right(
        inputs in prop::collection::vec(editor_input(), 1..60),
        columns in 1_usize..16,
    ) {
        let mut editor = Editor::default();
        editor.lay_out(columns);
        for input in &inputs {
            apply_input(&mut editor, input);
            let text = editor.text();
            prop_assert!(is_grapheme_boundary(text, editor.caret()), "{input:?} {text:?} {}", editor.caret());
            if let Some(selected) = editor.selection() {
                prop_assert!(text.get(selected).is_some());
            }
            let fresh = RowLayout::new(text, editor.rows().columns());
            prop_assert_eq!(editor.rows(), &fresh, "{:?} {:?}", input, text);
            let shown: String = (0..fresh.len())
                .map(|row| text[fresh.range(text, row)].to_owned())
                .collect();
            prop_assert_eq!(shown, text.replace('\n', ""));
        }
    }

    #[test]
    fn undoing_everything_gives_the_first_text_and_redoing_the_last(
        before in "[a-c \n]{0,20}",
        inputs in prop::collection::vec(editor_input(), 1..40),
    ) {
        let mut editor = Editor::with_text(before.clone());
        for input in &inputs {
            if !matches!(input, EditorInput::Edit(EditAction::Undo | EditAction::Redo)) {
                apply_input(&mut editor, input);
            }
        }
        let after = editor.text().to_owned();
        let mut steps = 0;
        while editor.can_undo() {
            editor.undo();
            steps += 1;
        }
        prop_assert_eq!(editor.text(), &before);
        for _ in 0..steps {
            editor.redo();
        }
        prop_assert_eq!(editor.text(), &after);
    }
}

fn typed(editor: &mut Editor, text: &str) {
    for c in text.chars() {
        editor.insert(&c.to_string());
    }
}

#[test]
fn typing_is_undone_word_by_word_and_deleting_as_one() {
    let mut editor = Editor::default();
    typed(&mut editor, "one two three");
    editor.undo();
    assert_eq!(editor.text(), "one two ");
    editor.undo();
    assert_eq!(editor.text(), "one ");
    editor.redo();
    assert_eq!((editor.text(), editor.caret()), ("one two ", 8));
    for _ in 0..5 {
        editor.delete(Motion::Left);
    }
    assert_eq!(editor.text(), "one");
    editor.undo();
    assert_eq!((editor.text(), editor.caret()), ("one two ", 8));
}

#[test]
fn typing_somewhere_else_is_another_step() {
    let mut editor = Editor::default();
    typed(&mut editor, "ab");
    editor.move_caret(Motion::Left, SelectionMode::Clear);
    editor.move_caret(Motion::Right, SelectionMode::Clear);
    typed(&mut editor, "c");
    editor.undo();
    assert_eq!(editor.text(), "ab");
}

#[test]
fn what_is_typed_takes_the_place_of_the_selection() {
    let mut editor = Editor::with_text("one two");
    apply_edit(&mut editor, EditAction::SelectWordLeft);
    assert_eq!(editor.selected(), Some("two"));
    typed(&mut editor, "2");
    assert_eq!(editor.text(), "one 2");
    editor.undo();
    assert_eq!(editor.text(), "one two");
    apply_edit(&mut editor, EditAction::SelectAll);
    apply_edit(&mut editor, EditAction::DeleteBack);
    assert!(editor.is_empty());
}

#[test]
fn kills_in_a_row_come_back_as_one() {
    let mut editor = Editor::with_text("one two three");
    apply_edit(&mut editor, EditAction::DeleteWordBack);
    apply_edit(&mut editor, EditAction::DeleteWordBack);
    assert_eq!(editor.text(), "one ");
    apply_edit(&mut editor, EditAction::LineStart);
    apply_edit(&mut editor, EditAction::Yank);
    assert_eq!(editor.text(), "two threeone ");
    apply_edit(&mut editor, EditAction::DeleteToLineEnd);
    apply_edit(&mut editor, EditAction::DeleteToLineStart);
    apply_edit(&mut editor, EditAction::Yank);
    assert_eq!(editor.text(), "two threeone ");
}

#[test]
fn words_are_those_of_unicode() {
    let mut editor = Editor::with_text("don't  über-cool 名前");
    let mut stops = Vec::new();
    while editor.move_caret(Motion::WordLeft, SelectionMode::Clear) {
        stops.push(editor.after_caret().split(' ').next().unwrap().to_owned());
    }
    assert_eq!(stops, ["前", "名前", "cool", "über-cool", "don't"]);
    editor.move_caret(Motion::WordRight, SelectionMode::Clear);
    assert_eq!(editor.before_caret(), "don't");
}

#[test]
fn moving_by_rows_keeps_the_column_and_goes_through_soft_breaks() {
    let mut editor = Editor::with_text("the quick brown fox\nab\nthe last one");
    editor.lay_out(10);
    let positions: Vec<(usize, usize)> = (0..4)
        .map(|_| {
            let position = editor.rows().row_and_column(editor.text(), editor.caret());
            editor.move_caret(Motion::Up, SelectionMode::Clear);
            position
        })
        .collect();
    assert_eq!(positions, [(4, 3), (3, 3), (2, 2), (1, 3)]);
    assert!(editor.is_in_first_row());
}

#[test]
fn white_space_hangs_over_the_end_and_wide_characters_break_anywhere() {
    let shown = |text: &str, columns| {
        let rows = RowLayout::new(text, columns);
        (0..rows.len()).map(|row| text[rows.range(text, row)].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown("hello world", 5), ["hello ", "world"]);
    assert_eq!(shown("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(shown("ab名前名", 4), ["ab名", "前名"]);
    assert_eq!(shown("a\n\n", 4), ["a", "", ""]);
    assert_eq!(shown("", 4), [""]);
}

#[test]
fn a_megabyte_goes_in_and_out_in_one_step() {
    let mut editor = Editor::with_text("before ");
    editor.lay_out(80);
    let pasted = "名前 and words\n".repeat(70_000);
    editor.insert(&pasted);
    assert_eq!(editor.text().len(), 7 + pasted.len());
    typed(&mut editor, "x");
    editor.undo();
    editor.undo();
    assert_eq!(editor.text(), "before ");
}

#[test]
fn the_view_follows_the_caret_and_wastes_no_rows() {
    let mut editor = Editor::with_text("1\n2\n3\n4\n5\n6");
    editor.remember_top(3);
    assert_eq!(editor.top(editor.rows(), 3), 3);
    editor.move_caret(Motion::Up, SelectionMode::Clear);
    editor.remember_top(3);
    assert_eq!(editor.top(editor.rows(), 3), 3);
    editor.move_caret_to(0, SelectionMode::Clear);
    editor.remember_top(3);
    assert_eq!(editor.top(editor.rows(), 3), 0);
    editor.move_caret_to(editor.text().len(), SelectionMode::Clear);
    editor.remember_top(3);
    editor.select(2..editor.text().len());
    editor.delete(Motion::Left);
    editor.remember_top(3);
    assert_eq!(editor.top(editor.rows(), 3), 0);
}
