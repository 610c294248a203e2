//! What became of conversations from elsewhere, told to people and to machines.
//! May not change anything.

use serde_json::{Value, json};

use crate::store::{Adopted, Adoption, Run};

use super::list::Form;
use super::output;
use super::problem::{Problem, code};

/// Tells it; returns the exit code: 1 where one could not be taken.
///
/// # Errors
/// When standard output fails.
pub fn tell(adopted: &[Adopted], run: Run, form: Form) -> Result<u8, Problem> {
    let refused = adopted.iter().filter(|it| matches!(it.adoption, Adoption::Refused(_))).count();
    match form {
        Form::Json => output::write_json(&as_json(adopted, run))?,
        Form::Text => {
            output::write_clean(&lines(adopted, run))?;
            output::say(&summary(adopted, run));
        }
    }
    Ok(if refused == 0 { code::DONE } else { code::FAILED })
}

/// A line for each conversation that something happens to.
fn lines(adopted: &[Adopted], run: Run) -> String {
    let mut text = String::new();
    for it in adopted {
        let title = it.title.replace('\n', " ");
        let id: String = it.id.as_str().chars().take(8).collect();
        let what = match (&it.adoption, run) {
            (Adoption::Added, Run::Real) => format!("new, {}", messages(it.messages)),
            (Adoption::Added, Run::Dry) => format!("would be new, {}", messages(it.messages)),
            (Adoption::Grown, Run::Real) => format!("got {}", messages(it.messages)),
            (Adoption::Grown, Run::Dry) => format!("would get {}", messages(it.messages)),
            (Adoption::Refused(why), _) => format!("left out: {why}"),
            (Adoption::Same, _) if it.other_title.is_some() => "all there".to_owned(),
            (Adoption::Same, _) => continue,
        };
        text.push_str(&format!("{id:<8}  {title}: {what}"));
        if let Some(other) = &it.other_title {
            text.push_str(&format!(" (called \"{}\" there)", other.replace('\n', " ")));
        }
        text.push('\n');
    }
    text
}

fn messages(many: usize) -> String {
    if many == 1 { "1 message".to_owned() } else { format!("{many} messages") }
}

fn count(adopted: &[Adopted], which: impl Fn(&Adoption) -> bool) -> usize {
    adopted.iter().filter(|it| which(&it.adoption)).count()
}

/// One sentence for people.
fn summary(adopted: &[Adopted], run: Run) -> String {
    let added = count(adopted, |it| *it == Adoption::Added);
    let grown = count(adopted, |it| *it == Adoption::Grown);
    let same = count(adopted, |it| *it == Adoption::Same);
    let refused = adopted.len().saturating_sub(added).saturating_sub(grown).saturating_sub(same);
    let mut text = format!("{added} new, {grown} with more messages, {same} already there");
    if refused > 0 {
        text.push_str(&format!(", {refused} left out"));
    }
    text.push_str(match run {
        Run::Real => ".",
        Run::Dry => ". Nothing was changed: this was a dry run.",
    });
    text
}

fn as_json(adopted: &[Adopted], run: Run) -> Value {
    let one = |it: &Adopted| {
        let (state, reason) = match &it.adoption {
            Adoption::Added => ("added", None),
            Adoption::Grown => ("grown", None),
            Adoption::Same => ("same", None),
            Adoption::Refused(why) => ("refused", Some(why)),
        };
        json!({
            "threadId": it.id.as_str(),
            "chat_name": it.title,
            "other_chat_name": it.other_title,
            "state": state,
            "messages": it.messages,
            "reason": reason,
        })
    };
    json!({
        "dry_run": run == Run::Dry,
        "conversations": adopted.iter().map(one).collect::<Vec<_>>(),
    })
}
