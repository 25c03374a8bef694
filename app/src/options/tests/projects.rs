//! The commands of a project: demo, run, status, import, label, advise, project.

use whetstone_core::job::{DemoSpec, EndpointUse, ImportSpec, ProjectAction, ProjectChanges, ProjectSpec, RunSpec};
use whetstone_core::method::{RECIPES, StageKind};
use whetstone_core::project::exchange::DATASET_TARGETS;

use super::*;

/// What is to be done with the project `P`.
fn action(line: &str) -> ProjectAction {
    match job(line) {
        Ok(JobSpec::Project(ProjectSpec { project, action })) if project == Path::new("P") => action,
        other => panic!("{line}: {other:?}"),
    }
}

fn label(line: &str) -> LabelOptions {
    match parsed(line) {
        CommandOptions::Label(options) => options,
        other => panic!("{line}: {other:?}"),
    }
}

/// A command that is no job.
fn parsed(line: &str) -> CommandOptions {
    let options = Options::try_parse_from(["whetstone"].into_iter().chain(line.split_whitespace()));
    options.and_then(Options::checked).unwrap_or_else(|error| panic!("{line}: {error}")).command
}

#[test]
fn a_demo_has_its_defaults_and_every_method() {
    let demo = |line: &str| match job(line) {
        Ok(JobSpec::Demo(spec)) => spec,
        other => panic!("{line}: {other:?}"),
    };
    let default = DemoSpec {
        method: "rlhf".to_owned(),
        seed: 0,
        short: false,
        out: Path::new("whetstone-demo").join("rlhf"),
        compute: ComputeSettings::default(),
    };
    assert_eq!(demo("demo"), default);
    for recipe in RECIPES {
        let spec = demo(&format!("demo --method {} --short", recipe.id));
        assert_eq!((spec.method.as_str(), spec.short), (recipe.id, true));
        // A short demo and a long one do not meet in one folder.
        assert_eq!(spec.out, Path::new("whetstone-demo").join(format!("{}-short", recipe.id)));
    }
    let spec = demo("demo --method hybrid-d --seed 7 --out o --threads 2 --device cpu");
    assert_eq!((spec.seed, spec.out.as_path(), spec.compute.threads), (7, Path::new("o"), Some(2)));
    assert_eq!(spec.compute.device, DeviceChoice::Cpu);
}

#[test]
fn going_on_and_looking_arrive() {
    let run = |line: &str| match job(line) {
        Ok(JobSpec::Run(spec)) => spec,
        other => panic!("{line}: {other:?}"),
    };
    let expected = RunSpec {
        project: "P".into(),
        again: false,
        until: None,
        beside: false,
        endpoint: EndpointUse::default(),
        compute: ComputeSettings::default(),
    };
    assert_eq!(run("run P"), expected);
    let compute = ComputeSettings { threads: Some(3), dtype: DtypeChoice::F32, ..ComputeSettings::default() };
    assert_eq!(run("run P --again --threads 3 --dtype f32"), RunSpec { again: true, compute, ..expected.clone() });
    for stage in StageKind::ALL {
        let until = Some(stage.id().to_owned());
        assert_eq!(run(&format!("run P --until {}", stage.id())), RunSpec { until, ..expected.clone() });
    }
    assert_eq!(action("status P"), ProjectAction::Status);
}

#[test]
fn every_option_of_import_arrives() {
    let import = |line: &str| match job(line) {
        Ok(JobSpec::Import(spec)) => spec,
        other => panic!("{line}: {other:?}"),
    };
    let plain = ImportSpec {
        project: Some("P".into()),
        file: "f.csv".into(),
        form: None,
        columns: [].into(),
        holdout: false,
        holdout_share: 0.0,
        preview: false,
        beside: false,
    };
    assert_eq!(import("import f.csv --project P"), plain);
    assert_eq!(import("import f.csv --preview"), ImportSpec { project: None, preview: true, ..plain.clone() });
    let columns = [("prompt", "question"), ("chosen", "good")].map(|(role, name)| (role.to_owned(), name.to_owned()));
    assert_eq!(
        import("import f.csv --project P --form x --column prompt=question --column chosen=good --holdout-share 0.25"),
        ImportSpec { form: Some("x".to_owned()), columns: columns.into(), holdout_share: 0.25, ..plain.clone() }
    );
    assert_eq!(import("import f.csv --project P --holdout"), ImportSpec { holdout: true, ..plain });
}

#[test]
fn what_is_done_with_a_project_arrives() {
    let name = || "Ada".to_owned();
    for (line, expected) in [
        ("project new P", ProjectAction::New(ProjectChanges::default())),
        ("project set P", ProjectAction::Set(ProjectChanges::default())),
        ("project agreement P", ProjectAction::Agreement),
        (
            "project pack P --annotator Ada --out o",
            ProjectAction::Pack { annotator: name(), out: "o".into(), review: false },
        ),
        (
            "project pack P --annotator Ada --out o --review",
            ProjectAction::Pack { annotator: name(), out: "o".into(), review: true },
        ),
        ("project merge P a b", ProjectAction::Merge { packs: vec!["a".into(), "b".into()] }),
        ("project approve P --annotator Ada", ProjectAction::Approve { annotator: name() }),
        ("project remove-annotator P Ada", ProjectAction::SetAnnotator { annotator: name(), is_active: false }),
        ("project restore-annotator P Ada", ProjectAction::SetAnnotator { annotator: name(), is_active: true }),
        ("project lineage P", ProjectAction::Lineage),
        ("project history P", ProjectAction::History { most: 20 }),
        ("project history P --most 3", ProjectAction::History { most: 3 }),
        ("project archive P --out o", ProjectAction::Archive { out: "o".into() }),
        ("project unpack a --out P", ProjectAction::Unpack { archive: "a".into() }),
    ] {
        assert_eq!(action(line), expected, "{line}");
    }
    for target in DATASET_TARGETS {
        let expected = ProjectAction::Dataset { to: target.id.to_owned(), out: "o".into() };
        assert_eq!(action(&format!("project dataset P --to {} --out o", target.id)), expected);
    }
}

#[test]
fn every_setting_of_a_project_arrives() {
    let line = "--name Shop --model m --coach c --method hybrid-b --rubric r --system-prompt Help --holdout-share 0.25 --seed 5 --samples 4 \
                --comparisons 3 --max-new-tokens 64 --temperature 0.75 --preset quick --steps 9 --learning-rate 1e-3 \
                --judge rules";
    let text = |text: &str| Some(text.to_owned());
    let changes = ProjectChanges {
        name: text("Shop"),
        model: text("m"),
        coach: text("c"),
        method: text("hybrid-b"),
        rubric: Some("r".into()),
        system_prompt: text("Help"),
        holdout_share: Some(0.25),
        seed: Some(5),
        samples: Some(4),
        comparisons: Some(3),
        max_new_tokens: Some(64),
        temperature: Some(0.75),
        preset: text("quick"),
        steps: Some(9),
        learning_rate: Some(1e-3),
        judge: text("rules"),
        example: false,
    };
    assert_eq!(action(&format!("project set P {line}")), ProjectAction::Set(changes.clone()));
    let new = ProjectAction::New(ProjectChanges { example: true, ..changes });
    assert_eq!(action(&format!("project new P --example {line}")), new);
    for recipe in RECIPES {
        job(&format!("project set P --method {}", recipe.id)).expect(recipe.id);
    }
    for preset in PRESETS {
        job(&format!("project set P --preset {}", preset.id)).expect(preset.id);
    }
    for judge in ["people", "rules", "coach"] {
        job(&format!("project set P --judge {judge}")).expect(judge);
    }
}

#[test]
fn a_sitting_is_over_a_project_or_a_pack() {
    let options = label("label P --annotator Ada --review");
    assert_eq!((options.project, options.annotator), (Some("P".into()), Some("Ada".to_owned())));
    assert!(options.review && !options.compare && options.pack.is_none());
    assert!(label("label P --annotator Ada --compare").compare);
    assert_eq!(label("label --pack a").pack, Some("a".into()));
}

#[test]
fn answers_to_the_advisor_arrive() {
    let CommandOptions::Advise(options) = parsed("advise --project P --answer goal=tone --answer hours=few") else {
        panic!("advise");
    };
    assert_eq!(options.project, Some("P".into()));
    assert_eq!(options.answers, [("goal", "tone"), ("hours", "few")].map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn what_a_project_cannot_do_is_wrong_usage() {
    assert_wrong(&[
        "demo --method none",
        "demo --seed -1",
        "demo --method",
        "run",
        "status",
        "import",
        "import f",
        "import f --project P --holdout --holdout-share 0.5",
        "import f --project P --holdout-share 1",
        "import f --project P --column question",
        "label",
        "label P",
        "label --annotator Ada",
        "label P --annotator Ada --pack a",
        "label P --annotator Ada --review --compare",
        "label --pack a --review",
        "label --pack a --compare",
        "advise --answer goal",
        "project",
        "project fly P",
        "project new",
        "project set P --method none",
        "project set P --judge nobody",
        "project set P --preset slow",
        "project set P --samples 0",
        "project set P --steps 0",
        "project set P --temperature 0",
        "project set P --learning-rate 0",
        "project pack P --annotator Ada",
        "project pack P --out o",
        "project merge P",
        "project approve P",
        "project remove-annotator P",
        "project dataset P --to none --out o",
        "project dataset P --to preference",
        "project history P --most 0",
        "project archive P",
        "project unpack a",
    ]);
}
