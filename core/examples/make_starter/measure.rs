//! How good a starter model is, on requests that training never saw.

use std::collections::BTreeSet;
use std::fmt::{Display, Formatter};

use serde_json::Map;
use whetstone_core::domain::Text;
use whetstone_core::example::{EXAMPLE_RUBRIC, Request, RuleName, Traits, oracle, reply, request};
use whetstone_core::feedback::coach::prompt::comparison_prompt;
use whetstone_core::generate::decode::{DecodeSettings, decode};
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
        let text_side = TextSide { tokenizer, template };
        let judging = |rules: Option<usize>| judging(decoder, &text_side, rules, comparisons);
        Ok(Self {
            rubric: judging(None)?,
            by_rules: [judging(Some(1))?, judging(Some(2))?, judging(Some(3))?],
            writing: writing(decoder, &text_side, replies)?,
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
            "right/steady/together: rubric {}, rules {one} {two} {three}; fluent {fluent:.1}, copied {copied:.1}, \
             distinct {distinct:.1}, follows {follows:.1}, {:.1} words",
            self.rubric, writing.words
        )
    }
}

struct TextSide<'a> {
    tokenizer: &'a TextTokenizer,
    template: &'a ChatTemplate,
}

impl TextSide<'_> {
    fn prompt(&self, text: String) -> Result<Vec<u32>, Anything> {
        Ok(prompt_ids(&Text::Plain(text), self.tokenizer, Some(self.template), false, &Map::new())?)
    }

    fn letter(&self, letter: &str) -> Result<u32, Anything> {
        Ok(*self.tokenizer.encode(letter, false)?.first().ok_or("the letter has no token")?)
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

/// A held-out comparison that is no tie, by this many rules of the library or by the example's rubric.
fn case(rules: Option<usize>, random: &mut Random) -> (Request, Vec<RuleName>, [String; 2], bool) {
    loop {
        let request = held_out_request(random);
        let rules = if let Some(count) = rules {
            let mut all = RuleName::ALL;
            random.shuffle(&mut all);
            all[..count].to_vec()
        } else {
            EXAMPLE_RUBRIC.to_vec()
        };
        let replies = [(), ()].map(|()| reply(&request, Traits::draw(random), random));
        let [a, b] = [0, 1].map(|index: usize| oracle::rules_met(&rules, &request, &replies[index]));
        if a != b {
            return (request, rules, replies, a > b);
        }
    }
}

fn judging<B: Backend>(
    decoder: &Decoder<B>,
    text_side: &TextSide<'_>,
    rules: Option<usize>,
    comparisons: u64,
) -> Result<Judging, Anything> {
    let (a, b) = (text_side.letter("A")?, text_side.letter("B")?);
    let mut counts = [0; 3];
    for index in 0..comparisons {
        let mut random = Random::new(SEED, &[rules.unwrap_or(0) as u64, index]);
        let (request, rules, [first, second], first_is_better) = case(rules, &mut random);
        let texts: Vec<&str> = rules.iter().map(|rule| rule.text()).collect();
        let forward = text_side.prompt(comparison_prompt(&texts, &request.text, &first, &second))?;
        let swapped = text_side.prompt(comparison_prompt(&texts, &request.text, &second, &first))?;
        let mut batch = Batch::default();
        let rows = [batch.push(&forward).end - 1, batch.push(&swapped).end - 1];
        let values = decoder.backend().run(|| {
            let (hidden, _) = decoder.forward(&batch, Pass::inference(false))?;
            decoder.log_probabilities(&hidden, &[rows[0], rows[0], rows[1], rows[1]], &[a, b, a, b], false)
        })?;
        let values = values.0;
        // Log-odds of the first reply in either order.
        let (odds, odds_swapped) = (values[0] - values[1], values[3] - values[2]);
        let is_right = |odds: f32| (odds > 0.0) == first_is_better;
        counts[0] += usize::from(is_right(odds)) + usize::from(is_right(odds_swapped));
        counts[1] += usize::from((odds > 0.0) == (odds_swapped > 0.0));
        counts[2] += usize::from(is_right(odds + odds_swapped));
    }
    let share = |count: usize, of: u64| count as f64 / of.max(1) as f64;
    Ok(Judging {
        right: share(counts[0], 2 * comparisons),
        steady: share(counts[1], comparisons),
        right_together: share(counts[2], comparisons),
    })
}

/// Samples of one request.
const SAMPLES: u64 = 4;

fn writing<B: Backend>(decoder: &Decoder<B>, text_side: &TextSide<'_>, replies: u64) -> Result<Writing, Anything> {
    let requests: Vec<Request> =
        (0..replies / SAMPLES).map(|index| held_out_request(&mut Random::new(SEED, &[9, index]))).collect();
    let prompts =
        requests.iter().map(|request| text_side.prompt(request.text.clone())).collect::<Result<Vec<_>, _>>()?;
    let settings = DecodeSettings {
        sampling: ResolvedSampling {
            greedy: false,
            temperature: 0.8,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repetition_penalty: 1.0,
        },
        samples: SAMPLES as usize,
        max_new_tokens: 150,
        max_positions: decoder.config().max_positions,
        end_tokens: text_side.tokenizer.eos_token_id().into_iter().collect(),
        seed: SEED,
        adapted: false,
    };
    let mut texts = Vec::new();
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    decoder.backend().run(|| {
        let done = |index: usize, completions: Vec<whetstone_core::generate::decode::Completion>| {
            for completion in completions {
                texts.push((index, text_side.tokenizer.decode_continuation(&prompts[index], &completion.token_ids)?));
            }
            Ok(())
        };
        decode(decoder, &prompts, &settings, &context, done, |_| {})
    })?;
    let count = texts.len().max(1) as f64;
    let share = |is_so: &dyn Fn(&Request, &str) -> bool| {
        texts.iter().filter(|(index, text)| is_so(&requests[*index], text)).count() as f64 / count
    };
    Ok(Writing {
        fluent: share(&|_, text| oracle::is_fluent(text)),
        copied_right: share(&oracle::slots_agree),
        distinct: texts.iter().collect::<BTreeSet<_>>().len() as f64 / count,
        follows_rubric: share(&|request, text| oracle::rules_met(&EXAMPLE_RUBRIC, request, text) == 2),
        words: texts.iter().map(|(_, text)| oracle::word_count(text)).sum::<usize>() as f64 / count,
    })
}
