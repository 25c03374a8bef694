//! Questions to a model that are answered by one of two words, many at a time: the log-odds of the first word.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::CoachError;
use crate::domain::ChatMessage;
use crate::feedback::FeedbackError;
use crate::job::JobContext;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, Pass};
use crate::model::foreign::ForeignModel;
use crate::model::{
    AnyModel, Batch, ChatTemplate, OpenModel, PromptError, TextTokenizer, chat_ids, common_prefix_length,
};

/// Tokens that are computed together at most, before what questions share is taken out.
const PACK_TOKENS: usize = 2048;

/// A question and the two words that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// One user's turn.
    pub(super) text: String,
    /// What the model says.
    pub(super) answers: [&'static str; 2],
}

/// A question up to where its answers part, and the token that each goes on with there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tokenized {
    ids: Vec<u32>,
    answers: [u32; 2],
}

/// log p(first answer) − log p(second answer) of each question; `None` where the model cannot read so long a question.
pub(super) fn log_odds(
    model: &AnyModel,
    arguments: &Map<String, Value>,
    questions: &[Question],
    context: &JobContext<'_>,
) -> Result<Vec<Option<f64>>, FeedbackError> {
    match model {
        AnyModel::Cpu(model) => log_odds_on(model, arguments, questions, context),
        AnyModel::Graphics(model) => log_odds_on(model, arguments, questions, context),
    }
}

fn log_odds_on<B: Backend>(
    model: &OpenModel<B>,
    arguments: &Map<String, Value>,
    questions: &[Question],
    context: &JobContext<'_>,
) -> Result<Vec<Option<f64>>, FeedbackError> {
    let most = model.decoder.config().max_positions;
    let reader =
        Reader { tokenizer: &model.tokenizer, template: model.template.as_ref(), arguments, place: &model.folder };
    let tokenized = questions.iter().map(|question| reader.tokenize(question)).collect::<Result<Vec<_>, _>>()?;
    let mut odds = vec![None; questions.len()];
    let readable: Vec<usize> = (0..tokenized.len()).filter(|&index| tokenized[index].ids.len() <= most).collect();
    for pack in packs(&readable, |index| tokenized[index].ids.len()) {
        context.check()?;
        let members: Vec<&Tokenized> = pack.iter().map(|&index| &tokenized[index]).collect();
        let asked = model.decoder.backend().run(|| ask(&model.decoder, &members));
        let found = asked.map_err(CoachError::from)?;
        for (&index, value) in pack.iter().zip(found) {
            if !value.is_finite() {
                return Err(CoachError::NoNumber { folder: model.folder.clone(), value }.into());
            }
            odds[index] = Some(value);
        }
    }
    Ok(odds)
}

/// The same of a model that another library computes, one question after the other.
pub(super) fn log_odds_of_foreign(
    model: &mut ForeignModel,
    arguments: &Map<String, Value>,
    questions: &[Question],
    context: &JobContext<'_>,
) -> Result<Vec<Option<f64>>, FeedbackError> {
    let mut odds = Vec::with_capacity(questions.len());
    for question in questions {
        context.check()?;
        let (place, template) = (model.path().to_owned(), model.template.as_ref());
        let reader = Reader { tokenizer: &model.tokenizer, template, arguments, place: &place };
        let Tokenized { ids, answers } = reader.tokenize(question)?;
        if ids.len() > model.max_positions {
            odds.push(None);
            continue;
        }
        let values = model.last_log_probabilities(&ids).map_err(CoachError::from)?;
        let value = |id: u32| values.get(id as usize).map_or(f64::NAN, |value| f64::from(*value));
        let value = value(answers[0]) - value(answers[1]);
        if !value.is_finite() {
            return Err(CoachError::NoNumber { folder: place, value }.into());
        }
        odds.push(Some(value));
    }
    Ok(odds)
}

/// The log-odds of questions that are tokens already, pack by pack: what judging costs, for measurements.
pub fn log_odds_of_tokens<B: Backend>(
    decoder: &Decoder<B>,
    questions: Vec<(Vec<u32>, [u32; 2])>,
) -> Result<Vec<f64>, BackendError> {
    let tokenized: Vec<Tokenized> = questions.into_iter().map(|(ids, answers)| Tokenized { ids, answers }).collect();
    let places: Vec<usize> = (0..tokenized.len()).collect();
    let mut odds = Vec::with_capacity(tokenized.len());
    for pack in packs(&places, |index| tokenized[index].ids.len()) {
        let members: Vec<&Tokenized> = pack.iter().map(|&index| &tokenized[index]).collect();
        odds.extend(decoder.backend().run(|| ask(decoder, &members))?);
    }
    Ok(odds)
}

/// Cuts a run of questions into packs of at most [`PACK_TOKENS`]; a longer one has a pack of its own.
fn packs(questions: &[usize], length: impl Fn(usize) -> usize) -> Vec<Vec<usize>> {
    let (mut packs, mut tokens) = (Vec::<Vec<usize>>::new(), 0);
    for &index in questions {
        tokens += length(index);
        match packs.last_mut() {
            Some(pack) if tokens <= PACK_TOKENS => pack.push(index),
            _ => {
                packs.push(vec![index]);
                tokens = length(index);
            }
        }
    }
    packs
}

/// The log-odds of questions that are computed together.
fn ask<B: Backend>(decoder: &Decoder<B>, questions: &[&Tokenized]) -> Result<Vec<f64>, BackendError> {
    let mut batch = Batch::default();
    let sequences: Vec<&[u32]> = questions.iter().map(|question| question.ids.as_slice()).collect();
    let last_rows: Vec<usize> = batch.push_shared(&sequences).into_iter().flatten().collect();
    let (hidden, _) = decoder.forward(&batch, Pass::inference(true))?;
    let rows: Vec<usize> = last_rows.iter().flat_map(|&row| [row, row]).collect();
    let targets: Vec<u32> = questions.iter().flat_map(|question| question.answers).collect();
    let (values, _) = decoder.log_probabilities(&hidden, &rows, &targets, false)?;
    Ok(values.chunks_exact(2).map(|pair| f64::from(pair[0]) - f64::from(pair[1])).collect())
}

/// What a model reads questions with.
#[derive(Clone, Copy)]
struct Reader<'a> {
    tokenizer: &'a TextTokenizer,
    template: Option<&'a ChatTemplate>,
    arguments: &'a Map<String, Value>,
    /// Where the model lies.
    place: &'a Path,
}

impl Reader<'_> {
    /// The question as the model reads it: through its chat template where it has one, with both answers, up to the first
    /// token in which they differ. What is written out of special tokens in it is read as plain letters.
    fn tokenize(self, question: &Question) -> Result<Tokenized, CoachError> {
        let text = self.tokenizer.harmless(&question.text);
        let with = |answer: &str| -> Result<Vec<u32>, PromptError> {
            match self.template {
                Some(template) => {
                    let turns = [ChatMessage::new("user", text.as_str()), ChatMessage::new("assistant", answer)];
                    chat_ids(&turns, false, self.tokenizer, Some(template), self.arguments)
                }
                None => Ok(self.tokenizer.encode(&format!("{text}\nAnswer: {answer}"), true)?),
            }
        };
        let (mut ids, second) = (with(question.answers[0])?, with(question.answers[1])?);
        let border = common_prefix_length(&ids, &second);
        match (border, ids.get(border), second.get(border)) {
            (1.., Some(&one), Some(&other)) => {
                ids.truncate(border);
                Ok(Tokenized { ids, answers: [one, other] })
            }
            _ => Err(CoachError::NoAnswer { folder: self.place.to_owned(), answers: question.answers }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ComputeSettings, DtypeChoice};
    use crate::feedback::coach::golden;
    use crate::job::CancelToken;
    use crate::model::choose_backend;

    fn question(text: &str) -> Question {
        Question { text: text.to_owned(), answers: ["A", "B"] }
    }

    fn open(name: &str) -> OpenModel<crate::model::cpu_backend::CpuBackend> {
        match choose_backend(&ComputeSettings::default()).expect("a device") {
            crate::model::AnyBackend::Cpu(backend) => {
                OpenModel::open(backend, &golden(name), None, DtypeChoice::F32).expect("opens")
            }
            crate::model::AnyBackend::Graphics(_) => panic!("the processor is asked for"),
        }
    }

    fn tokenize(
        model: &OpenModel<crate::model::cpu_backend::CpuBackend>,
        arguments: &Map<String, Value>,
        question: &Question,
    ) -> Result<Tokenized, CoachError> {
        let template = model.template.as_ref();
        Reader { tokenizer: &model.tokenizer, template, arguments, place: &model.folder }.tokenize(question)
    }

    #[test]
    fn the_answers_part_at_the_answer() {
        let arguments = Map::new();
        for name in ["qwen3", "llama_tied", "gemma3", "mistral"] {
            let model = open(name);
            let found = tokenize(&model, &arguments, &question("Which is better, A or B?")).expect("tokenizes");
            let [a, b] = found.answers.map(|id| model.tokenizer.decode(&[id], true).expect("decodes"));
            assert_eq!((a.trim(), b.trim()), ("A", "B"), "{name}");
            let before = model.tokenizer.decode(&found.ids, true).expect("decodes");
            assert!(before.contains("Which is better"), "{name}: {before}");
        }
    }

    #[test]
    fn a_special_token_in_a_question_is_plain_text() {
        let model = open("qwen3");
        let arguments = Map::new();
        let end = model.tokenizer.encode("<|im_end|>", false).expect("encodes");
        assert_eq!(end.len(), 1, "it is a special token");
        let count = |text: &str| {
            let found = tokenize(&model, &arguments, &question(text)).expect("tokenizes");
            found.ids.iter().filter(|&&id| id == end[0]).count()
        };
        assert_eq!(count("x <|im_end|> <|im_end|>"), count("x"));
    }

    #[test]
    fn questions_asked_together_are_answered_as_alone() {
        let model = AnyModel::open(&ComputeSettings::default(), &golden("qwen3"), None).expect("opens");
        let (arguments, cancel) = (Map::new(), CancelToken::default());
        let context = JobContext::new(&|_| {}, &cancel);
        let shared = "Request: where is it?\nReply A: on its way\nReply B: no";
        let mut questions: Vec<Question> = ["Rules: be kind", "Rules: be brief", "Rules: be brief, please"]
            .map(|end| question(&format!("{shared}{end}")))
            .into();
        questions.push(question("something else"));
        questions.push(question(&"far too long for it ".repeat(60)));
        let together = log_odds(&model, &arguments, &questions, &context).expect("asks");
        assert_eq!(together[4], None, "longer than the model reads");
        for (question, together) in questions.iter().zip(&together).take(4) {
            let alone = log_odds(&model, &arguments, std::slice::from_ref(question), &context).expect("asks")[0];
            let (alone, together) = (alone.expect("read"), together.expect("read"));
            assert!((alone - together).abs() < 1e-5, "{alone} {together}");
            assert!(alone.abs() > 1e-4, "{alone}: the answers differ");
        }
        cancel.cancel();
        assert!(matches!(log_odds(&model, &arguments, &questions, &context), Err(FeedbackError::Cancelled(_))));
    }

    #[test]
    fn packs_hold_the_bound_and_every_question() {
        let lengths = [1000, 1000, 100, 5000, 1];
        assert_eq!(packs(&[0, 1, 2, 3, 4], |index| lengths[index]), [vec![0, 1], vec![2], vec![3], vec![4]]);
    }
}
