//! The transitions of a turn: from a phase and an event to the next phase and the steps to perform.

use std::iter;
use std::time::Duration;

use super::super::answer::keep_partial_text;
use super::super::{
    AnswerOptions, ApprovalAnswer, Conversation, ExecutionMode, Failure, FailureKind,
    ModelActivity, ReplyEnding, ReplyEvent, ReplyOutcome, ResponseId, Timestamp,
};
use super::{
    EndReport, ServerStep, StoreStep, TextDelta, Turn, TurnEvent, TurnOutcome, TurnPhase,
    TurnReport, TurnStep, UnstoredCopy, UnstoredEnding,
};

impl Turn {
    /// Handles an event and returns the steps to perform. An event that does not fit the phase is late
    /// and changes nothing.
    #[must_use]
    pub fn handle(&mut self, event: TurnEvent, now: Timestamp) -> Vec<TurnStep> {
        match event {
            TurnEvent::Begun => self.begin(),
            TurnEvent::ServerChecked(checked) => self.server_checked(checked),
            TurnEvent::QuestionAccepted { conversation, options } => {
                self.question_accepted(conversation, options, now)
            }
            TurnEvent::QuestionNotStored(failure) => self.question_not_stored(failure),
            TurnEvent::ClientFailed(failure) => self.reply_failed(failure),
            TurnEvent::ReplyLost => self.reply_failed(lost_reply()),
            TurnEvent::Reply(event) if self.phase.is_listening() => self.handle_reply(event, now),
            TurnEvent::Reply(_) => Vec::new(),
            TurnEvent::ApprovalAnswered(answer) => self.approval_answered(answer),
            TurnEvent::RetryRequested => self.retry_requested(),
            TurnEvent::StopRequested => self.stop(),
            TurnEvent::LeaveRequested | TurnEvent::OutputFailed => self.leave(),
            TurnEvent::TimePassed => self.time_passed(now),
            TurnEvent::EndingStored => self.ending_stored(),
            TurnEvent::EndingNotStored(failure) => self.ending_not_stored(failure),
            TurnEvent::EndingDelayed { failure, copy } => {
                self.ending_delayed(failure, copy);
                Vec::new()
            }
        }
    }

    fn begin(&self) -> Vec<TurnStep> {
        if self.phase == TurnPhase::CheckingServer {
            vec![TurnStep::Server(ServerStep::Check)]
        } else {
            Vec::new()
        }
    }

    fn server_checked(&mut self, checked: Result<(), Failure>) -> Vec<TurnStep> {
        if self.phase != TurnPhase::CheckingServer {
            return Vec::new();
        }
        match checked {
            Ok(()) => {
                self.phase = TurnPhase::StoringQuestion;
                vec![TurnStep::StoreQuestion]
            }
            Err(failure) => self.finish(TurnOutcome::NotSent(failure)),
        }
    }

    fn question_accepted(
        &mut self,
        conversation: Box<Conversation>,
        options: Box<AnswerOptions>,
        now: Timestamp,
    ) -> Vec<TurnStep> {
        match self.phase {
            TurnPhase::StoringQuestion => {
                self.phase = TurnPhase::Waiting;
                self.asked_at = now;
                self.options = Some((*options).clone());
                vec![TurnStep::Server(ServerStep::Send { conversation, options })]
            }
            TurnPhase::Stopping => self.end(self.ending(ReplyOutcome::Stopped)),
            _ => Vec::new(),
        }
    }

    fn question_not_stored(&mut self, failure: Failure) -> Vec<TurnStep> {
        match self.phase {
            TurnPhase::StoringQuestion | TurnPhase::Stopping => {
                self.finish(TurnOutcome::NotSent(failure))
            }
            _ => Vec::new(),
        }
    }

    fn reply_failed(&mut self, failure: Failure) -> Vec<TurnStep> {
        if !self.phase.is_listening() {
            return Vec::new();
        }
        // A background answer can still be collected later.
        let outcome = if self.is_continued_by_server() {
            ReplyOutcome::LeftRunning(Some(failure))
        } else {
            ReplyOutcome::Failed(failure)
        };
        self.end(self.ending(outcome))
    }

    fn handle_reply(&mut self, event: ReplyEvent, now: Timestamp) -> Vec<TurnStep> {
        match event {
            ReplyEvent::Accepted { response_id, model, mode } => {
                self.response_accepted(response_id, model, mode)
            }
            ReplyEvent::TextAppended(piece) => {
                self.phase = TurnPhase::Streaming;
                self.delta_count = self.delta_count.saturating_add(1);
                self.first_delta_at.get_or_insert(now);
                journal_step(self.answer.append(piece))
            }
            ReplyEvent::TextReplaced(text) => {
                self.phase = TurnPhase::Streaming;
                journal_step(self.answer.replace(text))
            }
            ReplyEvent::ReasoningAppended(text) => {
                self.reasoning.push_str(&text);
                Vec::new()
            }
            ReplyEvent::ApprovalNeeded(request) => {
                self.phase = TurnPhase::AwaitingApproval(request.clone());
                vec![TurnStep::AskApproval(request)]
            }
            ReplyEvent::ToolUsed(tool) => {
                let line = tool.line();
                self.phase = TurnPhase::Busy(ModelActivity::ToolUsed { line: line.clone() });
                let report = TurnStep::Report(TurnReport::ToolUsed(line));
                if !tool.was_run {
                    return vec![report];
                }
                self.tools.push((*tool).clone());
                vec![TurnStep::Store(StoreStep::RecordToolUse(tool)), report]
            }
            ReplyEvent::Activity(activity) => {
                self.phase = TurnPhase::Busy(activity);
                Vec::new()
            }
            ReplyEvent::Retrying { failure, after, .. } => self.retrying(failure, after, now),
            ReplyEvent::EffortOmitted => {
                if let Some(options) = &mut self.options {
                    options.effort = None;
                }
                Vec::new()
            }
            ReplyEvent::CapabilityLearned(update) => vec![TurnStep::RecordCapability(update)],
            ReplyEvent::Notice(text) => vec![TurnStep::Report(TurnReport::Notice(text))],
            ReplyEvent::Ended(ending) => self.end(ending),
        }
    }

    fn response_accepted(
        &mut self,
        response_id: Option<ResponseId>,
        model: Option<String>,
        mode: ExecutionMode,
    ) -> Vec<TurnStep> {
        self.model = model;
        if matches!(self.phase, TurnPhase::Retrying { .. }) {
            self.phase = TurnPhase::Waiting;
        }
        // A resumed stream need not say again that the response is a background one.
        if self.recorded_response_id.is_some()
            && (response_id.is_none() || response_id == self.recorded_response_id)
        {
            return Vec::new();
        }
        self.response_id = response_id;
        self.mode = mode;
        match (mode, self.response_id.clone()) {
            (ExecutionMode::Background, Some(response_id)) => {
                self.recorded_response_id = Some(response_id.clone());
                let options = Box::new(self.options.clone().unwrap_or_default());
                vec![TurnStep::Store(StoreStep::RecordBackground { response_id, options })]
            }
            _ => Vec::new(),
        }
    }

    fn retrying(&mut self, failure: Failure, after: Duration, now: Timestamp) -> Vec<TurnStep> {
        let seconds = i64::try_from(after.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
        let until = Timestamp::from_seconds(now.seconds().saturating_add(seconds));
        self.phase = TurnPhase::Retrying { failure: failure.clone(), until };
        vec![TurnStep::Report(TurnReport::Retrying { failure, after })]
    }

    fn approval_answered(&mut self, answer: ApprovalAnswer) -> Vec<TurnStep> {
        let TurnPhase::AwaitingApproval(request) = &self.phase else {
            return Vec::new();
        };
        self.phase = TurnPhase::Busy(ModelActivity::ToolCall { name: request.name() });
        vec![TurnStep::Server(ServerStep::SendApproval(answer))]
    }

    fn retry_requested(&mut self) -> Vec<TurnStep> {
        if !matches!(self.phase, TurnPhase::Retrying { .. }) {
            return Vec::new();
        }
        self.phase = TurnPhase::Waiting;
        vec![TurnStep::Server(ServerStep::RetryNow)]
    }

    fn time_passed(&mut self, now: Timestamp) -> Vec<TurnStep> {
        if matches!(self.phase, TurnPhase::Retrying { until, .. } if until <= now) {
            self.phase = TurnPhase::Waiting;
        }
        Vec::new()
    }

    /// Stops the answer, on the server too.
    fn stop(&mut self) -> Vec<TurnStep> {
        if self.phase == TurnPhase::CheckingServer {
            return self.finish(TurnOutcome::Withdrawn);
        }
        if self.phase == TurnPhase::StoringQuestion {
            self.phase = TurnPhase::Stopping;
            return vec![TurnStep::Report(TurnReport::StoppedBeforeSending)];
        }
        if !self.phase.is_listening() {
            return Vec::new();
        }
        let close = if self.is_awaiting_response_id() {
            ServerStep::CancelWhenIdentified
        } else {
            ServerStep::Disconnect
        };
        let response_id = self.response_id.clone().filter(|_| self.is_continued_by_server());
        let cancel = response_id.map(ServerStep::Cancel);
        let mut steps: Vec<TurnStep> =
            iter::once(close).chain(cancel).map(TurnStep::Server).collect();
        steps.extend(self.end(self.ending(ReplyOutcome::Stopped)));
        steps
    }

    /// Stops listening: a background answer is left running, any other is stopped. A question is stored all
    /// the same.
    fn leave(&mut self) -> Vec<TurnStep> {
        if self.phase == TurnPhase::CheckingServer {
            self.phase = TurnPhase::Stopping;
            return vec![TurnStep::StoreQuestion];
        }
        if self.phase == TurnPhase::StoringQuestion {
            self.phase = TurnPhase::Stopping;
            return Vec::new();
        }
        if !self.phase.is_listening() {
            return Vec::new();
        }
        let outcome = if self.is_continued_by_server() {
            ReplyOutcome::LeftRunning(None)
        } else {
            ReplyOutcome::Stopped
        };
        let mut steps = vec![TurnStep::Server(ServerStep::Disconnect)];
        steps.extend(self.end(self.ending(outcome)));
        steps
    }

    /// Tells whether the server may be answering without having sent an id. During a pause no request
    /// is open.
    fn is_awaiting_response_id(&self) -> bool {
        let is_background =
            self.options.as_ref().is_some_and(|it| it.mode == ExecutionMode::Background);
        let is_sent = matches!(self.phase, TurnPhase::Waiting | TurnPhase::Busy(_));
        is_background && is_sent && self.response_id.is_none()
    }

    /// Builds the ending of a turn that the server did not end.
    fn ending(&self, outcome: ReplyOutcome) -> Box<ReplyEnding> {
        Box::new(ReplyEnding {
            response_id: self.response_id.clone(),
            model: self.model.clone(),
            ..ReplyEnding::with_text(outcome, self.answer())
        })
    }

    /// Ends the answer: it is stored with its options, and the user is told.
    fn end(&mut self, mut ending: Box<ReplyEnding>) -> Vec<TurnStep> {
        keep_partial_text(&mut ending, self.answer.text());
        self.answer.finish(&ending.text);
        if let Some(options) = &self.options {
            options.copy_to_ending(&mut ending);
        }
        let report = EndReport::of(&ending);
        self.phase = TurnPhase::StoringAnswer(Box::new(report.clone()));
        let store = if matches!(ending.outcome, ReplyOutcome::LeftRunning(_)) {
            StoreStep::LeaveRunning(ending)
        } else {
            StoreStep::StoreEnding(ending)
        };
        vec![TurnStep::Store(store), TurnStep::Report(TurnReport::Ended(report))]
    }

    /// The report on an answer that has ended and is not known to be stored.
    fn end_report(&self) -> Option<&EndReport> {
        match &self.phase {
            TurnPhase::StoringAnswer(report) => Some(report),
            TurnPhase::Unstored(unstored) => Some(&unstored.report),
            _ => None,
        }
    }

    fn ending_stored(&mut self) -> Vec<TurnStep> {
        let Some(report) = self.end_report().cloned() else {
            return Vec::new();
        };
        let late = self.unstored().map(|_| TurnStep::Report(TurnReport::StoredLate));
        late.into_iter().chain(self.finish(TurnOutcome::Stored(report))).collect()
    }

    fn ending_not_stored(&mut self, failure: Failure) -> Vec<TurnStep> {
        if self.end_report().is_none() {
            return Vec::new();
        }
        self.finish(TurnOutcome::NotStored(failure))
    }

    fn ending_delayed(&mut self, failure: Failure, copy: UnstoredCopy) {
        if let Some(report) = self.end_report().cloned() {
            self.phase = TurnPhase::Unstored(Box::new(UnstoredEnding { report, failure, copy }));
        }
    }

    fn finish(&mut self, outcome: TurnOutcome) -> Vec<TurnStep> {
        self.phase = TurnPhase::Finished;
        vec![TurnStep::End(outcome)]
    }
}

/// Why there is no more of an answer whose receiver failed.
fn lost_reply() -> Failure {
    Failure::new(
        FailureKind::Other,
        "Receiving the answer failed because of an error in duologue.",
        "The log has the details.",
    )
}

fn journal_step(delta: Option<TextDelta>) -> Vec<TurnStep> {
    delta.map(TurnStep::Journal).into_iter().collect()
}
