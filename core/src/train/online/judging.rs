//! A round's answers judged by whoever judges elsewhere too.

use sha2::{Digest, Sha256};

use super::round::{Round, RoundAnswer};
use crate::domain::{CoachName, PreferencePair};
use crate::feedback::coach::endpoint::Endpoint;
use crate::feedback::{ANNOTATORS, Answer, FeedbackError, Judge, answer_of, best_and_worst, with_rules_by_name};
use crate::files::{self, hexadecimal};
use crate::job::{JobContext, JudgeSpec, OnlineSpec};
use crate::train::{TrainError, digest_folder};

/// The judging that a training in rounds asks for. What belongs to the model that is trained belongs to it as it was
/// when the training began.
pub fn judging(spec: &OnlineSpec) -> JudgeSpec {
    let judge = &spec.judge;
    let of_policy = matches!(judge.coach, Some(CoachName::Policy | CoachName::PreferenceModel(_)));
    let start = if judge.coach == Some(CoachName::Policy) { spec.train.adapter.clone() } else { None };
    let mut judging = JudgeSpec {
        rules: judge.rules.clone(),
        coach: judge.coach.clone(),
        model: of_policy.then(|| spec.train.model.clone()),
        adapter: start,
        rubric: judge.rubric.clone(),
        threshold: judge.threshold,
        data: spec.train.data.clone(),
        endpoint: judge.endpoint.clone(),
        compute: spec.train.compute.clone(),
        template_arguments: spec.train.settings.template_arguments.clone(),
        ..JudgeSpec::default()
    };
    judging.endpoint.ledger.get_or_insert_with(|| spec.train.out.join("judge.answers"));
    with_rules_by_name(&judging)
}

/// Opens it.
pub fn open(spec: &JudgeSpec, context: &JobContext<'_>) -> Result<Box<dyn Judge>, TrainError> {
    let opened = ANNOTATORS.iter().find_map(|row| (row.open)(spec, context)).ok_or(FeedbackError::NoAnnotator);
    Ok(opened.and_then(|judge| judge)?)
}

/// Of a judge's files, beside its weights.
const MODEL_FILES: &[&str] = &["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

/// Of everything that decides what is judged, as far as it lies on this machine.
pub fn digest(spec: &JudgeSpec) -> Result<String, TrainError> {
    let mut hasher = Sha256::new();
    for file in spec.rules.iter().chain(&spec.rubric) {
        hasher.update(files::read_text(file)?);
        hasher.update([0]);
    }
    if let Some(coach) = &spec.coach {
        hasher.update(coach.to_string());
    }
    match &spec.coach {
        Some(CoachName::PreferenceModel(folder)) => {
            hasher.update(digest_folder(folder.as_ref(), &["adapter_config.json"])?);
        }
        Some(CoachName::Model(folder) | CoachName::Gguf(folder)) => {
            hasher.update(digest_folder(folder.as_ref(), MODEL_FILES)?);
        }
        // The same name may stand for another server by now.
        Some(CoachName::Endpoint(name)) => {
            let endpoint = Endpoint::of_user(name).map_err(FeedbackError::from)?;
            hasher.update(format!(" {} {}", endpoint.address, endpoint.model));
        }
        Some(CoachName::Starter | CoachName::Policy | CoachName::Rules(_)) | None => {}
    }
    hasher.update(format!("{:?}", spec.threshold));
    Ok(hexadecimal(hasher.finalize()))
}

/// Gives every answer of a round its score and, `with_pairs`, each prompt its best and worst.
pub fn judge(
    judge: &dyn Judge,
    round: &mut Round,
    with_pairs: bool,
    context: &JobContext<'_>,
) -> Result<(), TrainError> {
    let answers: Vec<Answer> = round.answers().map(|answer| answer_of(&answer.sample)).collect();
    let (mut scores, mut sums) = (Vec::with_capacity(answers.len()), Vec::<(String, f64)>::new());
    let (mut judged, total) = (0, Some(answers.len() as u64));
    for some in answers.chunks(judge.at_once().max(1)) {
        context.check()?;
        context.progress("judging", scores.len() as u64, total, "answers");
        for judgement in judge.judge(some, context)? {
            judged += usize::from(judgement.score.is_finite());
            if sums.is_empty() {
                sums = judgement.given.iter().map(|rule| (rule.name.clone(), 0.0)).collect();
            }
            sums.iter_mut().zip(&judgement.given).for_each(|((_, sum), rule)| *sum += rule.score);
            scores.push(judgement.score);
        }
    }
    context.progress("judging", scores.len() as u64, total, "answers");
    check_heard(judge, round)?;
    if judged == 0 {
        return Err(TrainError::NothingJudged { round: round.number + 1, answers: answers.len() });
    }
    round.rules = sums.into_iter().map(|(name, sum)| (name, sum / judged as f64)).collect();
    let mut given = scores.into_iter();
    for answer in round.groups.iter_mut().flat_map(|group| &mut group.answers) {
        answer.score = given.next().filter(|score| score.is_finite());
    }
    if with_pairs { pair(judge, round, &answers, context) } else { Ok(()) }
}

/// A round whose answers might be judged later is judged later: else what is learned would depend on when a server was down.
fn check_heard(judge: &dyn Judge, round: &Round) -> Result<(), TrainError> {
    match judge.lost_for_now() {
        Some(because) => Err(TrainError::JudgeLost { round: round.number + 1, because: because.to_owned() }),
        None => Ok(()),
    }
}

/// The best answer to each prompt against the worst, where the judge stands by it when it looks again.
fn pair(judge: &dyn Judge, round: &mut Round, answers: &[Answer], context: &JobContext<'_>) -> Result<(), TrainError> {
    let (mut pairs, mut first) = (Vec::new(), 0);
    for group in &mut round.groups {
        let texts = &answers[first..first + group.answers.len()];
        first += texts.len();
        let scores: Vec<f64> = group.answers.iter().map(RoundAnswer::reward).collect();
        group.pair = best_and_worst(texts, &scores, judge.tie_margin());
        if let Some((best, worst)) = group.pair {
            pairs.push(PreferencePair {
                prompt: texts[best].prompt.clone(),
                chosen: texts[best].completion.clone(),
                rejected: texts[worst].completion.clone(),
            });
        }
    }
    context.check()?;
    let mut confirmed = judge.confirm(&pairs, context)?.into_iter();
    check_heard(judge, round)?;
    for group in &mut round.groups {
        group.pair = group.pair.filter(|_| confirmed.next().unwrap_or(false));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::round::{Group, Stage};
    use super::*;
    use crate::domain::{Sample, Text};
    use crate::feedback::{Judgement, PairJudgement};
    use crate::job::CancelToken;

    /// Scores the first answer, and the second where the server is there.
    #[derive(Debug)]
    struct Server {
        is_down: bool,
    }

    impl Judge for Server {
        fn judge(&self, answers: &[Answer], _: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError> {
            let score = |place: usize| if place > 0 && self.is_down { f64::NAN } else { 1.0 / (1 + place) as f64 };
            Ok((0..answers.len()).map(|place| Judgement { score: score(place), given: Vec::new() }).collect())
        }

        fn compare(&self, _: &[PreferencePair], _: &JobContext<'_>) -> Result<Vec<PairJudgement>, FeedbackError> {
            Ok(Vec::new())
        }

        fn lost_for_now(&self) -> Option<&str> {
            self.is_down.then_some("the server is down")
        }

        fn tie_margin(&self) -> f64 {
            0.0
        }

        fn at_once(&self) -> usize {
            8
        }
    }

    #[test]
    fn a_round_waits_for_a_judge_that_is_lost_for_now() {
        let answer = |text: &str| RoundAnswer {
            sample: Sample {
                prompt: Text::Plain("p".to_owned()),
                completion: text.to_owned(),
                token_ids: vec![1],
                log_probabilities: Vec::new(),
                finish_reason: None,
                chat_template: false,
            },
            score: None,
            old: Vec::new(),
            reference: Vec::new(),
        };
        let group = Group { prompt_ids: vec![1], answers: vec![answer("one"), answer("two")], pair: None };
        let drawn = Round { number: 4, stage: Stage::Drawn, groups: vec![group], rules: Vec::new() };
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let mut round = drawn.clone();
        let lost = judge(&Server { is_down: true }, &mut round, true, &context).expect_err("it is down");
        assert!(lost.to_string().contains("round 5") && lost.to_string().contains("the server is down"), "{lost}");
        assert_eq!(round, drawn, "nothing is taken of it");
        judge(&Server { is_down: false }, &mut round, true, &context).expect("it is there");
        assert_eq!(round.groups[0].pair, Some((0, 1)));
    }
}
