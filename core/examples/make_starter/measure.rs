//! How good a starter model is, on requests that training never saw.

use std::collections::BTreeSet;
use std::fmt::{Display, Formatter};

use serde_json::Map;
use whetstone_core::domain::{RubricTask, Text};
use whetstone_core::example::{EXAMPLE_RUBRIC, Request, RuleName, Traits, oracle, reply, request};
use whetstone_core::feedback::coach::prompt::{Frame, comparison_prompt};
use whetstone_core::generate::decode::{Completion, DecodeSettings, decode};
use whetstone_core::generate::sampling::ResolvedSampling;
use whetstone_core::job::{CancelToken, JobContext};
use whetstone_core::model::backend::Backend;
use whetstone_core::model::decoder::{Decoder, Pass};
use whetstone_core::model::{Batch, ChatTemplate, TextTokenizer, prompt_ids};
use whetstone_core::random::Random;

type Anything = Box<dyn std::error::Error + Send + Sync>;

const SEED: u64 = 77;

/// Shares of comparisons.
#[derive(Debug, Clone, Copy, Default)]
pub struct Judging {
    /// The likelier letter is the right one, over both orders.
    pub right: f64,
    /// The same reply is preferred in both orders.
    pub steady: f64,
    /// The log-odds of both orders, added, are right.
    pub right_together: f64,
}

/// Shares of replies that were sampled at temperature 0.8.
#[derive(Debug, Clone, Copy, Default)]
pub struct Writing {
    /// Every sentence is one of the example's.
    pub fluent: f64,
    /// Every order, product and day is the request's.
    pub copied_right: f64,
    /// Differ from all before them.
    pub distinct: f64,
    /// Follow the example's rubric.
    pub follows_rubric: f64,
    /// Words of a reply.
    pub words: f64,
}

/// All figures.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measured {
    /// By the example's rubric.
    pub rubric: Judging,
    /// By one, two and three rules of the whole library.
    pub by_rules: [Judging; 3],
    /// By the example's rubric, of two replies that it wrote itself.
    pub own: Judging,
    /// Of its own replies.
    pub writing: Writing,
}

impl Measured {
    /// Measures on `comparisons` pairs a kind and `replies` samples.
    pub fn of<B: Backend>(
        decoder: &Decoder<B>,
        tokenizer: &TextTokenizer,
        template: &ChatTemplate,
        comparisons: u64,
        replies: u64,
    ) -> Result<Self, Anything> {
        let judge = Judge { decoder, tokenizer, template };
        let judging = |rules: Option<usize>| {
            judge.judging((0..comparisons).map(|index| made_case(rules, &mut case_random(rules, index))))
        };
        let written = judge.write(replies)?;
        Ok(Self {
            rubric: judging(None)?,
            by_rules: [judging(Some(1))?, judging(Some(2))?, judging(Some(3))?],
            own: judge.judging(own_cases(&written))?,
            writing: Writing::of(&written),
        })
    }
}

impl Display for Judging {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let [right, steady, together] = [self.right, self.steady, self.right_together].map(|share| 100.0 * share);
        write!(f, "{right:.1}/{steady:.1}/{together:.1}")
    }
}

impl Display for Measured {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let [one, two, three] = self.by_rules;
        let writing = self.writing;
        let shares = [writing.fluent, writing.copied_right, writing.distinct, writing.follows_rubric];
        let [fluent, copied, distinct, follows] = shares.map(|share| 100.0 * share);
        write!(
            f,
            "right/steady/together: rubric {}, own {}, rules {one} {two} {three}; fluent {fluent:.1}, copied {copied:.1}, \
             distinct {distinct:.1}, follows {follows:.1}, {:.1} words",
            self.rubric, self.own, writing.words
        )
    }
}

/// Two replies of which one follows more of the rules.
struct Case {
    request: Request,
    rules: Vec<RuleName>,
    replies: [String; 2],
    first_is_better: bool,
}

impl Case {
    /// `None` where the replies are even.
    fn new(request: &Request, rules: &[RuleName], replies: [&str; 2]) -> Option<Self> {
        let [a, b] = replies.map(|reply| oracle::rules_met(rules, request, reply));
        let replies = replies.map(str::to_owned);
        (a != b).then(|| Self { request: request.clone(), rules: rules.to_vec(), replies, first_is_better: a > b })
    }
}

fn case_random(rules: Option<usize>, index: u64) -> Random {
    Random::new(SEED, &[rules.unwrap_or(0) as u64, index])
}

/// A case of the corpus's kind, by this many rules of the library or by the example's rubric.
fn made_case(rules: Option<usize>, random: &mut Random) -> Case {
    loop {
        let request = held_out_request(random);
        let rules = if let Some(count) = rules {
            let mut all = RuleName::ALL;
            random.shuffle(&mut all);
            all[..count].to_vec()
        } else {
            EXAMPLE_RUBRIC.to_vec()
        };
        let [first, second] = [(), ()].map(|()| reply(&request, Traits::draw(random), random));
        if let Some(case) = Case::new(&request, &rules, [&first, &second]) {
            return case;
        }
    }
}

fn held_out_request(random: &mut Random) -> Request {
    loop {
        let request = request(random);
        if request.is_held_out() {
            return request;
        }
    }
}

/// A request and the replies that the model wrote to it.
type Written = (Request, Vec<String>);

fn own_cases(written: &[Written]) -> impl Iterator<Item = Case> + '_ {
    written.iter().flat_map(|(request, replies)| {
        let pairs = replies.windows(2);
        pairs.filter_map(|pair| Case::new(request, &EXAMPLE_RUBRIC, [&pair[0], &pair[1]]))
    })
}

/// Replies to one request.
const SAMPLES: usize = 4;

struct Judge<'a, B: Backend> {
    decoder: &'a Decoder<B>,
    tokenizer: &'a TextTokenizer,
    template: &'a ChatTemplate,
}

impl<B: Backend> Judge<'_, B> {
    fn prompt(&self, text: String) -> Result<Vec<u32>, Anything> {
        Ok(prompt_ids(&Text::Plain(text), self.tokenizer, Some(self.template), false, &Map::new())?)
    }

    fn letter(&self, letter: &str) -> Result<u32, Anything> {
        Ok(*self.tokenizer.encode(letter, false)?.first().ok_or("the letter has no token")?)
    }

    fn judging(&self, cases: impl Iterator<Item = Case>) -> Result<Judging, Anything> {
        let (mut count, mut right, mut steady, mut right_together) = (0, 0, 0, 0);
        for case in cases {
            let [odds, swapped] = self.odds(&case)?;
            let is_right = |odds: f32| usize::from((odds > 0.0) == case.first_is_better);
            count += 1;
            right += is_right(odds) + is_right(swapped);
            steady += usize::from((odds > 0.0) == (swapped > 0.0));
            right_together += is_right(odds + swapped);
        }
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        Ok(Judging {
            right: share(right, 2 * count),
            steady: share(steady, count),
            right_together: share(right_together, count),
        })
    }

    /// The log-odds of the first reply, where it is A and where it is B.
    fn odds(&self, case: &Case) -> Result<[f32; 2], Anything> {
        let (a, b) = (self.letter("A")?, self.letter("B")?);
        let rules: Vec<&str> = case.rules.iter().map(|rule| rule.text()).collect();
        let [first, second] = &case.replies;
        let prompt = |a: &str, b: &str| {
            self.prompt(comparison_prompt(
                Frame::RulesLast,
                RubricTask::Conversation,
                &rules.join(" "),
                &case.request.text,
                a,
                b,
            ))
        };
        let mut batch = Batch::default();
        let in_order = batch.push(&prompt(first, second)?).end - 1;
        let swapped = batch.push(&prompt(second, first)?).end - 1;
        let (values, _) = self.decoder.backend().run(|| {
            let (hidden, _) = self.decoder.forward(&batch, Pass::inference(false))?;
            let rows = [in_order, in_order, swapped, swapped];
            self.decoder.log_probabilities(&hidden, &rows, &[a, b, a, b], false)
        })?;
        Ok([values[0] - values[1], values[3] - values[2]])
    }

    /// Draws this many replies to held-out requests.
    fn write(&self, replies: u64) -> Result<Vec<Written>, Anything> {
        let requests = (0..replies / SAMPLES as u64).map(|index| held_out_request(&mut Random::new(SEED, &[9, index])));
        let mut written: Vec<Written> = requests.map(|request| (request, Vec::new())).collect();
        let prompts =
            written.iter().map(|(request, _)| self.prompt(request.text.clone())).collect::<Result<Vec<_>, _>>()?;
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        self.decoder.backend().run(|| {
            let done = |index: usize, completions: Vec<Completion>| {
                for completion in completions {
                    let text = self.tokenizer.decode_continuation(&prompts[index], &completion.token_ids)?;
                    written[index].1.push(text);
                }
                Ok(())
            };
            decode(self.decoder, &prompts, &self.settings(), &context, done, |_| {})
        })?;
        Ok(written)
    }

    fn settings(&self) -> DecodeSettings {
        let sampling = ResolvedSampling {
            greedy: false,
            temperature: 0.8,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repetition_penalty: 1.0,
        };
        DecodeSettings {
            sampling,
            samples: SAMPLES,
            max_new_tokens: 150,
            numbers: None,
            max_positions: self.decoder.config().max_positions,
            end_tokens: self.tokenizer.eos_token_id().into_iter().collect(),
            seed: SEED,
            adapted: false,
        }
    }
}

impl Writing {
    fn of(written: &[Written]) -> Self {
        let replies =
            || written.iter().flat_map(|(request, texts)| texts.iter().map(move |text| (request, text.as_str())));
        let count = replies().count().max(1) as f64;
        let share = |is_so: &dyn Fn(&Request, &str) -> bool| {
            replies().filter(|(request, text)| is_so(request, text)).count() as f64 / count
        };
        Self {
            fluent: share(&|_, text| oracle::is_fluent(text)),
            copied_right: share(&oracle::slots_agree),
            distinct: replies().map(|(_, text)| text).collect::<BTreeSet<_>>().len() as f64 / count,
            follows_rubric: share(&|request, text| oracle::rules_met(&EXAMPLE_RUBRIC, request, text) == 2),
            words: replies().map(|(_, text)| oracle::word_count(text)).sum::<usize>() as f64 / count,
        }
    }
}
