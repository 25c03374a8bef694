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
prompts-title = Was wird Ihr Modell gefragt?
prompts-sub = Bringen Sie Fragen mit, wie Ihre Nutzer sie schreiben würden. Ein Teil wird zurückgelegt, um später zu sehen, ob das Modell wirklich besser wurde.

gate-project = Ein Projekt hält alles zusammen: Prompts, Antworten und was darüber gesagt wurde. Öffnen Sie zuerst eines, oder legen Sie eines an.
gate-project-go = Projekt wählen
gate-step = Etwas anderes kommt zuerst: „{ $title }“
gate-go = Weiter zu: { $step }
data-reading = Wird gelesen…
data-starter = dem Startmodell
data-show = Zeigen
data-show-folder = Ordner zeigen
data-copy-path = Pfad kopieren

prompts-empty = Noch gibt es keine Prompts. Zwanzig genügen zum Ausprobieren; mit zweihundert wird ein Unterschied messbar.
prompts-halves = Was da ist
prompts-to-train = zum Trainieren
prompts-aside = zurückgelegt
prompts-holdout = Was zurückgelegt ist, wird nie trainiert. Am Ende beantworten es altes und neues Modell. So sehen Sie, ob das Modell auch bei Fragen besser wurde, die es nie gesehen hat.
prompts-all-aside = Alles ist zurückgelegt, zum Trainieren bleibt nichts. Fügen Sie Prompts hinzu, oder legen Sie einige in der Liste unten auf die andere Seite.
prompts-none-aside = Noch ist nichts zurückgelegt. Ohne das kann niemand sagen, ob das Modell besser wurde.
prompts-share = Anteil, der zurückgelegt wird
prompts-share-said = { $aside } zum Vergleich von Alt und Neu, { $rest } zum Trainieren. Prompts, die schon Antworten haben, bleiben, wo sie sind.
prompts-share-go = { $percent } % zurücklegen
prompts-half-aside = zurückgelegt
prompts-half-train = zum Trainieren

prompts-bring = Prompts hinzufügen
prompts-type = Tippen oder einfügen
prompts-file = Aus einer Datei
prompts-suggest = Vorschläge
prompts-half = Wohin neue Prompts kommen
prompts-half-share = { $share } davon zurücklegen
prompts-half-all-train = Alle zum Trainieren
prompts-half-all-aside = Alle zurücklegen
prompts-text = Prompts
prompts-text-hint = Wo ist meine Bestellung?
prompts-lines = Ein Prompt je Zeile
prompts-blank = Eine Leerzeile zwischen Prompts
prompts-found =
    { $count ->
        [0] Noch keine Prompts gefunden
        [one] 1 Prompt gefunden
       *[other] { $count } Prompts gefunden
    }
prompts-add =
    { $count ->
        [0] Prompts hinzufügen
        [one] 1 Prompt hinzufügen
       *[other] { $count } Prompts hinzufügen
    }

prompts-file-said = Nur Prompts, oder Daten mit Antworten und Urteilen: JSON-Zeilen, JSON, CSV oder Parquet. Sie sehen, wie die Datei verstanden wird, bevor etwas übernommen wird.
prompts-file-path = Datei
prompts-file-look = Datei ansehen
prompts-file-records = { $records } Datensätze: { $said }
prompts-file-bring = Übernehmen
prompts-file-brought = Die Datei wurde übernommen
prompts-file-stopped = Es wurde angehalten. Was bis dahin übernommen wurde, bleibt; übernehmen Sie die Datei noch einmal, kommt der Rest dazu.
prompts-form = Form der Datei
prompts-form-found = Selbst herausfinden
prompts-form-found-as = Selbst herausfinden ({ $form })
prompts-columns = Was in den Spalten steht
prompts-columns-said = Ändern Sie eine Spalte, die falsch verstanden wurde. Die Datei wird dann gleich noch einmal angesehen.
prompts-column = Spalte „{ $column }“
prompts-column-as = Verstanden als: { $role }
prompts-column-ignored = Übergangen
prompts-samples = Die ersten Zeilen
prompts-shape-pair =
    { $count ->
        [one] 1 Präferenzpaar
       *[other] { $count } Präferenzpaare
    }
prompts-shape-comparison =
    { $count ->
        [one] 1 Vergleich
       *[other] { $count } Vergleiche
    }
prompts-shape-demonstration =
    { $count ->
        [one] 1 Antwort zum Lernen
       *[other] { $count } Antworten zum Lernen
    }
prompts-shape-rated =
    { $count ->
        [one] 1 bewertete Antwort
       *[other] { $count } bewertete Antworten
    }
prompts-shape-prompt =
    { $count ->
        [one] 1 Prompt
       *[other] { $count } Prompts
    }
prompts-role-system = der Systemprompt
prompts-role-prompt = der Prompt
prompts-role-conversation = das ganze Gespräch
prompts-role-answer = eine Antwort
prompts-role-answers = die Antworten
prompts-role-chosen = die bessere Antwort
prompts-role-rejected = die schlechtere Antwort
prompts-role-choice = welche Antwort besser ist
prompts-role-label = ob die Antwort gut ist
prompts-role-rating = Punkte oder Ränge der Antworten
prompts-role-annotator = wer geurteilt hat
prompts-role-tags = Schlagwörter
prompts-role-record = die Felder des Datensatzes
prompts-dropped =
    { $count ->
        [one] 1 Datensatz bleibt weg: { $reason } ({ $places })
       *[other] { $count } Datensätze bleiben weg: { $reason } ({ $places })
    }
prompts-drop-empty-prompt = der Prompt ist leer
prompts-drop-empty-answer = eine Antwort ist leer
prompts-drop-same-answers = beide Antworten sind gleich
prompts-drop-not-decisive = von keiner Antwort heißt es, dass sie besser ist
prompts-drop-duplicate = dieselbe Zeile stand schon vorher in der Datei
prompts-drop-missing = „{ $column }“ fehlt
prompts-drop-wrong = „{ $column }“ ist nicht { $expected }
prompts-drop-nothing-shared = es gibt keinen Prompt, und die Antworten beginnen verschieden; sagen Sie, welche Spalte den Prompt enthält
prompts-drop-no-answer = das Gespräch endet nicht mit einer Antwort
prompts-place-line = Zeile { $number }
prompts-place-row = Datensatz { $number }

prompts-suggest-example = Die Vorlagen des Beispiels erfinden weitere Anfragen an einen kleinen Laden. Haken Sie an, was Sie haben möchten.
prompts-suggest-model = Ihr Modell setzt eine Liste Ihrer Prompts fort. Es kann Unsinn schreiben: Haken Sie nur an, was Ihre Nutzer fragen würden.
prompts-suggest-first = Fügen Sie zuerst einige eigene Prompts hinzu, damit das Modell sieht, was Sie meinen.
prompts-suggest-go = Prompts vorschlagen
prompts-suggest-none = Dabei kam nichts Neues heraus. Versuchen Sie es noch einmal, oder fügen Sie zuerst eigene Prompts hinzu.
prompts-tick-all = Alle anhaken
prompts-tick-none = Keine anhaken

prompts-all = Alle Prompts
prompts-filter = In der Liste suchen
prompts-filter-none = Kein Prompt enthält diese Wörter
prompts-equal =
    { $count ->
        [one] 1 Prompt sagt fast dasselbe wie ein früherer. Er zählt im Training doppelt; das ist in Ordnung, wenn es oft gefragt wird.
       *[other] { $count } Prompts sagen fast dasselbe wie ein früherer. Sie zählen im Training doppelt; das ist in Ordnung, wenn es oft gefragt wird.
    }
prompts-equal-mark = fast gleich
prompts-column-text = Prompt
prompts-column-source = Woher
prompts-column-half = Wofür
prompts-column-answers = Antworten
prompts-source-typed = getippt
prompts-source-example = Beispiel
prompts-is-half = Dieser Prompt ist { $half }
prompts-make-train = Damit trainieren
prompts-make-aside = Zurücklegen
prompts-close = Schließen

form-label-studio-meaning = Aufgaben aus Label Studio: `data` mit einem Prompt und zwei Antworten, und Anmerkungen, die links oder rechts wählen
form-comparisons-meaning = zwei Antworten auf jeden Prompt, `answer1` und `answer2`, und in `choice`, welche besser ist, wo das gesagt ist
form-argilla-meaning = Datensätze aus Argilla: `fields` mit einem Prompt und einer oder zwei Antworten, und `responses`, die sie wählen oder bewerten
form-ranked-meaning = mehrere Antworten mit Rängen, wie in Nectar: Die beste wird mit der schlechtesten gepaart
form-scored-meaning = mehrere Antworten mit Punkten in einer zweiten Liste, wie distilabel sie schreibt: Die beste wird mit der schlechtesten gepaart
form-openai-meaning = Präferenzen von OpenAI: `input` mit Nachrichten, `preferred_output` und `non_preferred_output`
form-sharegpt-meaning = Gespräche von ShareGPT aus `from` und `value`, mit `chosen` und `rejected` oder `kto_tag`, wo Antworten beurteilt wurden
form-alpaca-meaning = Anweisungen von Alpaca, wie LLaMA-Factory sie liest: `instruction` und `input`, beantwortet durch `output`, oder durch `chosen` und `rejected`, oder beurteilt durch `kto_tag`
form-transcripts-meaning = Gespräche in einem Text mit `Human:` und `Assistant:` vor jedem Beitrag, wie in HH-RLHF
form-responses-meaning = Paare, wie H2O LLM Studio und Argilla sie schreiben: `chosen_response` und `rejected_response`, oder `chosen_answer` und `rejected_answer`
form-questions-meaning = Paare, wie Axolotl sie liest: Der Prompt heißt `question`, `input` oder `instruction`
form-preference-meaning = Präferenzpaare von TRL: eine bessere und eine schlechtere Antwort, als Text oder als Nachrichten, mit dem Prompt für sich oder als gemeinsamem Anfang
form-kto-meaning = ungepaarte Präferenzen von TRL: eine Antwort und ob sie gut ist
form-demonstrations-meaning = Antworten zum Lernen: `messages`, `prompt` und `completion`, oder ganzer `text`
form-prompts-meaning = Prompts ohne Antworten: `prompt` als Text oder als Nachrichten


## The page of the answers (answers)

answers-name = Antworten
answers-title = Lassen Sie das Modell antworten
answers-sub = Jeder Prompt wird mehrmals beantwortet, damit es etwas zu vergleichen gibt.

answers-now = Wer antwortet
answers-by-model = Die Antworten kommen von { $model }.
answers-by-adapter = Die Antworten kommen von { $model } mit dem Adapter aus Lauf { $run }: mit dem, was es bisher gelernt hat.
answers-so-far = Bisher: { $answers } Antworten auf { $prompts } von { $all } Prompts, zusammengestellt zu { $comparisons } Vergleichen
answers-go = { $prompts } Prompts beantworten lassen
answers-go-on = Den Rest beantworten lassen
answers-stop = Anhalten; was beantwortet ist, bleibt
answers-kept = Alle Antworten bis dahin sind gespeichert. Von dort geht es weiter.
answers-after-stage = Vor den Antworten kommt noch etwas: { $stage }
answers-round-done = Diese Runde ist fertig. In einer weiteren antwortet das Modell neu mit dem, was es gelernt hat, und Sie beurteilen diese Antworten.
answers-again = Runde { $round } beginnen und antworten lassen
answers-how = Wie es antwortet
answers-samples = Antworten auf jeden Prompt
answers-samples-said = { $prompts } Prompts mit je { $samples } Antworten ergeben { $answers } Antworten und ungefähr { $comparisons } Vergleiche zum Beurteilen
answers-variety = Wie sehr sie sich unterscheiden
answers-as-it-is = Wie es ist
answers-steady = Ruhig
answers-balanced = Ausgewogen
answers-bold = Kühn
answers-steady-said = Die Antworten sind sicher und einander ähnlich. Vielleicht gibt es wenig auszuwählen.
answers-balanced-said = Die Antworten unterscheiden sich genug für einen Vergleich und bleiben vernünftig.
answers-bold-said = Die Antworten unterscheiden sich stark, manche gehen daneben. Das zeigt gut, was schlecht ist.
answers-own-said = Wie die Hersteller des Modells es eingestellt haben
answers-other-said = Eine Temperatur von { $temperature }, von Hand eingestellt
answers-fixed = Das lässt sich ändern, wenn das Modell fertig ist
answers-advanced = Für Fortgeschrittene
answers-temperature = Zufall in den Antworten
answers-temperature-help = Unter 1 sind Antworten sicherer, über 1 vielfältiger
answers-length = Längste Antwort in Token
answers-length-help = Eine längere Antwort wird dort abgeschnitten. Längere Antworten brauchen mehr Zeit.
answers-comparisons = Höchstens so viele Vergleiche je Prompt
answers-comparisons-help = Mehr Vergleiche je Prompt heißt: mehr zu beurteilen und mehr zu lernen
answers-newest = Eben beantwortet
answers-none-yet = Die ersten Antworten sind gleich da
answers-read = Antworten lesen
answers-number = Antwort { $number }
answers-out = herausgenommen
answers-cut = am Ende abgeschnitten
answers-empty = Das Modell hat nichts geschrieben
answers-take-out = Antwort { $number } herausnehmen
answers-take-in = Antwort { $number } wieder aufnehmen


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

export-name = Mitnehmen
export-title = Nehmen Sie es mit
export-sub = Der Adapter wird in der Form geschrieben, die andere Programme lesen, noch einmal geladen und geprüft.

export-adapter = Was Sie mitnehmen
export-of-round = Was Lauf { $run } in Runde { $round } gelernt hat
export-of-run = Was Lauf { $run } gelernt hat
export-not-compared = Alt und Neu wurden noch nicht verglichen, also weiß niemand, ob es besser ist. Sie können es mitnehmen, aber setzen Sie es nicht ungesehen ein.
export-ship = Nichts, was gemessen wurde, spricht gegen den Einsatz
export-look-first = Lesen Sie einige Antworten, bevor Sie es einsetzen
export-keep-old = Behalten Sie das alte: Dieses ist nicht besser
export-write = In welcher Form
export-card = Eine Karte (README.md) liegt bei. Sie sagt, woraus und wie der Adapter trainiert wurde.
export-folder = Ordner, in den geschrieben wird
export-go = Schreiben
export-go-said = Danach wird es noch einmal geladen und muss genau dasselbe rechnen. Das dauert Sekunden bis eine Minute.
export-written = Was geschrieben wurde
export-done = Es ist vollständig und liegt in { $path }
export-proof =
    { $count ->
        [one] Es wurde zurückgelesen und ergibt genau dieselben Zahlen wie der Adapter selbst. Es verändert 1 Teil des Modells.
       *[other] Es wurde zurückgelesen und ergibt genau dieselben Zahlen wie der Adapter selbst. Es verändert { $count } Teile des Modells.
    }
export-earlier = Früher geschrieben
export-one = { $target } aus Lauf { $run }, { $when }
export-use = So wird es benutzt
export-use-prompt = Wo ist meine Bestellung?
export-use-command = In einem Terminal
export-use-python = In Python
export-copy-command = Befehl kopieren
export-copy-python = Python-Code kopieren
export-pairs = Die Urteile als Datensatz
export-pairs-said = Was Menschen und Coaches gesagt haben, für andere Trainingsprogramme
export-pairs-form = Form
export-pairs-file = Datei, die geschrieben wird
export-pairs-go = Datensatz schreiben
export-pairs-none = Noch gibt es keine Vergleiche
export-archive = Das Projekt als eine Datei
export-archive-said = Zum Sichern, zum Verschicken, oder um auf einem anderen Rechner weiterzumachen: alles außer dem Modell selbst. Öffnen Sie die Datei dort in Whetstone.
export-archive-file = Datei, die geschrieben wird
export-archive-go = Projekt packen

target-peft-name = PEFT-Adapter
target-peft-meaning = Ein Ordner, den PEFT, transformers und die meisten Server neben dem Grundmodell laden: adapter_model.safetensors, adapter_config.json und eine Karte.
dataset-preference-name = Präferenzpaare
dataset-preference-meaning = Präferenzpaare als Nachrichten, für TRL und was dessen Form liest
dataset-preference-text-name = Präferenzpaare als reiner Text
dataset-preference-text-meaning = Präferenzpaare als reiner Text, für TRL: nur die ohne Systemprompt und ohne frühere Beiträge
dataset-kto-name = Einzelne Antworten, gut oder schlecht
dataset-kto-meaning = einzelne Antworten mit der Angabe, ob sie gut sind, für KTO in TRL; aus einem Paar werden zwei
dataset-demonstrations-name = Antworten zum Lernen
dataset-demonstrations-meaning = Prompts und Antworten zum Lernen, für SFT in TRL; von einem Paar die bessere Antwort
dataset-prompts-name = Nur Prompts
dataset-prompts-meaning = Prompts ohne ihre Antworten
dataset-comparisons-name = Alle Vergleiche
dataset-comparisons-meaning = zwei Antworten auf jeden Prompt und welche besser ist, auch gleich gute und noch nicht beurteilte
dataset-json-name = JSON
dataset-json-meaning = alle Zeilen als eine JSON-Liste
dataset-csv-name = CSV-Tabelle
dataset-csv-meaning = alle Zeilen als Tabelle für Tabellenprogramme; Nachrichten stehen als JSON in ihren Zellen
dataset-parquet-name = Parquet
dataset-parquet-meaning = alle Zeilen als Nachrichten in einer Parquet-Datei, für `datasets` von Hugging Face
dataset-sharegpt-name = ShareGPT
dataset-sharegpt-meaning = Gespräche aus `from` und `value`, mit `chosen` und `rejected` oder `kto_tag`, wo Antworten beurteilt wurden
dataset-llama-factory-name = LLaMA-Factory
dataset-llama-factory-meaning = Anweisungen für LLaMA-Factory, mit dem Eintrag in `dataset_info.json`, an dem es sie findet
dataset-h2o-name = H2O LLM Studio
dataset-h2o-meaning = Präferenzpaare als Tabelle für H2O LLM Studio: `prompt`, `chosen_response`, `rejected_response`
dataset-argilla-name = Argilla
dataset-argilla-meaning = Datensätze für Argilla: `fields`, und was gesagt wurde als `responses`
dataset-label-studio-name = Label Studio
dataset-label-studio-meaning = Aufgaben für Label Studio: ein Prompt und zwei Antworten zum Unterscheiden, mit dem Gesagten als Anmerkungen


## The page of settings (settings)

settings-title = Settings
settings-sub = They belong to this computer and to no project.


## The page of files (files)

files-title = Wo alles liegt
files-sub = Projekte sind gewöhnliche Ordner. Sie dürfen sie kopieren und löschen, was Sie nicht mehr brauchen.

files-project = Dieses Projekt
files-kind-project = Der Ordner des Projekts
files-kind-database = Die Datenbank: Prompts, Antworten, Urteile, Einstellungen
files-kind-run = Lauf { $run }: Adapter, Messwerte und Sicherungspunkte
files-kind-report = Ein Bericht
files-kind-export = Ein Export
files-kind-starter = Das Startmodell
files-show = Zeigen: { $what }
files-program = Das Programm
files-home = Was dem Programm gehört
files-projects = Wo neue Projekte angelegt werden
files-cache = Modelle, die andere Programme heruntergeladen haben
files-cache-none = Einen solchen Ordner gibt es auf diesem Rechner noch nicht
files-computer = Dieser Rechner
files-system = System
files-processor = Prozessor
files-cores = Kerne
files-cores-said = { $count }
files-memory = Arbeitsspeicher
files-memory-said = { $total }, davon { $free } frei
files-devices = Rechnet auf
files-disk = Frei auf der Festplatte
files-version = Whetstone
files-unknown = nicht bekannt
files-history = Was getan wurde
files-history-none = Noch nichts
files-history-said = Die letzten { $count } Änderungen, die neuesten zuerst
files-history-count = { $what } ({ $count })
files-who-owner = im Fenster oder durch einen Befehl
files-who-engine = durch die Rechenmaschine

history-made-the-project-what = Projekt angelegt
history-unpacked-the-project-what = Projekt ausgepackt
history-changed-the-settings-what = Einstellungen geändert
history-added-prompts-what = Prompts hinzugefügt
history-moved-a-prompt-what = Prompt auf die andere Seite gelegt
history-tagged-a-prompt-what = Prompt mit Schlagwörtern versehen
history-added-completions-what = Antworten hinzugefügt
history-took-out-a-completion-what = Antwort herausgenommen
history-brought-back-a-completion-what = Antwort wieder aufgenommen
history-added-comparisons-what = Vergleiche hinzugefügt
history-gave-a-verdict-what = Urteil abgegeben
history-kept-verdicts-what = Urteile gespeichert
history-took-back-a-verdict-what = Urteil zurückgenommen
history-took-back-a-verdict-for-a-later-one-what = Urteil durch ein späteres ersetzt
history-added-an-annotator-what = Urteilende Person oder Maschine hinzugefügt
history-added-a-rubric-what = Regeln hinzugefügt
history-began-a-round-what = Runde begonnen
history-prepared-a-run-what = Lauf vorbereitet
history-changed-a-runs-state-what = Stand eines Laufs geändert
history-asked-a-run-to-stop-what = Lauf zum Anhalten aufgefordert
history-evaluated-a-run-what = Lauf ausgewertet
history-exported-a-run-what = Lauf exportiert
history-approved-a-round-what = Runde freigegeben


## The page of what left this machine (privacy)

privacy-title = Was diesen Rechner verlassen hat
privacy-sub = Whetstone arbeitet ohne Netz.

privacy-nothing = Nichts hat diesen Rechner verlassen
privacy-nothing-said = Diese Version von Whetstone spricht mit keinem Netz: Sie hat kein Konto, sendet keine Statistik und holt nichts. Ihre Prompts, Antworten und Urteile verlassen diesen Rechner nur in Dateien, die Sie selbst schreiben und mitnehmen.
privacy-written = Was für andere geschrieben wurde
privacy-written-said = Diese Dateien wurden gemacht, um anderswo benutzt zu werden. Wohin sie von dort kamen, wissen nur Sie.
privacy-written-none = Aus diesem Projekt wurde noch nichts exportiert
privacy-no-project = Öffnen Sie ein Projekt, um zu sehen, was daraus exportiert wurde
privacy-others = Pakete für Urteilende, Datensätze und gepackte Projekte stehen nicht in dieser Liste. Sie liegen dort, wohin Sie sie geschrieben haben.
privacy-stays = Was hier bleibt
privacy-stays-prompts = Prompts und Antworten liegen im Ordner des Projekts, in einer Datenbank, in die kein anderes Programm schreibt.
privacy-stays-labels = Ebenso, was Menschen gesagt haben, unter den Namen, die sie angegeben haben.
privacy-stays-models = Modelle laufen auf diesem Rechner. Was sie gefragt werden, geht nirgendwohin.
privacy-stays-settings = Einstellungen des Fensters werden für Ihr Benutzerkonto auf diesem Rechner gespeichert.


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
