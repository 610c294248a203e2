//! The form for editing a preset.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::editor::{self, Editor};
use crate::app::overlay::tools;
use crate::app::{
    ApiEffect, EditTarget, Effect, NoticeKind, PresetField, PresetForm, PresetTask, State,
    ToolPicker, external_editor,
};
use crate::chat::Preset;
use crate::chat::preset::{EFFORT_NAMES, PresetRules, WEB_EFFORTS};
use crate::settings::{Action, Keymap, Scope, Settings};

use super::picker::open_picker_mut;
use super::{draft, save};

/// The most columns of the form, frame excluded.
pub(crate) const MAX_COLUMNS: u16 = 76;
/// Columns of the frame on both sides.
const FRAME_COLUMNS: u16 = 4;
/// Columns of a field's label.
pub(crate) const LABEL_COLUMNS: u16 = 8;

/// Opens the form for a preset, or for a new one; restores its draft.
pub(super) fn open_form(state: &mut State, before: Option<Preset>) {
    let id = before.as_ref().map_or_else(|| state.ids.next_preset_id(), |preset| preset.id.clone());
    let draft = draft::load_draft(state, before.as_ref());
    let Some(picker) = open_picker_mut(state) else {
        return;
    };
    if before.as_ref().is_some_and(|preset| !picker.can_change(preset)) {
        return;
    }
    picker.message = draft
        .as_ref()
        .map(|_| (NoticeKind::Info, "Restored as you left it. Not saved yet.".to_owned()));
    let filled = draft.clone().or_else(|| before.clone()).unwrap_or_default();
    let field = if before.is_some() { PresetField::Instructions } else { PresetField::Name };
    picker.task = PresetTask::Editing(Box::new(PresetForm {
        original: before,
        id,
        rules: picker.list.as_ref().map_or(PresetRules::Own, |list| list.rules),
        name: Editor::with_text(filled.name),
        instructions: Editor::with_text(filled.instructions.unwrap_or_default()),
        model: Editor::with_text(filled.model.unwrap_or_default()),
        effort: filled.effort,
        tools: filled.tools,
        tool_list: None,
        field,
        faults: Vec::new(),
        saved_draft: draft,
        saving: None,
    }));
}

pub(super) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let (keymap, servers) = (state.keymap.clone(), state.session.tool_servers.clone());
    let columns = text_columns(state.size.columns);
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let PresetTask::Editing(form) = &mut picker.task else {
        return Vec::new();
    };
    if form.tool_list.is_some() {
        form.choose_tool(key, &servers);
        return Vec::new();
    }
    form.instructions.lay_out(columns);
    let everywhere = keymap.action_in(Scope::Everywhere, key);
    if everywhere == Some(Action::ToggleTools) {
        form.field = PresetField::Tools;
        form.tool_list = Some(ToolPicker::default());
        return vec![Effect::Api(ApiEffect::ListTools)];
    }
    if everywhere == Some(Action::ExternalEditor) {
        form.field = PresetField::Instructions;
        let (text, id) = (form.instructions.text().to_owned(), form.id.clone());
        let mut effects = draft::save_draft(state);
        effects.extend(external_editor::open(state, EditTarget::Preset(id), text));
        return effects;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let keeps = key.code == KeyCode::Char('s') && control;
    if keeps || (key.code == KeyCode::Enter && form.field != PresetField::Instructions) {
        return submit(state);
    }
    form.handle_key(key, &keymap);
    if !form.faults.is_empty() {
        form.faults = form.change().faults(form.rules);
    }
    Vec::new()
}

/// Asks for the preset to be saved, unless it has faults or is being saved.
fn submit(state: &mut State) -> Vec<Effect> {
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let PresetTask::Editing(form) = &mut picker.task else {
        return Vec::new();
    };
    if form.saving.is_some() {
        return Vec::new();
    }
    let change = form.change();
    form.faults = change.faults(form.rules);
    if let Some(fault) = form.faults.first() {
        form.field = PresetField::of(*fault);
        return Vec::new();
    }
    if !form.is_changed() {
        return draft::close_task(state);
    }
    form.saving = Some(form.preset());
    save::request_change(state, change)
}

/// Applies the text from the external editor to the form of its preset, which stays open as long as the
/// editor is: keys go to the editor.
pub(crate) fn apply_external_edit(state: &mut State, id: &str, edited: Result<String, String>) {
    let Some(picker) = open_picker_mut(state) else {
        return;
    };
    let Some(form) = picker.form_mut().filter(|form| form.id == id) else {
        return;
    };
    match edited {
        Ok(text) if text == form.instructions.text() => {}
        Ok(text) => form.instructions.set_text(&text),
        Err(why) => {
            let sentence = format!("Your text is unchanged: {why}.");
            picker.message = Some((NoticeKind::Warning, sentence));
        }
    }
}

/// Columns of the instructions on a screen of this width.
#[must_use]
pub(crate) fn text_columns(screen: u16) -> usize {
    usize::from(screen.min(MAX_COLUMNS.saturating_add(FRAME_COLUMNS)).saturating_sub(FRAME_COLUMNS))
        .max(1)
}

impl PresetForm {
    /// Inserts pasted text into the field.
    pub(super) fn paste(&mut self, text: &str) {
        match self.field {
            PresetField::Name => self.name.insert_line(text),
            PresetField::Model => self.model.insert_line(text),
            PresetField::Instructions => {
                self.instructions.insert(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            PresetField::Effort | PresetField::Tools => {}
        }
    }

    fn handle_key(&mut self, key: KeyEvent, keymap: &Keymap) {
        let text = &self.instructions;
        let row = text.rows().row_of(text.caret());
        let last = text.rows().len().saturating_sub(1);
        let in_text = self.field == PresetField::Instructions;
        match key.code {
            KeyCode::Tab => self.move_field(1),
            KeyCode::BackTab => self.move_field(-1),
            KeyCode::Up if key.modifiers.is_empty() && (!in_text || row == 0) => {
                self.move_field(-1);
            }
            KeyCode::Down if key.modifiers.is_empty() && (!in_text || row == last) => {
                self.move_field(1);
            }
            _ => self.edit_field(key, keymap),
        }
    }

    /// Handles a key of the list of tools over the form.
    fn choose_tool(&mut self, key: KeyEvent, servers: &[String]) {
        let mut chosen = self.chosen_tools();
        if let Some(list) = &mut self.tool_list
            && tools::edit_choice(list, servers, &mut chosen, key)
        {
            self.tools = Some(chosen);
            if !self.faults.is_empty() {
                self.faults = self.change().faults(self.rules);
            }
        }
    }

    fn edit_field(&mut self, key: KeyEvent, keymap: &Keymap) {
        let step = match key.code {
            KeyCode::Left => Some(-1),
            KeyCode::Right | KeyCode::Char(' ') => Some(1),
            _ => None,
        };
        // What the web app fills in is what a step starts from.
        let filled = self.preset().with_defaults(self.rules);
        match (self.field, step) {
            (PresetField::Name, _) => {
                editor::handle_key(&mut self.name, keymap, key);
            }
            (PresetField::Model, _) => {
                editor::handle_key(&mut self.model, keymap, key);
            }
            (PresetField::Instructions, _) => {
                let new_line = keymap.action_in(Scope::Composer, key) == Some(Action::NewLine);
                if new_line || key.code == KeyCode::Enter {
                    self.instructions.insert("\n");
                } else {
                    editor::handle_key(&mut self.instructions, keymap, key);
                }
            }
            (PresetField::Effort, Some(step)) => {
                self.effort = filled.effort;
                step_choice(&mut self.effort, &effort_choices(self.rules), step);
            }
            (PresetField::Tools, Some(step)) => {
                self.tools = filled.tools;
                let mut choices = toolset_choices(self.rules);
                // What is stored can be returned to, also a choice from the list of tools.
                let stored = self.original.as_ref().map(|it| it.tools.clone());
                choices.extend(stored.filter(|stored| !choices.contains(stored)));
                step_choice(&mut self.tools, &choices, step);
            }
            (PresetField::Effort | PresetField::Tools, None) => {}
        }
    }

    fn move_field(&mut self, by: isize) {
        let at = PresetField::ALL.iter().position(|it| *it == self.field).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(PresetField::ALL.len().saturating_sub(1));
        self.field = PresetField::ALL.get(to).copied().unwrap_or(PresetField::Name);
    }
}

/// The efforts to choose from; `None`, which the web app does not know, leaves it to the model.
fn effort_choices(rules: PresetRules) -> Vec<Option<String>> {
    let named = WEB_EFFORTS.into_iter().rev();
    let others = EFFORT_NAMES.into_iter().filter(|effort| !WEB_EFFORTS.contains(effort));
    let (first, more): (_, Vec<&str>) = match rules {
        PresetRules::Web => (None, Vec::new()),
        PresetRules::Own => (Some(None), others.collect()),
    };
    let named = named.chain(more).map(|effort| Some(effort.to_owned()));
    first.into_iter().chain(named).collect()
}

/// The tool sets to choose from. The web app knows neither `None`, which leaves the tools unchanged, nor
/// the empty set.
fn toolset_choices(rules: PresetRules) -> Vec<Option<Vec<String>>> {
    let one = |name: &str| Some(vec![name.to_owned()]);
    let mut all: Vec<_> = match rules {
        PresetRules::Web => Vec::new(),
        PresetRules::Own => vec![None, Some(Vec::new())],
    };
    all.extend(Settings::OWN_TOOLS.map(one));
    all.push(Some(Settings::OWN_TOOLS.iter().rev().map(|name| (*name).to_owned()).collect()));
    all
}

/// Selects the next or previous choice; from an unknown value, the first.
fn step_choice<T: PartialEq + Clone>(chosen: &mut T, all: &[T], by: isize) {
    let at = all.iter().position(|it| it == chosen);
    let to = at.map_or(0, |at| {
        let last = all.len().saturating_sub(1);
        match at.checked_add_signed(by) {
            Some(to) if to <= last => to,
            Some(_) => 0,
            None => last,
        }
    });
    if let Some(next) = all.get(to) {
        *chosen = next.clone();
    }
}
