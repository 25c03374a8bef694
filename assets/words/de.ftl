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
job-of-others = Ein Training läuft ohne dieses Fenster weiter
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

train-name = Training
train-title = Das Modell lernen lassen
train-sub = Das Modell selbst bleibt, wie es ist; ein kleiner Adapter daneben lernt, was Sie vorziehen.

train-no-project = Öffnen Sie zuerst ein Projekt, oder beginnen Sie ein neues.
train-first = Bevor das Modell lernen kann, ist etwas anderes zu tun: „{ $step }“
train-go-to = Weiter zu: { $step }
train-reading = Wird gelesen…
train-busy = Etwas anderes arbeitet gerade an diesem Projekt. Warten Sie, bis es fertig ist, oder halten Sie es in der Leiste unten an.

train-pairs-title = Woraus es lernt
train-pairs =
    { $count ->
        [one] 1 Präferenzpaar: { $people } von Menschen, { $machine } von einer Maschine.
       *[other] { $shown } Präferenzpaare: { $people } von Menschen, { $machine } von einer Maschine.
    }
train-pairs-few = Das ist sehr wenig. Das Modell wird sich ändern, aber kaum so, dass es sich vom Zufall unterscheiden lässt: Etwa hundert Paare sind ein guter Anfang.
train-pairs-some = Genug, um zu sehen, ob es das Richtige lernt. Einige hundert Paare machen es sicherer.
train-pairs-many = Ein guter Anfang. Mehr Paare zu verschiedeneren Fragen machen es noch besser.

train-preset-text = Wie lange darf es dauern? Im Zweifel lassen Sie es, wie es ist.
train-takes = etwa { $time }, { $memory } Arbeitsspeicher
train-takes-memory = { $memory } Arbeitsspeicher
train-foreseeing = Es wird ermittelt, wie lange dieser Rechner braucht…
train-foresee = Noch einmal ermitteln
train-not-foreseen = Wie lange es dauert, ließ sich nicht vorhersehen: { $reason }
train-fits-not = passt nicht auf diesen Rechner
train-changed = mit eigenen Einstellungen

train-start = Training beginnen
train-start-again = Training noch einmal beginnen
train-start-takes = { $takes }
train-start-text = Sie können jederzeit anhalten und später weitermachen. Die Dateien des Modells selbst bleiben unberührt.
train-running-title = Das Modell lernt
train-running = Sie können sich inzwischen andere Seiten ansehen. Wenn Sie anhalten, bleibt alles bis zum letzten Sicherungspunkt erhalten.
train-pause = Anhalten
train-paused-title = Das Training ist angehalten
train-paused = Alles bis zu der Stelle, an der es angehalten wurde, ist erhalten. Von dort geht es weiter und kommt zum selben Ergebnis wie ohne Pause.
train-go-on = Weitermachen
train-go-on-kept = Von dem aus weitermachen, was erhalten ist
train-kept = Was bis zum letzten Sicherungspunkt gelernt wurde, ist erhalten; verloren ist höchstens die Arbeit etwa einer Minute.
train-nothing-kept = Von diesem Training lässt sich nichts fortsetzen. Ihre Urteile und Paare sind alle noch da.
train-anew = Neu beginnen
train-anew-text = Oder beginnen Sie neu, vielleicht mit anderen Einstellungen: Was dieses Training bisher gelernt hat, wird dann aufgegeben. Urteile und Paare bleiben.
train-elsewhere = Ein Training läuft ohne dieses Fenster: eines, das weiterlaufen sollte, oder eines von der Kommandozeile. Seine Werte erscheinen hier, sobald sie da sind.
train-elsewhere-silent = Ein Training wurde ohne dieses Fenster begonnen und gibt kein Lebenszeichen mehr. Es lässt sich von dem aus fortsetzen, was erhalten ist.
train-done = Der Adapter ist da. Er hat aus { $pairs } Präferenzpaaren gelernt.
train-done-text = Ob die Antworten besser geworden sind, sagen die Werte unten nicht: Dafür ist der Vergleich da.
train-done-next = Alt und neu vergleichen

train-plots-title = Wie es läuft
train-steps = Schritte
train-plot-loss = Wie weit das Modell noch von dem entfernt ist, was es vorziehen soll. Der Wert soll fallen, anfangs schnell; steigt die Linie der Prüfdaten wieder, lernt es auswendig.
train-plot-margin = Wie viel mehr es sich zu den besseren Antworten hin bewegt hat als zu den anderen. Der Wert beginnt bei 0 und soll steigen.
train-plot-accuracy = Der Anteil der Paare, bei denen es zur besseren Antwort neigt. 0,5 wäre ein Münzwurf; am Ende soll er deutlich darüber liegen.
train-plot-logps = Für wie wahrscheinlich es bessere und schlechtere Antworten hält. Die beiden Linien sollen auseinandergehen; gut ist es, wenn die besseren nicht weit fallen.
train-line-training = Training
train-line-holdout = Prüfdaten
train-line-chosen = besser
train-line-rejected = schlechter
train-line-said = { $line }: anfangs { $first }, nach { $steps } Schritten { $last }
train-findings-title = Was die Werte sagen
train-nothing-so-far = Bisher nichts Auffälliges.
train-nothing-found = Nichts Auffälliges.
train-cure = Was Sie tun können: { $cure }
train-samples-title = Was es unterdessen antwortet
train-samples-text = Dieselben Fragen, immer wieder gestellt. Sie stammen aus dem Teil, der beiseitegelegt ist.
train-samples-step = Nach { $step } Schritten
train-samples-before = am Anfang
train-samples-then = dann

train-runs-title = Alle Trainings dieses Projekts
train-runs-text = Kreuzen Sie zwei oder mehr an, um ihre Werte übereinanderzulegen.
train-run = Lauf { $run }
train-runs-run = Lauf
train-runs-kind = Was trainiert wird
train-runs-round = Runde
train-runs-state = Stand
train-runs-pairs = Paare
train-runs-begun = Begonnen
train-runs-tick = Werte von Lauf { $run } zeigen
train-runs-beside = { $figure } mehrerer Läufe
train-kind-sft = Nachahmung
train-kind-dpo = Adapter
train-kind-preference-model = Präferenzmodell
train-state-prepared = fortsetzbar
train-state-running = läuft
train-state-finished = fertig
train-state-failed = aufgegeben
train-state-cancelled = angehalten

train-advanced = Für Fortgeschrittene
train-advanced-title = Alle Einstellungen des Trainings
train-advanced-text = Sie gelten für das nächste Training. Was eine Zahl bewirkt, steht unter dem Mauszeiger.
train-set-keep = Diese Einstellungen verwenden
train-set-drop = Änderungen zurücknehmen
train-set-reset = Zurück zur Vorlage: { $preset }
train-part-loss = Was verkleinert wird
train-part-steps = Wie lange
train-part-optimizer = Wie weit jeder Schritt geht
train-part-adapter = Die Form des Adapters
train-part-other = Speicher, Länge, Zufall
train-set-loss = Verlustfunktion
train-set-source = Quelle: { $source }
train-set-beta = Beta
    .help = Wie fest das Modell an dem gehalten wird, was es vorher war. Größere Werte ändern weniger.
train-set-reference = Womit verglichen wird
train-set-reference-base = Das Modell ohne Adapter
train-set-reference-start = Der Adapter, von dem das Training ausgeht
train-set-by-steps = Nach Schritten
train-set-by-epochs = Nach Durchgängen durch die Daten
train-set-max-steps = Schritte höchstens
    .help = Jeder Schritt lernt aus einem Stapel.
train-set-epochs = Durchgänge durch die Daten
    .help = Bei 1 kommt jedes Paar einmal vor.
train-set-batch-size = Paare je Stapel
    .help = Mehr davon machen jeden Schritt sicherer und langsamer.
train-set-accumulate = Stapel je Schritt
    .help = Mehrere Stapel je Schritt leisten mit weniger Speicher dasselbe wie größere.
train-set-holdout-share = Beim Training beiseitegelegter Anteil
    .help = Paare, die nur angesehen werden, um zu merken, wann auswendig gelernt wird.
train-set-evaluate-every = Schritte zwischen zwei Prüfungen
    .help = Jede Prüfung kostet Zeit.
    .own = Selbst wählen, wann geprüft wird
train-set-patience = Prüfungen ohne Gewinn bis zum Ende
    .help = Behalten wird dann der Adapter der besten Prüfung.
    .own = Früher enden, wenn nichts mehr gewonnen wird
train-set-checkpoint-every = Schritte zwischen zwei Sicherungspunkten
    .help = Von einem Sicherungspunkt aus geht ein angehaltenes Training weiter.
    .own = Selbst wählen, wann gesichert wird
train-set-learning-rate = Lernrate
    .help = Wie weit jeder Schritt den Adapter bewegt. Zu hoch, und das Modell zerfällt; zu niedrig, und es lernt nichts.
train-set-rate-by-size = Lernrate für größere Modelle senken
train-set-schedule = Verlauf der Lernrate
train-set-schedule-linear = Gerade bis auf null
train-set-schedule-cosine = In einem Bogen bis auf null
train-set-schedule-constant = Bleibt, wie sie ist
train-set-warmup = Schritte, über die sie zuerst steigt
    .help = Kleine erste Schritte verhindern, dass das Modell aus der Bahn gerät.
train-set-max-grad-norm = Längster Gradient
    .help = Längere werden darauf gekürzt; 0 kürzt keinen.
train-set-weight-decay = Gewichtsabnahme
    .help = Zieht die Zahlen des Adapters bei jedem Schritt ein wenig zur 0 hin.
train-set-rank = Rang
    .help = Wie viel der Adapter aufnehmen kann. Mehr Rang braucht mehr Speicher.
train-set-alpha = Alpha
    .help = Wie stark der Adapter zählt; meist das Doppelte des Rangs.
train-set-dropout = Dropout
    .help = Anteil der Eingaben, den der Adapter jeweils nicht sieht, gegen das Auswendiglernen.
train-set-rslora = Nach der Wurzel des Rangs skalieren (rangstabil)
train-set-targets = Teile des Modells, die einen Adapter bekommen
    .help = „all-linear“, oder Namen wie q_proj v_proj mit Leerzeichen dazwischen.
train-set-max-length = Längster Text in Token
    .help = Längere werden am Ende abgeschnitten.
train-set-memory = Speicher gegen Tempo
train-set-memory-auto = Das schnellere, das passt
train-set-memory-fast = Schnell, mit viel Speicher
train-set-memory-small = Sparsam und langsamer
train-set-seed = Startwert des Zufalls
    .help = Derselbe Startwert ergibt denselben Adapter.
train-set-shuffle = Paare mischen
preset-quick-name = Schnell
preset-quick-meaning = Um zu sehen, ob sich aus den Daten etwas lernen lässt: höchstens 20 Schritte.
preset-balanced-name = Ausgewogen
preset-balanced-meaning = Die übliche Wahl: höchstens 60 Schritte.
preset-thorough-name = Gründlich
preset-thorough-meaning = Wenn die Daten gut sind und die Zeit nicht drängt: höchstens 200, kleinere Schritte.
loss-sigmoid-name = DPO
loss-sigmoid-meaning = Die Verlustfunktion aus dem DPO-Aufsatz. Sie macht die bessere Antwort gegenüber der schlechteren wahrscheinlicher, gemessen am Modell vor dem Training. Die übliche Wahl.
loss-sigmoid-sft-name = DPO mit Nachahmung
loss-sigmoid-sft-meaning = Wie DPO, und daneben der Wunsch, die besseren Antworten auch selbst zu schreiben. DPO allein gibt sich zufrieden, wenn beide unwahrscheinlicher werden, solange nur der Abstand wächst.
loss-sigmoid-sft-sft-weight-name = Gewicht der Nachahmung
loss-sigmoid-sft-sft-weight-meaning = Wie viel das Schreiben der besseren Antworten gegenüber dem Vorziehen zählt.
loss-robust-name = DPO für unsichere Urteile
loss-robust-meaning = DPO für Urteile, von denen ein bekannter Anteil verkehrt herum ist, etwa weil in Eile geurteilt wurde.
loss-robust-label-smoothing-name = Anteil verkehrter Urteile
loss-robust-label-smoothing-meaning = Der Anteil der Paare, von denen angenommen wird, dass sie verkehrt herum sind.
loss-ipo-name = IPO
loss-ipo-meaning = Strebt einen festen Abstand zwischen besserer und schlechterer Antwort an, 1 / (2 · Beta) je Token, statt sie immer weiter auseinanderzutreiben. Das hilft gegen Auswendiglernen.
loss-hinge-name = Scharnier
loss-hinge-meaning = Treibt bessere und schlechtere Antwort auseinander, bis ihr Abstand mal Beta 1 ist, und lässt das Paar dann in Ruhe.
loss-nll-name = Nachahmung
loss-nll-meaning = Macht jedes Token der gezeigten Antworten so wahrscheinlich wie möglich.
loss-nll-completion-only-name = Nur Antworten
loss-nll-completion-only-meaning = 1 lernt nur die Antworten, 0 auch die Fragen davor.
loss-bradley-terry-name = Bradley-Terry
loss-bradley-terry-meaning = Lernt, jeder Antwort einen Wert zu geben, so dass die bessere eines Paares einen höheren bekommt.
loss-bradley-terry-center-rewards-coefficient-name = Werte um 0 halten
loss-bradley-terry-center-rewards-coefficient-meaning = Wie stark die Werte um 0 gehalten werden, damit sie sich über Fragen hinweg vergleichen lassen; üblich ist 0,01.
loss-kto-name = KTO
loss-kto-meaning = Lernt aus Antworten, die einzeln für gut oder schlecht befunden wurden, ohne Paare.
loss-kto-desirable-weight-name = Gewicht guter Antworten
loss-kto-desirable-weight-meaning = Wie viel eine gute Antwort zählt.
loss-kto-undesirable-weight-name = Gewicht schlechter Antworten
loss-kto-undesirable-weight-meaning = Wie viel eine schlechte Antwort zählt.


## The page of the comparison (compare)

compare-name = Vergleich
compare-title = Ist es besser geworden?
compare-sub = Altes und neues Modell beantworten Fragen, aus denen nie gelernt wurde, und niemand erfährt, welche Antwort von welchem ist.

compare-no-project = Öffnen Sie zuerst ein Projekt, oder beginnen Sie ein neues.
compare-first = Noch gibt es keinen Adapter, der sich vergleichen ließe. Zuerst kommt: „{ $step }“
compare-next-round = Eine neue Runde hat begonnen. Bevor sie verglichen werden kann: „{ $step }“. Unten steht, was die Runde davor ergab.
compare-busy = Etwas anderes arbeitet gerade an diesem Projekt. Warten Sie, bis es fertig ist, oder halten Sie es in der Leiste unten an.

compare-judge-title = Wer vergleicht die Antworten?
compare-judge-people = Menschen, blind
compare-judge-people-text = Sie oder andere wählen die bessere von zwei Antworten und erfahren nicht, welche die neue ist. Nichts sagt mehr aus.
compare-judge-people-cost = bis zu { $comparisons } Vergleiche, je etwa zehn Sekunden
compare-judge-coach = Der Coach
compare-judge-coach-text = Das zweite Modell vergleicht nach Ihren Regeln, in beiden Reihenfolgen. Hat es auch die Antworten beurteilt, aus denen gelernt wurde, sagt es womöglich nur, dass das Modell gelernt hat, ihm zu gefallen.
compare-judge-coach-cost = { $comparisons } Vergleiche, niemandes Zeit; der Rechner arbeitet eine Weile
compare-judge-rules = Regeln, die ein Programm prüft
compare-judge-rules-text = Von Ihren Regeln die, die sich zählen lassen: Länge, Wörter, Form. Über Sinn und Ton sagen sie nichts.
compare-judge-rules-cost = { $comparisons } Vergleiche, sofort erledigt
compare-judge-example = Das Programm des Beispiels
compare-judge-example-text = Es hat die Sätze des Beispiels geschrieben und weiß von jedem, was richtig ist. Das gibt es nur beim Beispiel.
compare-judge-example-cost = { $comparisons } Vergleiche, sofort erledigt

compare-start = Alt und neu vergleichen
compare-start-text = Altes und neues Modell beantworten { $prompts } Fragen, die beiseitegelegt waren, zusammen { $answers } Antworten. Dann werden die Antworten verglichen.
compare-running-title = Alt und neu werden verglichen
compare-running = Sie können sich inzwischen andere Seiten ansehen. Antworten, die schon da sind, bleiben, wenn Sie anhalten.
compare-stop = Anhalten
compare-people-title = Welche Antwort ist besser?
compare-people-left = { $left } von { $total } Vergleichen sind noch offen, das dauert etwa { $time }. Welche Antwort die neue ist, wird nicht gezeigt, und welche zuerst steht, wird ausgelost.
compare-people-name = Ihr Name
compare-people-name-hint = wie andere Sie kennen
compare-people-begin = Mit dem Vergleichen beginnen
compare-people-go-on = Weiter vergleichen
compare-all-judged = Alles ist verglichen. Vielen Dank.
compare-show-result = Ergebnis zeigen

compare-unreadable = Das Ergebnis des letzten Vergleichs lässt sich nicht lesen. Vergleichen Sie noch einmal, dann entsteht es neu.
compare-verdict-ship = Freigeben
compare-verdict-look = Erst einige Antworten lesen
compare-verdict-more = Erst mehr Urteile sammeln
compare-verdict-no = Nicht freigeben
compare-export = Adapter mitnehmen
compare-again = Noch eine Runde
compare-again-text = Eine weitere Runde geht von diesem Adapter aus: Er beantwortet Ihre Fragen neu, die Antworten werden beurteilt, und das Training geht weiter.
compare-open-report = Bericht öffnen
compare-win-rate-title = Alt gegen neu
compare-bar-even = 50%: weder besser noch schlechter
compare-bar-said = Die neue Antwort wird in { $rate } der Vergleiche vorgezogen, wobei ein Unentschieden halb zählt; sehr wahrscheinlich zwischen { $low } und { $high }.
compare-bar-said-bare = Die neue Antwort wird in { $rate } der Vergleiche vorgezogen, wobei ein Unentschieden halb zählt.
compare-bar-counts = { $wins } gewonnen, { $ties } unentschieden, { $losses } verloren, bei { $prompts } Fragen
compare-bar-interval = Die Linie mit zwei Enden zeigt, wo der wahre Wert sehr wahrscheinlich liegt (95%). Kreuzt sie die Marke von 50%, kann der Unterschied Glück sein; mehr Fragen machen sie kürzer.
compare-checks-title = Was sich sonst geändert hat
compare-checks-text = Ein Modell, das eines lernt, kann anderes vergessen. Das wurde vorher und nachher gemessen.
compare-check = { $name }: vorher { $before }, nachher { $after }
compare-check-better = besser
compare-check-worse = schlechter
compare-check-rubric = Antworten, die den Regeln entsprechen
compare-check-fluency = Flüssigkeit der Sprache
compare-check-variety = Antworten, die sich voneinander unterscheiden
compare-check-length = Wörter je Antwort
compare-examples-title = Alt und neu nebeneinander
compare-before = vorher
compare-after = nachher
compare-example-new = die neue Antwort wurde vorgezogen
compare-example-old = die alte Antwort wurde vorgezogen
compare-example-tie = keine wurde vorgezogen
compare-risks-title = Worauf zu achten ist

compare-chat-title = Fragen Sie beide selbst
compare-chat-text = Was Sie hier fragen, beantworten das Modell, wie es war, und das neue. Es wird nicht aufbewahrt.
compare-chat-single = Dieses Modell nimmt jede Frage für sich und weiß nichts von den vorigen.
compare-chat-ask = Ihre Frage
compare-chat-hint = Fragen Sie etwas, das Ihre Nutzer fragen würden
compare-chat-send = Beide fragen
compare-chat-stop = Antworten anhalten
compare-chat-clear = Gespräch leeren
compare-chat-likeliest = Wahrscheinlichste Antwort
compare-chat-varied = Mit Zufall
compare-chat-waiting = Antwortet…
compare-chat-empty = (keine Wörter)
compare-chat-failed = Keine Antwort
compare-chat-stopped = Diese Antwort wurde angehalten.


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
