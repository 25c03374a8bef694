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
job-look = Looking at the model
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

no-project = No project is open yet. A project keeps your prompts, answers, judgements and trainings together in one folder.
no-project-go = Begin on the start page


## The page of projects (start)

start-name = Start
start-title = What would you like to do?
start-sub = Whetstone makes a small language model better at your task, on this computer. Nothing leaves it.
start-first-answers = The model answers
start-first-answers-text = Each of your questions is answered several times.
start-first-judge = You say what is better
start-first-judge-text = You compare two answers at a time, or let a second model do it.
start-first-learn = The model learns it
start-first-learn-text = A training makes such answers likelier, and a blind test shows whether it worked.
start-example = Try the example
start-example-text = A small shop's help desk with sixty questions, a small model and a coach. Everything is on this computer already; the whole road takes a few minutes.
start-example-go = Begin with the example
start-example-project = The help desk
start-new = New project
start-new-text = Your own task: you bring questions as people really ask them.
start-new-name = Name of the project
start-new-hint = such as: our help desk
start-new-where = Choose another folder
start-new-folder = Folder of the project
start-new-there = Will be kept in { $folder }
start-new-go = Make the project
start-open = Open a project
start-open-text = One that is on this computer, or one that somebody packed into a single file.
start-open-folder = Open a folder…
start-open-archive = Open a packed project…
start-others = Or begin something else; the project that is open is kept and closed.
start-unpack = Unpack a project
start-unpack-to = Folder to unpack it into
start-unpack-empty = The folder must be new or empty. The packed file stays as it is.
start-unpack-go = Unpack and open
start-unpack-leave = Leave it
start-opening = Opening { $name }…
start-not-opened = { $name } could not be opened
start-again = Try again
start-forget = Take it off the list
start-recent = Opened before
start-open-recent = Open { $name }
start-forget-recent = Take { $name } off the list; its files stay
start-steps-done = { $done } of { $all } steps are done
start-go-on = Go on with: { $step }
start-close = Close the project
start-at-model = A model has to be chosen next.
start-at-method = It has to be said next who judges the answers.
start-at-prompts = It needs prompts next: what people will ask the model.
start-at-answers = The model is to answer the prompts next.
start-at-feedback = The answers are to be judged next.
start-at-train = Enough is judged: the model can learn from it now.
start-at-compare = The training is done: whether the model got better is found out next.
start-at-export = Old and new are compared: the result can be taken away now.
start-at-end = Everything is done and the result was taken away. You can look at each step again, or begin another round.


## The page of the model (model)

model-name = Model
model-title = Which model should get better?
model-sub = Start with the small one that comes along, or choose a folder with a model of yours.
model-starter = The starter model
model-starter-text = A tiny model that comes with Whetstone. It answers the customers of a small shop, now better, now worse.
model-starter-good = Good for trying everything: it answers and learns within minutes on any computer
model-starter-limits = It knows a shop's help desk and nothing else; for other tasks take a model of your own
model-starter-licence = Licence: MIT or Apache 2.0. You may use it, change it and pass it on, for business too
model-own = A model of your own
model-own-text = A folder on this computer with a language model in the Hugging Face form. Smaller models learn faster: up to about a billion numbers is a good beginning.
model-folder = Where is it?
model-folder-field = Folder of the model
model-folder-holds = The folder holds config.json, tokenizer.json and the weights as .safetensors files.
model-look = Look at this model
model-look-first = Let Whetstone look at the folder first: it says whether the model can be trained on this computer.
model-family = Kind of model
model-parameters = Numbers in it
model-file = Size on the disk
model-context = Longest text it can read
model-tokens = { $count } tokens
model-template = Made for conversations
model-template-yes = yes
model-template-no = no, it continues texts
model-licence = Licence
model-licence-none = none is stated
model-licence-text = Whether you may use what you make of a model is said by its licence. Read it before you pass the result on.
model-fits = It can be trained here
model-fits-text = There is room enough for a usual training.
model-tight = It just fits
model-tight-text = Close other programs before the training. It will be slower, because some things are computed again instead of kept.
model-too-large = Too large for this computer
model-too-large-text = A training would not be begun. Take a smaller model, or close programs that use much memory and look again.
model-memory = A usual training needs about { $needed } of memory; { $free } can be had now.
model-memory-alone = A usual training needs about { $needed } of memory.
model-is-used = This project uses it
model-use = Use this model
model-go-on = Go on with: { $step }
model-answers-stay =
    { $count ->
        [one] There is 1 answer already. It is of the model that was chosen before: judged answers of another model teach less. It is best to let the new model answer again.
       *[other] There are { $count } answers already. They are of the model that was chosen before: judged answers of another model teach less. It is best to let the new model answer again.
    }
model-advanced = Advanced: system prompt
model-system-prompt = Said before every prompt
model-system-prompt-hint = such as: You answer for a small shop. Be brief and friendly.
model-system-prompt-text = It is the same in answering, training, comparing and in every export. Leave it empty if you need none.
model-system-prompt-late = Answers that are there already were given without this change.
model-system-prompt-keep = Keep it


## The page of the method (method)

method-name = Method
method-title = Who says which answers are better?
method-sub = Whetstone learns from comparisons of two answers. People can judge them, a second model can, or both together.
method-hybrid = People and a machine
method-hybrid-meaning = People judge a part, a machine judges the rest as they did; or the machine proposes and people approve. There are four such ways.
method-hybrids = How should they share the work?
method-when = Right when: { $when }
method-labels = { $from } to { $to } judgements by people
method-hours = About { $from } to { $to } hours of people's time
method-minutes = About { $from } to { $to } minutes of people's time
method-money = No money: everything runs on this computer
method-coach-calls = The coach is asked { $from } to { $to } times
method-hours-short = That is more time than you said there is
method-risks = Beware of: { $risks }
method-flow = In this order: { $stations }
method-flow-answers = answers
method-flow-people = people
method-flow-preference-model = learned taste
method-flow-rules = rules
method-flow-coach = coach
method-flow-review = people approve
method-flow-training = training
method-late =
    { $count ->
        [one] 1 judgement is there already. It stays, whatever you choose now; another method asks for what it still lacks.
       *[other] { $count } judgements are there already. They stay, whatever you choose now; another method asks for what it still lacks.
    }
method-choose-first = Choose one of the cards above. You can change it later; nothing is lost.
method-is-chosen = Chosen: { $name }
method-go-on = Go on with: { $step }
method-help = Help me choose
method-help-text = Five short questions and an advice with its reasons.
method-help-close = Close the questions
method-questions = Five questions
method-open-questions =
    { $count ->
        [one] One more question, then there is an advice.
       *[other] { $count } more questions, then there is an advice.
    }
method-advice = Advised
method-do-not-train = Do not train yet
method-for = For it: { $reason }
method-against = Against it: { $reason }
method-beware = What to beware of
method-take = Take this: { $name }
method-take-second = Or the next best: { $name }
method-advanced = Advanced: the coach
method-coach = The coach reads your rules and says which of two answers follows them better.
method-coach-starter = The starter model
method-coach-this = The model itself
method-coach-folder = A model's folder
method-coach-starter-text = It knows the rules of the example's help desk. For other tasks take a larger model.
method-coach-text = A larger model judges better and takes longer. It should be one that follows instructions.
method-coach-path = Folder of the coach
method-coach-use = Use this coach


## The page of the prompts (prompts)

prompts-name = Prompts
prompts-title = What will people ask your model?
prompts-sub = Bring questions as your users would write them. A part is set aside, to see later whether the model really got better.


## The page of the answers (answers)

answers-name = Answers
answers-title = Let the model answer
answers-sub = Each prompt is answered several times, so that there is something to compare.


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


## The page of settings (settings)

settings-title = Settings
settings-sub = They belong to this computer and to no project.
settings-look = How it looks
settings-scheme = Colours
settings-scheme-system = As the system
settings-scheme-light = Light
settings-scheme-dark = Dark
settings-scheme-contrast = Strong contrast
settings-text-size = Size of text and everything else
settings-language = Language
settings-language-system = As the system
settings-judging = Judging
settings-annotator = Your name
settings-annotator-hint = such as: Ada
settings-annotator-text = Your judgements are kept under it, so that several people can be told apart.
settings-break = minutes until a break is suggested
settings-break-help = Who is tired judges hastily. 0 suggests none.
settings-keys = Keys of judging
settings-keys-text = Choose a key and press the one that you want instead. Escape leaves it as it is.
settings-key-press = Press a key…
settings-key-of = { $what }: { $key }
settings-key-taken = { $key } is the key of “{ $what }” already. Choose another one, or change that one first.
settings-keys-usual = The usual keys again
settings-key-first = The first answer is better
settings-key-second = The second answer is better
settings-key-tie = Both are as good
settings-key-both-bad = Both are bad
settings-key-edit = Correct an answer
settings-key-skip = Skip
settings-key-undo = Take the last one back
settings-key-next = Later
settings-computing = Computing
settings-device = Where to compute
settings-device-auto = The fastest there is
settings-device-cpu = Processor
settings-device-cuda = NVIDIA card
settings-device-metal = Apple graphics
settings-machine = { $processor }, { $cores } cores, { $memory } of memory
settings-all-cores = Use every core
settings-threads = cores that are used
settings-projects = Where projects are kept
settings-projects-folder = Folder for new projects
settings-projects-text = Projects that are there stay where they are.
settings-projects-usual = The usual folder again


## The page of files (files)

files-title = Where everything is
files-sub = Projects are plain folders. You may copy them, and delete what you no longer need.


## The page of what left this machine (privacy)

privacy-title = What left this computer
privacy-sub = Whetstone works without a network.


## The glossary (glossary)

glossary-title = What the words mean
glossary-sub = You need none of them to use Whetstone. They are here for when you meet them.
glossary-search = Look for a word
glossary-search-hint = such as: adapter
glossary-count =
    { $count ->
        [one] 1 word
       *[other] { $count } words
    }
glossary-nothing = No word here has “{ $wanted }” in it. Try a shorter piece of it.

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
term-hybrid = hybrid
    .meaning = A method in which people and a machine share the judging: people set the direction, the machine does the bulk.
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
term-system-prompt = system prompt
    .meaning = What a model is told before every prompt: who it is and how it should answer.
term-temperature = temperature
    .meaning = How much chance there is in an answer. Below 1 answers are safer, above 1 more varied.
term-token = token
    .meaning = A piece of a word, about three quarters of one: what models read and write.
term-verdict = verdict
    .meaning = What an annotator says of a comparison: the first is better, the second, both are equal, or both are bad.
term-win-rate = win rate
    .meaning = How often the new model's answer is found better than the old one's. At 50% they are equal.
