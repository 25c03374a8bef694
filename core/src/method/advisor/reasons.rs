//! The advisor's reasons: one row each.

use super::Method;
use super::Method::{ChangePrompt, CollectFirst, HybridA, HybridB, HybridC, HybridD, Rlaif, Rlhf, WriteRules};
use super::shown::Condition::{Answered, AtLeast, Below};
use super::shown::{Condition, Fact};

/// Where its conditions hold, a reason gives points to methods, and one sentence says why.
#[derive(Debug)]
pub struct ReasonRow {
    /// Its name.
    pub id: &'static str,
    /// What must hold, all of it.
    pub when: &'static [Condition],
    /// Points for a method, or against it where they are below 0.
    pub points: &'static [(Method, i32)],
    /// What holds here, and what follows of it: for one method a reason, for another a doubt.
    pub sentence: &'static str,
}

impl ReasonRow {
    /// The points that it gives to a method.
    pub fn points_for(&self, method: Method) -> i32 {
        self.points.iter().find(|(named, _)| *named == method).map_or(0, |(_, points)| *points)
    }
}

/// Points that no other reason outweighs: for wishes that training does not meet.
const DECISIVE: i32 = 60;

/// Every reason, in the order of the questions, then of what a project shows.
pub const REASONS: &[ReasonRow] = &[
    ReasonRow {
        id: "mostly_a_mix",
        when: &[],
        points: &[(HybridA, 1), (HybridB, 1), (HybridC, 2), (HybridD, 1)],
        sentence: "In practice a mix of people and a judging model gives most for the effort.",
    },
    ReasonRow {
        id: "tone",
        when: &[Answered("goal", &["tone"])],
        points: &[(Rlhf, 3), (HybridA, 2), (HybridC, 2), (HybridB, 1), (HybridD, 1), (Rlaif, -1)],
        sentence: "Tone and conversation are a matter of people's preference: a person hears what no rule says.",
    },
    ReasonRow {
        id: "useful",
        when: &[Answered("goal", &["useful"])],
        points: &[(Rlhf, 1), (Rlaif, 1), (HybridB, 1), (HybridC, 1), (HybridD, 1)],
        sentence: "What makes an answer useful can be told to people and to a coach alike.",
    },
    ReasonRow {
        id: "correct",
        when: &[Answered("goal", &["correct"])],
        points: &[(Rlaif, 3), (Rlhf, -2)],
        sentence: "Results that can be checked need no taste: a check is cheaper and surer than many people's opinions.",
    },
    ReasonRow {
        id: "form",
        when: &[Answered("goal", &["form"])],
        points: &[(ChangePrompt, 12), (Rlaif, 3)],
        sentence: "A form can often be asked for: a clear system prompt with one example may already be enough.",
    },
    ReasonRow {
        id: "changing_facts",
        when: &[Answered("goal", &["changing_facts"])],
        points: &[(ChangePrompt, DECISIVE)],
        sentence: "Facts that change are out of date the day after a training: look them up and put them into the prompt.",
    },
    ReasonRow {
        id: "few_cases",
        when: &[Answered("goal", &["few_cases"])],
        points: &[(ChangePrompt, DECISIVE)],
        sentence: "A handful of wrong answers is no pattern to learn: say in the prompt what should be said there.",
    },
    ReasonRow {
        id: "anyone_judges",
        when: &[Answered("judge", &["anyone"])],
        points: &[(Rlhf, 1), (HybridC, 1)],
        sentence: "Anyone can tell which answer is better, so verdicts of people are easy to come by.",
    },
    ReasonRow {
        id: "our_taste",
        when: &[Answered("judge", &["us"])],
        points: &[(Rlhf, 1), (HybridA, 1), (HybridB, 1)],
        sentence: "It is your own taste that counts, and it has to come from you.",
    },
    ReasonRow {
        id: "dear_experts",
        when: &[Answered("judge", &["experts"])],
        points: &[(HybridD, 2), (HybridB, 1), (Rlaif, 1), (Rlhf, -2), (HybridA, -1)],
        sentence: "Experts' time is dear: they should approve or set the rules rather than judge everything.",
    },
    ReasonRow {
        id: "nobody_judges",
        when: &[Answered("judge", &["nobody"]), Answered("check", &["part", "none"])],
        points: &[(WriteRules, DECISIVE)],
        sentence: "Where nobody can say which answer is better, no training can find out.",
    },
    ReasonRow {
        id: "only_checks_judge",
        when: &[Answered("judge", &["nobody"]), Answered("check", &["all"])],
        points: &[(Rlaif, 4), (Rlhf, -6), (HybridA, -6), (HybridB, -4), (HybridC, -4), (HybridD, -4)],
        sentence: "People cannot judge this, but a program can.",
    },
    ReasonRow {
        id: "no_hours",
        when: &[Answered("hours", &["none"])],
        points: &[(Rlaif, 3), (Rlhf, -12), (HybridA, -12), (HybridC, -9), (HybridB, -9), (HybridD, -9)],
        sentence: "Nobody has time to compare answers.",
    },
    ReasonRow {
        id: "few_hours",
        when: &[Answered("hours", &["few"])],
        points: &[(HybridB, 2), (HybridD, 2), (Rlhf, -3), (HybridC, -1)],
        sentence: "Two hours are about 300 comparisons, or 600 verdicts looked over: best spent where each goes furthest.",
    },
    ReasonRow {
        id: "some_hours",
        when: &[Answered("hours", &["some"])],
        points: &[(HybridA, 2), (HybridC, 2), (Rlhf, 1), (HybridB, 1), (HybridD, 1)],
        sentence: "A day of people's time is enough to start well, and a judging model can go on from there.",
    },
    ReasonRow {
        id: "many_hours",
        when: &[Answered("hours", &["many"])],
        points: &[(Rlhf, 5), (HybridC, 1), (Rlaif, -1), (HybridB, -1), (HybridD, -1)],
        sentence: "People have days for this: nothing is closer to what people want than people's own verdicts.",
    },
    ReasonRow {
        id: "trusted_coach",
        when: &[Answered("coach", &["trusted"])],
        points: &[(HybridC, 4), (Rlaif, 3), (HybridA, -2), (HybridD, -1)],
        sentence: "You trust the coach: it judges as much as is needed, at any hour.",
    },
    ReasonRow {
        id: "mistakes_are_costly",
        when: &[Answered("coach", &["fair"])],
        points: &[(HybridD, 5), (Rlaif, -2)],
        sentence: "The coach is fair but a mistake is costly: a person should see each pair before it is learned.",
    },
    ReasonRow {
        id: "vague_rules",
        when: &[Answered("coach", &["unclear"])],
        points: &[(HybridB, 5), (Rlaif, -3), (HybridC, -2)],
        sentence: "The coach and you disagree because the rules are vague: your verdicts can show which rules you mean.",
    },
    ReasonRow {
        id: "no_coach",
        when: &[Answered("coach", &["none"])],
        points: &[(HybridA, 4), (Rlhf, 3), (Rlaif, -6), (HybridB, -6), (HybridC, -6), (HybridD, -6)],
        sentence: "There is no coach to trust: what judges must come from your own verdicts.",
    },
    ReasonRow {
        id: "all_checkable",
        when: &[Answered("check", &["all"])],
        points: &[(Rlaif, 6)],
        sentence: "Rules that a program checks say all that matters: they cost nothing and never tire.",
    },
    ReasonRow {
        id: "rules_need_no_coach",
        when: &[Answered("check", &["all"]), Answered("coach", &["none"])],
        points: &[(Rlaif, 7)],
        sentence: "With such rules no coach is needed.",
    },
    ReasonRow {
        id: "partly_checkable",
        when: &[Answered("check", &["part"])],
        points: &[(Rlaif, 1), (HybridB, 1)],
        sentence: "A program can check some of it, and leaves the rest to a judge.",
    },
    ReasonRow {
        id: "not_checkable",
        when: &[Answered("check", &["none"])],
        points: &[(Rlhf, 1), (Rlaif, -1)],
        sentence: "No program can check what matters here.",
    },
    ReasonRow {
        id: "no_feedback",
        when: &[Answered("hours", &["none"]), Answered("coach", &["none"]), Answered("check", &["part", "none"])],
        points: &[(CollectFirst, DECISIVE)],
        sentence: "There are no people, no coach and no rules that could judge: nothing to learn from.",
    },
    ReasonRow {
        id: "vague_rules_and_no_hours",
        when: &[Answered("hours", &["none"]), Answered("coach", &["unclear"]), Answered("check", &["part", "none"])],
        points: &[(WriteRules, 20)],
        sentence: "The rules are vague and nobody has time to judge: an hour spent on the rules is worth more than a training.",
    },
    ReasonRow {
        id: "costly_and_no_hours",
        when: &[Answered("hours", &["none"]), Answered("coach", &["fair"]), Answered("check", &["part", "none"])],
        points: &[(ChangePrompt, 4)],
        sentence: "A mistake is costly and nobody has time to approve pairs: a prompt that you try by hand is safer.",
    },
    ReasonRow {
        id: "too_few_prompts",
        when: &[Below(Fact::Prompts, 20.0)],
        points: &[(CollectFirst, DECISIVE - 20)],
        sentence: "With fewer than 20 prompts a model learns them by heart, and none are left to test it on.",
    },
    ReasonRow {
        id: "few_prompts",
        when: &[AtLeast(Fact::Prompts, 20.0), Below(Fact::Prompts, 300.0)],
        points: &[(Rlhf, 1)],
        sentence: "The prompts are few enough for people to judge them all.",
    },
    ReasonRow {
        id: "many_prompts",
        when: &[AtLeast(Fact::Prompts, 500.0)],
        points: &[(HybridA, 1), (HybridC, 1), (Rlaif, 1), (Rlhf, -2)],
        sentence: "There are more prompts than people can judge.",
    },
    ReasonRow {
        id: "coach_is_right",
        when: &[AtLeast(Fact::CoachAccuracy, 0.8), AtLeast(Fact::CoachCompared, 30.0)],
        points: &[(HybridC, 2), (Rlaif, 2)],
        sentence: "The coach says what people say in at least 8 of 10 comparisons.",
    },
    ReasonRow {
        id: "coach_is_sometimes_wrong",
        when: &[
            AtLeast(Fact::CoachAccuracy, 0.65),
            Below(Fact::CoachAccuracy, 0.8),
            AtLeast(Fact::CoachCompared, 30.0),
        ],
        points: &[(HybridD, 2), (HybridB, 1), (Rlaif, -2)],
        sentence: "The coach contradicts people in every third to fifth comparison.",
    },
    ReasonRow {
        id: "coach_is_wrong",
        when: &[Below(Fact::CoachAccuracy, 0.65), AtLeast(Fact::CoachCompared, 30.0)],
        points: &[(Rlhf, 2), (HybridA, 4), (HybridB, 2), (Rlaif, -6), (HybridC, -6), (HybridD, -2)],
        sentence: "The coach contradicts people in more than a third of the comparisons.",
    },
    ReasonRow {
        id: "people_do_not_agree",
        when: &[Below(Fact::Agreement, 0.2), AtLeast(Fact::AgreementComparisons, 20.0)],
        points: &[(WriteRules, 25)],
        sentence: "People who judged the same comparisons hardly agree beyond chance: what is better is not settled.",
    },
    ReasonRow {
        id: "people_agree_partly",
        when: &[AtLeast(Fact::Agreement, 0.2), Below(Fact::Agreement, 0.4), AtLeast(Fact::AgreementComparisons, 20.0)],
        points: &[(HybridB, 2), (Rlhf, -1), (HybridA, -1)],
        sentence: "People agree only partly: clearer rules would help them and a coach.",
    },
    ReasonRow {
        id: "people_agree",
        when: &[AtLeast(Fact::Agreement, 0.6), AtLeast(Fact::AgreementComparisons, 20.0)],
        points: &[(Rlhf, 1), (HybridA, 1)],
        sentence: "People agree well with each other: their verdicts are a firm ground.",
    },
    ReasonRow {
        id: "verdicts_are_there",
        when: &[AtLeast(Fact::PeopleVerdicts, 150.0)],
        points: &[(HybridA, 1), (HybridC, 1)],
        sentence: "There are enough verdicts of people already to build on.",
    },
];
