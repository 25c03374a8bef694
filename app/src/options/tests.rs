use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::json;
use whetstone_core::domain::{
    CoachName, ComputeSettings, DeviceChoice, DtypeChoice, MemoryMode, ReferenceChoice, SamplingSettings, Schedule,
    Task, Text, TrainSettings,
};
use whetstone_core::job::{
    CoachReportSpec, ComparedBy, EndpointUse, EvaluateSpec, GenerateSpec, ImportAdapterSpec, JobSpec, JudgeSpec,
    ModelsAction, PushKind, TrainSpec, UpdateSpec,
};
use whetstone_core::train::loss::LOSSES;

use whetstone_core::train::presets::PRESETS;

use super::*;

mod projects;
mod rounds;

/// The job that a command line asks for.
fn job(line: &str) -> Result<JobSpec, clap::Error> {
    let options = Options::try_parse_from(["whetstone"].into_iter().chain(line.split_whitespace()))?.checked()?;
    Ok(match options.command {
        CommandOptions::Generate(options) => (*options).into(),
        CommandOptions::Score(options) => options.into(),
        CommandOptions::Judge(options) => JobSpec::Judge(options.into()),
        CommandOptions::Train(options) => (*options).into(),
        CommandOptions::TrainOnline(options) => (*options).into(),
        CommandOptions::Evaluate(options) => JobSpec::Evaluate(Box::new((*options).into())),
        CommandOptions::Export(options) => options.into(),
        CommandOptions::Bench(options) => options.into(),
        CommandOptions::Demo(options) => options.into(),
        CommandOptions::Run(options) => JobSpec::Run(options.into()),
        CommandOptions::Status(options) => options.into(),
        CommandOptions::Import(options) => options.into(),
        CommandOptions::ImportAdapter(options) => options.into(),
        CommandOptions::Project(options) => options.into(),
        CommandOptions::Write(options) => JobSpec::Write(options.into()),
        CommandOptions::Search(options) => options.into(),
        CommandOptions::Download(options) => options.into(),
        CommandOptions::Models(options) => options.into(),
        CommandOptions::Doctor(options) => options.into(),
        CommandOptions::Catalogue(options) => options.into(),
        CommandOptions::Coach(CoachOptions { command: CoachCommand::Report(options) }) => {
            JobSpec::CoachReport(Box::new((*options).into()))
        }
        CommandOptions::Coach(_)
        | CommandOptions::Label(_)
        | CommandOptions::Advise(_)
        | CommandOptions::Endpoint(_)
        | CommandOptions::Push(_)
        | CommandOptions::Token(_)
        | CommandOptions::Update(_)
        | CommandOptions::Licences
        | CommandOptions::Engine => {
            panic!("no job: {line}")
        }
    })
}

fn training(options: &str) -> TrainSpec {
    match job(&format!("train --model m --data d --out o {options}")) {
        Ok(JobSpec::Train(spec)) => spec,
        other => panic!("{options}: {other:?}"),
    }
}

fn generation(options: &str) -> GenerateSpec {
    match job(&format!("generate --model m {options}")) {
        Ok(JobSpec::Generate(spec)) => spec,
        other => panic!("{options}: {other:?}"),
    }
}

fn assert_wrong(lines: &[&str]) {
    for line in lines {
        let error = job(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}: {error}");
    }
}

#[test]
fn doctor_measures_unless_it_is_told_not_to() {
    let doctor = |line: &str| match job(line) {
        Ok(JobSpec::Doctor(spec)) => (spec.quick, spec.compute.threads),
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!((doctor("doctor"), doctor("doctor --quick --threads 3")), ((false, None), (true, Some(3))));
    assert!(matches!(job("catalogue check"), Ok(JobSpec::CheckCatalogue(_))));
    assert_wrong(&["catalogue", "catalogue fly", "doctor --threads 0"]);
}

#[test]
fn an_update_is_one_thing_at_a_time() {
    let spec = |line: &str| {
        let options = Options::try_parse_from(["whetstone"].into_iter().chain(line.split_whitespace()));
        match options.expect(line).command {
            CommandOptions::Update(options) => options.spec(),
            other => panic!("{line}: {other:?}"),
        }
    };
    assert_eq!(spec("update"), UpdateSpec::Install { version: None });
    assert_eq!(spec("update --check"), UpdateSpec::Look);
    assert_eq!(spec("update --allow"), UpdateSpec::Allow { allowed: true });
    assert_eq!(spec("update --forbid"), UpdateSpec::Allow { allowed: false });
    for both in ["update --check --allow", "update --allow --forbid", "update --check --forbid", "update now"] {
        assert!(Options::try_parse_from(["whetstone"].into_iter().chain(both.split_whitespace())).is_err(), "{both}");
    }
}

#[test]
fn the_form_is_sound() {
    Options::command().debug_assert();
}

#[test]
fn defaults_are_the_jobs_own() {
    let spec = training("");
    assert_eq!(spec.settings, TrainSettings::default());
    assert_eq!(spec.compute, ComputeSettings::default());
    assert_eq!((spec.model.as_path(), spec.data.as_path()), (Path::new("m"), Path::new("d")));
    assert_eq!((spec.out.as_path(), spec.adapter, spec.holdout, spec.resume), (Path::new("o"), None, None, false));
    assert_eq!(generation("--prompts p").sampling, SamplingSettings::default());
}

#[test]
fn every_option_of_train_arrives() {
    let spec = training(
        "--task dpo --adapter a --reference start --dropout 0.1 --loss robust --beta 0 \
         --loss-param label_smoothing=0.25 --learning-rate 1e-3 --epochs 2.5 --max-steps 9 --batch-size 2 --accumulate 3 \
         --schedule cosine --warmup-steps 4 --max-grad-norm 0.5 --weight-decay 0.01 --max-length 64 --holdout h \
         --memory small --seed 18446744073709551615 --no-shuffle --checkpoint-every 5 --resume --device cpu \
         --dtype bf16 --threads 2 --template-argument enable_thinking=false --template-argument name=Ada",
    );
    let settings = spec.settings;
    assert_eq!(spec.adapter, Some(PathBuf::from("a")));
    assert_eq!(spec.holdout, Some(PathBuf::from("h")));
    assert!(spec.resume && !spec.pause_on_battery && training("--pause-on-battery").pause_on_battery);
    assert_eq!(settings.reference, ReferenceChoice::Start);
    assert_eq!((settings.beta, settings.learning_rate, settings.epochs), (0.0, 1e-3, 2.5));
    assert_eq!((settings.task, settings.loss.as_str()), (Task::Dpo, "robust"));
    assert_eq!(settings.loss_parameters, [("label_smoothing".to_owned(), 0.25)].into());
    assert_eq!((settings.max_steps, settings.batch_size, settings.accumulate), (Some(9), 2, 3));
    assert_eq!((settings.schedule, settings.warmup_steps), (Schedule::Cosine, 4));
    assert_eq!((settings.max_grad_norm, settings.weight_decay, settings.max_length), (0.5, 0.01, 64));
    assert_eq!((settings.memory, settings.seed, settings.shuffle), (MemoryMode::Small, u64::MAX, false));
    assert_eq!((settings.checkpoint_every, settings.lora.dropout), (Some(5), 0.1));
    assert_eq!(json!(settings.template_arguments), json!({"enable_thinking": false, "name": "Ada"}));
    let compute = ComputeSettings { device: DeviceChoice::Cpu, dtype: DtypeChoice::Bf16, threads: Some(2) };
    assert_eq!(spec.compute, compute);
}

#[test]
fn an_option_that_a_format_has_no_use_for_is_wrong_usage() {
    let line = |options: &str| format!("export --model m --adapter a --out o {options}");
    for options in [
        "--to gguf --gguf-type q8_0",
        "--to llama-server --gguf-type f32",
        "--to merged --shard-gigabytes 2",
        "--to ollama --system-prompt Help",
        "--to peft --system-prompt Help",
    ] {
        assert!(matches!(job(&line(options)), Ok(JobSpec::Export(_))), "{options}");
    }
    for (options, said) in [
        ("--to peft --gguf-type q8_0", "--gguf-type"),
        ("--to vllm --gguf-type f16", "--gguf-type"),
        ("--to gguf --shard-gigabytes 2", "--shard-gigabytes"),
        ("--to trl-job --system-prompt Help", "--system-prompt"),
    ] {
        let error = job(&line(options)).expect_err(options);
        assert_eq!(error.exit_code(), 2, "{options}: {error}");
        assert!(error.to_string().contains(said), "{options}: {error}");
    }
}

#[test]
fn full_training_has_no_part_in_what_is_an_adapters() {
    assert!(training("--full --task sft --dtype f32 --memory small --patience 2").settings.full);
    for (options, said) in [
        ("--rank 8", "--rank"),
        ("--alpha 8", "--alpha"),
        ("--target-modules q_proj", "--target-modules"),
        ("--rslora", "--rslora"),
        ("--dropout 0.1", "--dropout"),
        ("--adapter a", "--adapter"),
        ("--dtype bf16", "lost in bf16's rounding"),
        ("--dtype q8_0", "lost in q8_0's rounding"),
        ("--dtype q4_k", "lost in q4_k's rounding"),
        ("--preset quick", "made for adapters"),
        ("--task preference-model", "score head is kept in an adapter"),
        ("--reference start", "--reference start"),
    ] {
        let error = job(&format!("train --model m --data d --out o --full {options}")).expect_err(options);
        assert_eq!(error.exit_code(), 2, "{options}: {error}");
        let words = error.to_string();
        assert!(words.contains(said) && words.contains("--full") || options.contains("start"), "{options}: {words}");
    }
}

#[test]
fn a_preset_chooses_and_single_options_override_it() {
    for preset in PRESETS {
        let mut expected = TrainSettings::default();
        preset.apply(&mut expected);
        assert_eq!(training(&format!("--preset {}", preset.id)).settings, expected);
    }
    let settings = training("--preset quick --learning-rate 1e-5 --max-steps 9 --patience 7").settings;
    assert_eq!((settings.learning_rate, settings.rate_by_size), (1e-5, false));
    assert_eq!((settings.max_steps, settings.patience, settings.evaluate_every), (Some(9), Some(7), Some(5)));
    let settings = training("--preset quick --epochs 3 --holdout-share 0.2").settings;
    assert_eq!((settings.epochs, settings.max_steps, settings.holdout_share), (3.0, None, 0.2));
    assert_wrong(&[
        "train --model m --data d --out o --preset slow",
        "train --model m --data d --out o --patience 0",
        "train --model m --data d --out o --holdout h --holdout-share 0.1",
    ]);
}

#[test]
fn a_dry_run_is_a_job_of_its_own() {
    let Ok(JobSpec::Forecast(spec)) = job("train --model m --data d --out o --dry-run") else { panic!("a forecast") };
    assert_eq!(spec, training(""));
}

#[test]
fn target_modules_come_by_comma_or_again() {
    let names = |options: &str| training(options).settings.lora.target_modules;
    assert_eq!(names(""), ["all-linear"]);
    assert_eq!(names("--target-modules q_proj,v_proj --target-modules o_proj"), ["q_proj", "v_proj", "o_proj"]);
}

#[test]
fn the_adapters_shape_arrives() {
    let lora = training("--rank 8 --alpha 16 --rslora").settings.lora;
    assert_eq!((lora.rank, lora.alpha, lora.rslora), (8, 16.0, true));
}

#[test]
fn every_option_of_generate_arrives() {
    let spec = generation(
        "--adapter a --prompt hello --samples 4 --max-new-tokens 7 --temperature 0.8 --top-p 0.9 --top-k 0 --min-p 0 \
         --repetition-penalty 1.1 --seed 3 --raw --ignore-eos --out o",
    );
    let sampling = SamplingSettings {
        samples: 4,
        greedy: false,
        max_new_tokens: 7,
        temperature: Some(0.8),
        top_p: Some(0.9),
        top_k: Some(0),
        min_p: Some(0.0),
        repetition_penalty: Some(1.1),
        seed: 3,
        raw: true,
        ignore_eos: true,
    };
    assert_eq!(spec.sampling, sampling);
    assert_eq!(spec.prompt, Some(Text::Plain("hello".to_owned())));
    assert_eq!((spec.adapter, spec.out), (Some(PathBuf::from("a")), Some(PathBuf::from("o"))));
}

#[test]
fn each_task_has_its_loss() {
    for task in Task::ALL {
        let settings = training(&format!("--task {}", task.name())).settings;
        let first = LOSSES.iter().find(|loss| loss.task == *task).expect("every task has a loss");
        assert_eq!((settings.task, settings.loss.as_str()), (*task, first.id));
    }
    for loss in LOSSES {
        let parameters = loss.parameters.iter().map(|row| format!("--loss-param {}={}", row.name, row.default));
        let parameters = parameters.collect::<Vec<_>>().join(" ");
        let settings = training(&format!("--task {} --loss {} {parameters}", loss.task.name(), loss.id)).settings;
        assert_eq!((settings.loss.as_str(), settings.loss_parameters.len()), (loss.id, loss.parameters.len()));
    }
}

#[test]
fn temperature_zero_is_greedy() {
    let sampling = generation("--prompt hello --temperature 0").sampling;
    assert_eq!((sampling.greedy, sampling.temperature), (true, None));
}

#[test]
fn rules_or_a_coach_judge() {
    let spec = |options: &str| match job(&format!("judge --data d {options}")) {
        Ok(JobSpec::Judge(spec)) => spec,
        other => panic!("{options}: {other:?}"),
    };
    let path = |name: &str| Some(PathBuf::from(name));
    assert_eq!(spec("--rules r"), JudgeSpec { rules: path("r"), data: "d".into(), ..JudgeSpec::default() });
    let coach = spec("--coach c --rubric u --adapter a --threshold 0.5 --device cpu --template-argument x=1");
    let compute = ComputeSettings { device: DeviceChoice::Cpu, ..ComputeSettings::default() };
    assert_eq!(
        coach,
        JudgeSpec {
            coach: Some("c".parse().expect("a coach")),
            rubric: path("u"),
            adapter: path("a"),
            threshold: Some(0.5),
            data: "d".into(),
            compute,
            template_arguments: [("x".to_owned(), json!(1))].into_iter().collect(),
            ..JudgeSpec::default()
        }
    );
}

#[test]
fn a_command_line_that_lacks_or_contradicts_is_wrong() {
    assert_wrong(&[
        "",
        "fly",
        "generate --model m",
        "generate --model m --prompt a --prompts b",
        "generate --prompt a",
        "score --model m",
        "judge --rules r",
        "judge --data d",
        "judge --coach c",
        "judge --rules r --coach c --data d",
        "judge --rules r --rubric u --data d",
        "judge --rules r --adapter a --data d",
        "judge --rules r --threshold 1 --data d",
        "train --model m --data d",
        "train --model m --data d --out o --task ppo",
        "train --model m --data d --out o --loss none",
        "train --model m --data d --out o --reference start",
        "train --model m --data d --out o --task sft --loss sigmoid",
        "train --model m --data d --out o --loss kto",
        "train --model m --data d --out o --task sft --beta 0.1",
        "train --model m --data d --out o --task preference-model --beta 0.1",
        "train --model m --data d --out o --task sft --adapter a --reference start",
        "train --model m --data d --out o --loss ipo --beta 0",
        "train --model m --data d --out o --loss-param label_smoothing=0.1",
        "train --model m --data d --out o --loss robust --loss-param label_smoothing=0.5",
        "train --model m --data d --out o --loss robust --loss-param smoothing=0.1",
        "train --model m --data d --out o --task kto --loss-param desirable_weight=-1",
        "train --model m --data d --out o --adapter a --rank 8",
        "train --model m --data d --out o --adapter a --alpha 8",
        "train --model m --data d --out o --adapter a --rslora",
        "train --model m --data d --out o --adapter a --target-modules q_proj",
        "train --model m --data d --out o --target-modules q_proj,,v_proj",
        "export --model m --adapter a --to nothing --out o",
    ]);
}

#[test]
fn a_value_out_of_range_is_wrong() {
    let out_of_range = [
        ("train --model m --data d --out o", "--learning-rate 0 -1 nan inf 1e999 x"),
        ("train --model m --data d --out o", "--beta -0.1 nan"),
        ("train --model m --data d --out o", "--dropout 1 -0.1"),
        ("train --model m --data d --out o", "--rank 0 -1 1.5 99999999"),
        ("train --model m --data d --out o", "--alpha 0"),
        ("train --model m --data d --out o", "--epochs 0"),
        ("train --model m --data d --out o", "--max-steps 0"),
        ("train --model m --data d --out o", "--batch-size 0 18446744073709551615"),
        ("train --model m --data d --out o", "--accumulate 0"),
        ("train --model m --data d --out o", "--max-grad-norm 0"),
        ("train --model m --data d --out o", "--weight-decay -1"),
        ("train --model m --data d --out o", "--max-length 0"),
        ("train --model m --data d --out o", "--checkpoint-every 0"),
        ("train --model m --data d --out o", "--warmup-steps -1"),
        ("train --model m --data d --out o", "--loss-param x x=y =1 x=nan"),
        ("train --model m --data d --out o", "--schedule up"),
        ("train --model m --data d --out o", "--memory big"),
        ("train --model m --data d --out o", "--threads 0 4096"),
        ("train --model m --data d --out o", "--device tpu"),
        ("train --model m --data d --out o", "--dtype f16"),
        ("train --model m --data d --out o", "--quantize 5"),
        ("train --model m --data d --out o --dtype bf16", "--quantize 4"),
        ("train --model m --data d --out o --full", "--quantize 8"),
        ("judge --coach c --data d", "--threshold -1 nan inf"),
        ("generate --model m --prompt p", "--samples 0"),
        ("generate --model m --prompt p", "--max-new-tokens 0"),
        ("generate --model m --prompt p", "--temperature -1 1e-99x inf"),
        ("generate --model m --prompt p", "--top-p 0 1.1"),
        ("generate --model m --prompt p", "--top-k -1"),
        ("generate --model m --prompt p", "--min-p -0.1 1.1"),
        ("generate --model m --prompt p", "--repetition-penalty 0"),
        ("generate --model m --prompt p", "--seed -1"),
        ("generate --model m --prompt p", "--template-argument x =1"),
    ];
    for (line, wrong) in out_of_range {
        let (option, values) = wrong.split_once(' ').expect("an option and values");
        for value in values.split(' ') {
            assert_wrong(&[&format!("{line} {option}={value}")]);
        }
    }
}

#[test]
fn every_named_choice_is_known_to_the_jobs() {
    for name in ["linear", "cosine", "constant"] {
        training(&format!("--schedule {name}"));
    }
    for name in ["auto", "fast", "small"] {
        training(&format!("--memory {name}"));
    }
    for name in ["auto", "cpu", "cuda", "metal"] {
        training(&format!("--device {name}"));
    }
    for name in ["auto", "f32", "bf16"] {
        training(&format!("--dtype {name}"));
    }
}

#[test]
fn models_are_listed_unless_some_are_to_be_deleted() {
    let models = |line: &str| match job(line) {
        Ok(JobSpec::Models(spec)) => spec,
        other => panic!("{line}: {other:?}"),
    };
    let list = models("models --project a --project b");
    assert_eq!((list.action, list.projects.len()), (ModelsAction::List, 2));
    let delete = models("models delete o/m o/n --force --project a");
    let names = vec!["o/m".to_owned(), "o/n".to_owned()];
    assert_eq!((delete.action, delete.projects.len()), (ModelsAction::Delete { names, force: true }, 1));
    assert_wrong(&["models delete", "models o/m", "models --force"]);
}

#[test]
fn what_is_pushed_is_private_and_a_model_unless_said_otherwise() {
    let push = |line: &str| match Options::try_parse_from(line.split_whitespace()).map(|options| options.command) {
        Ok(CommandOptions::Push(options)) => (options.spec(true), options.yes),
        other => panic!("{line}: {other:?}"),
    };
    let (spec, is_agreed) = push("whetstone push f ada/m");
    assert!(!spec.public && spec.preview && !is_agreed && spec.access.token.is_none());
    assert_eq!((spec.kind, spec.repository.as_str()), (PushKind::Model, "ada/m"));
    let (spec, is_agreed) = push("whetstone push f ada/m --dataset --public --yes");
    assert!(spec.public && is_agreed && spec.kind == PushKind::Dataset);
}

#[test]
fn a_token_on_the_command_line_is_not_repeated() {
    for line in ["token set hf_canary", "token canary", "token set --token=hf_canary", "search x --hf_canary"] {
        let arguments: Vec<_> = ["whetstone"].into_iter().chain(line.split_whitespace()).map(OsString::from).collect();
        let error = Options::try_parse_from(&arguments).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
        let told = without_tokens(&error.render().to_string(), &arguments);
        assert!(!told.contains("canary"), "{line}: {told}");
    }
}

#[test]
fn coaches_are_tried_on_what_is_named() {
    let report = |options: &str| match job(&format!("coach report {options}")) {
        Ok(JobSpec::CoachReport(spec)) => *spec,
        other => panic!("{options}: {other:?}"),
    };
    assert_eq!(report(""), CoachReportSpec::default());
    let line = "--coach starter --coach endpoint:big --project P --rubric r --model m --adapter a --most 40 --no-by-rule \
                --threshold 2 --out o --seed 3";
    let coaches = vec![CoachName::Starter, CoachName::Endpoint("big".to_owned())];
    let path = |path: &str| Some(PathBuf::from(path));
    let expected = CoachReportSpec {
        coaches,
        project: path("P"),
        rubric: path("r"),
        model: path("m"),
        adapter: path("a"),
        most: Some(40),
        by_rule: Some(false),
        threshold: Some(2.0),
        out: path("o"),
        seed: 3,
        endpoint: EndpointUse { ledger: path("o/coach-report.answers"), ..EndpointUse::default() },
        ..CoachReportSpec::default()
    };
    assert_eq!(report(line), expected);
    assert_eq!(report("--by-rule").by_rule, Some(true));
    for wrong in
        ["coach report --project P --data d", "coach report --most 0", "coach", "coach report --coach endpoint:"]
    {
        assert!(job(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_adapter_is_brought_into_a_project() {
    let spec = ImportAdapterSpec { project: "shop".into(), adapter: "job/result".into(), beside: false };
    assert_eq!(job("import-adapter --project shop job/result").ok(), Some(JobSpec::ImportAdapter(spec)));
    assert!(job("import-adapter job/result").is_err(), "no project");
}

#[test]
fn people_rules_or_a_coach_compare_old_and_new() {
    let spec = |line: &str| -> EvaluateSpec {
        match job(&format!("evaluate --model m --adapter a --data d {line}")) {
            Ok(JobSpec::Evaluate(spec)) => *spec,
            other => panic!("{line}: {other:?}"),
        }
    };
    let plain = spec("--rules r");
    assert_eq!(plain.judge, ComparedBy::Rules { file: "r".into() });
    assert!(plain.forgetting && !plain.look_early && plain.out.is_none() && plain.beta.is_none());
    assert_eq!((plain.sampling.samples, plain.sampling.seed, plain.comparisons), (1, 0, None));
    assert_eq!(spec("--people --out o").judge, ComparedBy::People);
    let full = spec(
        "--coach endpoint:paid --rubric u --threshold 2 --against b --samples 3 --comparisons 9 --look-early --beta 0.5 \
         --no-forgetting --system-prompt Kindly --seed 4 --out o --resume --yes --temperature 0",
    );
    let coach = ComparedBy::Coach {
        coach: CoachName::Endpoint("paid".to_owned()),
        rubric: Some("u".into()),
        threshold: Some(2.0),
    };
    assert_eq!(full.judge, coach);
    assert_eq!((full.against, full.comparisons, full.beta), (Some("b".into()), Some(9), Some(0.5)));
    assert!(full.look_early && !full.forgetting && full.resume && full.endpoint.is_agreed && full.sampling.greedy);
    assert_eq!(full.endpoint.ledger, Some(Path::new("o").join("verdicts.jsonl.answers")));
    for wrong in [
        "",
        "--people",
        "--rules r --coach c",
        "--rules r --rubric u",
        "--rules r --resume",
        "--rules r --comparisons 0",
    ] {
        assert!(job(&format!("evaluate --model m --data d {wrong}")).is_err(), "{wrong}");
    }
}

#[test]
fn every_precision_is_offered_by_its_name() {
    assert_eq!(super::shared::DTYPES.to_vec(), DtypeChoice::ALL.map(DtypeChoice::name).to_vec());
    for dtype in DtypeChoice::ALL {
        assert_eq!(serde_json::to_value(dtype).expect("a name"), dtype.name());
        assert_eq!(training(&format!("--dtype {}", dtype.name())).compute.dtype, dtype);
    }
    for (bits, dtype) in [(8, DtypeChoice::Q8_0), (4, DtypeChoice::Q4K)] {
        assert_eq!(training(&format!("--quantize {bits}")).compute.dtype, dtype);
    }
}
