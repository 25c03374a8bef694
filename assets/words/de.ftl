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
long-shown = Zeichen { $from } bis { $to } von { $all }
long-all = Alles zeigen
long-before = Vorheriges Stück
long-after = Nächstes Stück
long-copy = Den ganzen Text kopieren
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


## The page of the answers (answers)

answers-name = Answers
answers-title = Let the model answer
answers-sub = Each prompt is answered several times, so that there is something to compare.


## The page of the feedback (feedback)

feedback-name = Feedback
feedback-title = Welche Antworten sind besser?
feedback-sub = Immer zwei Antworten, und jemand, der sagt, welche besser ist.
feedback-your-name = Ihr Name
feedback-your-name-hint = Wie er bei Ihren Urteilen stehen soll
feedback-begin = Mit dem Beurteilen beginnen
feedback-progress = { $name } · { $done } von { $total } beurteilt
feedback-stop = Für jetzt aufhören
feedback-prompt = Der Prompt
feedback-answer-first = Erste Antwort
feedback-answer-second = Zweite Antwort
feedback-first-better = Erste ist besser
feedback-second-better = Zweite ist besser
feedback-tie = Beide gleich gut
feedback-both-bad = Beide schlecht
feedback-edit = Verbessern…
feedback-skip = Auslassen
feedback-later = Später
feedback-undo = Zurück
feedback-differences = Unterschiede
feedback-differences-hide = Unterschiede aus
feedback-approve = Das stimmt
feedback-turn-over = Andere ist besser
feedback-reject = Beide schlecht
feedback-nothing-to-undo = Hier gibt es nichts zurückzunehmen
feedback-nothing-corrected = Nichts wurde geändert: Der Text ist leer oder derselbe wie vorher
feedback-break = Sie urteilen schon eine Weile. Eine kurze Pause hält Ihr Urteil gerecht.
feedback-break-over = Ich habe Pause gemacht
feedback-kept = Jedes Urteil wird sofort gespeichert. Sie können jederzeit aufhören.
feedback-edit-which = Welche Antwort möchten Sie verbessern?
feedback-edit-first = Die erste
feedback-edit-second = Die zweite
feedback-edit-leave = So lassen
feedback-edit-help = Schreiben Sie die Antwort, wie sie lauten sollte. Das Modell lernt, dass Ihre besser ist als die, die hier stand.
feedback-edit-save = Verbesserung behalten
feedback-edit-name = So sollte sie lauten
feedback-stands-first = Bisher ist die erste besser
feedback-stands-second = Bisher ist die zweite besser
feedback-stands-nothing = Bisher ist keine besser
feedback-stands-better = Bisher besser
feedback-sure = zu { $share } sicher
feedback-nothing-asked = Hier gibt es für Sie nichts zu beurteilen.
feedback-all-done = Alles ist beurteilt. Vielen Dank.
feedback-finish = Fertig

feedback-sits-elsewhere = Sie vergleichen gerade alte und neue Antworten. Beenden Sie das zuerst.
feedback-first-project = Öffnen Sie zuerst ein Projekt, oder legen Sie eines an.
feedback-first-method = Wählen Sie zuerst, wer sagt, welche Antworten besser sind.
feedback-first-prompts = Zuerst kommen die Prompts: Was wird Ihr Modell gefragt werden?
feedback-first-answers = Zuerst muss das Modell antworten, damit es etwas zu vergleichen gibt.
feedback-go-start = Zu den Projekten
feedback-go-method = Zur Methode
feedback-go-prompts = Zu den Prompts
feedback-go-answers = Zu den Antworten
feedback-go-train = Weiter zum Training
feedback-go-compare = Weiter zum Vergleich
feedback-go-export = Weiter zum Export
feedback-reading = Wird gelesen…

feedback-now-rubric = Schreiben Sie auf, was eine Antwort besser macht
feedback-now-rubric-help = Der Coach urteilt nach den Regeln unten und nach nichts anderem. Drei bis acht kurze Regeln taugen am besten. Sobald sie gespeichert sind, kann das Modell antworten.
feedback-now-judge =
    { $count ->
        [one] Sie sind dran: Ein Vergleich ist noch nicht beurteilt
       *[other] Sie sind dran: { $count } Vergleiche sind noch nicht beurteilt
    }
feedback-now-judge-help = Sie sehen immer zwei Antworten und sagen, welche besser ist. Das dauert etwa { $time }, in so vielen Sitzungen, wie Sie mögen.
feedback-judged = { $done } von { $total } Vergleichen von Menschen beurteilt
feedback-go-on = Weiter beurteilen
feedback-now-model = Ein Präferenzmodell macht mit Ihren Urteilen weiter
feedback-now-model-help = Es lernt aus dem, was Menschen gesagt haben, welche Antworten sie bevorzugen, und beurteilt die Vergleiche, die noch niemand beurteilt hat.
feedback-model-judges = Das Präferenzmodell lernen und den Rest beurteilen lassen
feedback-now-distil = Ihre Urteile wählen die Regeln des Coachs
feedback-now-distil-help = Von den vorhandenen Regeln werden die zu den Regeln des Coachs, die zu den Urteilen der Menschen passen. Dann beurteilt der Coach damit den Rest.
feedback-distil = Regeln nach Ihren Urteilen wählen, dann den Rest beurteilen
feedback-now-coach = Der Coach ist dran
feedback-now-coach-help = Der Coach liest jedes Paar in beiden Reihenfolgen und sagt, welche Antwort die Regeln besser befolgt. Was zu knapp ist, lässt er offen. Wie weit ihm zu trauen ist, zeigen nur Urteile von Menschen.
feedback-coach-judges = Den Coach urteilen lassen
feedback-coach-starter = das mitgelieferte kleine Modell
feedback-coach-is =
    { $count ->
        [one] Der Coach ist { $name }; er urteilt nach einer Regel.
       *[other] Der Coach ist { $name }; er urteilt nach { $count } Regeln.
    }
feedback-no-coach = Es gibt noch keinen Coach. Er wird bei der Methode gewählt.
feedback-left =
    { $count ->
        [one] Ein Vergleich ist übrig.
       *[other] { $count } Vergleiche sind übrig.
    }
feedback-stopped = Es wurde angehalten. Was bis dahin beurteilt war, ist gespeichert.
feedback-notes = Was dabei herauskam
feedback-now-reading = Nachsehen, was auf Sie wartet
feedback-now-review =
    { $count ->
        [one] Sie sind dran: Ein Urteil ist zweifelhaft
       *[other] Sie sind dran: { $count } Urteile sind zweifelhaft
    }
feedback-now-approve = Alles Zweifelhafte ist geklärt: Geben Sie die Runde frei
feedback-approve-means = Mit der Freigabe stehen Sie für die Urteile dieser Runde ein, wie sie jetzt sind. Vorher wird nichts trainiert.
feedback-approve-round = Urteile dieser Runde freigeben
feedback-approve-anyway = Freigeben, ohne den Rest anzusehen
feedback-now-done = Das Feedback ist da
feedback-now-done-help = { $total } Vergleiche sind beurteilt, { $people } Urteile stammen von Menschen. Unten können Sie weitere hinzufügen oder sie durchsehen.

feedback-part-judge = Beurteilen
feedback-part-coach = Coach
feedback-part-model = Präferenzmodell
feedback-part-review = Zweifelhaftes
feedback-part-people = Menschen
feedback-part-labels = Alle Urteile

feedback-keys = Beurteilen mit einer Hand
feedback-keys-help = Jedes Urteil ist eine Taste. In den Einstellungen können Sie andere Tasten wählen.
feedback-key-first = die erste Antwort ist besser
feedback-key-second = die zweite Antwort ist besser
feedback-key-tie = beide sind gleich gut
feedback-key-both-bad = beide sind schlecht: Daraus wird nichts gelernt
feedback-key-edit = eine davon selbst verbessern
feedback-key-skip = Sie können es nicht sagen
feedback-key-undo = das letzte Urteil zurücknehmen
feedback-key-next = dieses später ansehen
feedback-key-differences = die Wörter markieren, die sich unterscheiden
feedback-screen = Wie es aussieht
feedback-screen-stacked = Antworten untereinander
feedback-screen-differences = Wörter markieren, die sich unterscheiden
feedback-screen-break = Minuten, bis eine Pause vorgeschlagen wird
feedback-screen-break-help = 0 schlägt nie eine vor
feedback-screen-blind = Niemand erfährt, welches Modell welche Antwort schrieb, und die Reihenfolge ist zufällig. Einige Paare kommen zweimal, um zu sehen, wie stetig das Urteil ist.
feedback-more-help = Mehr Urteile machen das Training sicherer.
feedback-more = Mehr beurteilen

feedback-agreement = Sind sich die Menschen einig?
feedback-agreement-help = Wo Menschen über dasselbe Paar Verschiedenes sagen, kann das Modell nicht lernen, was besser ist.
feedback-agreement-none = Bisher wurde zu wenig doppelt beurteilt. Es zeigt sich, sobald zwei Menschen dieselben Paare beurteilt haben oder jemand einige noch einmal gesehen hat.
feedback-agreement-good = Nichts fällt auf: Auf die Urteile ist Verlass.
feedback-agreement-all = Alle Zahlen

feedback-rules = Die Regeln des Coachs
feedback-rules-help = Jede Regel ist ein Satz, der sagt, was eine bessere Antwort tut.
feedback-rules-version = Fassung { $version }. Eine Änderung wird eine neue Fassung; frühere Urteile behalten ihre.
feedback-rules-keep = Diese Regeln speichern
feedback-rules-file = Aus einer Datei nehmen…
feedback-rules-leave = Änderungen verwerfen
feedback-rules-library = Regeln, die zu den meisten Aufgaben passen
feedback-rules-not-whole = Jede Regel braucht einen Namen und einen Satz.
feedback-rules-same-name = Zwei Regeln heißen gleich.
feedback-rule-add = Eine Regel hinzufügen
feedback-rule-take = Die Regel { $name } hinzufügen
feedback-rule-name = Name der Regel { $number }
feedback-rule-name-hint = Ein kurzer Name
feedback-rule-text = Satz der Regel { $number }
feedback-rule-text-hint = Sage, wie es weitergeht.
feedback-rule-checked = auch ein Programm prüft sie
feedback-rule-remove = Regel { $number } entfernen
feedback-rule-up = Regel { $number } nach oben
feedback-rule-down = Regel { $number } nach unten

feedback-machine-labels = Was gesagt wird
feedback-machine-labels-help = Die neuesten Urteile stehen oben, jedes mit seinem Grund.
feedback-labels = Alle Urteile dieser Runde
feedback-labels-who = Wessen
feedback-labels-everybody = Die von allen
feedback-labels-none = Es gibt noch keine.
feedback-labels-count =
    { $count ->
        [one] 1 Urteil
       *[other] { $count } Urteile
    }
feedback-labels-open = Klicken Sie auf eine Zeile, um den ganzen Vergleich zu sehen.
feedback-labels-close = Vergleich schließen
feedback-choice-a = A ist besser
feedback-choice-b = B ist besser
feedback-choice-tie = gleich gut
feedback-choice-both-bad = beide schlecht
feedback-choice-skip = ausgelassen
feedback-column-prompt = Prompt
feedback-column-choice = Urteil
feedback-column-who = Wer
feedback-column-sure = Sicher
feedback-column-why = Warum
feedback-answer-a = Antwort A
feedback-answer-b = Antwort B

feedback-review = Was zweifelhaft ist
feedback-review-none = Nichts ist zweifelhaft: Die Menschen sind sich einig, und keine Maschine war unsicher.
feedback-review-help = Hier sind sich Menschen uneinig, oder eine Maschine konnte sich nicht entscheiden. Ihr Wort gilt. Nehmen Sie einen Haken weg, um eine Art auszulassen.
feedback-review-only = Nur einen Teil ansehen
feedback-review-sure = Prozent: nur wo die Maschine weniger sicher war
feedback-review-sure-help = 100 zeigt alle
feedback-review-rule = Nur wo der Grund davon spricht
feedback-review-every-rule = von jeder Regel
feedback-review-begin = Durchsehen

feedback-annotators = Wer geurteilt hat
feedback-annotators-help = Urteile dieser Runde. Die Urteile einer Person können ausgelassen und wieder hereingenommen werden; gelöscht wird keines.
feedback-annotators-none = Noch niemand.
feedback-kind-person = Mensch
feedback-kind-coach = Coach
feedback-kind-rules = Regeln
feedback-kind-model = Präferenzmodell
feedback-simulated = simuliert
feedback-removed = zählt nicht
feedback-count-no-more = Urteile von { $name } auslassen
feedback-count-again = Urteile von { $name } wieder zählen
feedback-pack-out = Vergleiche an jemanden senden
feedback-pack-out-help = Ein Paket ist eine Datei mit Vergleichen, die auf einem anderen Computer in Whetstone beurteilt und zurückgesandt wird.
feedback-pack-name = Für wen
feedback-pack-file = Die Datei
feedback-pack-review = Zweifelhaftes statt dessen, was niemand beurteilt hat
feedback-pack-write = Paket schreiben
feedback-packs-in = Pakete zurückholen
feedback-packs-in-help = Die Urteile eines Pakets, das zurückkam, kommen zu den anderen. Dasselbe Paket darf zweimal kommen; nichts zählt doppelt.
feedback-packs-choose = Pakete wählen…
reason-people-disagree-why = Menschen sind sich nicht einig
reason-machines-disagree-why = die Coaches sind sich nicht einig
reason-machine-tie-why = der Coach konnte die Antworten nicht unterscheiden
reason-low-margin-why = der Coach war sich nicht sicher


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


## The page of files (files)

files-title = Where everything is
files-sub = Projects are plain folders. You may copy them, and delete what you no longer need.


## The page of what left this machine (privacy)

privacy-title = What left this computer
privacy-sub = Whetstone works without a network.


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
