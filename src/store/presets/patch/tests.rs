//! Presets changed in texts of every layout, with fields nobody here knows.
//! May not touch a disk.

use proptest::prelude::*;

use super::super::layout::parse_presets;
use super::*;
use crate::chat::PresetChange;

const NOW: Timestamp = Timestamp::from_seconds(9);

const WEB: &str = r#"{
  "presets": {
    "a1": {
      "id": "a1",
      "name": "Coder",
      "instructions": "Write code.",
      "model": "gpt-5",
      "default_reasoning_level": "high",
      "created_at": 1,
      "updated_at": 2,
      "colour": [1.50, 1e5]
    },
    "c3": 5,
    "b2": {"id":"b2",  "name":"Cook", "instructions":"Cook.", "odd": null}
  },
  "version": 1.0
}"#;

fn preset(id: &str, name: &str) -> Preset {
    let instructions = Some("Do.".to_owned());
    Preset { id: id.into(), name: name.into(), instructions, ..Preset::default() }
}

fn names(text: &str) -> Vec<String> {
    parse_presets(text).unwrap().into_iter().map(|it| it.name).collect()
}

#[test]
fn an_edit_leaves_every_byte_but_those_of_its_fields() {
    let all = parse_presets(WEB).unwrap();
    let chef = Preset { name: "Chef".into(), ..all[1].clone() };
    let new = edit_preset(WEB, &all[1], &chef, NOW).unwrap();
    let wanted = WEB
        .replace("\"Cook\"", "\"Chef\"")
        .replace("\"odd\": null", "\"odd\": null, \"updated_at\": 9");
    assert_eq!(new, wanted);
    let plain =
        Preset { model: None, effort: Some("low".into()), tools: Some(vec![]), ..all[0].clone() };
    let new = edit_preset(WEB, &all[0], &plain, NOW).unwrap();
    let wanted = WEB
        .replace("      \"model\": \"gpt-5\",\n", "")
        .replace("\"high\"", "\"low\"")
        .replace("\"updated_at\": 2", "\"updated_at\": 9")
        .replace("[1.50, 1e5]", "[1.50, 1e5],\n      \"tools\": []");
    assert_eq!(new, wanted);
    assert_eq!(edit_preset(WEB, &all[0], &all[0], NOW).unwrap(), WEB);
    assert!(edit_preset(WEB, &preset("z", "Z"), &preset("z", "Y"), NOW).is_err());
}

#[test]
fn tools_that_stay_are_named_as_they_were() {
    let text =
        r#"[{"id": "x", "name": "X", "tools": [{"type": "web_search", "deep": 1}, "other"]}]"#;
    let all = parse_presets(text).unwrap();
    let after =
        Preset { tools: Some(vec!["calculator".into(), "web_search".into()]), ..all[0].clone() };
    let new = edit_preset(text, &all[0], &after, NOW).unwrap();
    assert!(new.contains(r#""tools": ["calculator", {"type": "web_search", "deep": 1}]"#), "{new}");
}

#[test]
fn a_new_one_goes_last_and_a_removed_one_leaves_the_rest_as_it_was() {
    let two = add_preset("", &preset("x", "X"), NOW).unwrap();
    assert_eq!(
        two,
        "{\n  \"presets\": {\n    \"x\": {\n      \"id\": \"x\",\n      \"name\": \"X\",\n      \
         \"instructions\": \"Do.\",\n      \"created_at\": 9,\n      \"updated_at\": 9\n    }\n  \
         }\n}"
    );
    let three = add_preset(&two, &preset("y", "Y"), NOW).unwrap();
    assert_eq!(names(&three), ["X", "Y"]);
    assert_eq!(remove_preset(&three, "y").unwrap(), two);
    assert_eq!(names(&remove_preset(&three, "x").unwrap()), ["Y"]);
    assert_eq!(remove_preset(&two, "x").unwrap(), "{\n  \"presets\": {}\n}");
    assert_eq!(remove_preset(&two, "z"), Err(LayoutError::NotFound("z".into())));
    assert_eq!(names(&add_preset("[]", &preset("y", "Y"), NOW).unwrap()), ["Y"]);
    assert_eq!(names(&add_preset(WEB, &preset("n", "N"), NOW).unwrap()), ["Coder", "Cook", "N"]);
    assert!(remove_preset(WEB, "a1").unwrap().contains("\"c3\": 5"), "what is no preset stays");
}

#[test]
fn what_was_removed_goes_back_to_its_place_to_the_byte() {
    let three = add_preset(
        &add_preset(&add_preset("", &preset("x", "X"), NOW).unwrap(), &preset("y", "Y"), NOW)
            .unwrap(),
        &preset("z", "Z"),
        NOW,
    )
    .unwrap();
    for id in ["x", "y", "z"] {
        let found = find_preset(&three, id).unwrap().unwrap();
        let spot = found.previous_id.map_or(InsertPosition::First, InsertPosition::Behind);
        let without = remove_preset(&three, id).unwrap();
        assert_eq!(insert_raw(&without, id, id, &found.value, &spot).unwrap(), three, "{id}");
    }
}

/// A value no version of anybody's knows.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("1.50".to_owned()),
        Just("123456789012345678901234567890".to_owned()),
        Just("\"\\ud83d x\"".to_owned()),
        Just("{\"presets\": [1,  2], \"id\": \"no\"}".to_owned()),
        Just("[ {}, [] ]".to_owned()),
    ]
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z]{1,4}", Just("é\"\\\n😀".to_owned())]
}

/// The fields everybody knows: name, model, effort, tools.
type KnownFields = (String, Option<String>, Option<String>, Option<Vec<String>>);

/// A text with presets, in any layout, and what is between them.
fn text() -> impl Strategy<Value = String> {
    let field =
        (prop_oneof!["(model|reasoning_level|default_reasoning_level|tools|extra|id2)"], odd());
    let known = (
        word(),
        prop::option::of(word()),
        prop::option::of(word()),
        prop::option::of(prop::collection::vec(word(), 0..3)),
    );
    let one = (known, prop::collection::vec(field, 0..3));
    let space = prop_oneof![Just(""), Just(" "), Just("\n  ")];
    (prop::collection::vec(one, 0..4), 0..3_usize, space, prop::option::of(odd())).prop_map(
        |(all, form, space, between)| {
            let value = |number: usize, ((name, model, effort, tools), odd): (KnownFields, Vec<(String, String)>)| {
                let mut fields = vec![format!("\"id\":{space}\"p{number}\""), format!("\"name\": {}", to_json_string(&name))];
                fields.extend(odd.into_iter().map(|(key, value)| format!("{}: {value}", to_json_string(&key))));
                fields.extend(model.map(|it| format!("\"model\": {}", to_json_string(&it))));
                fields.extend(effort.map(|it| format!("\"reasoning_level\": {}", to_json_string(&it))));
                fields.extend(tools.map(|it| format!("\"tools\": [{}]", it.iter().map(|it| to_json_string(it)).collect::<Vec<_>>().join(", "))));
                format!("{{{space}{}{space}}}", fields.join(&format!(",{space}")))
            };
            let mut parts: Vec<String> = all
                .into_iter()
                .enumerate()
                .map(|(number, it)| if form == 2 { value(number, it) } else { format!("\"p{number}\":{space}{}", value(number, it)) })
                .collect();
            if let Some(between) = between {
                let junk = if form == 2 { between } else { format!("\"junk\": {between}") };
                parts.insert(parts.len() / 2, junk);
            }
            let inner = parts.join(&format!("{space},{space}"));
            match form {
                0 => format!("{{\"version\": 1.0,{space}\"presets\": {{{space}{inner}{space}}},\"more\": 1e5}}\n"),
                1 => format!("{{{space}{inner}{space}}}"),
                _ => format!("[{space}{inner}{space}]"),
            }
        },
    )
}

/// Something done to one of the presets, or to none.
fn change(
    all: &[Preset],
    which: usize,
    kind: usize,
    words: &(String, Option<String>, Option<Vec<String>>),
) -> PresetChange {
    let (name, word, tools) = words.clone();
    let target = all.get(which).cloned();
    match (kind, target) {
        (1, Some(before)) => {
            let after = Preset { name, model: word, tools, ..before.clone() };
            PresetChange::Edit { before, after }
        }
        (2, Some(before)) => {
            let after = Preset { effort: word.clone(), instructions: word, ..before.clone() };
            PresetChange::Edit { before, after }
        }
        (3, Some(it)) => PresetChange::Delete { id: it.id, name: it.name },
        _ => PresetChange::Create {
            preset: Preset {
                id: "fresh".into(),
                name,
                instructions: word.clone(),
                model: word,
                effort: None,
                tools,
            },
        },
    }
}

fn done(text: &str, change: &PresetChange) -> String {
    match change {
        PresetChange::Create { preset } => add_preset(text, preset, NOW),
        PresetChange::Edit { before, after } => edit_preset(text, before, after, NOW),
        PresetChange::Delete { id, .. } => remove_preset(text, id),
    }
    .unwrap()
}

/// Every part of a text that is not of the preset with an id, in order.
fn others(text: &str, id: &str) -> Vec<String> {
    let place = find_container(text).unwrap();
    let own =
        |range: &Range<usize>| place.entries.iter().any(|it| it.id == id && it.member == *range);
    place.children.iter().filter(|it| !own(it)).map(|it| text[it.clone()].to_owned()).collect()
}

proptest! {
    #[test]
    fn a_changed_text_says_what_the_changed_list_says(
        text in text(),
        which in 0..4_usize,
        kind in 0..4_usize,
        words in (word(), prop::option::of(word()), prop::option::of(prop::collection::vec(word(), 0..3))),
    ) {
        let mut wanted = parse_presets(&text).unwrap();
        let change = change(&wanted, which, kind, &words);
        let new = done(&text, &change);
        change.apply(&mut wanted);
        prop_assert_eq!(parse_presets(&new).unwrap(), wanted, "{} became {}", text, new);
        prop_assert_eq!(others(&new, change.id()), others(&text, change.id()));
        let (before, after) = (find_container(&text).unwrap().range, find_container(&new).unwrap().range);
        prop_assert_eq!(&new[..after.start], &text[..before.start]);
        prop_assert_eq!(&new[after.end..], &text[before.end..]);
        serde_json::from_str::<&serde_json::value::RawValue>(&new).unwrap();
    }

    #[test]
    fn an_edit_keeps_every_field_it_is_not_about(text in text(), name in word()) {
        let Some(before) = parse_presets(&text).unwrap().into_iter().next() else { return Ok(()) };
        let after = Preset { name, ..before.clone() };
        let new = edit_preset(&text, &before, &after, NOW).unwrap();
        let fields = |text: &str| {
            let place = find_container(text).unwrap();
            let entry = place.entries.iter().find(|it| it.id == before.id).unwrap();
            let all = ObjectFields::of(text, entry.value.clone()).members;
            let raw = all.into_iter().map(|it| text[it.key.start..it.value.end].to_owned());
            raw.filter(|it| !it.starts_with("\"name\"") && !it.starts_with("\"updated_at\"")).collect::<Vec<_>>()
        };
        prop_assert_eq!(fields(&new), fields(&text));
    }

    #[test]
    fn no_text_at_all_makes_trouble(text in "[\\[\\]{}:,\"a-c\\\\0-9 \n]{0,40}|.{0,20}", id in word()) {
        let it = preset(&id, "New");
        let read = parse_presets(&text);
        for new in [add_preset(&text, &it, NOW), remove_preset(&text, &id), edit_preset(&text, &it, &preset(&id, "Other"), NOW)] {
            let Ok(new) = new else { continue };
            prop_assert!(read.is_ok());
            prop_assert!(parse_presets(&new).is_ok(), "{:?} became {:?}", text, new);
        }
    }
}
