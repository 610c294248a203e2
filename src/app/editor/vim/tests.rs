//! Commands of vim as they are typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

use super::super::{Editor, SelectionMode, handle_key};
use super::{Vim, VimKey, VimMode};
use crate::settings::Keymap;

/// Types keys; `<` is Esc.
fn type_keys(vim: &mut Vim, editor: &mut Editor, keys: &str) {
    let keymap = Keymap::default();
    for c in keys.chars() {
        let code = if c == '<' { KeyCode::Esc } else { KeyCode::Char(c) };
        let key = KeyEvent::new(code, KeyModifiers::NONE);
        if vim.handle_key(editor, key) == VimKey::Passed {
            handle_key(editor, &keymap, key);
        }
    }
}

/// The text with a bar before the caret, after keys in normal mode at the start of a text.
fn after(text: &str, keys: &str) -> String {
    let (mut vim, mut editor) = (Vim::default(), Editor::with_text(text));
    type_keys(&mut vim, &mut editor, "<");
    editor.move_caret_to(0, SelectionMode::Clear);
    type_keys(&mut vim, &mut editor, keys);
    format!("{}|{}", editor.before_caret(), editor.after_caret())
}

#[test]
fn motions_go_where_vim_goes() {
    for (text, keys, expected) in [
        ("one two.three", "w", "one |two.three"),
        ("one two.three", "3w", "one two.|three"),
        ("one two.three", "2W", "one two.thre|e"),
        ("one two", "e", "on|e two"),
        ("one two", "$b", "one |two"),
        ("  one", "^", "  |one"),
        ("one", "$", "on|e"),
        ("one", "5l", "on|e"),
        ("a(b)c", "f(", "a|(b)c"),
        ("axbxc", "fx;", "axb|xc"),
        ("axbxcx", "$Fx,", "axbxc|x"),
        ("axbxc", "2tx", "ax|bxc"),
        ("a(b[c])d", "%", "a(b[c]|)d"),
        ("one\ntwo\nthree", "jl", "one\nt|wo\nthree"),
        ("one\ntwo\nthree", "G", "one\ntwo\n|three"),
        ("one\ntwo\nthree", "2G", "one\n|two\nthree"),
        ("one\ntwo", "Ggg", "|one\ntwo"),
        ("a\n\nb\nc", "}", "a\n|\nb\nc"),
        ("e\u{301}ab", "l", "e\u{301}|ab"),
    ] {
        assert_eq!(after(text, keys), expected, "{keys} in {text:?}");
    }
}

#[test]
fn operators_take_motions_counts_and_text_objects() {
    for (text, keys, expected) in [
        ("one two three", "dw", "|two three"),
        ("one two three", "d2w", "|three"),
        ("one two three", "2dw", "|three"),
        ("one two three four five", "2d2w", "|five"),
        ("one\ntwo", "dw", "|\ntwo"),
        ("one two", "de", "| two"),
        ("one two", "cwNEW<", "NE|W two"),
        ("one two three", "wdiw", "one | three"),
        ("one two three", "wdaw", "one |three"),
        ("say \"a b\" now", "ci\"x<", "say \"|x\" now"),
        ("f(a, b)", "fadi(", "f(|)"),
        ("f(a, b)", "fada(", "|f"),
        ("f{a}", "fadiB", "f{|}"),
        ("one\ntwo\nthree", "jdd", "one\n|three"),
        ("one\ntwo\nthree", "dj", "|three"),
        ("one\ntwo\nthree", "2dd", "|three"),
        ("one\ntwo", "jdd", "|one"),
        ("one\ntwo", "ccx<", "|x\ntwo"),
        ("one two", "D", "|"),
        ("one two", "wCx<", "one |x"),
        ("abc", "2x", "|c"),
        ("abc", "rx", "|xbc"),
        ("abc", "2rx", "x|xc"),
        ("abc", "~", "A|bc"),
        ("one\n  two", "J", "one| two"),
        ("a.b c", "dt ", "| c"),
        ("one two", "d$", "|"),
        ("one", "\"zq", "|one"),
        ("👩‍👩‍👧x", "x", "|x"),
    ] {
        assert_eq!(after(text, keys), expected, "{keys} in {text:?}");
    }
}

#[test]
fn registers_keep_what_was_deleted_or_yanked() {
    for (text, keys, expected) in [
        ("one two", "dwp", "tone| wo"),
        ("ab", "xp", "b|a"),
        ("one\ntwo", "yyp", "one\n|one\ntwo"),
        ("one\ntwo", "ddp", "two\n|one"),
        ("one\ntwo", "jyyP", "one\n|two\ntwo"),
        ("one two", "\"ayiww\"bdiw\"aP", "oneon|e "),
        ("one two", "yiww\"_diwP", "oneon|e "),
        ("a b", "\"ayiww\"Ayiw0\"aP", "a|ba b"),
        ("ab", "x3p", "baa|a"),
    ] {
        assert_eq!(after(text, keys), expected, "{keys} in {text:?}");
    }
}

#[test]
fn visual_mode_selects_with_the_character_under_the_caret() {
    for (text, keys, expected) in [
        ("one two", "ved", "| two"),
        ("one\ntwo\nx", "Vjd", "|x"),
        ("one two", "viwcX<", "|X two"),
        ("one two", "vey$p", "one twoon|e"),
        ("one two", "vlo~", "|ONe two"),
        ("one two", "wvb<x", "|ne two"),
    ] {
        assert_eq!(after(text, keys), expected, "{keys} in {text:?}");
    }
}

#[test]
fn a_change_is_repeated_by_a_dot_and_undone_by_u() {
    assert_eq!(after("a b c", "cwx<w."), "x |x c");
    assert_eq!(after("one two three", "dw.u"), "|two three");
    assert_eq!(after("abc", "x.."), "|", "the caret stays on a character");
    assert_eq!(after("one two three", "dwdw2u."), "|two three", "undo is no change");
    assert_eq!(after("one", "Atwo three<u"), "on|e", "an insertion is one step");
    assert_eq!(after("one two", "dwiab c<uu"), "|one two");
}

#[test]
fn esc_leads_to_normal_mode_and_then_means_what_it_means_without_vim() {
    let (mut vim, mut editor) = (Vim::default(), Editor::with_text("abc"));
    let esc = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
    assert_eq!(vim.mode(), VimMode::Insert);
    assert_eq!(vim.handle_key(&mut editor, esc), VimKey::Used);
    assert_eq!((vim.mode(), editor.caret()), (VimMode::Normal, 2));
    assert_eq!(vim.handle_key(&mut editor, esc), VimKey::Passed);
    type_keys(&mut vim, &mut editor, "d");
    assert_eq!(vim.handle_key(&mut editor, esc), VimKey::Used, "the operator is dropped");
    type_keys(&mut vim, &mut editor, "oz");
    assert_eq!((vim.mode(), editor.text()), (VimMode::Insert, "abc\nz"));
}

#[test]
fn commands_do_what_vim_does() {
    let mut lines = include_str!("recorded.txt").lines().filter(|line| !line.starts_with("# "));
    let text = lines.next().unwrap().replace("\\n", "\n");
    let wrong: Vec<String> = lines
        .filter_map(|line| {
            let (keys, expected) = line.split_once('\t').unwrap();
            let expected = expected.replace("\\n", "\n");
            let got = after(&text, &format!("{keys}<"));
            (got != expected).then(|| format!("{keys}\n{got}\nnot\n{expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

proptest! {
    #[test]
    fn no_keys_break_the_text(
        text in "[a-c \n(\"é👩‍👧]{0,24}",
        keys in "[a-zA-Z0-9$^%{}\"'<;,~. (\\[]{0,24}",
    ) {
        let shown = after(&text, &keys);
        prop_assert!(shown.contains('|'));
    }
}
