//! The transitions of a turn as a table: phase and event, steps and next phase.

use proptest::prelude::*;

use super::step_words::words;
use super::*;
use crate::chat::{
    ApprovalAnswer, CapabilityUpdate, Conversation, Failure, FailureKind, ModelActivity,
    ReplyEnding, ReplyEvent, ReplyOutcome, ToolRequest,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn failure() -> Failure {
    Failure::new(FailureKind::Network, "No way.", "Look.")
}

fn checking() -> Turn {
    Turn::new(TurnId::new("t"), ConversationId::new("c"), at(1))
}

fn new() -> Turn {
    fed(checking(), vec![TurnEvent::ServerChecked(Ok(()))])
}

fn accepted(mode: ExecutionMode) -> TurnEvent {
    let conversation = Conversation::new(ConversationId::new("c"), "T", at(1));
    let options = AnswerOptions { mode, effort: Some("low".into()), ..AnswerOptions::of("m") };
    let (conversation, options) = (Box::new(conversation), Box::new(options));
    TurnEvent::QuestionAccepted { conversation, options }
}

fn named(id: &str, mode: ExecutionMode) -> TurnEvent {
    let response_id = Some(ResponseId::new(id));
    TurnEvent::Reply(ReplyEvent::Accepted { response_id, model: None, mode })
}

fn piece(text: &str) -> TurnEvent {
    TurnEvent::Reply(ReplyEvent::TextAppended(text.into()))
}

fn ended(outcome: ReplyOutcome, text: &str) -> TurnEvent {
    TurnEvent::Reply(ReplyEvent::Ended(Box::new(ReplyEnding::with_text(outcome, text))))
}

fn retrying() -> TurnEvent {
    let after = std::time::Duration::from_millis(7_200);
    TurnEvent::Reply(ReplyEvent::Retrying { attempt: 2, after, failure: failure() })
}

fn busy() -> TurnEvent {
    TurnEvent::Reply(ReplyEvent::Activity(ModelActivity::Reasoning))
}

fn fed(mut turn: Turn, events: Vec<TurnEvent>) -> Turn {
    for event in events {
        let _ = turn.handle(event, at(2));
    }
    turn
}

fn asked(mode: ExecutionMode) -> Turn {
    fed(new(), vec![accepted(mode)])
}

fn approval_needed() -> TurnEvent {
    TurnEvent::Reply(ReplyEvent::ApprovalNeeded(Box::new(ToolRequest::example("t", ""))))
}

fn delayed() -> TurnEvent {
    TurnEvent::EndingDelayed { failure: failure(), copy: UnstoredCopy::Memory }
}

/// A turn in each phase, all in the foreground.
fn phases() -> [(&'static str, Turn); 11] {
    let asked = |event| fed(asked(ExecutionMode::Foreground), vec![event]);
    let storing = asked(ended(ReplyOutcome::Completed, "a"));
    [
        ("checking server", checking()),
        ("storing question", new()),
        ("stopping", fed(new(), vec![TurnEvent::StopRequested])),
        ("waiting", asked(TurnEvent::TimePassed)),
        ("retrying", asked(retrying())),
        ("asking", asked(approval_needed())),
        ("busy", asked(busy())),
        ("streaming", asked(piece("half"))),
        ("storing answer", storing.clone()),
        ("unstored", fed(storing.clone(), vec![delayed()])),
        ("over", fed(storing, vec![TurnEvent::EndingStored])),
    ]
}

fn phase(turn: &Turn) -> &'static str {
    match turn.phase() {
        TurnPhase::CheckingServer => "checking server",
        TurnPhase::StoringQuestion => "storing question",
        TurnPhase::Stopping => "stopping",
        TurnPhase::Waiting => "waiting",
        TurnPhase::Retrying { .. } => "retrying",
        TurnPhase::AwaitingApproval(_) => "asking",
        TurnPhase::Busy(_) => "busy",
        TurnPhase::Streaming => "streaming",
        TurnPhase::StoringAnswer(_) => "storing answer",
        TurnPhase::Unstored(_) => "unstored",
        TurnPhase::Finished => "over",
    }
}

fn events() -> [(&'static str, TurnEvent); 24] {
    [
        ("begun", TurnEvent::Begun),
        ("checked", TurnEvent::ServerChecked(Ok(()))),
        ("unreachable", TurnEvent::ServerChecked(Err(failure()))),
        ("accepted", accepted(ExecutionMode::Foreground)),
        ("not stored", TurnEvent::QuestionNotStored(failure())),
        ("client failed", TurnEvent::ClientFailed(failure())),
        ("reply lost", TurnEvent::ReplyLost),
        ("piece", piece("more")),
        ("replaced", TurnEvent::Reply(ReplyEvent::TextReplaced("other".into()))),
        ("busy", busy()),
        ("approval needed", approval_needed()),
        ("decided", TurnEvent::ApprovalAnswered(ApprovalAnswer::Refused)),
        ("retrying", retrying()),
        ("notice", TurnEvent::Reply(ReplyEvent::Notice("n".into()))),
        ("completed", ended(ReplyOutcome::Completed, "whole")),
        ("cut", ended(ReplyOutcome::Interrupted(failure()), "")),
        ("retry", TurnEvent::RetryRequested),
        ("stop", TurnEvent::StopRequested),
        ("leave", TurnEvent::LeaveRequested),
        ("output failed", TurnEvent::OutputFailed),
        ("pause over", TurnEvent::TimePassed),
        ("ending stored", TurnEvent::EndingStored),
        ("ending not stored", TurnEvent::EndingNotStored(failure())),
        ("ending delayed", delayed()),
    ]
}

/// Phases, events, steps, the next phase. `_` is the text received in that phase. A combination that
/// is missing changes nothing.
const TABLE: &[(&[&str], &[&str], &str, &str)] = &[
    (&["checking server"], &["begun"], "check server", "checking server"),
    (&["checking server"], &["checked"], "store question", "storing question"),
    (&["checking server"], &["unreachable"], "end not sent", "over"),
    (&["checking server"], &["stop"], "end withdrawn", "over"),
    (&["checking server"], &["leave", "output failed"], "store question", "stopping"),
    (&["storing question"], &["accepted"], "send", "waiting"),
    (&["storing question", "stopping"], &["not stored"], "end not sent", "over"),
    (&["storing question"], &["stop"], "report", "stopping"),
    (&["storing question"], &["leave", "output failed"], "", "stopping"),
    (&["stopping"], &["accepted"], "store stopped \"\", report stopped", "storing answer"),
    (
        LISTENING,
        &["client failed", "reply lost"],
        "store failed \"_\", report failed",
        "storing answer",
    ),
    (LISTENING, &["piece"], "append more", "streaming"),
    (LISTENING, &["replaced"], "replace other", "streaming"),
    (LISTENING, &["busy"], "", "busy"),
    (LISTENING, &["approval needed"], "ask about s/t", "asking"),
    (&["asking"], &["decided"], "refuse", "busy"),
    (LISTENING, &["retrying"], "report", "retrying"),
    (LISTENING, &["completed"], "store completed \"whole\", report completed", "storing answer"),
    (LISTENING, &["cut"], "store interrupted \"_\", report interrupted", "storing answer"),
    (
        LISTENING,
        &["stop", "leave", "output failed"],
        "disconnect, store stopped \"_\", report stopped",
        "storing answer",
    ),
    (&["retrying"], &["retry"], "retry now", "waiting"),
    (&["retrying"], &["pause over"], "", "waiting"),
    (&["waiting"], &["notice"], "report", "waiting"),
    (&["retrying"], &["notice"], "report", "retrying"),
    (&["asking"], &["notice"], "report", "asking"),
    (&["busy"], &["notice"], "report", "busy"),
    (&["streaming"], &["notice"], "report", "streaming"),
    (&["storing answer"], &["ending stored"], "end stored", "over"),
    (&["unstored"], &["ending stored"], "report, end stored", "over"),
    (&["storing answer", "unstored"], &["ending not stored"], "end not stored", "over"),
    (&["storing answer", "unstored"], &["ending delayed"], "", "unstored"),
];
const LISTENING: &[&str] = &["waiting", "retrying", "asking", "busy", "streaming"];

#[test]
fn every_event_in_every_phase_does_what_the_table_says() {
    for (from, before) in phases() {
        assert_eq!(phase(&before), from);
        for (name, event) in events() {
            let mut turn = before.clone();
            let received = turn.answer().to_owned();
            let found = words(&turn.handle(event, at(1000)));
            let row = TABLE.iter().find(|row| row.0.contains(&from) && row.1.contains(&name));
            if let Some((_, _, wanted, next)) = row {
                assert_eq!(found, wanted.replace('_', &received), "{from}, {name}");
                assert_eq!(phase(&turn), *next, "{from}, {name}");
            } else {
                assert_eq!(found, "", "{from}, {name}");
                assert_eq!(turn, before, "{from}, {name}");
            }
        }
    }
}

#[test]
fn a_background_answer_is_recorded_once_cancelled_by_stopping_and_left_by_leaving() {
    let background = || {
        let mut turn = asked(ExecutionMode::Background);
        let recorded = turn.handle(named("resp_b", ExecutionMode::Background), at(3));
        assert_eq!(words(&recorded), "record resp_b");
        // The same response over another connection.
        assert_eq!(turn.handle(named("resp_b", ExecutionMode::Foreground), at(3)), []);
        fed(turn, vec![piece("half")])
    };
    assert!(background().is_continued_by_server());
    let stopped = background().handle(TurnEvent::StopRequested, at(4));
    assert_eq!(
        words(&stopped),
        "disconnect, cancel resp_b, store stopped \"half\", report stopped"
    );
    for event in [TurnEvent::LeaveRequested, TurnEvent::OutputFailed] {
        let mut turn = background();
        let left = turn.handle(event, at(4));
        assert_eq!(words(&left), "disconnect, leave \"half\", report running");
        assert_eq!(words(&turn.handle(TurnEvent::EndingStored, at(5))), "end stored");
    }
}

#[test]
fn stopping_cancels_a_background_answer_without_an_id_later_unless_no_request_is_open() {
    let stop = |turn: Turn| words(&turn.clone().handle(TurnEvent::StopRequested, at(4)));
    let waiting = asked(ExecutionMode::Background);
    assert_eq!(stop(waiting.clone()), "cancel later, store stopped \"\", report stopped");
    let paused = fed(waiting, vec![retrying()]);
    assert_eq!(stop(paused), "disconnect, store stopped \"\", report stopped");
    // Requested, but the server says that the answer depends on the connection.
    let named = fed(
        asked(ExecutionMode::Background),
        vec![named("resp_f", ExecutionMode::Foreground), piece("half")],
    );
    assert_eq!(stop(named), "disconnect, store stopped \"half\", report stopped");
}

fn resumed(text: &str) -> Turn {
    let (turn, id) = (TurnId::new("t"), ConversationId::new("c"));
    let running = BackgroundAnswer::of(turn, id, ResponseId::new("resp_b"), "http://a".into());
    let effort = Some("high".into());
    Turn::resume(BackgroundAnswer { partial_text: text.into(), effort, ..running })
}

#[test]
fn a_resumed_answer_is_not_recorded_again_and_is_left_again_where_the_server_is_unreachable() {
    let mut turn = resumed("half");
    assert_eq!(turn.handle(named("resp_b", ExecutionMode::Background), at(3)), []);
    assert_eq!(turn.handle(piece("ha"), at(3)), []);
    assert_eq!(turn.answer(), "half");
    let failed = turn.clone().handle(TurnEvent::ClientFailed(failure()), at(3));
    assert_eq!(words(&failed), "leave \"half\", report running");
    let lost = turn.handle(ended(ReplyOutcome::LeftRunning(Some(failure())), ""), at(3));
    assert_eq!(words(&lost), "leave \"half\", report running");
}

fn stored(steps: &[TurnStep]) -> &ReplyEnding {
    let ending = steps.iter().find_map(|step| match step {
        TurnStep::Store(StoreStep::StoreEnding(ending)) => Some(&**ending),
        _ => None,
    });
    ending.expect("an ending is stored")
}

#[test]
fn an_ending_has_the_effort_that_was_really_sent() {
    let effort = |events: Vec<TurnEvent>, mut turn: Turn| {
        turn = fed(turn, events);
        stored(&turn.handle(ended(ReplyOutcome::Completed, "a"), at(9))).effort.clone()
    };
    let asked = || asked(ExecutionMode::Foreground);
    assert_eq!(effort(vec![], asked()).as_deref(), Some("low"));
    let left_out = TurnEvent::Reply(ReplyEvent::EffortOmitted);
    assert_eq!(effort(vec![left_out], asked()), None);
    assert_eq!(effort(vec![], resumed("")).as_deref(), Some("high"));
    // A stopped one has the id of the response, as far as it is known.
    let stopped = fed(asked(), vec![named("resp_1", ExecutionMode::Foreground), piece("half")])
        .handle(TurnEvent::StopRequested, at(9));
    let ending = stored(&stopped);
    assert_eq!(ending.response_id, Some(ResponseId::new("resp_1")));
    assert_eq!(ending.effort.as_deref(), Some("low"));
}

#[test]
fn capabilities_and_retries_become_steps() {
    let mut turn = asked(ExecutionMode::Foreground);
    let update = CapabilityUpdate::ParameterRejected {
        model: "m".into(),
        parameter: "reasoning.summary".into(),
    };
    let learned = TurnEvent::Reply(ReplyEvent::CapabilityLearned(update.clone()));
    assert_eq!(turn.handle(learned, at(2)), [TurnStep::RecordCapability(update)]);
    let retrying = turn.handle(retrying(), at(2));
    let [TurnStep::Report(report)] = retrying.as_slice() else { panic!("{retrying:?}") };
    assert_eq!(report.sentence().unwrap(), "No way. Retrying in 8 seconds.");
    for (millis, when) in [(375, "now"), (500, "now"), (750, "in 1 second"), (1600, "in 2 seconds")]
    {
        let report = TurnReport::Retrying {
            failure: failure(),
            after: std::time::Duration::from_millis(millis),
        };
        assert_eq!(report.sentence().unwrap(), format!("No way. Retrying {when}."));
    }
    let until = at(10);
    assert_eq!(*turn.phase(), TurnPhase::Retrying { failure: failure(), until });
}

#[test]
fn each_outcome_has_its_sentence() {
    let lost = || ReplyOutcome::LeftRunning(Some(failure()));
    let table = [
        (ReplyOutcome::Completed, true, None),
        (ReplyOutcome::Incomplete("Too long.".into()), true, Some("Too long.")),
        (ReplyOutcome::Stopped, true, Some("Stopped. The partial answer is kept.")),
        (
            ReplyOutcome::Stopped,
            false,
            Some("Stopped before the answer started. The question is kept."),
        ),
        (ReplyOutcome::Failed(failure()), false, Some("No way. Look.")),
        (ReplyOutcome::Interrupted(failure()), true, Some("No way. The partial answer is kept.")),
        (
            lost(),
            true,
            Some(
                "No way. Look. The answer is still running on the server, and the partial answer is kept.",
            ),
        ),
        (lost(), false, Some("No way. Look. The answer is still running on the server.")),
        (
            ReplyOutcome::LeftRunning(None),
            false,
            Some("The answer is still running on the server."),
        ),
    ];
    for (outcome, has_text, wanted) in table {
        assert_eq!(EndReport { outcome, has_text }.sentence().as_deref(), wanted);
    }
    let collected = |outcome, has_text| EndReport { outcome, has_text }.sentence_when_collected();
    assert_eq!(
        collected(ReplyOutcome::Interrupted(failure()), true),
        "An answer that kept running on the server ended early: No way. The partial answer is \
         kept."
    );
    assert!(collected(ReplyOutcome::Completed, true).ends_with(" has arrived."));
}

proptest! {
    /// Whatever happens in whatever order: a turn is stored at most once and ends at most once, nothing
    /// is journaled after its end, and the journal adds up to its answer.
    #[test]
    fn a_turn_ends_once_and_the_journal_has_all_of_its_answer(
        names in prop::collection::vec(prop::sample::select(events().to_vec()), 0..16),
        background in prop::bool::ANY,
    ) {
        let mut turn = new();
        let mode =
            if background { ExecutionMode::Background } else { ExecutionMode::Foreground };
        let (mut journal, mut sent, mut kept, mut over) = (String::new(), 0, 0, 0);
        let mut events: Vec<TurnEvent> = names.into_iter().map(|(_, event)| event).collect();
        events.insert(events.len() / 2, named("resp_b", mode));
        for event in events {
            for step in turn.handle(event, at(3)) {
                prop_assert!(over == 0, "{step:?} after the end");
                match step {
                    TurnStep::Server(ServerStep::Send { .. }) => sent += 1,
                    TurnStep::Journal(TextDelta::Append(text)) => journal.push_str(&text),
                    TurnStep::Journal(TextDelta::Replace(text)) => journal = text,
                    TurnStep::Store(
                        StoreStep::StoreEnding(ending) | StoreStep::LeaveRunning(ending),
                    ) => {
                        kept += 1;
                        prop_assert_eq!(&ending.text, turn.answer());
                        journal.clone_from(&ending.text);
                    }
                    TurnStep::End(_) => over += 1,
                    _ => {}
                }
            }
            prop_assert_eq!(&journal, turn.answer());
            prop_assert!(sent <= 1 && kept <= 1 && over <= 1);
        }
        prop_assert_eq!(over == 1, *turn.phase() == TurnPhase::Finished);
    }
}
