//! The command line: one file a command, each a form that becomes a [`JobSpec`](whetstone_core::job::JobSpec).

#![expect(clippy::doc_markdown, reason = "comments on options are help texts, printed as they stand")]

mod advise;
mod bench;
mod catalogue;
mod coach;
mod demo;
mod download;
mod doctor;
mod endpoint;
mod evaluate;
mod export;
mod generate;
mod import;
mod judge;
mod label;
mod lora;
mod models;
mod project;
mod push;
mod score;
mod search;
mod shared;
mod stop;
mod token;
mod train;
mod train_online;
mod update;
mod values;
mod write;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

pub(crate) use advise::AdviseOptions;
pub(crate) use bench::BenchOptions;
pub(crate) use catalogue::CatalogueOptions;
pub(crate) use coach::{CoachCommand, CoachOptions, ReportOptions, RubricsOptions};
pub(crate) use demo::DemoOptions;
pub(crate) use doctor::DoctorOptions;
pub(crate) use download::DownloadOptions;
pub(crate) use endpoint::{AddOptions, EndpointCommand, EndpointOptions, EndpointsOptions, KeyOptions};
pub(crate) use evaluate::EvaluateOptions;
pub(crate) use export::ExportOptions;
pub(crate) use generate::GenerateOptions;
pub(crate) use import::{ImportAdapterOptions, ImportOptions, RunOptions};
pub(crate) use judge::JudgeOptions;
pub(crate) use label::LabelOptions;
pub(crate) use models::ModelsOptions;
pub(crate) use project::{FolderOptions, ProjectOptions};
pub(crate) use push::PushOptions;
pub(crate) use score::ScoreOptions;
pub(crate) use search::SearchOptions;
pub(crate) use token::{TokenCommand, TokenOptions, without_tokens};
pub(crate) use train::TrainOptions;
pub(crate) use train_online::TrainOnlineOptions;
pub(crate) use update::UpdateOptions;
pub(crate) use write::WriteOptions;

/// Sharpen a small language model on your own machine: let it answer, say which answers are better, train an adapter
/// on that, and take the adapter away.
#[derive(Debug, Parser)]
#[command(
    name = "whetstone",
    version,
    propagate_version = true,
    after_help = "Without a command, or with a project's folder or file, the window opens.\n\
                  To see it without a window: whetstone demo. A project of your own: whetstone advise, then project new, import \
                  (--holdout-share 0.2), run, label, run.\n\
                  By single steps: generate answers, judge them (--pairs), train on the pairs, generate again with \
                  --adapter, export.\n\
                  Exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C."
)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: CommandOptions,

    /// Tell everything as JSON lines on standard output, for a script
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum CommandOptions {
    /// Show the whole road, from answers to a better adapter and a report, on a small model that comes with the program
    Demo(DemoOptions),
    /// Go on with a project as far as people are not needed, and say what it waits for
    Run(RunOptions),
    /// Say where a project stands
    Status(FolderOptions),
    /// Bring prompts, pairs or labels from a file into a project
    Import(ImportOptions),
    /// Bring an adapter that was trained elsewhere into a project, to compare it with the old model and take it away
    ImportAdapter(ImportAdapterOptions),
    /// Judge answers in this terminal, blind, one comparison after the other
    Label(LabelOptions),
    /// Let a coach write answers for the model to learn from, or new prompts of the kind that a project has
    Write(WriteOptions),
    /// Answer five questions and learn which method fits, or that none is needed
    Advise(AdviseOptions),
    /// Make a project, change it, share its work, look into it
    Project(ProjectOptions),
    /// Find a model that fits this machine: the suggestions, or the Hub searched
    Search(SearchOptions),
    /// Fetch a model from the Hugging Face Hub, whole and checked
    Download(DownloadOptions),
    /// Let a model answer prompts
    Generate(Box<GenerateOptions>),
    /// Show how likely a model finds each answer of preference pairs, or how a preference model scores it
    Score(ScoreOptions),
    /// Judge answers by rules, by a coach or by a preference model, and make preference pairs of the best and the worst
    Judge(JudgeOptions),
    /// Learn whether a coach can be trusted before it labels in bulk; begin a rubric with a ready-made one
    Coach(CoachOptions),
    /// Train an adapter, or the model itself, on preference pairs or on single answers, so that the model answers more like the good ones
    Train(Box<TrainOptions>),
    /// Train an adapter in rounds: the model answers prompts, its answers are judged, it learns from that, and again
    TrainOnline(Box<TrainOnlineOptions>),
    /// Learn whether an adapter made a model better: both answer, somebody compares blind, and what was forgotten is measured
    Evaluate(Box<EvaluateOptions>),
    /// Write an adapter as other tools read it
    Export(ExportOptions),
    /// Name the models that lie on this machine, or delete some
    Models(ModelsOptions),
    /// Put an exported adapter, a model or a dataset on the Hub, after showing what would be sent
    Push(PushOptions),
    /// Add a server that judges or writes, give it a key, try it, or forget it
    Endpoint(EndpointsOptions),
    /// Keep a token for the Hub, say whose it is, or forget it
    Token(TokenOptions),
    /// Measure how fast this machine trains and answers, with a small model of random weights
    Bench(BenchOptions),
    /// Show what this machine and this build have, and how fast it is at training and answering
    Doctor(DoctorOptions),
    /// Put a newer version of this program in place, or say whether there is one
    Update(UpdateOptions),
    /// Show what is inside this program that others made, and every licence in full
    Licences,
    /// Compare the models that are suggested with the Hub
    #[command(hide = true)]
    Catalogue(CatalogueOptions),
    /// Run jobs for another program: JSON lines on standard input and output
    Engine,
}

impl Options {
    /// The same options, if what clap cannot see for itself holds too.
    pub(crate) fn checked(self) -> Result<Self, clap::Error> {
        let checked = match &self.command {
            CommandOptions::Train(train) => train.check(),
            CommandOptions::TrainOnline(train) => train.check(),
            CommandOptions::Export(export) => export.check(),
            _ => Ok(()),
        };
        checked.map_err(|message| Self::command().error(ErrorKind::ArgumentConflict, message))?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
