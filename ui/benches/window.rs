//! What a frame of the window costs beside drawing its pixels: `cargo bench -p whetstone-ui`. A project of 50,000
//! comparisons with answers of all lengths, every page, its tables scrolled, a label from the key to the next comparison.
//! A frame should stay below 16 ms, a label below 50 ms.

#![expect(clippy::print_stdout, reason = "a table for whoever measures")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::{Event, Key, MouseWheelSource, MouseWheelUnit, TouchPhase, vec2};
use egui_kittest::Harness;
use whetstone_core::desk::{Desk, ProjectCommand, Step};
use whetstone_core::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, Split, Text, VerdictForm};
use whetstone_core::feedback::people::{ReviewFilter, derived_key};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::Asked;
use whetstone_core::project::store::{Access, NewComparison, NewCompletion, NewPrompt, Store};
use whetstone_ui::{App, AppOptions, DeskCommand, Place, UiCommand, WindowSettings};

const PROMPTS: usize = 10_000;
const ANSWERS: usize = 6;
/// Length of the first prompt's answers, in bytes.
const LONG_ANSWER: usize = 100_000;

fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("large");
    make(&folder);
    let mut window = open(home.path());
    println!("{:<34} {:>10} {:>10}", "frame of our own, in ms", "median", "slowest");
    window.measure_frames("nothing open");
    window.send(DeskCommand::Open(folder));
    window.wait(|app| app.state().project.as_deref().is_some_and(|project| project.counts.comparisons >= 50_000));
    for step in Step::ALL {
        window.send(UiCommand::Go(Place::Step(step)));
        window.settle();
        window.measure_frames(step.id());
        window.measure_scrolling(&format!("{}, scrolled", step.id()));
    }
    window.measure_labels();
}

struct Window {
    harness: Harness<'static, App>,
}

fn open(home: &Path) -> Window {
    let options = AppOptions {
        engine: PathBuf::from("/there/is/no/engine"),
        open: None,
        data_home: home.to_owned(),
        settings: Some(WindowSettings { annotator: "Ada".to_owned(), ..WindowSettings::default() }),
        stretch: 1.0,
    };
    let builder = Harness::builder().with_size([1180.0, 780.0]).with_max_steps(4);
    Window { harness: builder.build_eframe(move |creation| App::new(creation, options)) }
}

impl Window {
    fn send(&mut self, command: impl Into<whetstone_ui::Command>) {
        let context = self.harness.ctx.clone();
        self.harness.state_mut().send(&context, command);
        self.harness.step();
    }

    fn wait(&mut self, mut holds: impl FnMut(&App) -> bool) {
        while !holds(self.harness.state()) {
            std::thread::sleep(Duration::from_millis(1));
            self.harness.step();
        }
    }

    /// Lets what was asked for be read.
    fn settle(&mut self) {
        for _ in 0..40 {
            std::thread::sleep(Duration::from_millis(50));
            self.harness.step();
        }
    }

    fn measure(&mut self, name: &str, mut before: impl FnMut(&mut Harness<'static, App>, usize)) {
        let mut times: Vec<f64> = (0..60)
            .map(|place| {
                before(&mut self.harness, place);
                let begun = Instant::now();
                self.harness.step();
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name:<34} {:>10.2} {:>10.2}", times[times.len() / 2], times[times.len() - 1]);
    }

    fn measure_frames(&mut self, name: &str) {
        self.measure(name, |_, _| {});
    }

    fn measure_scrolling(&mut self, name: &str) {
        self.measure(name, |harness, place| {
            harness.hover_at(egui::pos2(600.0, 500.0));
            harness.event(Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, if place < 40 { -400.0 } else { 300.0 }),
                phase: TouchPhase::Move,
                modifiers: egui::Modifiers::NONE,
                source: MouseWheelSource::Wheel,
            });
        });
    }

    /// From a key to the frame with the next comparison, the label on the disk.
    fn measure_labels(&mut self) {
        let place = |app: &App| app.state().sitting.as_ref().and_then(|sitting| Some(sitting.item.as_ref()?.place));
        self.send(UiCommand::Go(Place::Step(Step::Feedback)));
        let (annotator, filter) = ("Ada".to_owned(), ReviewFilter::default());
        self.send(ProjectCommand::SitDown { annotator, asked: Asked::Fresh, filter });
        self.wait(|app| place(app).is_some());
        self.settle();
        let mut times: Vec<f64> = (0..60)
            .map(|_| {
                let shown = place(self.harness.state());
                let begun = Instant::now();
                self.harness.key_press(Key::Num1);
                self.harness.step();
                while place(self.harness.state()) == shown || self.harness.state().state().is_keeping {
                    assert!(begun.elapsed() < Duration::from_secs(30), "the key does nothing");
                    std::thread::yield_now();
                    self.harness.step();
                }
                let took = begun.elapsed().as_secs_f64() * 1e3;
                std::thread::sleep(Duration::from_millis(100));
                self.harness.step();
                took
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{:<34} {:>10.2} {:>10.2}",
            "key to the next comparison",
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }
}

/// One round of 50,000 comparisons, the first half judged by a coach.
fn make(folder: &Path) {
    let changes = ProjectChanges { method: Some("rlhf".to_owned()), ..ProjectChanges::default() };
    drop(Desk::create(folder, &changes).expect("a project"));
    let store = Store::open(folder, Access::Owner).expect("it is there");
    let round = Some(store.begin_round(None).expect("a round").id);
    let prompt = |number: usize, split: Split| NewPrompt {
        text: Text::Plain(format!("Question {number}: when will parcel {} come?", number * 7919 % 100_003)),
        split,
        tags: Vec::new(),
        source: "typed".to_owned(),
    };
    let mut prompts: Vec<NewPrompt> = (0..PROMPTS).map(|number| prompt(number, Split::Train)).collect();
    prompts.push(prompt(PROMPTS, Split::Holdout));
    let ids = store.add_prompts(&prompts).expect("prompts").ids;
    let words = "It left our warehouse today and should be with you on Friday, within the usual hours. ";
    let answer = |prompt: usize, number: usize| NewCompletion {
        prompt: ids[prompt],
        round,
        text: format!(
            "{number}. {}",
            words.repeat(if prompt == 0 { LONG_ANSWER / words.len() } else { 2 + prompt % 5 })
        ),
        origin: CompletionOrigin::Model { model: "starter".to_owned(), run: None, seed: 0 },
        is_finished: true,
    };
    let answers: Vec<NewCompletion> = (0..PROMPTS)
        .flat_map(|prompt| (0..ANSWERS).map(move |number| (prompt, number)))
        .map(|(prompt, number)| answer(prompt, number))
        .collect();
    let answers = store.add_completions(&answers).expect("answers");
    let comparisons: Vec<NewComparison> = (0..PROMPTS)
        .flat_map(|place| (1..ANSWERS).map(move |number| (place, number)))
        .map(|(place, number)| NewComparison {
            prompt: ids[place],
            round,
            a: answers[place * ANSWERS + number - 1],
            b: answers[place * ANSWERS + number],
        })
        .collect();
    let comparisons = store.add_comparisons(&comparisons).expect("comparisons");
    let coach = store.annotator("the coach", AnnotatorKind::Coach, false).expect("a coach").id;
    let verdicts: Vec<NewVerdict> = comparisons
        .iter()
        .take(comparisons.len() / 2)
        .map(|&comparison| {
            let key = derived_key(&[&comparison.to_string()]);
            NewVerdict::bare(key, comparison, coach, Choice::A, VerdictForm::Comparison)
        })
        .collect();
    store.record_verdicts(&verdicts).expect("verdicts");
}
