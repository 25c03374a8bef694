# The words of the screens in English: the whole of them, which other languages follow.
# A page's words begin with its name. What stands in { $braces } is put in.

## Around every page

browse = Browse…
undo = Undo
dismiss = Dismiss
done = Done
details = Technical details
copied = Copied to the clipboard
reveal-failed = Cannot open { $path }
long-shown = Characters { $from } to { $to } of { $all }
long-all = Show all
long-before = The piece before
long-after = The next piece
long-copy = Copy the whole text
step-done = done
step-ready = can be done now
step-later = comes later
settings-name = Settings
glossary-name = Glossary
privacy-name = Privacy
files-name = Files

time-seconds =
    { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }
time-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
time-hours = { $hours } h { $minutes } min
time-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }

job-answer = The model answers
job-judge = The answers are judged
job-train = The model learns
job-compare = Old and new are compared
job-preview = Looking at the file
job-import = Bringing data in
job-forecast = Looking ahead
job-chat = Asking both models
job-export = Writing the adapter
job-suggest = Suggesting prompts
job-starting = Starting…
job-stopping = Stopping at the next step; nothing is lost
job-paused = Standing still: { $reason }
job-progress = { $stage }: { $done } of { $total }
job-left = { $said } · about { $left } left
job-show = Show
job-stop = Stop
job-pause = Pause
job-go-on = Go on from what was kept
job-busy = Something else is working on this project
job-busy-hint = Wait until it has ended, or stop it in the bar below

closing-title = Something is still running
closing-text = It can go on without the window and will be there when you open Whetstone again. If you stop it, everything up to now is kept, and you can go on from there.
closing-go-on = Close the window and let it go on
closing-stop = Stop it and close
closing-stay = Stay here

pick-project = Open a project's folder
pick-archive = Open a project that was packed
pick-projects-folder = Where to make projects
pick-model = Choose a model's folder
pick-coach = Choose the coach's folder
pick-data = Choose a file of data
pick-pack-out = Where to write the pack
pick-packs = Choose the packs that came back
pick-rubric = Choose a file of rules
pick-dataset-out = Where to write the pairs
pick-archive-out = Where to write the project
pick-export = Where to write the adapter


## The page of projects (start)

start-name = Start
start-title = What would you like to do?
start-sub = Whetstone makes a small language model better at your task, on this computer. Nothing leaves it.


## The page of the model (model)

model-name = Model
model-title = Which model should get better?
model-sub = Start with the small one that comes along, or choose a folder with a model of yours.


## The page of the method (method)

method-name = Method
method-title = Who says which answers are better?
method-sub = Whetstone learns from comparisons of two answers. People can judge them, a second model can, or both together.


## The page of the prompts (prompts)

prompts-name = Prompts
prompts-title = What will people ask your model?
prompts-sub = Bring questions as your users would write them. A part is set aside, to see later whether the model really got better.

gate-project = A project holds everything that belongs together: prompts, answers, what was said of them. Open one first, or make one.
gate-project-go = Choose a project
gate-step = Something else comes first: “{ $title }”
gate-go = Go on to: { $step }
data-reading = Reading…
data-starter = the starter model
data-show = Show
data-show-folder = Show the folder
data-copy-path = Copy the path

prompts-empty = There are no prompts yet. Twenty are enough to try it out; two hundred make a difference that can be measured.
prompts-halves = What is there
prompts-to-train = to train on
prompts-aside = set aside
prompts-holdout = What is set aside is never trained on. Old and new model answer it in the end, so that you see whether the model got better at more than what it has seen.
prompts-all-aside = Everything is set aside, so there is nothing to train on. Add prompts, or put some of these on the other half in the list below.
prompts-none-aside = Nothing is set aside yet. Without that nobody can say whether the model got better.
prompts-share = Share that is set aside
prompts-share-said = { $aside } to compare old and new, { $rest } to train on. Prompts that have answers already stay where they are.
prompts-share-go = Set { $percent }% aside
prompts-half-aside = set aside
prompts-half-train = to train on

prompts-bring = Bring prompts
prompts-type = Type or paste
prompts-file = From a file
prompts-suggest = Suggestions
prompts-half = Where new prompts go
prompts-half-share = Set { $share } of them aside
prompts-half-all-train = All to train on
prompts-half-all-aside = Set all aside
prompts-text = Prompts
prompts-text-hint = Where is my order?
prompts-lines = One prompt a line
prompts-blank = A blank line between prompts
prompts-found =
    { $count ->
        [0] No prompts found yet
        [one] 1 prompt found
       *[other] { $count } prompts found
    }
prompts-add =
    { $count ->
        [0] Add prompts
        [one] Add 1 prompt
       *[other] Add { $count } prompts
    }

prompts-file-said = Prompts alone, or data with answers and labels: JSON lines, JSON, CSV or Parquet. You see how the file is understood before anything is brought in.
prompts-file-path = File
prompts-file-look = Look at the file
prompts-file-records = { $records } records: { $said }
prompts-file-bring = Bring it in
prompts-file-brought = The file was brought in
prompts-file-stopped = It was stopped. What was brought in up to then is kept; bringing the file in again adds the rest.
prompts-form = Form of the file
prompts-form-found = Find it out
prompts-form-found-as = Find it out ({ $form })
prompts-columns = What the columns hold
prompts-columns-said = Change a column where it was misunderstood. The file is looked at again at once.
prompts-column = Column “{ $column }”
prompts-column-as = Understood as: { $role }
prompts-column-ignored = Ignored
prompts-samples = The first rows
prompts-shape-pair =
    { $count ->
        [one] 1 preference pair
       *[other] { $count } preference pairs
    }
prompts-shape-comparison =
    { $count ->
        [one] 1 comparison
       *[other] { $count } comparisons
    }
prompts-shape-demonstration =
    { $count ->
        [one] 1 answer to learn from
       *[other] { $count } answers to learn from
    }
prompts-shape-rated =
    { $count ->
        [one] 1 rated answer
       *[other] { $count } rated answers
    }
prompts-shape-prompt =
    { $count ->
        [one] 1 prompt
       *[other] { $count } prompts
    }
prompts-role-system = the system prompt
prompts-role-prompt = the prompt
prompts-role-conversation = the whole conversation
prompts-role-answer = an answer
prompts-role-answers = the answers
prompts-role-chosen = the better answer
prompts-role-rejected = the worse answer
prompts-role-choice = which answer is better
prompts-role-label = whether the answer is good
prompts-role-rating = points or ranks of the answers
prompts-role-annotator = who judged
prompts-role-tags = tags
prompts-role-record = the fields of the record
prompts-dropped =
    { $count ->
        [one] 1 record is left out: { $reason } ({ $places })
       *[other] { $count } records are left out: { $reason } ({ $places })
    }
prompts-drop-empty-prompt = the prompt is empty
prompts-drop-empty-answer = an answer is empty
prompts-drop-same-answers = both answers are the same
prompts-drop-not-decisive = no answer is said to be the better one
prompts-drop-duplicate = the same row stood in the file before
prompts-drop-missing = “{ $column }” is missing
prompts-drop-wrong = “{ $column }” is not { $expected }
prompts-drop-nothing-shared = there is no prompt, and the answers do not begin alike; say which column holds the prompt
prompts-drop-no-answer = the conversation does not end with an answer
prompts-place-line = line { $number }
prompts-place-row = row { $number }

prompts-suggest-example = The example’s own templates make up more requests to a small shop. Tick those that you want.
prompts-suggest-model = Your model goes on with a list of your prompts. It may write nonsense: tick only what your users would ask.
prompts-suggest-first = Add a few prompts of your own first, so that the model sees what you mean.
prompts-suggest-go = Suggest prompts
prompts-suggest-none = Nothing new came of it. Try again, or add some prompts of your own first.
prompts-tick-all = Tick all
prompts-tick-none = Tick none

prompts-all = All prompts
prompts-filter = Find in the list
prompts-filter-none = No prompt has these words
prompts-equal =
    { $count ->
        [one] 1 prompt says nearly the same as an earlier one. It counts twice in the training; that is all right if people ask it often.
       *[other] { $count } prompts say nearly the same as an earlier one. They count twice in the training; that is all right if people ask it often.
    }
prompts-equal-mark = nearly the same
prompts-column-text = Prompt
prompts-column-source = From
prompts-column-half = Half
prompts-column-answers = Answers
prompts-source-typed = typed
prompts-source-example = example
prompts-is-half = This prompt is { $half }
prompts-make-train = Train on it
prompts-make-aside = Set it aside
prompts-close = Close


## The page of the answers (answers)

answers-name = Answers
answers-title = Let the model answer
answers-sub = Each prompt is answered several times, so that there is something to compare.

answers-now = Who answers
answers-by-model = The answers come from { $model }.
answers-by-adapter = The answers come from { $model } with the adapter of run { $run }: what it has learned so far.
answers-so-far = So far: { $answers } answers to { $prompts } of { $all } prompts, put together in { $comparisons } comparisons
answers-go = Let it answer { $prompts } prompts
answers-go-on = Let it answer the rest
answers-stop = Stop; what is answered is kept
answers-kept = Every answer up to then is kept. It goes on from there.
answers-after-stage = One thing comes before the answers: { $stage }
answers-round-done = This round is done. In another one the model answers anew with what it has learned, and you judge those answers.
answers-again = Begin round { $round } and let it answer
answers-how = How it answers
answers-samples = Answers to each prompt
answers-samples-said = { $prompts } prompts with { $samples } answers each make { $answers } answers, and about { $comparisons } comparisons to judge
answers-variety = How much they differ
answers-as-it-is = As it is
answers-steady = Steady
answers-balanced = Balanced
answers-bold = Bold
answers-steady-said = Answers are safe and alike. There may be little to choose between them.
answers-balanced-said = Answers differ enough to be compared, and stay sensible.
answers-bold-said = Answers differ much, and some go astray. That shows well what is bad.
answers-own-said = As the model’s makers set it
answers-other-said = A temperature of { $temperature }, set by hand
answers-fixed = These can be changed when the model has finished
answers-advanced = Advanced
answers-temperature = Chance in the answers
answers-temperature-help = Below 1 answers are safer, above 1 more varied
answers-length = Longest answer in tokens
answers-length-help = An answer that is longer is cut off there. Longer answers take more time.
answers-comparisons = Comparisons of a prompt at most
answers-comparisons-help = More comparisons of a prompt mean more to judge and more to learn from
answers-newest = Just answered
answers-none-yet = The first answers will be here in a moment
answers-read = Read the answers
answers-number = Answer { $number }
answers-out = taken out
answers-cut = cut off at its longest
answers-empty = The model wrote nothing
answers-take-out = Take answer { $number } out
answers-take-in = Take answer { $number } back in


## The page of the feedback (feedback)

feedback-name = Feedback
feedback-title = Which answers are better?
feedback-sub = Two answers at a time. What is better is for you to say.


## The page of the training (train)

train-name = Train
train-title = Let the model learn
train-sub = The model itself stays as it is; a small adapter beside it learns what you prefer.


## The page of the comparison (compare)

compare-name = Compare
compare-title = Did it get better?
compare-sub = Old and new model answer prompts that were never trained on, and nobody is told which is which.


## The page of the export (export)

export-name = Export
export-title = Take it away
export-sub = The adapter is written in the form that other programs read, loaded again, and proved.

export-adapter = What is taken away
export-of-round = What run { $run } learned in round { $round }
export-of-run = What run { $run } learned
export-not-compared = Old and new were not compared yet, so nobody knows whether this is better. You can take it away, but do not put it to use unseen.
export-ship = Nothing that was measured speaks against putting it to use
export-look-first = Read some answers before you put it to use
export-keep-old = Keep the old one: this is not better
export-write = In which form
export-card = A card (README.md) goes with it. It says what the adapter was trained from, and how.
export-folder = Folder to write
export-go = Write it
export-go-said = It is loaded again afterwards and must compute exactly the same. This takes seconds to a minute.
export-written = What was written
export-done = It is whole and lies in { $path }
export-proof =
    { $count ->
        [one] It was read back and gives exactly the same numbers as the adapter itself. It changes 1 part of the model.
       *[other] It was read back and gives exactly the same numbers as the adapter itself. It changes { $count } parts of the model.
    }
export-earlier = Written earlier
export-one = { $target } of run { $run }, { $when }
export-use = How it is used
export-use-prompt = Where is my order?
export-use-command = In a terminal
export-use-python = In Python
export-copy-command = Copy the command
export-copy-python = Copy the Python code
export-pairs = The labels as a dataset
export-pairs-said = What people and coaches said, for other training programs
export-pairs-form = Form
export-pairs-file = File to write
export-pairs-go = Write the dataset
export-pairs-none = There are no comparisons yet
export-archive = The project as one file
export-archive-said = To keep it safe, to send it, or to go on with it on another computer: everything but the model itself. Open it in Whetstone there.
export-archive-file = File to write
export-archive-go = Pack the project

target-peft-name = PEFT adapter
dataset-preference-name = Preference pairs
dataset-preference-text-name = Preference pairs as plain text
dataset-kto-name = Single answers, good or bad
dataset-demonstrations-name = Answers to learn from
dataset-prompts-name = Prompts alone
dataset-comparisons-name = Every comparison
dataset-json-name = JSON
dataset-csv-name = CSV table
dataset-parquet-name = Parquet
dataset-sharegpt-name = ShareGPT
dataset-llama-factory-name = LLaMA-Factory
dataset-h2o-name = H2O LLM Studio
dataset-argilla-name = Argilla
dataset-label-studio-name = Label Studio


## The page of settings (settings)

settings-title = Settings
settings-sub = They belong to this computer and to no project.


## The page of files (files)

files-title = Where everything is
files-sub = Projects are plain folders. You may copy them, and delete what you no longer need.

files-project = This project
files-kind-project = The project’s folder
files-kind-database = The database: prompts, answers, labels, settings
files-kind-run = Run { $run }: its adapter, figures and checkpoints
files-kind-report = A report
files-kind-export = An export
files-kind-starter = The starter model
files-show = Show: { $what }
files-program = The program
files-home = What belongs to the program
files-projects = Where new projects are made
files-cache = Models that were downloaded by other programs
files-cache-none = There is no such folder on this computer yet
files-computer = This computer
files-system = System
files-processor = Processor
files-cores = Cores
files-cores-said = { $count }
files-memory = Memory
files-memory-said = { $total }, { $free } of it free
files-devices = Computes on
files-disk = Free on the disk
files-version = Whetstone
files-unknown = not known
files-history = What was done
files-history-none = Nothing yet
files-history-said = The last { $count } changes, the newest first
files-history-count = { $what } ({ $count })
files-who-owner = in the window or by a command
files-who-engine = by the engine


## The page of what left this machine (privacy)

privacy-title = What left this computer
privacy-sub = Whetstone works without a network.

privacy-nothing = Nothing left this computer
privacy-nothing-said = This version of Whetstone speaks to no network at all: it has no account, sends no statistics, and fetches nothing. Your prompts, answers and labels leave this computer only in files that you write and carry away yourself.
privacy-written = What was written for others
privacy-written-said = These files were made to be taken elsewhere. Where they went from there is for you to know.
privacy-written-none = Nothing was exported from this project yet
privacy-no-project = Open a project to see what was exported from it
privacy-others = Packs for annotators, datasets and packed projects are not in this list. They lie where you wrote them.
privacy-stays = What stays here
privacy-stays-prompts = Prompts and answers are in the project’s folder, in a database that no other program writes to.
privacy-stays-labels = So is what people said, under the names that they gave.
privacy-stays-models = Models run on this computer. What they are asked goes nowhere.
privacy-stays-settings = Settings of the window are kept for your user on this computer.


## The glossary (glossary)

glossary-title = What the words mean
glossary-sub = You need none of them to use Whetstone. They are here for when you meet them.

term-adapter = adapter
    .meaning = A small file of numbers that is laid over a model and changes how it answers. The model itself stays as it is.
term-annotator = annotator
    .meaning = Whoever says which of two answers is better: a person, a coach model, rules, or a preference model.
term-beta = beta
    .meaning = How strongly the model is held to what it was before. Larger values change less.
term-checkpoint = checkpoint
    .meaning = Everything a training needs to go on exactly where it was stopped. It is written about once a minute.
term-chosen = chosen
    .meaning = The better answer of a pair. The training makes it likelier.
term-coach = coach
    .meaning = A second language model that judges answers by the rules you write.
term-comparison = comparison
    .meaning = Two answers to the same prompt, put side by side to say which is better.
term-completion = completion
    .meaning = What a model writes after a prompt: its answer.
term-dpo = DPO
    .meaning = Direct preference optimization: a training that makes preferred answers likelier and others less likely, without a reward model in between.
term-holdout = holdout
    .meaning = Prompts that are set aside and never trained on, to see whether the model got better at more than what it has seen.
term-learning-rate = learning rate
    .meaning = How far each step moves the adapter. Too high and the model falls apart; too low and it learns nothing.
term-log-probability = log-probability
    .meaning = How likely the model finds an answer, on a scale that ends at 0. Higher is likelier.
term-lora = LoRA
    .meaning = A way to train a small adapter instead of the whole model, which takes a fraction of the memory.
term-loss = loss
    .meaning = One number for how far the model is from what it should prefer. It goes down when the model learns.
term-margin = reward margin
    .meaning = How much more the model prefers the chosen answer than it did before the training. It grows when the model learns.
term-pair = preference pair
    .meaning = A prompt with a better and a worse answer: what the training learns from.
term-policy = policy
    .meaning = The model that is being trained.
term-preference-model = preference model
    .meaning = A model that learned from verdicts to score answers as people would.
term-prompt = prompt
    .meaning = What a model is asked.
term-reference = reference
    .meaning = The model as it was before the training, which the trained one is held to.
term-rejected = rejected
    .meaning = The worse answer of a pair. The training makes it less likely.
term-reward-accuracy = accuracy
    .meaning = The share of pairs of which the model, compared with before, prefers the better answer.
term-rlaif = RLAIF
    .meaning = Reinforcement learning from AI feedback: a coach model or rules say which answer is better.
term-rlhf = RLHF
    .meaning = Reinforcement learning from human feedback: people say which answer is better.
term-round = round
    .meaning = Once round the road: answers, verdicts, training. Every further round starts from the adapter of the one before.
term-rubric = rubric
    .meaning = The list of rules that a coach judges by.
term-run = run
    .meaning = One training, with its data, its settings and what came of it.
term-sample = sample
    .meaning = One of several answers to the same prompt.
term-temperature = temperature
    .meaning = How much chance there is in an answer. Below 1 answers are safer, above 1 more varied.
term-token = token
    .meaning = A piece of a word, about three quarters of one: what models read and write.
term-verdict = verdict
    .meaning = What an annotator says of a comparison: the first is better, the second, both are equal, or both are bad.
term-win-rate = win rate
    .meaning = How often the new model's answer is found better than the old one's. At 50% they are equal.
