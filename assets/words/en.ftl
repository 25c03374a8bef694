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
job-coach-report = Coaches are tried
job-endpoints = Looking at the servers
job-endpoint-test = Asking the server a small question
job-leaving = Looking at what would leave this computer
job-train = The model learns
job-compare = Old and new are compared
job-preview = Looking at the file
job-import = Bringing data in
job-look = Looking at the model
job-forecast = Looking ahead
job-chat = Asking both models
job-export = Writing the adapter
job-forecast-export = Looking at what the export takes
job-import-adapter = Bringing the adapter back
job-suggest = Suggesting prompts
job-catalogue = Naming suggestions
job-search = Searching the Hub
job-about = Reading about the model
job-download = Downloading a model
job-models = Looking at what is on this computer
job-delete-model = Deleting a model
job-push-preview = Looking at what would be sent
job-push = Sending to the Hub
job-account = Asking the Hub about your account
job-updates = Asking for newer versions
job-update = Fetching the newer version
job-bytes = { $done } of { $total }
job-speed = { $said } · { $speed } a second
job-starting = Starting…
job-stopping = Stopping at the next step; nothing is lost
job-paused = Standing still: { $reason }
job-progress = { $stage }: { $done } of { $total }
job-left = { $said } · about { $left } left
job-show = Show
job-stop = Stop
job-pause = Pause
job-go-on = Go on from what was kept
job-of-others = A training goes on without this window
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
pick-coach-file = Choose the coach's GGUF file
pick-coach-rules = Choose a file of rules that a program checks
pick-coach-adapter = Choose the preference model's folder
pick-data = Choose a file of data
pick-pack-out = Where to write the pack
pick-packs = Choose the packs that came back
pick-rubric = Choose a file of rules
pick-dataset-out = Where to write the pairs
pick-archive-out = Where to write the project
pick-export = Where to write the adapter
pick-adapter = The folder of the adapter

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
start-at-end-not-better = Everything is done. The comparison advised to keep the old model: look there for what helps
start-at-end = Everything is done and the result was taken away. You can look at each step again, or begin another round.


## The page of the model (model)

model-name = Model
model-title = Which model should get better?
model-sub = Start with the small one that comes along, take one that others have made, or choose a folder of yours.
model-starter = The starter model
model-starter-text = A tiny model that comes with Whetstone. It answers the customers of a small shop, now better, now worse.
model-starter-good = Good for trying everything: it answers and learns within minutes on any computer
model-starter-limits = It knows a shop's help desk and nothing else; for other tasks take another model
model-starter-licence = Licence: MIT or Apache 2.0. You may use it, change it and pass it on, for business too
model-own = A folder of mine
model-own-text = A language model in the Hugging Face form that lies in a folder on this computer. Smaller models learn faster: up to about a billion numbers is a good beginning.
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

model-hub = An open model
model-hub-text = Small language models that others have made and published on the Hugging Face Hub. Whetstone suggests some that learn well on this computer.
model-hub-good = Good for work of your own: they know a language, and learn your way of answering
model-hub-once = Downloaded once; from then on no network is needed
model-hub-licence = Each says in plain words what you may do with it, and what you may sell

hub-suggested = Suggestions
hub-search = Search the Hub
hub-on-disk = On this computer
hub-suggested-text = This list comes with Whetstone and asks nobody. Choose a model to see what it is and what it takes; smaller ones learn faster.
hub-reckoning = Reckoning which models fit this computer…
hub-recommended = Recommended for this computer
hub-others = Can be trained, with something to know first
hub-too-large = Too large to be trained here
hub-refused =
    { $count ->
        [one] Show 1 that cannot be used here, and why
       *[other] Show { $count } that cannot be used here, and why
    }
hub-left-out =
    { $count ->
        [one] 1 more was found that cannot be used here.
       *[other] { $count } more were found that cannot be used here.
    }
hub-instead = Instead: { $instead }
hub-back = Back to the list
hub-size = { $size } to download
hub-downloads = fetched { $count } times a month
hub-languages-more = { $named } and { $more } more
hub-is-here = Downloaded
hub-fit-comfortable = Trains comfortably
hub-fit-slow = Trains slowly
hub-fit-answers = Answers only
hub-fit-too-big = Too big
hub-fit-unknown = Fit not known
hub-fit-unknown-text = Its size is not known, so nobody can say what it takes. Once it is downloaded, it is looked at before anything is begun.
hub-sell-yes = May be sold
hub-sell-conditions = May be sold, with conditions
hub-sell-no = Not for sale
hub-sell-unknown = Licence not known here
hub-sell-none = No licence stated
hub-gate-accept = Terms to accept
hub-gate-ask = Has to be asked for

hub-search-field = Name of a model, or words from it
hub-search-hint = such as: smollm2 instruct
hub-sort = What stands first
hub-sort-downloads = Most fetched
hub-sort-likes = Most liked
hub-sort-trending = Looked at now
hub-sort-changed = Newest
hub-search-go = Search
hub-search-asks = This sends the words to { $host }, and your access token if there is one. Nothing else leaves this computer.
hub-offline = The network is left alone: HF_HUB_OFFLINE is set. What lies on this computer can be used.
hub-found =
    { $count ->
        [one] 1 model for “{ $words }” can be used here
       *[other] { $count } models for “{ $words }” can be used here
    }
hub-found-none = Nothing for “{ $words }” can be used here. Try fewer letters of the name, or look at the suggestions.

hub-open-page = Open the page
hub-open-its-page = Open its page
hub-download = Download
hub-download-sized = Download ({ $size })
hub-download-text = It is fetched from { $host } and kept in { $cache }, where other programs find it, too. Every file is checked.
hub-one-at-a-time = Another model is being downloaded. Wait for it, or pause it.
hub-download-there = { $model } is on this computer now. Choose it on the page of the model.
hub-running-text = You can go to other pages meanwhile. If you pause, what is there is kept.
hub-paused = Paused. What was fetched is kept.
hub-cancel = Cancel
hub-go-on = Go on with the download
hub-go-on-named = Go on with the download of { $model }
hub-unfinished = { $size } of it are on this computer; the download goes on from there.
hub-discard = Throw it away
hub-discard-named = Throw away what was fetched of { $model }
hub-delete = Delete
hub-delete-named = Delete { $model }
hub-delete-ask = Delete { $model } from this computer? This frees { $size }. It can be downloaded again.
hub-delete-used = These projects work with it and stand still until it is there again: { $projects }
hub-delete-go = Delete it
hub-delete-not = Keep it
hub-use-named = Use { $model }
hub-too-big-text = It is too large for this computer: it could neither be trained nor answer here. Take a smaller one.
hub-answers-only-text = It is too large to be trained here. It could answer, but nothing would be learned. Take a smaller one.

hub-gate-accept-text = Its makers give this model only to those who accept their terms. It takes an account at Hugging Face, which is free, and three steps.
hub-gate-ask-text = Its makers decide who gets this model. It takes an account at Hugging Face, which is free, and their answer, which can take days. There are three steps.
hub-gate-page = Sign in on the model’s page and accept its terms
hub-gate-token = Make an access token with the same account and enter it here
hub-gate-download = Download it

hub-fit = Does it fit this computer?
hub-fit-time = This computer’s work for 200 labelled pairs:
hub-fit-people = Where people judge, their time comes on top.
hub-fit-not = does not fit into the memory
hub-fit-coach = { $takes }, with { $coach } as the coach
hub-disk = Its files and a training take { $needed } on the disk; { $free } are free.
hub-disk-alone = Its files and a training take { $needed } on the disk.
hub-licence = What may you do with it?
hub-licence-none = No licence is stated. Without one nobody has said that you may use it: ask its makers before you build on it.
hub-sell-yes-text = You may sell what you make with it.
hub-sell-conditions-text = You may sell what you make with it, if you keep to the conditions.
hub-sell-no-text = You may not sell what you make with it.
hub-sell-unknown-text = Whetstone does not know this licence. Read it before you build on the model.
hub-must-ask = You have to accept its terms, or ask, before you use it.
hub-need-not-ask = You need not ask anybody.
hub-licence-text = This is a help for choosing and no legal advice; the licence itself counts.
hub-facts = More about it
hub-download-size = To download
hub-languages = Languages
hub-fetched-monthly = Fetched in a month
hub-changed = Last changed
hub-card = What its makers say
hub-card-text = From the model’s card, as its makers wrote it.
hub-card-none = Its makers wrote no card.
hub-card-asks = The model’s card stands on the Hub. Reading it asks { $host } for this model.
hub-card-read = Read the card

hub-disk-said = Downloaded models take { $size } in the folder that Hugging Face’s programs share:
hub-disk-none = No model was downloaded yet
hub-disk-used = Used by { $projects }
hub-disk-unusable = Cannot be used here
hub-disk-why = What lies here of it cannot be used: { $said }
hub-place-starter = comes with Whetstone
hub-place-cache = from the Hugging Face Hub
hub-place-lm-studio = in LM Studio’s folder
hub-place-ollama = in Ollama’s folder

token-title = Hugging Face account
token-text = Most models need none. An access token stands for your account: it is for models whose terms have to be accepted, and for putting your own results on the Hub. It goes to the Hub alone, and into no project and no log.
token-field = Access token
token-field-hint = begins with hf_
token-use = Use for this sitting
token-keep = Keep in the system’s keyring
token-kept-where = For this sitting it is kept in memory alone and gone with the window. For the keyring the Hub is asked first whether it knows it.
token-make = Make an access token on huggingface.co
token-unknown = Not looked for yet. Without a token of this sitting, the one in HF_TOKEN, in the keyring or of “hf auth login” is taken, if there is one.
token-of-sitting = A token for this sitting
token-of-variable = The token in HF_TOKEN
token-of-keyring = The token in the keyring
token-of-file = The token of “hf auth login”
token-none = No token
token-account = The Hub knows you as { $name }
token-ask = Ask the Hub whose token it is
token-forget = Forget the one of this sitting
token-forget-kept = Take it out of the keyring

push-title = Put it on the Hugging Face Hub
push-text = To pass it on to others, or to fetch it on another computer. It takes an account and an access token that may write. First you see what would be sent.
push-what = What is sent
push-adapter = The adapter of run { $run } ({ $folder })
push-dataset = The dataset in { $file }
push-name = Name on the Hub
push-name-hint = such as: help-desk, or your-team/help-desk
push-name-text = Without an owner in front it is put into your own account.
push-who = Who sees it
push-private = Only you
push-public = Everybody
push-public-text = Everybody can read and copy it. An adapter can repeat what it was trained on, and a dataset shows what people wrote.
push-preview = Show what would be sent
push-preview-text = This asks { $host } whose account it is and whether the name is taken. Nothing of the project is sent yet.
push-would = This would leave this computer
push-to = To
push-as = As
push-repository = The place
push-exists = is there already, and gets these files as a new version
push-new = is not there yet, and is made
push-go =
    { $count ->
        [one] Send 1 file ({ $size }) to { $repository }
       *[other] Send { $count } files ({ $size }) to { $repository }
    }
push-not = Do not send it
push-consent = Only this button sends something, and nothing but these files.
push-done = It is on the Hub
push-again = Send something again

language-en-name = English
language-de-name = German
language-fr-name = French
language-es-name = Spanish
language-it-name = Italian
language-pt-name = Portuguese
language-nl-name = Dutch
language-pl-name = Polish
language-ru-name = Russian
language-uk-name = Ukrainian
language-cs-name = Czech
language-sv-name = Swedish
language-da-name = Danish
language-no-name = Norwegian
language-fi-name = Finnish
language-hu-name = Hungarian
language-ro-name = Romanian
language-el-name = Greek
language-tr-name = Turkish
language-ar-name = Arabic
language-he-name = Hebrew
language-fa-name = Persian
language-hi-name = Hindi
language-bn-name = Bengali
language-th-name = Thai
language-vi-name = Vietnamese
language-id-name = Indonesian
language-zh-name = Chinese
language-ja-name = Japanese
language-ko-name = Korean


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


## The page of the prompts (prompts)

prompts-name = Prompts
prompts-title = What will people ask your model?
prompts-sub = Bring questions as your users would write them. A part is set aside, to see later whether the model really got better.

gate-project = A project holds everything that belongs together: prompts, answers, what was said of them. Open one first, or make one.
gate-project-go = Choose a project
gate-left = { $count } comparisons are left to judge. You can skip those that you cannot tell.
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


## Who the coach is

coach-question = Who judges in bulk?
coach-is-now = The coach is now { $name }.
coach-which = Which one
coach-which-none = Choose one…
coach-use = Make it the coach
coach-path-model = Or a folder with a model
coach-path-gguf = Or a GGUF file
coach-path-rules = File of the rules
coach-path-preference = Or the folder of a preference model
coach-none-model = There is no other model on this computer yet. You can fetch one on the page of the model, or name a folder.
coach-none-gguf = No GGUF file was found in the usual places. Name the file.
coach-none-rules = Name the file in which the rules stand.
coach-none-preference = This project has trained no preference model yet. It does so in the method “People start, a preference model goes on”.
coach-none-server = This computer knows no server yet. You can add one in the settings.
coach-server-add = Add a server in the settings
coach-kind-starter-name = The starter model
coach-kind-model-name = A model on this computer
coach-kind-gguf-name = A packed model (GGUF)
coach-kind-endpoint-name = A server
coach-kind-preference-model-name = A preference model
coach-kind-rules-name = Rules that a program checks
coach-kind-policy-name = The model itself
coach-title-starter = the starter model
coach-title-policy = the model itself, as far as it has learned
coach-title-own = { $name }, before any training
coach-title-endpoint = the server { $name }
coach-title-rules = the rules in { $name }
coach-title-preference = the preference model { $name }

## Servers that judge, and what leaves this computer

servers = Servers that judge
servers-text = A server with a larger model can be the coach: a program on this computer, such as Ollama or LM Studio, or a service that is paid for. What it judges is sent to it, and only after you have seen it and agreed.
servers-none = There is none yet.
servers-plain = asked without encryption, as you agreed
servers-free = costs nothing, by the prices that you wrote down
servers-price = A million tokens: { $read } read, { $written } written ({ $currency })
servers-test = Try it
servers-test-name = Try the server { $name }
servers-change = Change
servers-change-name = Change the server { $name }
servers-forget = Forget
servers-forget-name = Forget the server { $name }
servers-forget-sure = Forget { $name } and its key?
servers-forget-yes = Forget it
servers-forget-no = Keep it
servers-add = Add or change a server
servers-usual = Programs on this computer, at their usual addresses:
servers-address = Address, up to /v1
servers-model = Model
servers-model-hint = As the server calls it, such as qwen3:8b
servers-name = What it is called here
servers-name-hint = Letters, digits and dashes, such as ollama
servers-key = Key
servers-key-hint = Empty where it needs none
servers-key-where = The key is kept in the system's keyring, or, where there is none, until the window is closed. It stands in no project and no file.
servers-in-the-open = This server is asked without encryption: whoever listens in this network can read texts and key.
servers-in-the-open-agree = Ask it all the same
servers-advanced = Advanced: prices, speed
servers-price-help = 0 where it costs nothing
servers-price-read = a million tokens read
servers-price-written = a million tokens written
servers-currency = What the prices are in
servers-at-once = questions at once
servers-context = tokens that it reads and writes at most (0: as many as you like)
servers-answer = tokens of a judgement at most
servers-keep = Keep this server
leaves-unknown = This computer knows no server called { $name }. Where a server is never comes from a project: add it in the settings.
leaves-first = What is judged is sent to { $host }, to the model { $model }: prompts, answers and rules. Nothing is sent before you have seen it and agreed.
leaves-look = See what would leave this computer
leaves-what = { $questions } questions go to { $host }, to the model { $model }: { $characters } characters, about { $tokens } tokens, and about { $answers } tokens of answers.
leaves-cost = That costs about { $money } { $currency }, and { $most } { $currency } at most.
leaves-free = That costs nothing, by the prices that you wrote down.
leaves-question = The first question, whole:
leaves-cap-money = { $currency } at most (0: no cap)
leaves-cap-tokens = thousand tokens at most (0: no cap)
leaves-cap-help = What was paid for before counts, too. What is left over then is not judged.
leaves-agree = I agree that this project's prompts, answers and rules are sent to { $host }
leaves-agreed = you have agreed that this project's texts go to { $host }
leaves-spent-money = Spent so far: { $money } { $currency }, { $tokens } tokens
leaves-spent-tokens = Spent so far: { $tokens } tokens
leaves-spent-share = { $share } of what it may cost

## The page of the feedback (feedback)

feedback-name = Feedback
feedback-title = Which answers are better?
feedback-sub = Two answers at a time, and somebody who says which one is better.
feedback-your-name = Your name
feedback-needs-name = Write your name first: your labels are kept under it
feedback-your-name-hint = As it should stand beside your labels
feedback-begin = Begin to judge
feedback-progress = { $name } · { $done } of { $total } judged
feedback-stop = Stop for now
feedback-prompt = The prompt
feedback-answer-first = First answer
feedback-answer-second = Second answer
feedback-first-better = First is better
feedback-second-better = Second is better
feedback-tie = Both equally good
feedback-both-bad = Both are bad
feedback-edit = Correct…
feedback-skip = Skip
feedback-later = Later
feedback-undo = Undo
feedback-differences = Differences
feedback-differences-hide = Hide differences
feedback-approve = That is right
feedback-turn-over = Other is better
feedback-reject = Both are bad
feedback-nothing-to-undo = There is nothing to take back in this sitting
feedback-nothing-corrected = Nothing was changed: the text is empty or the same as before
feedback-break = You have been judging for a while. A short break keeps your judgement fair.
feedback-break-over = I had a break
feedback-kept = Each answer is kept at once. You can stop whenever you like.
feedback-edit-which = Which answer would you like to correct?
feedback-edit-first = The first
feedback-edit-second = The second
feedback-edit-leave = Leave it
feedback-edit-help = Write the answer as it should read. The model learns that yours is better than the one that stood here.
feedback-edit-save = Keep the correction
feedback-edit-name = How it should read
feedback-stands-first = So far the first is better
feedback-stands-second = So far the second is better
feedback-stands-nothing = So far neither is better
feedback-stands-better = Better so far
feedback-sure = { $share } sure
feedback-nothing-asked = There is nothing for you to judge here.
feedback-all-done = Everything is judged. Thank you.
feedback-finish = Finish

feedback-sits-elsewhere = You are comparing old and new answers just now. Finish or stop that first.
feedback-first-project = Open a project first, or make a new one.
feedback-first-method = Choose first who says which answers are better.
feedback-first-prompts = Prompts come first: what will people ask your model?
feedback-first-answers = The model has to answer first, so that there is something to compare.
feedback-go-start = Go to the projects
feedback-go-method = Go to the method
feedback-go-prompts = Go to the prompts
feedback-go-answers = Go to the answers
feedback-go-train = Go on to the training
feedback-go-compare = Go on to the comparison
feedback-go-export = Go on to the export
feedback-reading = Reading…

feedback-now-rubric = Write down what makes an answer better
feedback-now-rubric-help = The coach judges by the rules below, and by nothing else. Three to eight short rules work best. The model is asked for answers once they are kept.
feedback-now-judge =
    { $count ->
        [one] It is your turn: one comparison is not judged yet
       *[other] It is your turn: { $count } comparisons are not judged yet
    }
feedback-now-judge-help = You see two answers at a time and say which is better. It takes about { $time }, in as many sittings as you like.
feedback-wishes = What a better answer does here:
feedback-judged = { $done } of { $total } comparisons judged by people
feedback-go-on = Go on judging
feedback-now-model = A preference model goes on from your labels
feedback-now-model-help = It learns from what people said which answers they prefer, and judges the comparisons that nobody has judged.
feedback-model-judges = Let the preference model learn and judge the rest
feedback-now-distil = Your labels choose the coach's rules
feedback-now-distil-help = Of the rules at hand, those that agree with what people said become the coach's rules. Then the coach judges the rest by them.
feedback-distil = Choose the rules by your labels, then judge the rest
feedback-now-coach = It is the coach's turn
feedback-now-coach-help = The coach reads each pair in both orders and says which answer follows the rules better. What is too close to call, it leaves. How far to trust it, only people's own labels can show.
feedback-coach-judges = Let the coach judge
feedback-coach-goes-on = Let the coach go on
feedback-coach-is =
    { $count ->
        [one] The coach is { $name }; it judges by one rule.
       *[other] The coach is { $name }; it judges by { $count } rules.
    }
feedback-left =
    { $count ->
        [one] One comparison is left.
       *[other] { $count } comparisons are left.
    }
feedback-stopped = It was stopped. What was judged until then is kept.
feedback-notes = What came of it
feedback-now-reading = Looking what waits for you
feedback-now-review =
    { $count ->
        [one] It is your turn: one label is doubtful
       *[other] It is your turn: { $count } labels are doubtful
    }
feedback-now-approve = Everything doubtful is settled: approve the round
feedback-approve-means = To approve means that you stand for this round's labels as they are now. Nothing is trained before somebody does.
feedback-approve-round = Approve this round's labels
feedback-approve-anyway = Approve without looking at the rest
feedback-now-done = The feedback is there
feedback-now-done-help = { $total } comparisons are judged, { $people } labels are from people. You can still add to them or look through them below.

feedback-part-judge = Judge
feedback-part-coach = Coach
feedback-part-model = Preference model
feedback-part-review = Doubtful
feedback-part-people = People
feedback-part-labels = All labels

feedback-keys = Judging with one hand
feedback-keys-help = Each answer is one key. You can choose other keys in the settings.
feedback-key-first = the first answer is better
feedback-key-second = the second answer is better
feedback-key-tie = both are equally good
feedback-key-both-bad = both are bad: nothing is learned from them
feedback-key-edit = correct one of them yourself
feedback-key-skip = you cannot say
feedback-key-undo = take the last one back
feedback-key-next = look at this one later
feedback-key-differences = mark the words that differ
feedback-screen = What it looks like
feedback-screen-stacked = Answers one below the other
feedback-screen-differences = Mark the words that differ
feedback-screen-break = minutes until a break is suggested
feedback-screen-break-help = 0 never suggests one
feedback-screen-blind = Nobody is told which model wrote which answer, and the order is drawn by chance. A few pairs come twice, to see how steady judging is.
feedback-more-help = More labels make the training surer.
feedback-more = Judge more

feedback-agreement = Do people agree?
feedback-agreement-help = Where people say different things of the same pair, the model cannot learn what is better.
feedback-agreement-none = Too little was judged twice so far. It shows once two people have judged the same pairs, or one person has seen some again.
feedback-agreement-good = Nothing stands out: the labels can be relied on.
feedback-agreement-all = Every figure

feedback-rules = The coach's rules
feedback-rules-help = Each rule is one sentence that says what a better answer does.
feedback-rules-version = Version { $version }. A change makes a new version; earlier labels keep theirs.
feedback-rules-keep = Keep these rules
feedback-rules-file = Take them from a file…
feedback-rules-leave = Forget the changes
feedback-rules-library = Single rules that fit most tasks
feedback-rules-not-whole = Each rule needs a name and a sentence.
feedback-rules-same-name = Two rules have the same name.
feedback-rules-empty-example = An example has no text: write the reply, or take it away.
feedback-rules-none = There is no rule left: add one, or forget the changes.
feedback-rules-changed = The rules are changed and not yet kept. The coach judges by the kept ones.
feedback-rules-more = Where rules come from
feedback-rules-more-help = Begin with rules that are there already, and change them until they say what you want.
feedback-task = What kind of work do the answers do?
feedback-task-conversation = Conversation
feedback-task-conversation-text = Somebody asks or says something and gets a reply.
feedback-task-summarising = Summarising
feedback-task-summarising-text = A text is made shorter.
feedback-task-classification = Sorting texts
feedback-task-classification-text = A text gets a label, such as “complaint” or “question”.
feedback-task-extraction = Taking facts out
feedback-task-extraction-text = Facts are taken out of a text, such as names, dates and amounts.
feedback-ready = Ready-made sets of rules
feedback-ready-help = A set takes the place of the rules above. Nothing is kept before you keep it.
feedback-ready-take =
    { $count ->
        [one] Use this rule
       *[other] Use these { $count } rules
    }
feedback-ready-take-of = Use the rules of “{ $title }”
feedback-ready-look = The rules of “{ $title }”
feedback-paste = Paste your own rules
feedback-paste-help = Write or paste a text with a rule in each line. “Short: Use at most thirty words.” names the rule “Short”.
feedback-paste-field = Rules, one a line
feedback-paste-hint = Say what happens next.
feedback-paste-long = This is a long text: put it into a file, and take the rules from there.
feedback-paste-becomes =
    { $count ->
        [one] This becomes one rule:
       *[other] This becomes { $count } rules:
    }
feedback-paste-take =
    { $count ->
        [one] Add this rule
       *[other] Add these { $count } rules
    }
feedback-versions =
    { $count ->
        [one] One version
       *[other] All { $count } versions
    }
feedback-version =
    { $count ->
        [one] Version { $version }, one rule
       *[other] Version { $version }, { $count } rules
    }
feedback-version-back = Go back to version { $version }
feedback-origin-written = written by hand
feedback-origin-example = came with the example
feedback-changed-task = another kind of work
feedback-changed-text = “{ $name }” says something else
feedback-changed-other = “{ $name }” counts differently, or has other examples
feedback-changed-added = “{ $name }” is new
feedback-changed-removed = “{ $name }” was taken out
feedback-changed-order = the order is another
feedback-rule-add = Add a rule
feedback-rule-take = Add the rule { $name }
feedback-rule-name = Name of rule { $number }
feedback-rule-name-hint = A short name
feedback-rule-text = Sentence of rule { $number }
feedback-rule-text-hint = Say what happens next.
feedback-rule-checked = a program checks it too
feedback-rule-remove = Remove rule { $number }
feedback-rule-up = Move rule { $number } up
feedback-rule-down = Move rule { $number } down
feedback-rule-is-there = The rule { $name } is there already
feedback-rule-counts = How much rule { $number } counts
feedback-counts-half = counts half
feedback-counts-once = counts once
feedback-counts-twice = counts twice
feedback-counts-three = counts three times
feedback-counts-four = counts four times
feedback-counts-five = counts five times
feedback-counts-other = counts { $weight } times
feedback-rule-more =
    { $count ->
        [0] More on rule { $number }: examples, exact weight
        [one] More on rule { $number }: one example, exact weight
       *[other] More on rule { $number }: { $count } examples, exact weight
    }
feedback-examples-help = A reply that follows the rule and one that does not show a coach what you mean.
feedback-example-add-good = Add one that follows it
feedback-example-add-good-to = Add a reply that follows rule { $number }
feedback-example-add-bad = Add one that does not
feedback-example-add-bad-to = Add a reply that does not follow rule { $number }
feedback-example-follows = follows the rule
feedback-example-breaks = does not follow it
feedback-example-hint = The reply, as a model could write it
feedback-example-reply = Example { $example } of rule { $number }
feedback-example-remove = Take away example { $example } of rule { $number }
feedback-weight = how much it counts, as a number
feedback-weight-help = 1 is usual; 2 counts as much as two other rules

feedback-machine-labels = What it says
feedback-machine-labels-help = The newest labels stand on top, each with its reason.
feedback-live = Its newest labels
feedback-live-none = Its labels show here as soon as the first ones are kept.
feedback-live-better = Better: { $answer }
feedback-view-rules = Rules
feedback-view-who = Who it is
feedback-view-trial = Can it be trusted?
feedback-view-labels = Its labels
feedback-view-differences = Where people differ
feedback-who = Who the coach is
feedback-trial = Try the coach on people's verdicts
feedback-trial-help = Before a coach judges in bulk it judges what people have decided already. Its report card shows how often it says the same. Several coaches stand side by side.
feedback-trial-simulated = some of these verdicts are simulated
feedback-trial-missing =
    { $missing ->
        [one] One decided comparison is missing: people have decided { $decided }, and it takes { $fewest }.
       *[other] { $missing } decided comparisons are missing: people have decided { $decided }, and it takes { $fewest }.
    }
feedback-trial-judge = Judge some now
feedback-trial-decided = People have decided { $count } comparisons.
feedback-trial-who = Whom would you like to try?
feedback-trial-most = comparisons at most
feedback-trial-most-help = More of them make the figures surer and take longer. They are drawn by chance.
feedback-trial-begin = Try them on people's verdicts
feedback-trial-no-rules = The coach needs rules first.
feedback-trial-stopped = The trial was stopped. The last report is kept.
feedback-trust-yes = Trust it
feedback-trust-review = Trust it, and look through its doubts
feedback-trust-no = Do not trust it
feedback-trust-few = Too few to say
feedback-trust-untried = Nobody has tried yet whether it says what people say, by the rules as they are now.
feedback-trust-try = Try it on people's verdicts
feedback-trust-see = See its report card
feedback-trust-anyway = Let it judge all the same
feedback-card-old = These cards are of version { $version } of the rules, which were changed since. Try again to see how the coach does now.
feedback-card-other = These cards are of other rules than the project's.
feedback-card-source = Tried on { $source }.
feedback-card-page = Open as a page
feedback-card-is-coach = the coach now
feedback-card-choose = Choose this coach
feedback-card-choose-name = Choose this coach: { $name }
feedback-card-not-judged =
    { $count ->
        [one] One comparison: { $reason }
       *[other] { $count } comparisons: { $reason }
    }
feedback-within = ({ $low } to { $high }, of { $count })
feedback-between = ({ $low } to { $high })
feedback-figure-agreement = says what people say
feedback-figure-kappa = agreement beyond chance (kappa; 1 is perfect)
feedback-figure-coverage = decides, of what people decided
feedback-figure-consistency = keeps its mind when the answers change places
feedback-figure-time = for a hundred labels
feedback-figure-money = and { $money }
feedback-figure-tokens = and { $tokens } tokens
feedback-figure-free = and no money
feedback-leans-none = It leans to no side that shows: neither to a place, nor to long answers.
feedback-threshold = From a threshold of { $threshold } on it decides { $coverage } of the comparisons, and says what people say in { $agreement } of them. The rest goes to people.
feedback-threshold-use = Use threshold { $threshold }
feedback-threshold-is = It decides from where people's verdicts say it should.
feedback-detail-of = In detail:
feedback-by-rule = Rule by rule
feedback-by-rule-help = What the coach would say by each rule alone, beside what people said.
feedback-advice-keep = keep it
feedback-advice-drop = drop it: no surer than a coin
feedback-advice-turn = people prefer the opposite
feedback-advice-few = too few to say
feedback-rule-drop = Take “{ $name }” out of the rules
feedback-rule-dropped = It is taken out. Keep the changed rules to judge without it.
feedback-rule-to-editor = Go to the rules
feedback-part-nothing = It decided none of what people decided here.
feedback-part-agrees = Says what people say in { $share } ({ $low } to { $high }) of the { $both } that both decided; people decided { $people }.
feedback-by-topic = Topic by topic
feedback-worst = Where people say something else
feedback-worst-none = There is none: wherever both decided, they say the same.
feedback-worst-help = Those stand first of which the coach was surest. Is the rule unclear, is the coach wrong, or was the verdict a slip?
feedback-worst-read = { $number }. { $request }
feedback-people-say = People: { $choice }
feedback-coach-says = The coach: { $choice }
feedback-somebody-says = { $who }: { $choice }
feedback-again = Judge this one again
feedback-again-help = Your new word takes the place of your old one. Nobody else's changes.
feedback-differ = Where people and the coach differ
feedback-differ-help = Comparisons that both decided, and differently. Reading a few of them shows which rule is unclear.
feedback-differ-nothing = No comparison was decided by both yet. The coach leaves alone what people have judged; it shows once people judge some of what it judged.
feedback-differ-count =
    { $count ->
        [0] They say the same in all { $both } that both decided.
        [one] They differ on one of the { $both } that both decided.
       *[other] They differ on { $count } of the { $both } that both decided.
    }
feedback-differ-before = Before
feedback-differ-after = After
feedback-differ-rules = Change the rules
feedback-find = Find
feedback-find-hint = A word of the prompt, an answer or the reason
feedback-find-more = More to look for
feedback-find-rule = Only where this rule decided
feedback-find-below = percent: only what is less sure
feedback-find-below-help = 0 shows all
feedback-find-all = Show all again
feedback-said-all = All
feedback-said-decided = Decided
feedback-said-undecided = Not decided
feedback-because = For which reason
feedback-because-any = any reason
feedback-because-clear = the coach prefers it in both orders
feedback-because-no-words = an answer has no letter and no digit
feedback-because-changed = the coach changed its mind when the answers changed places
feedback-because-close = too close to call
feedback-because-same = both answers are the same
feedback-because-speaks = an answer speaks to the coach: a person should look
feedback-because-long = the answers are longer than the coach can read
feedback-because-not-judged = not judged
feedback-order-same = the same in both orders
feedback-order-changed = changed its mind with the order
feedback-by-version = by version { $version } of the rules
feedback-labels-none-found = Nothing matches what you look for.
feedback-labels = All labels of this round
feedback-labels-who = Whose
feedback-labels-everybody = Everybody's
feedback-labels-none = There are none yet.
feedback-labels-count =
    { $count ->
        [one] 1 label
       *[other] { $count } labels
    }
feedback-labels-open = Click a row to see the whole comparison.
feedback-labels-close = Close the comparison
feedback-choice-a = A is better
feedback-choice-b = B is better
feedback-choice-tie = equally good
feedback-choice-both-bad = both bad
feedback-choice-skip = skipped
feedback-column-prompt = Prompt
feedback-column-choice = Label
feedback-column-who = Who
feedback-column-sure = Sure
feedback-column-why = Why
feedback-answer-a = Answer A
feedback-answer-b = Answer B

feedback-review = What is doubtful
feedback-review-none = Nothing is doubtful: people agree, and no machine was unsure.
feedback-review-help = Here people disagree, or a machine could not decide. Your word settles it. Take away a tick to leave a kind out.
feedback-review-only = Look at a part only
feedback-review-text = Only where the prompt or an answer has
feedback-review-text-hint = A word, such as “refund”
feedback-review-sure = percent: only where the machine was less sure
feedback-review-sure-help = 100 looks at all
feedback-review-rule = Only where the reason speaks of
feedback-review-every-rule = any rule
feedback-review-begin = Look through them

feedback-annotators = Who has judged
feedback-annotators-help = Labels of this round. Somebody's labels can be left out, and taken in again; none is deleted.
feedback-annotators-none = Nobody yet.
feedback-kind-person = person
feedback-kind-coach = coach
feedback-kind-rules = rules
feedback-kind-model = preference model
feedback-simulated = simulated
feedback-removed = does not count
feedback-count-no-more = Leave { $name }'s labels out
feedback-count-again = Let { $name }'s labels count again
feedback-pack-out = Send comparisons to somebody
feedback-pack-out-help = A pack is a file with comparisons to judge in Whetstone on another computer, and to send back.
feedback-pack-name = For whom
feedback-pack-file = The file
feedback-pack-review = What is doubtful, rather than what nobody has judged
feedback-pack-write = Write the pack
feedback-packs-in = Bring packs back
feedback-packs-in-help = The labels of a pack that came back are added to the others. The same pack can be brought in twice; nothing counts double.
feedback-packs-choose = Choose packs…


## The page of the training (train)

train-name = Train
train-title = Let the model learn
train-sub = The model itself stays as it is; a small adapter beside it learns what you prefer.

train-no-project = Open a project first, or begin a new one.
train-first = Before the model can learn, something else has to be done: “{ $step }”
train-go-to = Go to: { $step }
train-reading = Reading…
train-busy = Something else is working on this project. Wait until it has ended, or stop it in the bar below.

train-pairs-title = What it learns from
train-pairs =
    { $count ->
        [one] 1 preference pair: { $people } from people, { $machine } from a machine.
       *[other] { $shown } preference pairs: { $people } from people, { $machine } from a machine.
    }
train-pairs-few = That is very little. The model will change, but hardly in a way that can be told from chance: about a hundred pairs are a good beginning.
train-pairs-some = Enough to see whether it learns the right thing. A few hundred pairs make it surer.
train-pairs-many = A good beginning. More pairs on more different prompts make it better still.

train-preset-own = This project has settings of its own: { $steps } steps. They are good as they are; a card above replaces them.
train-preset-text = How long may it take? If in doubt, leave it as it is.
train-takes = about { $time }, { $memory } of memory
train-takes-memory = { $memory } of memory
train-foreseeing = Looking at how long this computer will take…
train-foresee = Look again
train-not-foreseen = How long it takes could not be foreseen: { $reason }
train-fits-not = does not fit this computer
train-changed = with settings of your own

train-start = Start training
train-start-again = Start training again
train-start-takes = { $takes }
train-start-text = You can pause at any time and go on later. The model’s own files are not touched.
train-running-title = The model learns
train-running = You may look at other pages meanwhile. If you pause, everything up to the last checkpoint is kept.
train-pause = Pause
train-paused-title = The training is paused
train-paused = Everything up to where it was stopped is kept. It goes on from there and comes to the same result as without the pause.
train-go-on = Go on
train-go-on-kept = Go on from what was kept
train-kept = What was learned up to the last checkpoint is kept, about a minute’s work at most is lost.
train-nothing-kept = Nothing of this training can be gone on with. Your labels and pairs are all there.
train-anew = Begin anew
train-anew-text = Or begin anew, with other settings perhaps: what this training has learned so far is then given up. Labels and pairs stay.
train-elsewhere = A training runs without this window: one that was left running, or was begun from the command line. Its figures are shown as they come.
train-elsewhere-silent = A training was begun without this window and shows no sign of life any more. It can be gone on with from what was kept.
train-done = The adapter is there. It has learned from { $pairs } preference pairs.
train-done-text = Whether the answers got better is not said by the figures below: that is what the comparison is for.
train-done-next = Compare old and new

train-plots-title = How it goes
train-steps = steps
train-plot-loss = How far the model still is from what it should prefer. It should fall, quickly at first; where the holdout’s line rises again, it learns by heart.
train-plot-margin = How much more it has moved towards the better answers than towards the others. It begins at 0 and should rise.
train-plot-accuracy = The share of pairs in which it leans towards the better answer. 0.5 is a coin’s; it should end well above.
train-plot-logps = How likely it finds better and worse answers. The two lines should part; it is well where the better ones do not fall far.
train-line-training = training
train-line-holdout = holdout
train-line-chosen = chosen
train-line-rejected = rejected
train-line-said = { $line }: { $first } at first, { $last } after { $steps } steps
train-findings-title = What the figures say
train-nothing-so-far = Nothing unusual so far.
train-nothing-found = Nothing unusual.
train-cure = What to do: { $cure }
train-samples-title = What it answers meanwhile
train-samples-text = The same prompts, asked again and again. They are from the part that is set aside.
train-samples-step = After { $step } steps
train-samples-before = at first
train-samples-then = then

train-runs-title = Every training of this project
train-runs-text = Tick two or more to lay their figures over each other.
train-run = Run { $run }
train-runs-run = Run
train-runs-kind = What it trains
train-runs-round = Round
train-runs-state = State
train-runs-pairs = Pairs
train-runs-begun = Begun
train-runs-tick = Show the figures of run { $run }
train-runs-beside = { $figure } of several runs
train-kind-sft = imitation
train-kind-dpo = adapter
train-kind-preference-model = preference model
train-state-prepared = can go on
train-state-running = running
train-state-finished = finished
train-state-failed = given up
train-state-cancelled = paused

train-advanced = Advanced
train-advanced-title = Every setting of the training
train-advanced-text = They hold for the next training. What each number does shows under the pointer.
train-set-keep = Use these settings
train-set-drop = Take the changes back
train-set-reset = Back to the preset: { $preset }
train-part-loss = What is minimised
train-part-steps = How long
train-part-optimizer = How far each step goes
train-part-adapter = The adapter’s shape
train-part-other = Memory, length, chance
train-set-loss = Loss
train-set-source = Source: { $source }
train-set-beta = beta
    .help = How strongly the model is held to what it was before. Larger values change less.
train-set-reference = What it is compared with
train-set-reference-base = The model without an adapter
train-set-reference-start = The adapter that training starts from
train-set-by-steps = By steps
train-set-by-epochs = By times round the data
train-set-max-steps = Steps at most
    .help = Each step learns from one batch.
train-set-epochs = Times round the data
    .help = 1 shows every pair once.
train-set-batch-size = Pairs a batch
    .help = More of them make each step surer and slower.
train-set-accumulate = Batches a step
    .help = More batches a step do the work of larger ones with less memory.
train-set-holdout-share = Share set aside while training
    .help = Pairs that are only looked at, to see when it begins to learn by heart.
train-set-evaluate-every = Steps between two looks at what is set aside
    .help = Every look takes time.
    .own = Choose when to look at what is set aside
train-set-patience = Looks without gain before it ends
    .help = It then keeps the adapter of the best look.
    .own = End early where nothing is gained any more
train-set-checkpoint-every = Steps between two checkpoints
    .help = A checkpoint is what a paused training goes on from.
    .own = Choose when checkpoints are written
train-set-learning-rate = Learning rate
    .help = How far each step moves the adapter. Too high and the model falls apart; too low and it learns nothing.
train-set-rate-by-size = Lower the learning rate for larger models
train-set-schedule = How the learning rate goes
train-set-schedule-linear = Straight down to nothing
train-set-schedule-cosine = Down in a curve
train-set-schedule-constant = Stays as it is
train-set-warmup = Steps over which it first rises
    .help = Small first steps keep the model from being thrown off.
train-set-max-grad-norm = Longest gradient
    .help = Longer ones are shortened to this; 0 shortens none.
train-set-weight-decay = Weight decay
    .help = Pulls the adapter’s numbers towards 0 a little at every step.
train-set-rank = Rank
    .help = How much the adapter can hold. More rank, more memory.
train-set-alpha = Alpha
    .help = How strongly the adapter counts; usually twice the rank.
train-set-dropout = Dropout
    .help = Share of its inputs that the adapter does not see at a time, against learning by heart.
train-set-rslora = Scale by the root of the rank (rank-stabilised)
train-set-targets = Parts of the model that get an adapter
    .help = “all-linear”, or names such as q_proj v_proj with spaces between them.
train-set-max-length = Longest text in tokens
    .help = Longer ones are cut at the end.
train-set-memory = Memory against speed
train-set-memory-auto = The faster way that fits
train-set-memory-fast = Fast, with much memory
train-set-memory-small = Small, and slower
train-set-seed = Seed
    .help = The same seed gives the same adapter.
train-set-shuffle = Shuffle the pairs
preset-quick-name = Quick
preset-balanced-name = Balanced
preset-thorough-name = Thorough
loss-sigmoid-name = DPO (sigmoid)
loss-sigmoid-sft-name = DPO with imitation (sigmoid_sft)
loss-robust-name = DPO for doubtful labels (robust)
loss-ipo-name = IPO (ipo)
loss-hinge-name = Hinge (hinge)


## The page of the comparison (compare)

compare-name = Compare
compare-title = Did it get better?
compare-sub = Old and new model answer prompts that were never trained on, and nobody is told which is which.

compare-no-project = Open a project first, or begin a new one.
compare-first = There is no adapter yet that could be compared. What comes first: “{ $step }”
compare-next-round = A new round has begun. Before it can be compared: “{ $step }”. Below is what came of the round before.
compare-busy = Something else is working on this project. Wait until it has ended, or stop it in the bar below.

compare-judge-title = Who compares the answers?
compare-judge-people = People, blind
compare-judge-people-text = You or others choose the better of two answers and are not told which is the new one. Nothing says more.
compare-judge-people-cost = up to { $comparisons } comparisons, about ten seconds each
compare-judge-coach = The coach
compare-judge-coach-text = The second model compares by your rules, in both orders. Where it also judged the answers that were learned from, it may only say that the model learned to please it.
compare-judge-coach-cost = { $comparisons } comparisons, no one’s time; the computer works for a while
compare-judge-rules = Rules that a program checks
compare-judge-rules-text = Of your rules, those that can be counted: length, words, form. They say nothing of sense or tone.
compare-judge-rules-cost = { $comparisons } comparisons, done in a moment
compare-judge-example = The example’s own program
compare-judge-example-text = It wrote the example’s sentences and knows of each what is right. Only the example has it.
compare-judge-example-cost = { $comparisons } comparisons, done in a moment

compare-start = Compare old and new
compare-start-text = Old and new model answer { $prompts } prompts that were set aside, { $answers } answers in all. Then the answers are compared.
compare-running-title = Old and new are compared
compare-running = You may look at other pages meanwhile. Answers that are there stay when you stop.
compare-stop = Stop
compare-people-title = Which answer is better?
compare-people-left = { $left } of { $total } comparisons are left, about { $time }. Which answer is the new one’s is not shown, and which stands first is drawn by lot.
compare-people-unswayed = How it stands is shown after the last comparison, so that nothing sways you.
compare-people-name = Your name
compare-people-name-hint = as others know you
compare-people-begin = Begin to compare
compare-people-go-on = Go on comparing
compare-all-judged = Everything is compared. Thank you.
compare-show-result = Show the result

compare-unreadable = The result of the last comparison cannot be read. Compare again to make it anew.
compare-verdict-ship = Ship it
compare-verdict-look = Read some answers first
compare-verdict-more = More labels first
compare-verdict-no = Do not ship
compare-reasons = Why: each figure, and what it speaks for
compare-reason-for = for it
compare-reason-against = against it
compare-reason-neither = neither
compare-export = Take the adapter away
compare-again = Another round
compare-more-prompts = Add prompts
compare-again-text = Another round starts from this adapter: it answers your prompts anew, the answers are judged, and training goes on.
compare-open-report = Open the report
compare-open-folder = Show its folder
compare-win-rate-title = Old against new
compare-by = Compared by: { $who }. Nobody was told which answer is whose.
compare-by-nobody-named = Nobody was told which answer is whose.
compare-by-both-orders = Each comparison was asked in both orders; { $count } of them came out differently and count as even.
compare-bar-as-is = As the answers are
compare-bar-equal-length = If both were always equally long
compare-bar-equal-length-text = Judges tend to like longer answers. The second bar is what is left where neither answer is longer than the other.
compare-bar-even = 50%: no better, no worse
compare-bar-said = The new answer is preferred in { $rate } of the comparisons, a tie counting half; very likely between { $low } and { $high }.
compare-bar-said-bare = The new answer is preferred in { $rate } of the comparisons, a tie counting half.
compare-bar-counts = { $wins } won, { $ties } even, { $losses } lost, on { $prompts } prompts
compare-bar-interval = The line with two ends is where the true value very likely lies (95%). Where it crosses the mark of 50%, the difference may be luck; more prompts make it shorter.
compare-bar-early = This range stays right however often you look at it before all is judged.
compare-bar-needed = If the difference is as large as it looks, about { $prompts } more held-out prompts ({ $comparisons } comparisons) would very likely show it.
compare-bar-needed-more = Even { $prompts } more held-out prompts may not show a difference: old and new are about even.
compare-checks-title = What else changed
compare-checks-text = A model that learns one thing may forget another. This is what was measured before and after.
compare-check = { $name }: { $before } before, { $after } after
compare-check-better = better
compare-check-worse = worse
compare-check-rubric = Answers that meet the rubric
compare-check-fluency = Fluency
compare-check-variety = Different answers, as a share of all
compare-check-length = Words an answer
compare-forgetting-title = What it still knows
compare-forgetting-text = Both models were given texts and questions that have nothing to do with your training.
compare-forgetting-hopeless = The old model could do none of this before the training, so these figures say nothing about what was lost.
compare-forgetting-kept = as before
compare-forgetting-less = less than before
compare-forgetting-a-little-less = a little less than before
compare-forgetting-more = better than before
compare-forgetting-nothing = says nothing here
compare-forgetting-moved = has changed
compare-forgetting-moved-far = has changed much
compare-forgetting-general = How well it foretells general text
compare-forgetting-text-same = On { $passages } passages of general text it finds the right next word about as likely as before.{ $range }
compare-forgetting-text-less = On { $passages } passages of general text it finds the right next word { $change } less likely than before.{ $range }
compare-forgetting-text-a-little-less = On { $passages } passages of general text it finds the right next word { $change } less likely than before, which hardly shows in its answers.{ $range }
compare-forgetting-text-hopeless = The old model could not foretell the { $passages } passages of general text before the training, so they say nothing about what was lost.
compare-forgetting-text-more = On { $passages } passages of general text it finds the right next word { $change } likelier than before.{ $range }
compare-forgetting-range = The true change very likely lies between { $from } and { $to }.
compare-forgetting-questions = Small questions
compare-forgetting-questions-text = The old model answers { $before } of them rightly. The new one still answers { $after } of those rightly.
compare-forgetting-gained = Gained: { $gained } that the old one does not answer rightly.
compare-forgetting-chance = Chance explains so few: any training turns an answer now and then.
compare-forgetting-no-chance = That is more than chance explains.
compare-forgetting-none-passed = The old model answers none of the { $asked } questions rightly, so they cannot show whether anything was lost.
compare-forgetting-kind = { $name }: { $after } of { $before } still right
compare-forgetting-lost = { $name }: read what was lost ({ $count })
compare-forgetting-lost-more = The others stand in the report.
compare-forgetting-shift = How it chooses its words
compare-forgetting-shift-small = On { $prompts } ordinary questions it chooses its words almost as before ({ $nats } nats a token).
compare-forgetting-shift-some = On { $prompts } ordinary questions it chooses its words somewhat differently ({ $nats } nats a token). That is what a training does.
compare-forgetting-shift-large = On { $prompts } ordinary questions it chooses its words quite differently ({ $nats } nats a token). It may have changed more than you asked for: ask both about other subjects below.
compare-forgetting-shift-another = On { $prompts } ordinary questions it has become another model ({ $nats } nats a token). Train more gently: for fewer steps, or with a lower learning rate.
check-kind-formats-name = Prescribed forms
check-kind-arithmetic-name = Arithmetic
check-kind-refusals-name = Declining what does harm
check-kind-languages-name = Other languages
compare-held-out-title = Verdicts that were set aside
compare-held-out-text = { $pairs } pairs of { $prompts } prompts were judged and never trained on. This is how the new model ranks them.
compare-held-out-accuracy = In { $rate } of them it leans towards the better answer, compared with the old model; very likely between { $low } and { $high }. At 50% it would be guessing.
compare-held-out-accuracy-bare = In { $rate } of them it leans towards the better answer, compared with the old model. At 50% it would be guessing.
compare-held-out-margin = On average it leans towards the better answer more than before: by { $margin }
compare-held-out-no-margin = On average it does not clearly lean towards the better answer more than before: by { $margin }
compare-examples-title = Old and new side by side
compare-before = before
compare-after = after
compare-example-new = the new answer was preferred
compare-example-old = the old answer was preferred
compare-example-tie = neither was preferred
compare-risks-title = What to beware of

compare-chat-title = Ask both yourself
compare-chat-text = What you ask here is answered by the model as it was and by the new one. It is not kept.
compare-chat-single = This model takes each question by itself and knows nothing of those before.
compare-chat-ask = Your question
compare-chat-hint = Ask something that your users would ask
compare-chat-send = Ask both
compare-chat-stop = Stop answering
compare-chat-clear = Clear the talk
compare-chat-likeliest = Likeliest answer
compare-chat-varied = With chance
compare-chat-waiting = Answering…
compare-chat-empty = (no words)
compare-chat-failed = No answer
compare-chat-stopped = This answer was stopped.


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
export-more-labels = Collect more labels before you put it to use
export-keep-old = Keep the old one: this is not better
export-where = Where will it run?
export-where-text = That decides the form in which it is written. You can write several, one after the other.
export-to-here = Here, with Whetstone
export-to-here-text = A small file that is loaded beside the model. Nothing else is needed.
export-to-programs = In Ollama or LM Studio
export-to-programs-text = Free programs in which you talk with models, on this computer or another one.
export-to-server = On a server
export-to-server-text = Others ask it over the network, from a web page or from programs of their own.
export-to-python = In Python
export-to-python-text = For programmers who work with the libraries of Hugging Face.
export-to-mac = On a Mac
export-to-mac-text = For the chips that Apple makes, which have a form of their own.
export-to-cluster = On a larger machine
export-to-cluster-text = To train there, on one or many graphics cards. The result is brought back here.
export-recommended = recommended
export-other-forms = Other forms
export-fineness = How finely its numbers are kept
export-system = What it is told before every conversation
export-system-along = This goes along with it
export-system-tell = This does not go along in this form: give it to the program that runs the model
export-room = It takes up to { $size }. On that disk { $free } are free.
export-room-alone = It takes up to { $size }.
export-room-looking = Looking at what it will take…
export-write = In which form
export-card = A card (README.md) goes with it. It says what it was made of, and how.
export-folder = Folder to write
export-go = Write it
export-go-said = It is loaded again afterwards and compared with the model here. That takes seconds, or minutes for a large model.
export-stop-said = Nothing has its name before it is whole: stopping leaves nothing half done behind.
export-written = What was written
export-done = It is whole and lies in { $path }
export-size =
    { $count ->
        [one] 1 file, { $size }
       *[other] { $count } files, { $size }
    }
export-proof-prompts = It was asked { $count } prompts, and so was the model here.
export-proof-same = Both give exactly the same numbers.
export-proof-rounding = The numbers differ by { $share } of their range, and rounding in this form explains up to { $most }.
export-proof-differs = The numbers differ by { $share } of their range.
export-proof-largest = No number differs by more than { $largest }.
export-proof-top = The likeliest next word is the same in { $share } of the places.
export-proof-answers = Asked the same, both begin { $share } of their answers with the very same words.
export-proof-template = A conversation is put to it in exactly the same words.
export-proof-template-differs = A conversation is put to it in other words than here: read its card before you use it.
export-earlier = Written earlier
export-one = { $target } of run { $run }, { $when }
export-use = How it is used
export-use-prompt = Where is my order?
export-use-command = In a terminal
export-use-python = In Python
export-use-programs = In LM Studio
export-use-llama = As a small server, with llama.cpp
export-copy-command = Copy the command
export-copy-python = Copy the Python code
export-copy-programs = Copy the command for LM Studio
export-copy-llama = Copy the command for llama.cpp
export-use-docker = With Docker
export-copy-docker = Copy the command for Docker
export-use-bare = Without Docker, where the server’s own program is installed
export-copy-bare = Copy the command without Docker
export-use-ask = Once it runs, to ask it something
export-copy-ask = Copy the question’s command
export-use-one-machine = On one machine with a graphics card
export-copy-one-machine = Copy the commands for one machine
export-use-slurm = On a cluster with Slurm
export-copy-slurm = Copy the command for Slurm
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

adapter-back = Trained on another machine?
adapter-back-text = Bring the adapter back. It becomes a run of this project, to be compared and taken away like any other. It must have been trained on this project’s model.
adapter-back-folder = Folder of the adapter
adapter-back-go = Bring it back
adapter-back-done = It is here, as run { $run }. Next, compare it with the old model.
adapter-back-done-imitates = It is here, as run { $run }. It learned to imitate single answers, so the next training goes on from it.

target-peft-name = PEFT adapter
target-peft-use = It is loaded beside the model that it was trained on, which is not in the folder.
target-merged-name = Whole model
target-merged-use = The folder is a whole model and needs no other.
target-gguf-name = GGUF file
target-gguf-use = It is one file, and a whole model.
target-gguf-lora-name = GGUF adapter
target-gguf-lora-use = It is loaded beside a GGUF file of the model that it was trained on. Write the name of that file where BASE.gguf stands.
target-mlx-name = MLX adapter
target-mlx-use = On a Mac with a chip of Apple’s that has Python, in a terminal:
target-ollama-name = Ollama model
target-ollama-use = Install Ollama from ollama.com. Then:
target-llama-server-name = Server with llama.cpp
target-llama-server-use = Copy the folder to a machine that has Docker. Its README.md says more.
target-vllm-name = Server with vLLM
target-vllm-use = Copy the folder to a machine that has Docker and a graphics card. Its README.md says more.
target-trl-job-name = Training job
target-trl-job-use = Copy the folder to the larger machine and follow its README.md. Then bring the adapter back, below.
gguf-type-f32-name = Exact
gguf-type-f32-meaning = f32, four bytes a number: every number as it was computed. Rarely worth its size.
gguf-type-f16-name = Fine
gguf-type-f16-meaning = f16, two bytes a number: nobody sees a difference in the answers. The usual choice.
gguf-type-bf16-name = Fine, wide
gguf-type-bf16-meaning = bf16, two bytes a number, as most models are published. For programs that ask for it.
gguf-type-q8-0-name = Half the size
gguf-type-q8-0-meaning = q8_0, a little more than one byte a number: half of f16, and the answers hardly differ.
gguf-type-q4-k-m-name = Small
gguf-type-q4-k-m-meaning = q4_k_m, about five bits a number: less than a third of f16, and quicker. Answers differ now and then. For computers with little memory.
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
settings-precision = How exactly a model's numbers are kept
    .help = Fewer bits need less memory, so that a larger model can be trained; what is learned is a little less exact. A training that was begun goes on only as it was begun.
settings-precision-auto = As its files have them
settings-precision-f32 = 32 bits (f32)
settings-precision-bf16 = 16 bits (bf16)
settings-precision-q8 = 8 bits in blocks (q8_0)
settings-precision-q4 = 4 bits in blocks (q4_k)
settings-all-cores = Use every core
settings-threads = cores that are used
settings-projects = Where projects are kept
settings-projects-folder = Folder for new projects
settings-projects-text = Projects that are there stay where they are.
settings-projects-usual = The usual folder again
settings-updates = Newer versions
settings-updates-text = This is version { $version }. Nobody is asked whether there is a newer one unless you allow it. The question says nothing about you or this computer, and the answer counts only where Whetstone’s makers have signed it.
settings-updates-allow = Look for newer versions once a day
settings-updates-look = Look now
settings-updates-none = No newer version is known.
settings-updates-there = Version { $version } is there. What changed:
settings-updates-install = Fetch version { $version } and put it in place
settings-updates-busy = This waits until nothing runs any more.
settings-updates-in-place = Version { $version } is in place. Close this window and open it again. The version before it is kept until the new one has started.
settings-updates-package = Version { $version } was fetched and checked. This line in a terminal installs it:
settings-updates-copy = Copy the line
settings-updates-installer = Version { $version } was fetched and checked. Its installer closes this window.
settings-updates-open = Open the installer
settings-updates-archive = Version { $version } was fetched and checked. Close this window and unpack it over the program.
update-line = Version { $version } is there
update-in-the-way = A newer version is being put in place
update-in-the-way-hint = Close this window and open it again, then begin.

crash-found = Whetstone came to a fault
crash-found-hint = A report of it is on this computer. It holds none of your texts, and was sent nowhere; have a look at it before you send it to somebody.


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
privacy-sub = Whetstone works without a network. It uses one after your click, and before it only to look for newer versions, where you allow it.

privacy-nothing = Nothing leaves this computer unless you send it
privacy-nothing-said = Whetstone sends no statistics, needs no account, and looks for no updates. Your prompts, answers and labels leave this computer only in files that you write and carry away yourself, or in what you put on the Hugging Face Hub after seeing it listed.
privacy-nothing-said-updates = Whetstone sends no statistics, needs no account, and looks for newer versions only if you allow it. Your prompts, answers and labels leave this computer only in files that you write and carry away yourself, or in what you put on the Hugging Face Hub after seeing it listed.
privacy-network = What speaks to a network, and when
privacy-network-said = Only this: to { $host } and the file stores that it names, to the servers that you added, and, where you allow it, to the place of newer versions. They see your address in the network, as every website does.
privacy-search = Searching for models
privacy-search-said = When you press Search: the words that you typed. The suggestions ask nobody.
privacy-about = Reading a model’s card
privacy-about-said = When you open something that a search found, or press Read the card: the model’s name.
privacy-download = Downloading a model
privacy-download-said = When you press Download, or go on with one: the names of its files. What lies on this computer is used without asking.
privacy-account = Asking about your account
privacy-account-said = When you ask whose token it is, or keep one in the keyring: the token.
privacy-push = Putting results on the Hub
privacy-push-said = When you look at what would be sent: your account and the name. When you then send it: the files that were listed, and nothing else.
privacy-coach = When a server judges
privacy-coach-said = Prompts, answers and rules go to the server that you chose as the coach, after you saw what is sent and agreed for this project. Its key goes to it alone.
privacy-update = Looking for newer versions
privacy-update-said = Once a day where you allow it in the settings, or when you press Look now: the list of versions. When you press the button: the new version’s file. Nothing of you or this computer is in these questions.
privacy-offline = With the variable HF_HUB_OFFLINE set to 1, the Hub is not asked.
privacy-written = What was written for others
privacy-written-said = These files were made to be taken elsewhere. Where they went from there is for you to know.
privacy-written-none = Nothing was exported from this project yet
privacy-no-project = Open a project to see what was exported from it
privacy-stays = What stays here
privacy-stays-prompts = Prompts and answers are in the project’s folder, in a database that no other program writes to.
privacy-stays-labels = So is what people said, under the names that they gave.
privacy-stays-models = Models run on this computer. What they are asked goes nowhere.
privacy-stays-settings = Settings of the window are kept for your user on this computer. A token is not among them: it is in memory for a sitting, or in the system’s keyring.
privacy-stays-faults = Reports of faults are kept in a folder of the program, the last ten. They name places in Whetstone’s sources, and nothing of yours.


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


## What is inside (licences)

licences-name = Licences of what is inside
licences-title = What is inside Whetstone
licences-sub = Whetstone is free under MIT or Apache 2.0, as you like. It is made with the parts below, each under its own licence. Choose one to read it.
licences-search = Look for a part or a licence
licences-search-hint = such as: egui, or Apache
licences-count =
    { $count ->
        [one] 1 part
       *[other] { $count } parts
    }
licences-column-part = Part
licences-column-licence = Licence
licences-nothing = No part and no licence here has “{ $wanted }” in its name. Try a shorter piece of it.


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
term-forgetting = forgetting
    .meaning = That a model which learns one thing becomes worse at others. It is looked for on texts and questions that have nothing to do with the training.
term-gguf = GGUF
    .meaning = A kind of file that holds a whole model. Programs such as Ollama, LM Studio and llama.cpp run it.
term-holdout = holdout
    .meaning = Prompts that are set aside and never trained on, to see whether the model got better at more than what it has seen.
term-hub = Hugging Face Hub
    .meaning = A website on which people publish language models and datasets, most of them free to use. It belongs to the company Hugging Face.
term-hybrid = hybrid
    .meaning = A method in which people and a machine share the judging: people set the direction, the machine does the bulk.
term-interval = very likely range
    .meaning = A figure that was measured on some prompts could have come out otherwise on others. In 95 of 100 such ranges the true figure lies inside.
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
term-quantization = quantization
    .meaning = Keeping a model’s numbers more coarsely, so that it takes less room and memory. The coarser, the more its answers differ.
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
term-shift = shift
    .meaning = How far the new model’s choice of the next word is from the old one’s, on average (KL divergence, in nats a token). At 0 both choose alike.
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
