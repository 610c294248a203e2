//! What help says: the keys that work everywhere by task, then those of each pane, the mouse, the
//! marks and the manual.

use crate::app::list::conversation_mark::ConversationMark;
use crate::app::overlay::help::MANUAL;
use crate::app::{State, TerminalState, commands::slash_commands, mouse};
use crate::settings::{ActionGroup, Binding, BindingTarget, Scope};

/// Follows a key that the terminal may not send.
pub(super) const UNSENT_MARK: &str = "†";

/// Rows for one task.
#[derive(Debug)]
pub(super) struct HelpSection {
    pub(super) title: &'static str,
    pub(super) rows: Vec<HelpRow>,
}

/// Keys, and what they do.
#[derive(Debug)]
pub(super) struct HelpRow {
    /// The key to name first is the first.
    pub(super) keys: Vec<String>,
    pub(super) about: &'static str,
}

impl HelpRow {
    /// Its whole text, for the filter.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.keys.join(" "), self.about)
    }

    /// Whether it names a key that the terminal may not send.
    pub(super) fn is_marked(&self) -> bool {
        self.keys.iter().any(|key| key.contains(UNSENT_MARK))
    }
}

pub(super) fn sections(state: &State) -> Vec<HelpSection> {
    let terminal = &state.terminal;
    let everywhere = ActionGroup::ALL.map(|group| {
        let rows = state.keymap.rows(Scope::Everywhere);
        let of_group = rows.filter(|row| group_of(row) == Some(group));
        HelpSection {
            title: group.title(),
            rows: of_group.map(|row| key_row(row, terminal)).collect(),
        }
    });
    let panes = Scope::ALL.iter().filter(|scope| **scope != Scope::Everywhere).map(|scope| {
        let rows = state.keymap.rows(*scope);
        HelpSection {
            title: pane_title(*scope),
            rows: rows.map(|row| key_row(row, terminal)).collect(),
        }
    });
    let mut mouse_rows = fixed_rows(&mouse::MOUSE_HELP);
    if terminal.mouse_holds_escape {
        mouse_rows.extend(fixed_rows(&[mouse::MOUSE_IN_SCREEN]));
    }
    let fixed = [
        HelpSection { title: "Mouse", rows: mouse_rows },
        HelpSection { title: "Marks in the list", rows: mark_rows() },
        HelpSection { title: "Manual, in a shell", rows: fixed_rows(&MANUAL) },
    ];
    let mut all: Vec<HelpSection> = everywhere.into_iter().chain(panes).chain(fixed).collect();
    all.retain(|section| !section.rows.is_empty());
    all
}

fn group_of(row: &Binding) -> Option<ActionGroup> {
    match row.target {
        BindingTarget::Action(action) => Some(action.group()),
        BindingTarget::Edit(_) => None,
    }
}

const fn pane_title(scope: Scope) -> &'static str {
    match scope {
        Scope::Everywhere => "Everywhere",
        Scope::Composer => "In the composer",
        Scope::List => "In the list",
        Scope::Conversation => "In the conversation",
        Scope::Text => "Text editing",
    }
}

/// The keys of a row; without keys its slash command.
fn key_row(binding: &Binding, terminal: &TerminalState) -> HelpRow {
    let about = binding.target.description();
    if let (true, BindingTarget::Action(action)) = (binding.chords.is_empty(), binding.target) {
        return HelpRow {
            keys: vec![format!("/{}", slash_commands::name_of_action(action))],
            about,
        };
    }
    let named = |chord: &crate::settings::Chord| {
        let is_unsent = chord.needed_reports() > terminal.key_reports
            || terminal.reserved_keys.contains(*chord);
        format!("{chord}{}", if is_unsent { UNSENT_MARK } else { "" })
    };
    HelpRow { keys: binding.chords.iter().map(named).collect(), about }
}

fn fixed_rows(rows: &[(&'static str, &'static str)]) -> Vec<HelpRow> {
    rows.iter().map(|(what, about)| HelpRow { keys: vec![(*what).to_owned()], about }).collect()
}

fn mark_rows() -> Vec<HelpRow> {
    let marks = ConversationMark::ALL.map(|mark| (mark.symbol(), mark.meaning()));
    let marks = marks.into_iter().chain([("★", "pinned")]);
    marks.map(|(sign, about)| HelpRow { keys: vec![sign.to_owned()], about }).collect()
}
