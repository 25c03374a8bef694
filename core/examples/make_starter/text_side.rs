//! The starter's tokenizer, trained on what it will read and write, and its chat template.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Value, json};
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, Tokenizer};
use whetstone_core::domain::RubricTask;
use whetstone_core::example::{RuleName, Traits, reply, request};
use whetstone_core::feedback::coach::prompt::{Frame, check_prompt, comparison_prompt};
use whetstone_core::files;
use whetstone_core::random::Random;

use super::Anything;

/// The tokenizer's size, and the model's.
pub const VOCABULARY: usize = 1280;
/// In the order of their ids.
const SPECIAL_TOKENS: [&str; 5] = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"];
pub const PAD_ID: u32 = 0;
pub const END_ID: u32 = 1;
pub const END: &str = SPECIAL_TOKENS[END_ID as usize];

const TEMPLATE: &str = "{%- for message in messages -%}\
    {%- if message['role'] not in ['system', 'user', 'assistant'] -%}\
    {{- raise_exception('This model knows the roles system, user and assistant.') -}}\
    {%- endif -%}\
    {{- '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' -}}\
    {%- endfor -%}\
    {%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}";

/// Trains the tokenizer and writes the folder's text side.
pub fn write(folder: &Path, seed: u64) -> Result<(), Anything> {
    files::create_folder(folder)?;
    let special = SPECIAL_TOKENS.map(|token| AddedToken::from(token, true));
    let trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(VOCABULARY)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect::<HashSet<_>>())
        .special_tokens(special.to_vec())
        .build();
    let mut tokenizer = Tokenizer::new(BPE::default());
    let bytes = ByteLevel::new(false, true, true);
    tokenizer.with_pre_tokenizer(Some(bytes)).with_decoder(Some(bytes));
    tokenizer.train(&mut TrainerWrapper::from(trainer), texts(seed).into_iter())?;
    let write_text =
        |name: &str, text: &str| files::write_atomically(&folder.join(name), |out| writeln!(out, "{text}"));
    write_text("tokenizer.json", &tokenizer.to_string(true)?)?;
    write_text("tokenizer_config.json", &format!("{:#}", tokenizer_config()))?;
    write_text("generation_config.json", &format!("{:#}", generation_config()))?;
    check(&tokenizer)
}

/// Texts such as the model will read and write.
fn texts(seed: u64) -> Vec<String> {
    let mut texts = Vec::new();
    for index in 0..12_000 {
        let mut random = Random::new(seed, &[0, index]);
        let request = request(&mut random);
        let [first, second] = [(), ()].map(|()| reply(&request, Traits::draw(&mut random), &mut random));
        let rule = RuleName::ALL[random.below(RuleName::ALL.len())].text();
        texts.push(comparison_prompt(Frame::RulesLast, RubricTask::Conversation, rule, &request.text, &first, &second));
        texts.push(check_prompt(Frame::RulesLast, RubricTask::Conversation, rule, &request.text, &first));
        texts.extend([request.text, first]);
        texts.extend(["A", "B", "yes", "no"].map(str::to_owned));
    }
    texts
}

/// Answers of the judge, and what replies copy, must be one token each.
fn check(tokenizer: &Tokenizer) -> Result<(), Anything> {
    let numbers = (10..100).map(|number| format!(" {number}"));
    for text in ["A", "B", "yes", "no"].map(str::to_owned).into_iter().chain(numbers) {
        let tokens = tokenizer.encode_fast(text.as_str(), false)?.len();
        if tokens != 1 {
            return Err(format!("{text:?} is {tokens} tokens").into());
        }
    }
    Ok(())
}

fn tokenizer_config() -> Value {
    json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": false,
        "clean_up_tokenization_spaces": false,
        "eos_token": END,
        "pad_token": SPECIAL_TOKENS[PAD_ID as usize],
        "model_max_length": super::weights::MAX_POSITIONS,
        "chat_template": TEMPLATE,
    })
}

fn generation_config() -> Value {
    json!({
        "eos_token_id": END_ID,
        "pad_token_id": PAD_ID,
        "do_sample": true,
        "temperature": 0.8,
    })
}
