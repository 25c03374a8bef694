//! What it is worth that people are asked the right comparisons, on the example: how many labels a preference model needs
//! by the order in which people are asked, and how near the methods come to people who label everything with a tenth of the labels.
//!
//! `cargo run -p whetstone-tests --example who_judges` prints the tables with stand-ins for models; with `-- starter` also
//! those with the starter model, which trains some twenty adapters. A number says how many worlds the first tables are the
//! means of.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use whetstone_core::domain::{
    ChatMessage, Choice, ComputeSettings, LoraSettings, MemoryMode, RecordId, SamplingSettings, Schedule, Task, Text,
    TrainSettings,
};
use whetstone_core::example::{self, EXAMPLE_RUBRIC, Request, oracle};
use whetstone_core::feedback::PreferenceModel;
use whetstone_core::feedback::coach::Coach;
use whetstone_core::feedback::routing::{Candidate, OrderSettings, most_informative_first};
use whetstone_core::generate::{CompletionRequest, Session};
use whetstone_core::job::{CancelToken, JobContext, TrainSpec};
use whetstone_core::method::{STARTER, model_folder};
use whetstone_core::random::Random;
use whetstone_core::train;
use whetstone_tests::simulation::coach::{Judge, StandIn, rightness};
use whetstone_tests::simulation::hybrids::{Came, METHODS, Pair, came};
use whetstone_tests::simulation::labels::{accuracies, labels_to_reach, mean, orders};
use whetstone_tests::simulation::{ANSWERS, Item, items, items_of};

type Done<T> = Result<T, Box<dyn Error>>;

/// Labels in random order that the others are held against.
const LABELS: usize = 500;

fn main() -> Done<()> {
    // Worlds that the tables with stand-ins are the means of.
    let seeds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20);
    hybrids_with_stand_in(seeds)?;
    labels_with_stand_in(seeds)?;
    if std::env::args().any(|argument| argument == "starter") {
        let starter = Starter::open()?;
        hybrids_with_starter(&starter)?;
        labels_with_starter(&starter)?;
    }
    Ok(())
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// How many labels each order needs, with a logistic regression as the preference model.
fn labels_with_stand_in(seeds: u64) -> Done<()> {
    say(&format!(
        "\n| order | accuracy after 100 | 200 | 300 | {LABELS} | labels to reach what random order reaches with {LABELS} |"
    ))?;
    say("|---|---|---|---|---|---|")?;
    let mut goal = None;
    for (name, order) in orders() {
        let one = |seed| accuracies(&items(200, seed), &items(100, seed + 1000), order, LABELS, seed);
        let curve = mean(&(0..seeds).map(one).collect::<Vec<_>>());
        let goal = *goal.get_or_insert(curve[curve.len() - 1]);
        let needed =
            labels_to_reach(&curve, goal).map_or_else(|| "not reached".to_owned(), |labels| labels.to_string());
        let at = |labels: usize| format!("{:.3}", curve[labels / 25 - 1]);
        say(&format!("| {name} | {} | {} | {} | {} | {needed} |", at(100), at(200), at(300), at(LABELS)))?;
    }
    Ok(())
}

/// Labels, pairs and right pairs of each method.
fn hybrids_with_stand_in(seeds: u64) -> Done<()> {
    say("\n| method | labels by people | pairs | right pairs |")?;
    say("|---|---|---|---|")?;
    let coach = |seed| StandIn { strength: 2.5, noise: 2.5, threshold: 4.0, seed };
    for (method, share) in [("rlhf", 1)].into_iter().chain(METHODS.map(|method| (method, 10))) {
        let (mut labels, mut pairs, mut right) = (0.0, 0.0, 0.0);
        for seed in 0..seeds {
            let items = items(40, seed);
            let came = came(method, &items, &coach(seed), items.len() / share, seed);
            labels += came.labels as f64 / seeds as f64;
            pairs += came.pairs.len() as f64 / seeds as f64;
            right += came.right(&items) / seeds as f64;
        }
        say(&format!("| {method} | {labels:.0} | {pairs:.0} | {right:.3} |"))?;
    }
    Ok(())
}

/// The model that comes with the program, as the demos use it.
struct Starter {
    folder: PathBuf,
    compute: ComputeSettings,
    runs: tempfile::TempDir,
}

impl Starter {
    fn open() -> Done<Self> {
        let runs = tempfile::Builder::new().prefix("who-judges-").tempdir()?;
        let compute = ComputeSettings { threads: Some(2), ..ComputeSettings::default() };
        Ok(Self { folder: model_folder(STARTER)?, compute, runs })
    }

    /// Answers to requests, as many to each as `samples`.
    fn answers(
        &self,
        requests: &[Request],
        samples: usize,
        adapter: Option<&Path>,
        seed: u64,
    ) -> Done<Vec<Vec<String>>> {
        let session = Session::open(&self.compute, &self.folder, adapter)?;
        let prompts: Vec<Text> = requests.iter().map(|request| asked(&request.text)).collect();
        let sampling = SamplingSettings {
            max_new_tokens: 112,
            temperature: Some(0.9),
            samples,
            seed,
            ..SamplingSettings::default()
        };
        let cancel = CancelToken::default();
        let drawn =
            session.complete_all(&CompletionRequest::new(&prompts, &sampling), &JobContext::new(&|_| {}, &cancel))?;
        Ok(drawn.into_iter().map(|samples| samples.into_iter().map(|sample| sample.completion).collect()).collect())
    }

    /// Trains on pairs with the demos' settings.
    fn train(
        &self,
        name: &str,
        task: Task,
        items: &[Item],
        pairs: &[Pair],
        from: Option<&Path>,
        seed: u64,
    ) -> Done<PathBuf> {
        let out = self.runs.path().join(name);
        let data = self.runs.path().join(format!("{name}.jsonl"));
        let mut lines = String::new();
        for (place, choice) in pairs {
            writeln!(lines, "{}", line(&items[*place], *choice))?;
        }
        std::fs::write(&data, lines)?;
        let mut settings = TrainSettings {
            task,
            loss: if task == Task::Dpo { "sigmoid_sft" } else { "bradley_terry" }.to_owned(),
            beta: 0.1,
            learning_rate: 1e-3,
            lora: LoraSettings { rank: 8, alpha: 16.0, ..LoraSettings::default() },
            // As a project trains: no pair more than four times.
            max_steps: Some(56.min((4 * pairs.len()).div_ceil(8).max(1) as u64)),
            batch_size: 8,
            schedule: Schedule::Linear,
            warmup_steps: 4,
            memory: MemoryMode::Fast,
            seed,
            ..TrainSettings::default()
        };
        if task == Task::Dpo {
            settings.loss_parameters.insert("sft_weight".to_owned(), 0.5);
        }
        let spec = TrainSpec {
            model: self.folder.clone(),
            data,
            holdout: None,
            out: out.clone(),
            adapter: from.map(Path::to_owned),
            settings,
            resume: false,
            pause_on_battery: false,
            watched: Vec::new(),
            compute: self.compute.clone(),
        };
        let cancel = CancelToken::default();
        train::run(&spec, &JobContext::new(&|_| {}, &cancel))?;
        Ok(out)
    }

    /// How often the answers to the example's set-aside prompts follow both rules, and how often they are whole sentences.
    fn result(&self, adapter: Option<&Path>, seed: u64) -> Done<(f64, f64)> {
        let held_out: Vec<Request> =
            example::prompts().into_iter().filter(|prompt| prompt.is_holdout).map(|prompt| prompt.request).collect();
        let answers = self.answers(&held_out, 8, adapter, seed + 77)?;
        let (mut follows, mut fluent, mut all) = (0.0, 0.0, 0.0);
        for (request, answers) in held_out.iter().zip(&answers) {
            for answer in answers {
                let met = oracle::rules_met(&EXAMPLE_RUBRIC, request, answer);
                follows += f64::from(u8::from(met == EXAMPLE_RUBRIC.len()));
                fluent += f64::from(u8::from(oracle::is_fluent(answer)));
                all += 1.0;
            }
        }
        Ok((follows / all, fluent / all))
    }
}

fn asked(request: &str) -> Text {
    Text::Messages(vec![ChatMessage::new("user", request)])
}

fn line(item: &Item, choice: Choice) -> Value {
    let (chosen, rejected) = if choice == Choice::A { (&item.a, &item.b) } else { (&item.b, &item.a) };
    let said = |text: &str| Text::Messages(vec![ChatMessage::new("assistant", text)]);
    json!({ "prompt": asked(&item.request.text), "chosen": said(chosen), "rejected": said(rejected) })
}

/// The starter's own answers to the example's prompts, compared.
fn own_items(starter: &Starter, adapter: Option<&Path>, seed: u64) -> Done<Vec<Item>> {
    let requests: Vec<Request> =
        example::prompts().into_iter().filter(|prompt| !prompt.is_holdout).map(|prompt| prompt.request).collect();
    let answers = starter.answers(&requests, ANSWERS, adapter, seed)?;
    let mut items = Vec::new();
    for (place, (request, answers)) in requests.iter().zip(&answers).enumerate() {
        items.extend(items_of(place, request, answers, items.len()));
    }
    Ok(items)
}

/// The methods on the starter's own answers, judged by the starter, and what training on it comes to.
fn hybrids_with_starter(starter: &Starter) -> Done<()> {
    let seed = 0;
    let coach = Coach::of_folder(&starter.compute, &starter.folder, None)?.with_threshold(5.0);
    let items = own_items(starter, None, seed)?;
    let all: Vec<&Item> = items.iter().collect();
    let (right, decided) = rightness(&coach.verdicts(&EXAMPLE_RUBRIC, &all), &items);
    say(&format!(
        "\nThe starter as the coach: right in {right:.3} of what it decides, which is {decided:.3} of all.\n"
    ))?;
    say("| method | labels by people | pairs | right pairs | follows both rules | whole sentences |")?;
    say("|---|---|---|---|---|---|")?;
    let (follows, fluent) = starter.result(None, seed)?;
    say(&format!("| before | | | | {follows:.3} | {fluent:.3} |"))?;
    for (method, share) in [("rlhf", 1)].into_iter().chain(METHODS.map(|method| (method, 10))) {
        let name = format!("{method}-{share}");
        let labels = items.len() / share;
        let (came, adapter, right) = if method == "hybrid-c" {
            two_rounds(starter, &coach, &items, labels, seed)?
        } else {
            let came = came(method, &items, &coach, labels, seed);
            let adapter = starter.train(&name, Task::Dpo, &items, &came.pairs, None, seed)?;
            let right = came.right(&items);
            (came, adapter, right)
        };
        let (follows, fluent) = starter.result(Some(&adapter), seed)?;
        say(&format!(
            "| {method} | {} | {} | {right:.3} | {follows:.3} | {fluent:.3} |",
            came.labels,
            came.pairs.len()
        ))?;
    }
    Ok(())
}

/// Two rounds: an adapter of people's part, new answers drawn with it, and the coach's verdicts on those.
fn two_rounds(
    starter: &Starter,
    coach: &Coach,
    items: &[Item],
    labels: usize,
    seed: u64,
) -> Done<(Came, PathBuf, f64)> {
    let first = came("rlhf", items, coach, labels, seed);
    let adapter = starter.train("hybrid-c-first", Task::Dpo, items, &first.pairs, None, seed)?;
    let new = own_items(starter, Some(&adapter), seed + 1)?;
    let all: Vec<&Item> = new.iter().collect();
    let verdicts = coach.verdicts(&EXAMPLE_RUBRIC, &all);
    let pairs: Vec<Pair> = verdicts.iter().map(|verdict| verdict.choice).enumerate().collect();
    let second = Came { labels: 0, pairs: pairs.into_iter().filter(|(_, choice)| choice.is_decisive()).collect() };
    let adapter = starter.train("hybrid-c-second", Task::Dpo, &new, &second.pairs, Some(&adapter), seed)?;
    let (one, other) = (first.pairs.len() as f64, second.pairs.len() as f64);
    let right = (one * first.right(items) + other * second.right(&new)) / (one + other).max(1.0);
    let pairs = [first.pairs, second.pairs].concat();
    Ok((Came { labels: first.labels, pairs }, adapter, right))
}

/// The first table with the starter as the preference model, once: it learns anew after each hundred labels.
fn labels_with_starter(starter: &Starter) -> Done<()> {
    let seed = 1;
    let (pool, held_out) = (items(200, seed), items(60, seed + 1000));
    say("\n| order | labels | the starter's accuracy on what nobody labelled |")?;
    say("|---|---|---|")?;
    for (name, is_random, steps) in [("random", true, 5), ("both, and a tenth by chance", false, 4)] {
        let mut asked: Vec<usize> = Vec::new();
        let mut margins = vec![0.0; pool.len()];
        for step in 1..=steps {
            asked.extend(next(&pool, &asked, &margins, is_random, seed));
            let pairs: Vec<Pair> = asked
                .iter()
                .map(|&place| (place, pool[place].said_by_person(seed)))
                .filter(|(_, choice)| choice.is_decisive())
                .collect();
            let run = format!("scores-{is_random}-{step}");
            let adapter = starter.train(&run, Task::PreferenceModel, &pool, &pairs, None, seed)?;
            let model = PreferenceModel::open(&starter.compute, &starter.folder, &adapter)?;
            if !is_random {
                margins = margins_of(&model, &pool)?;
            }
            let found = margins_of(&model, &held_out)?;
            let decided: Vec<bool> = held_out
                .iter()
                .zip(found)
                .filter(|(item, _)| item.truth.is_decisive())
                .map(|(item, margin)| (margin > 0.0) == (item.truth == Choice::A))
                .collect();
            let right = decided.iter().filter(|is_right| **is_right).count() as f64 / decided.len() as f64;
            say(&format!("| {name} | {} | {right:.3} |", asked.len()))?;
        }
    }
    Ok(())
}

/// The next hundred to ask.
fn next(pool: &[Item], asked: &[usize], margins: &[f64], is_random: bool, seed: u64) -> Vec<usize> {
    let mut open: Vec<usize> = (0..pool.len()).filter(|place| !asked.contains(place)).collect();
    if is_random {
        open.sort_by_key(|&place| Random::new(seed, &[3, place as u64]).next_u64());
    } else {
        let candidate = |&place: &usize| Candidate {
            comparison: place as RecordId,
            prompt: pool[place].comparison.prompt,
            is_wanted: true,
            is_audit: false,
            distance: margins[place],
        };
        let candidates: Vec<Candidate> = open.iter().map(candidate).collect();
        let answered: Vec<RecordId> = asked.iter().map(|&place| pool[place].comparison.prompt).collect();
        let settings = OrderSettings { seed, ..OrderSettings::default() };
        open = most_informative_first(&candidates, &answered, &settings).iter().map(|&place| place as usize).collect();
    }
    open.truncate(100);
    open
}

fn margins_of(model: &PreferenceModel, items: &[Item]) -> Done<Vec<f64>> {
    let said = |text: &str| Text::Messages(vec![ChatMessage::new("assistant", text)]);
    let answers: Vec<(Text, Text)> = items
        .iter()
        .flat_map(|item| [&item.a, &item.b].map(|answer| (asked(&item.request.text), said(answer))))
        .collect();
    let borrowed: Vec<(&Text, &Text)> = answers.iter().map(|(prompt, answer)| (prompt, answer)).collect();
    let cancel = CancelToken::default();
    let scores = model.scores(&borrowed, &JobContext::new(&|_| {}, &cancel))?;
    Ok(scores.chunks_exact(2).map(|pair| pair[0] - pair[1]).collect())
}
