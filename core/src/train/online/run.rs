//! A training in rounds from beginning to end: the job `train-online`.
//!
//! Prepare → rounds, each: answers drawn from the policy as it is, judged, their log-probabilities under the policy and the
//! reference taken, each of these on the disk before it is used → steps over them → a checkpoint → the adapter. A run
//! that was stopped at any moment takes its newest checkpoint and the round that it stands in, and comes to the same bits.

use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::advantages::Rewards;
use super::figures;
use super::judging;
use super::learner::{self, AnswerLearner, Known};
use super::prepare::{Prepared, prepare};
use super::round::{self, Group, Round, RoundAnswer, Stage};
use super::settings::Aim;
use super::token_losses::{Counts, corrected_divergence};
use crate::domain::{MemoryMode, ReferenceChoice, Sample, SamplingSettings, Task, Text, TrainSettings};
use crate::files;
use crate::generate::{CompletionRequest, complete};
use crate::job::{JobContext, JobEvent, OnlineSpec};
use crate::model::backend::Backend;
use crate::model::decoder::Keep;
use crate::model::{AnyBackend, Parameters, TrainingCard, choose_backend};
use crate::random::Random;
use crate::train::batch::{Learner, RowBatch, totals};
use crate::train::loss::{Objective, RowValues};
use crate::train::metrics::LineFile;
use crate::train::order::{ANSWERS, dropout};
use crate::train::steps::{Steps, Update};
use crate::train::tally::Tally;
use crate::train::{TokenizedRow, TrainError, checkpoint, prepare as preparing, record};

/// The file of every answer in the run's folder.
const ROLLOUTS: &str = "rollouts.jsonl";

/// The job: leaves the adapter, `metrics.jsonl`, `rollouts.jsonl` and checkpoints in the run's folder.
pub fn run(spec: &OnlineSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, TrainError> {
    let mut spec = spec.clone();
    if let Some(begun) = preparing::begun_run(&spec.train)? {
        record::complete(&mut spec.train, &begun);
    }
    match choose_backend(&spec.train.compute)? {
        AnyBackend::Cpu(backend) => {
            let threads = backend.thread_count();
            run_on(&backend, threads, &spec, context)
        }
        AnyBackend::Graphics(backend) => run_on(&backend, 1, &spec, context),
    }
}

fn run_on<B: Backend + Clone>(
    backend: &B,
    threads: usize,
    spec: &OnlineSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, TrainError> {
    let start = Instant::now();
    let prepared = prepare(backend.clone(), threads, spec, context)?;
    let mut summary = backend.run(|| Run::new(prepared, spec, context)?.finish())?;
    summary.insert("seconds".to_owned(), json!(start.elapsed().as_secs_f64()));
    Ok(summary)
}

/// A run under way.
struct Run<'a, B: Backend> {
    spec: &'a OnlineSpec,
    settings: TrainSettings,
    context: &'a JobContext<'a>,
    prepared: Prepared<B>,
    /// What was trained before the first step.
    beginning: Parameters,
    steps: Steps<'a>,
    rollouts: LineFile,
    /// The round under way, and what its answers are worth.
    round: Option<(Round, Vec<f64>)>,
    /// The divergence from the reference at the beginning of the last round that was measured, a token.
    divergence: Option<f64>,
}

/// Whether all rounds were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    AllRounds,
    /// The policy moved too far. The numbers are those of this step.
    TooFar {
        step: u64,
    },
}

impl<'a, B: Backend> Run<'a, B> {
    /// Takes the newest checkpoint whose round is there.
    fn new(mut prepared: Prepared<B>, spec: &'a OnlineSpec, context: &'a JobContext<'a>) -> Result<Self, TrainError> {
        let settings = prepared.record.settings.clone();
        let (plan, out) = (prepared.plan, spec.train.out.as_path());
        let beginning = prepared.trained.parameters.clone();
        let is_usable = |position: &checkpoint::Position| {
            let (round, place) = plan.place(position.step);
            let is_there = || Round::read(out, round).is_some_and(|round| round.stage == Stage::Measured);
            let is_usable = place == 0 || is_there();
            if !is_usable {
                context.warn(format!(
                    "the round that the checkpoint of step {} stands in is missing or damaged: going on from the one \
                     before it",
                    position.step
                ));
            }
            is_usable
        };
        let how_far = (prepared.resolved.method.id, plan.total_steps());
        let steps = Steps::go_on(&spec.train, &settings, how_far, &mut prepared.trained, is_usable, context)?;
        prepared.trained.put_on(&mut prepared.model.decoder)?;
        let (round, _) = plan.place(steps.position.step);
        round::keep(out, 0..=round)?;
        Ok(Self {
            rollouts: rollouts_before(&out.join(ROLLOUTS), round)?,
            spec,
            settings,
            context,
            prepared,
            beginning,
            steps,
            round: None,
            divergence: None,
        })
    }

    /// Takes the rounds that are left and writes the adapter.
    fn finish(mut self) -> Result<Map<String, Value>, TrainError> {
        let done = self.take_rounds();
        if matches!(done, Err(TrainError::Cancelled(_))) {
            // The parameters are those of the last whole step.
            self.checkpoint()?;
        }
        let ending = done?;
        self.tidy()?;
        let result_step = match ending {
            Ending::AllRounds => self.steps.position.step,
            Ending::TooFar { step } => self.go_back_to(step),
        };
        self.write_result(result_step)?;
        self.summary(ending, result_step)
    }

    fn take_rounds(&mut self) -> Result<Ending, TrainError> {
        let (plan, context) = (self.prepared.plan, self.context);
        let total = plan.total_steps();
        while self.steps.position.step < total {
            let (number, place) = plan.place(self.steps.position.step);
            if self.round.as_ref().is_none_or(|(round, _)| round.number != number) {
                if self.steps.should_pause() {
                    self.checkpoint()?;
                    self.steps.pause()?;
                }
                self.begin_round(number)?;
                if self.is_too_far() {
                    return Ok(self.too_far(number));
                }
            }
            context.progress("training", self.steps.position.step, Some(total), "steps");
            if self.steps.should_pause() {
                self.checkpoint()?;
                self.steps.pause()?;
            }
            self.step(place)?;
            let ends_round = plan.place(self.steps.position.step).1 == 0;
            if ends_round || self.steps.is_checkpoint_due() {
                self.checkpoint()?;
            }
        }
        context.progress("training", total, Some(total), "steps");
        if self.spec.online.kl_limit.is_some() {
            self.measure_end(plan.rounds - 1)?;
            if self.is_too_far() {
                return Ok(self.too_far(plan.rounds));
            }
        }
        Ok(Ending::AllRounds)
    }

    /// The round's answers drawn, judged and measured, each where the run's folder does not have it.
    fn begin_round(&mut self, number: u64) -> Result<(), TrainError> {
        let out = self.spec.train.out.as_path();
        let mut round = if let Some(round) = Round::read(out, number) {
            round
        } else {
            let round = self.draw(number)?;
            round.write(out)?;
            round
        };
        if round.stage < Stage::Judged {
            let with_pairs = matches!(self.prepared.resolved.aim, Aim::Pairs(_));
            judging::judge(self.prepared.judge.as_ref(), &mut round, with_pairs, self.context)?;
            round.stage = Stage::Judged;
            round.write(out)?;
        }
        if round.stage < Stage::Measured {
            self.measure(&mut round)?;
            round.stage = Stage::Measured;
            round.write(out)?;
        }
        for line in round.answers().map(|answer| rollout_line(number, answer)) {
            self.rollouts.push(&line)?;
        }
        self.rollouts.sync()?;
        let (sum, tokens) = figures::divergence_of(&round.groups);
        self.divergence = Some(sum / tokens.max(1) as f64);
        self.tell_round(&round);
        let advantages = self.advantages(&round);
        self.round = Some((round, advantages));
        Ok(())
    }

    /// Draws the round's answers from the policy as it is now.
    fn draw(&self, number: u64) -> Result<Round, TrainError> {
        let Prepared { model, prompts, prompt_ids, plan, .. } = &self.prepared;
        let online = &self.spec.online;
        let places = plan.prompts_of(number);
        let texts: Vec<Text> = places.iter().map(|place| prompts[place.index].clone()).collect();
        let numbers: Vec<u64> = places.iter().map(|place| place.number).collect();
        // The policy itself answers, without what its folder recommends.
        let sampling = SamplingSettings {
            samples: online.samples,
            max_new_tokens: online.max_new_tokens,
            temperature: Some(online.temperature as f32),
            top_p: Some(1.0),
            top_k: Some(0),
            min_p: Some(0.0),
            repetition_penalty: Some(1.0),
            seed: Random::new(self.settings.seed, &[ANSWERS]).next_u64(),
            ..SamplingSettings::default()
        };
        let request = CompletionRequest {
            numbers: Some(&numbers),
            file: Some(&self.spec.train.data),
            template_arguments: &self.settings.template_arguments,
            ..CompletionRequest::new(&texts, &sampling)
        };
        let mut groups = Vec::with_capacity(texts.len());
        complete(model, &request, self.context, |place, samples: Vec<Sample>| {
            let answer = |sample| {
                // They are measured by themselves, as the steps compute them.
                let sample = Sample { log_probabilities: Vec::new(), ..sample };
                RoundAnswer { sample, score: None, old: Vec::new(), reference: Vec::new() }
            };
            let answers = samples.into_iter().map(answer).collect();
            groups.push(Group { prompt_ids: prompt_ids[places[place].index].clone(), answers, pair: None });
            Ok::<_, TrainError>(())
        })?;
        Ok(Round { number, stage: Stage::Drawn, groups, rules: Vec::new() })
    }

    /// Takes the answers' log-probabilities under the policy and under the reference.
    fn measure(&mut self, round: &mut Round) -> Result<(), TrainError> {
        let rows = rows_of(&round.groups, self.prepared.record.pack_tokens);
        let old = self.log_probabilities(&rows, true)?;
        let reference = match self.settings.reference {
            ReferenceChoice::Base => self.log_probabilities(&rows, false)?,
            ReferenceChoice::Start => self.under_the_beginning(&rows)?,
        };
        let answers = round.groups.iter_mut().flat_map(|group| &mut group.answers);
        for ((answer, old), reference) in answers.zip(old).zip(reference) {
            (answer.old, answer.reference) = (old, reference);
        }
        Ok(())
    }

    fn log_probabilities(&self, rows: &[TokenizedRow], adapted: bool) -> Result<Vec<Vec<f64>>, TrainError> {
        let stage = if adapted { "reading the answers" } else { "reference" };
        let (decoder, pack_tokens) = (&self.prepared.model.decoder, self.prepared.record.pack_tokens);
        self.context.progress(stage, 0, None, "answers");
        let check = || self.context.check().map_err(TrainError::from);
        let values = learner::log_probabilities(decoder, rows, pack_tokens, adapted, check)?;
        match values
            .iter()
            .enumerate()
            .find_map(|(number, of)| of.iter().find(|v| !v.is_finite()).map(|v| (number, *v)))
        {
            Some((number, value)) => Err(TrainError::NoNumber { number: number + 1, value }),
            None => Ok(values),
        }
    }

    /// The same under the adapter that the training began with, which the policy's numbers make room for meanwhile.
    fn under_the_beginning(&mut self, rows: &[TokenizedRow]) -> Result<Vec<Vec<f64>>, TrainError> {
        let now = std::mem::replace(&mut self.prepared.trained.parameters, self.beginning.clone());
        let put_on = |prepared: &mut Prepared<B>| prepared.trained.put_on(&mut prepared.model.decoder);
        put_on(&mut self.prepared)?;
        let values = self.log_probabilities(rows, true);
        self.prepared.trained.parameters = now;
        put_on(&mut self.prepared)?;
        values
    }

    /// How much better each answer is than others; nothing where pairs are learned from.
    fn advantages(&self, round: &Round) -> Vec<f64> {
        let Aim::Answers { advantages, scale, bounds, .. } = &self.prepared.resolved.aim else { return Vec::new() };
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        let log_ratios: Vec<f64> = round.answers().map(|answer| sum(&answer.old) - sum(&answer.reference)).collect();
        let (values, samples) = (round.rewards(), self.spec.online.samples);
        let rewards = Rewards { values: &values, log_ratios: &log_ratios, samples, beta: bounds.beta, scale: *scale };
        advantages(&rewards)
    }

    /// Says in a line how the round's answers are, and shows the best one to its first prompt.
    fn tell_round(&self, round: &Round) {
        let mut values = Map::new();
        figures::write_round(round, &mut values);
        let figure = |name: &str| values.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let limit = self.spec.online.kl_limit.map_or_else(String::new, |limit| format!(" of {limit} at most"));
        self.context.emit(JobEvent::Note {
            message: format!(
                "round {} of {}: mean score {:.3}, {:.0} tokens an answer, {:.4} nats a token from the reference{limit}",
                round.number + 1,
                self.prepared.plan.rounds,
                figure("reward"),
                figure("completions/mean_length"),
                self.divergence.unwrap_or_default(),
            ),
        });
        let best = round.groups.first().and_then(|group| {
            group
                .answers
                .iter()
                .filter(|answer| answer.score.is_some())
                .max_by(|a, b| a.reward().total_cmp(&b.reward()))
        });
        if let Some(RoundAnswer { sample, .. }) = best {
            let prompt = match &sample.prompt {
                Text::Messages(messages) => messages.last().map(|message| message.content.clone()).unwrap_or_default(),
                Text::Plain(text) => text.clone(),
            };
            let (step, completion) = (self.steps.position.step, sample.completion.clone());
            self.context.emit(JobEvent::Sample { step, prompt, completion });
        }
    }

    /// One optimizer step over a part of the round's answers.
    fn step(&mut self, place: u64) -> Result<(), TrainError> {
        let start = Instant::now();
        let Some((round, advantages)) = self.round.take() else { return Ok(()) };
        let mut values = Map::new();
        figures::write_round(&round, &mut values);
        let learned = match self.prepared.resolved.aim.clone() {
            Aim::Pairs(objective) => self.learn_pairs(&round, place, &objective, &mut values),
            Aim::Answers { .. } => self.learn_answers((&round, &advantages), place, &mut values),
        };
        let (update, loss) = learned?;
        if place < self.prepared.plan.steps_a_pass() {
            let tokens: usize = round.groups[self.prepared.plan.batch_of(place)].iter().map(tokens_of).sum();
            self.steps.position.tokens += tokens as u64;
        }
        let figures = [
            ("step", json!(update.step)),
            ("round", json!(round.number + 1)),
            ("loss", json!(loss)),
            ("learning_rate", json!(update.learning_rate)),
            ("grad_norm", json!(update.norm)),
        ];
        let mut line: Map<String, Value> = figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        line.append(&mut values);
        line.insert("beta".to_owned(), json!(self.prepared.resolved.beta));
        line.insert("num_tokens".to_owned(), json!(self.steps.position.tokens));
        line.insert("seconds".to_owned(), json!(start.elapsed().as_secs_f64()));
        self.steps.tell(line)?;
        self.round = Some((round, advantages));
        Ok(())
    }

    /// A step over the best against the worst answers.
    fn learn_pairs(
        &mut self,
        round: &Round,
        place: u64,
        objective: &Objective,
        values: &mut Map<String, Value>,
    ) -> Result<(Update, f64), TrainError> {
        let groups = &round.groups[self.prepared.plan.batch_of(place)];
        let (sum, tokens) = figures::divergence_of(groups);
        values.insert("kl".to_owned(), json!(sum / tokens.max(1) as f64));
        let (mut rows, mut references) = (Vec::new(), Vec::new());
        for group in groups {
            let Some((best, worst)) = group.pair else { continue };
            let (best, worst) = (&group.answers[best], &group.answers[worst]);
            let completions = vec![best.sample.token_ids.clone(), worst.sample.token_ids.clone()];
            rows.push(TokenizedRow { prompt_ids: group.prompt_ids.clone(), completions, is_desirable: false });
            references.push(reference_of(objective, best, worst));
        }
        values.insert("pairs".to_owned(), json!(rows.len()));
        if rows.is_empty() {
            return Ok((self.steps.pass(), 0.0));
        }
        let Prepared { model, trained, record, .. } = &self.prepared;
        let (decoder, step) = (&model.decoder, self.steps.position.step);
        let learner = Learner { decoder, score_head: &[], objective, pack_tokens: record.pack_tokens };
        let mut gradients = trained.zero_gradients(decoder)?;
        let mut batch = RowBatch::new(rows.iter().collect(), references);
        let check = || self.context.check().map_err(TrainError::from);
        let mut packs = 0;
        let masks = || {
            packs += 1;
            dropout(&self.settings, trained, step, packs - 1)
        };
        let losses = learner.learn(&mut batch, totals(&rows), self.keep(), &mut gradients, masks, check)?;
        let mut tally = Tally::new(Task::Dpo, objective.beta);
        tally.add(&batch.figures, &losses);
        tally.write_to(values, "");
        let gradients = trained.gradients(decoder, &gradients)?;
        let figures = [("loss", tally.loss()), ("log-probability", tally.values())];
        let Prepared { trained, model, .. } = &mut self.prepared;
        Ok((self.steps.update((trained, &mut model.decoder), &gradients, &figures)?, tally.loss()))
    }

    /// A step over answers with advantages.
    fn learn_answers(
        &mut self,
        (round, advantages): (&Round, &[f64]),
        place: u64,
        values: &mut Map<String, Value>,
    ) -> Result<(Update, f64), TrainError> {
        let Prepared { model, trained, record, resolved, plan, .. } = &self.prepared;
        let Aim::Answers { loss, bounds, .. } = &resolved.aim else { return Ok((self.steps.pass(), 0.0)) };
        let batch = plan.batch_of(place);
        let groups = &round.groups[batch.clone()];
        let samples = self.spec.online.samples;
        let advantages = &advantages[batch.start * samples..batch.end * samples];
        let answers: Vec<&RoundAnswer> = groups.iter().flat_map(|group| &group.answers).collect();
        let pulls = bounds.beta > 0.0 && !loss.whole;
        if !pulls && advantages.iter().all(|&advantage| advantage == 0.0) {
            let (sum, tokens) = figures::divergence_of(groups);
            values.insert("kl".to_owned(), json!(sum / tokens.max(1) as f64));
            return Ok((self.steps.pass(), 0.0));
        }
        let counts = Counts {
            answers: answers.len(),
            tokens: answers.iter().map(|answer| answer.sample.token_ids.len()).sum(),
            round_tokens: round.tokens(),
            round_steps: plan.steps_a_pass() as usize,
            most_tokens: self.spec.online.max_new_tokens,
        };
        let known = answers.iter().zip(advantages);
        let known: Vec<Known<'_>> = known
            .map(|(answer, &advantage)| Known { old: &answer.old, reference: &answer.reference, advantage })
            .collect();
        let rows = rows_of(groups, record.pack_tokens);
        let (decoder, step) = (&model.decoder, self.steps.position.step);
        let learner = AnswerLearner { decoder, loss, bounds: *bounds, pack_tokens: record.pack_tokens };
        let mut gradients = trained.zero_gradients(decoder)?;
        let check = || self.context.check().map_err(TrainError::from);
        let mut packs = 0;
        let masks = || {
            packs += 1;
            dropout(&self.settings, trained, step, packs - 1)
        };
        let learned = learner.learn((&rows, &known), &counts, self.keep(), &mut gradients, masks, check)?;
        figures::write_learned(&learned, loss.whole, values);
        let gradients = trained.gradients(decoder, &gradients)?;
        let figures = [("loss", learned.loss), ("log-probability", learned.values)];
        let Prepared { trained, model, .. } = &mut self.prepared;
        Ok((self.steps.update((trained, &mut model.decoder), &gradients, &figures)?, learned.loss))
    }

    fn keep(&self) -> Keep {
        match self.settings.memory {
            MemoryMode::Small => Keep::Inputs,
            MemoryMode::Fast | MemoryMode::Auto => Keep::Activations,
        }
    }

    /// The divergence of the policy as the last step left it, over the last round's answers.
    fn measure_end(&mut self, last: u64) -> Result<(), TrainError> {
        let round = match self.round.take() {
            Some((round, _)) => Some(round),
            None => Round::read(&self.spec.train.out, last),
        };
        if let Some(round) = round {
            let rows = rows_of(&round.groups, self.prepared.record.pack_tokens);
            let now = self.log_probabilities(&rows, true)?;
            let of_answer = |(answer, now): (&RoundAnswer, &Vec<f64>)| -> f64 {
                let before = answer.old.iter().zip(&answer.reference);
                now.iter().zip(before).map(|(&now, (&old, &of))| corrected_divergence(now, old, of).0).sum()
            };
            let sum: f64 = round.answers().zip(&now).map(of_answer).sum();
            self.divergence = Some(sum / round.tokens().max(1) as f64);
        }
        Ok(())
    }

    fn is_too_far(&self) -> bool {
        self.spec.online.kl_limit.zip(self.divergence).is_some_and(|(limit, divergence)| divergence > limit)
    }

    /// The run ends here: where this round begins, the policy is further from the reference than it may be. Where the round
    /// before began, it was not.
    fn too_far(&self, number: u64) -> Ending {
        self.context.progress("training", self.steps.position.step, Some(self.steps.position.step), "steps");
        Ending::TooFar { step: number.saturating_sub(1) * self.prepared.plan.steps_a_round() }
    }

    /// The step whose numbers stay beside the newest, where there is a limit: that at which the round under way began.
    fn within_limit(&self) -> Option<u64> {
        self.spec.online.kl_limit?;
        let (round, place) = self.prepared.plan.place(self.steps.position.step);
        let began = if place == 0 { round.saturating_sub(1) } else { round };
        Some(began * self.prepared.plan.steps_a_round())
    }

    /// Takes the numbers of an earlier step; returns whose they are.
    fn go_back_to(&mut self, step: u64) -> u64 {
        let (limit, divergence) = (self.spec.online.kl_limit.unwrap_or_default(), self.divergence.unwrap_or_default());
        let now = self.steps.position.step;
        let parameters = &mut self.prepared.trained.parameters;
        let taken = if step == 0 {
            parameters.clone_from(&self.beginning);
            Ok(())
        } else {
            checkpoint::load_step(self.steps.checkpoints(), step, parameters)
        };
        let (of, why) = match taken {
            Ok(()) if now == 0 => (
                step,
                "it began beyond it (raise the limit, or measure from its beginning with `--reference start`)"
                    .to_owned(),
            ),
            Ok(()) => (step, format!("the adapter is that of step {step}, which was still within it")),
            Err(why) => {
                (now, format!("the checkpoint of step {step} cannot be read ({why}), so the adapter is beyond it"))
            }
        };
        self.context.warn(format!(
            "after step {now} the model is {divergence:.4} nats a token from the reference, beyond the limit of {limit} \
             (`--kl-limit`), so the training ends here: {why}"
        ));
        of
    }

    fn checkpoint(&mut self) -> Result<(), TrainError> {
        let within = self.within_limit();
        self.steps.checkpoint(&self.prepared.trained.parameters, within)?;
        self.tidy()
    }

    /// Removes what no checkpoint stands in any more. A run does it at its end too: a kill may have come between the last
    /// checkpoint and this.
    fn tidy(&self) -> Result<(), TrainError> {
        if !self.steps.checkpoints().exists() {
            return Ok(());
        }
        checkpoint::remove_surplus(self.steps.checkpoints(), self.within_limit())?;
        let oldest = self.prepared.plan.place(checkpoint::oldest_step(self.steps.checkpoints())).0;
        let now = self.prepared.plan.place(self.steps.position.step).0;
        // The last round's answers are looked at once more when all steps are taken.
        Ok(round::keep(&self.spec.train.out, oldest.min(now.saturating_sub(1))..=now)?)
    }

    fn write_result(&self, step: u64) -> Result<(), TrainError> {
        let Prepared { resolved, plan, trained, .. } = &self.prepared;
        let online = &self.spec.online;
        let how = [
            ("beta", resolved.beta.to_string()),
            ("learning rate", self.settings.learning_rate.to_string()),
            ("optimizer steps", step.to_string()),
            ("rounds", plan.rounds.to_string()),
            ("prompts a round", plan.prompts_a_round.to_string()),
            ("answers to a prompt", online.samples.to_string()),
        ];
        let method = format!("{} in rounds ({} loss)", resolved.method.name, resolved.loss());
        trained.save(&self.spec.train.model, &self.spec.train.out, &TrainingCard { method: &method, settings: &how })
    }

    fn summary(&self, ending: Ending, result_step: u64) -> Result<Map<String, Value>, TrainError> {
        let (plan, out) = (&self.prepared.plan, &self.spec.train.out);
        let text = files::read_text(&out.join("metrics.jsonl"))?;
        let reward =
            |line: Option<&str>| -> Option<Value> { serde_json::from_str::<Value>(line?).ok()?.get("reward").cloned() };
        let rounds = plan.place(self.steps.position.step).0;
        let answers = rounds * (plan.prompts_a_round * self.spec.online.samples) as u64;
        let figures = [
            ("out", json!(out)),
            ("rounds", json!(rounds)),
            ("steps", json!(self.steps.position.step)),
            ("adapter_of_step", json!(result_step)),
            ("prompts", json!(self.prepared.prompts.len())),
            ("answers", json!(answers)),
            ("reward_first", json!(reward(text.lines().next()))),
            ("reward_last", json!(reward(text.lines().next_back()))),
            ("kl", json!(self.divergence)),
            ("memory", json!(self.settings.memory)),
            ("findings", json!(self.steps.watch.findings())),
        ];
        let mut summary: Map<String, Value> =
            figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if matches!(ending, Ending::TooFar { .. }) {
            summary.insert("stopped_by".to_owned(), json!("kl_limit"));
        }
        let spent = self.prepared.judge.spent();
        if spent.requests > 0 {
            summary.insert("spent".to_owned(), json!(spent));
        }
        Ok(summary)
    }
}

/// What a pair's loss compares with.
fn reference_of(objective: &Objective, best: &RoundAnswer, worst: &RoundAnswer) -> RowValues {
    objective.reading().of_reference().sums(&[&best.reference, &worst.reference])
}

fn tokens_of(group: &Group) -> usize {
    group.answers.iter().map(|answer| group.prompt_ids.len() + answer.sample.token_ids.len()).sum()
}

/// The answers of prompts as rows that packs hold.
fn rows_of(groups: &[Group], pack_tokens: usize) -> Vec<TokenizedRow> {
    let parts = groups.iter().map(|group| {
        let answers = group.answers.iter().map(|answer| answer.sample.token_ids.as_slice()).collect();
        (group.prompt_ids.as_slice(), answers)
    });
    learner::rows(parts, pack_tokens)
}

fn rollout_line(round: u64, answer: &RoundAnswer) -> Map<String, Value> {
    let RoundAnswer { sample, score, .. } = answer;
    let mut line = Map::from_iter([("round".to_owned(), json!(round + 1))]);
    if let Value::Object(mut sample) = json!(sample) {
        sample.remove("token_ids");
        line.append(&mut sample);
    }
    line.insert("score".to_owned(), json!(score));
    line
}

/// The file of answers, cut back to the rounds before this one. What a killed run left half-written goes.
fn rollouts_before(path: &Path, round: u64) -> Result<LineFile, TrainError> {
    let text = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(files::FileError::Read { path: path.to_owned(), source }.into()),
    };
    let before = |line: &&[u8]| {
        let line: Result<Value, _> = serde_json::from_slice(line);
        line.is_ok_and(|line| line["round"].as_u64().is_some_and(|number| number <= round))
    };
    let lines = text.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let kept: usize = lines.take_while(before).map(<[u8]>::len).sum();
    Ok(LineFile::open(path, kept as u64)?)
}
