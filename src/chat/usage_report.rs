//! Adds up what answers took: in a conversation, on a day, in a month.

use serde::Serialize;

use super::{AnswerRecord, Cost, Timestamp, Usage};

/// The totals of several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct UsageTotals {
    /// The number of answers.
    pub answers: u64,
    /// The tokens, where the server counted them.
    pub usage: Usage,
    /// The cost in billionths of a dollar, as far as it is known.
    pub cost_nanodollars: Cost,
    /// The number of answers without a known cost.
    pub unpriced: u64,
}

impl UsageTotals {
    /// Adds the tokens and the cost of an answer.
    pub fn add(&mut self, record: &AnswerRecord) {
        let stats = record.stats();
        self.answers = self.answers.saturating_add(1);
        self.usage = self.usage.plus(stats.usage.unwrap_or_default());
        match stats.cost {
            Some(cost) => self.cost_nanodollars = self.cost_nanodollars + cost,
            None => self.unpriced = self.unpriced.saturating_add(1),
        }
    }

    /// Adds up some answers.
    #[must_use]
    pub fn of<'a>(records: impl IntoIterator<Item = &'a AnswerRecord>) -> Self {
        let mut totals = Self::default();
        records.into_iter().for_each(|record| totals.add(record));
        totals
    }

    /// The cost; `None` where no answer has one.
    #[must_use]
    pub const fn cost(&self) -> Option<Cost> {
        if self.answers > self.unpriced { Some(self.cost_nanodollars) } else { None }
    }
}

/// When the current day and month began in the user's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodStarts {
    /// The midnight at which the day began.
    pub day: Timestamp,
    /// The midnight before the first day of the month.
    pub month: Timestamp,
}

/// What `/usage` and `duologue usage` show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageReport {
    /// The last answer of the conversation.
    pub answer: Option<AnswerRecord>,
    /// The totals of the conversation.
    pub chat: Option<UsageTotals>,
    /// The totals since midnight in the user's time zone.
    pub day: UsageTotals,
    /// The totals since the first of the month in the user's time zone.
    pub month: UsageTotals,
    /// The totals of the current month by model, sorted by name.
    pub models: Vec<(String, UsageTotals)>,
}

impl UsageReport {
    /// Adds up the records of a conversation and those of all conversations.
    #[must_use]
    pub fn of(chat: Option<&[AnswerRecord]>, all: &[AnswerRecord], periods: PeriodStarts) -> Self {
        let since = |time| all.iter().filter(move |record| record.timestamp >= time);
        let mut models = std::collections::BTreeMap::<String, UsageTotals>::new();
        for record in since(periods.month) {
            let model = record.model.clone().unwrap_or_else(|| "unknown".to_owned());
            models.entry(model).or_default().add(record);
        }
        Self {
            answer: chat.and_then(<[AnswerRecord]>::last).cloned(),
            chat: chat.map(UsageTotals::of),
            day: UsageTotals::of(since(periods.day)),
            month: UsageTotals::of(since(periods.month)),
            models: models.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timing;

    fn record(at: i64, model: &str, output: u64, cost: Option<u64>) -> AnswerRecord {
        AnswerRecord {
            model: Some(model.into()),
            usage: Some(Usage { input_tokens: 10, output_tokens: output, ..Usage::default() }),
            timing: Some(Timing { first_output_ms: Some(100), total_ms: 2000 }),
            cost: cost.map(Cost::from_nanodollars),
            ..AnswerRecord::without_details(Timestamp::from_seconds(at), 1)
        }
    }

    #[test]
    fn answers_count_for_the_day_and_month_they_were_stored_in() {
        let all =
            [record(5, "a", 1, Some(7)), record(50, "a", 2, Some(8)), record(90, "b", 4, None)];
        let (day, month) = (Timestamp::from_seconds(80), Timestamp::from_seconds(10));
        let report = UsageReport::of(Some(&all[..1]), &all, PeriodStarts { day, month });
        assert_eq!(report.answer.as_ref(), Some(&all[0]));
        assert_eq!(report.chat.unwrap().usage.output_tokens, 1);
        assert_eq!((report.day.answers, report.day.cost()), (1, None));
        assert_eq!((report.month.answers, report.month.unpriced), (2, 1));
        assert_eq!(report.month.cost(), Some(Cost::from_nanodollars(8)));
        let models: Vec<&str> = report.models.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(models, ["a", "b"]);
    }

    #[test]
    fn tokens_per_second_are_output_tokens_over_the_total_time() {
        assert_eq!(record(1, "a", 90, None).stats().tokens_per_second(), Some(45));
        let unknown = AnswerRecord::without_details(Timestamp::from_seconds(1), 1);
        assert_eq!(unknown.stats().tokens_per_second(), None);
    }
}
