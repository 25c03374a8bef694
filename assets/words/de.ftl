# The words of the screens in German; en.ftl is the whole that it follows.
# A page's words begin with its name. What stands in { $braces } is put in.

## Around every page

browse = Durchsuchen…
undo = Rückgängig
dismiss = Schließen
done = Erledigt
details = Technische Einzelheiten
copied = In die Zwischenablage kopiert
reveal-failed = { $path } lässt sich nicht öffnen
step-done = erledigt
step-ready = kann jetzt getan werden
step-later = kommt später
settings-name = Einstellungen
glossary-name = Glossar
privacy-name = Datenschutz
files-name = Dateien

time-seconds =
    { $count ->
        [one] 1 Sekunde
       *[other] { $count } Sekunden
    }
time-minutes =
    { $count ->
        [one] 1 Minute
       *[other] { $count } Minuten
    }
time-hours = { $hours } Std. { $minutes } Min.
time-days =
    { $count ->
        [one] 1 Tag
       *[other] { $count } Tage
    }

job-answer = Das Modell antwortet
job-judge = Die Antworten werden beurteilt
job-train = Das Modell lernt
job-compare = Alt und neu werden verglichen
job-preview = Die Datei wird angesehen
job-import = Daten werden übernommen
job-look = Das Modell wird angesehen
job-forecast = Der Aufwand wird geschätzt
job-chat = Beide Modelle werden gefragt
job-export = Der Adapter wird geschrieben
job-suggest = Prompts werden vorgeschlagen
job-starting = Beginnt…
job-stopping = Hält beim nächsten Schritt an; nichts geht verloren
job-paused = Steht still: { $reason }
job-progress = { $stage }: { $done } von { $total }
job-left = { $said } · noch etwa { $left }
job-show = Zeigen
job-stop = Anhalten
job-pause = Pause
job-go-on = Dort weitermachen, wo aufgehört wurde
job-busy = An diesem Projekt wird gerade schon gearbeitet
job-busy-hint = Warten Sie, bis das zu Ende ist, oder halten Sie es unten in der Leiste an

closing-title = Es läuft noch etwas
closing-text = Es kann ohne das Fenster weiterlaufen und ist da, wenn Sie Whetstone wieder öffnen. Wenn Sie es anhalten, bleibt alles bis hierher erhalten, und Sie können dort weitermachen.
closing-go-on = Fenster schließen und weiterlaufen lassen
closing-stop = Anhalten und schließen
closing-stay = Hier bleiben

pick-project = Ordner eines Projekts öffnen
pick-archive = Gepacktes Projekt öffnen
pick-projects-folder = Wo Projekte angelegt werden
pick-model = Ordner eines Modells wählen
pick-coach = Ordner des Coachs wählen
pick-data = Datei mit Daten wählen
pick-pack-out = Wohin das Paket geschrieben wird
pick-packs = Pakete wählen, die zurückgekommen sind
pick-rubric = Datei mit Regeln wählen
pick-dataset-out = Wohin die Paare geschrieben werden
pick-archive-out = Wohin das Projekt geschrieben wird
pick-export = Wohin der Adapter geschrieben wird

no-project = Noch ist kein Projekt geöffnet. Ein Projekt bewahrt Ihre Prompts, Antworten, Urteile und Trainings zusammen in einem Ordner auf.
no-project-go = Auf der Startseite beginnen


## The page of projects (start)

start-name = Start
start-title = Was möchten Sie tun?
start-sub = Whetstone macht ein kleines Sprachmodell besser für Ihre Aufgabe, auf diesem Computer. Nichts verlässt ihn.
start-first-answers = Das Modell antwortet
start-first-answers-text = Jede Ihrer Fragen wird mehrmals beantwortet.
start-first-judge = Sie sagen, was besser ist
start-first-judge-text = Sie vergleichen je zwei Antworten, oder ein zweites Modell tut es für Sie.
start-first-learn = Das Modell lernt es
start-first-learn-text = Ein Training macht solche Antworten wahrscheinlicher, und ein Blindtest zeigt, ob es gelungen ist.
start-example = Das Beispiel ausprobieren
start-example-text = Der Kundendienst eines kleinen Ladens mit sechzig Fragen, einem kleinen Modell und einem Coach. Alles ist schon auf diesem Computer; der ganze Weg dauert wenige Minuten.
start-example-go = Mit dem Beispiel beginnen
start-example-project = Der Kundendienst
start-new = Neues Projekt
start-new-text = Ihre eigene Aufgabe: Sie bringen Fragen mit, wie sie wirklich gestellt werden.
start-new-name = Name des Projekts
start-new-hint = etwa: unser Kundendienst
start-new-where = Anderen Ordner wählen
start-new-folder = Ordner des Projekts
start-new-there = Wird aufbewahrt in { $folder }
start-new-go = Projekt anlegen
start-open = Projekt öffnen
start-open-text = Eines auf diesem Computer, oder eines, das jemand in eine einzige Datei gepackt hat.
start-open-folder = Ordner öffnen…
start-open-archive = Gepacktes Projekt öffnen…
start-others = Oder beginnen Sie etwas anderes; das offene Projekt bleibt erhalten und wird geschlossen.
start-unpack = Projekt auspacken
start-unpack-to = Ordner, in den ausgepackt wird
start-unpack-empty = Der Ordner muss neu oder leer sein. Die gepackte Datei bleibt, wie sie ist.
start-unpack-go = Auspacken und öffnen
start-unpack-leave = Nicht auspacken
start-opening = { $name } wird geöffnet…
start-not-opened = { $name } konnte nicht geöffnet werden
start-again = Noch einmal versuchen
start-forget = Aus der Liste nehmen
start-recent = Zuletzt geöffnet
start-open-recent = { $name } öffnen
start-forget-recent = { $name } aus der Liste nehmen; die Dateien bleiben
start-steps-done = { $done } von { $all } Schritten sind erledigt
start-go-on = Weiter mit: { $step }
start-close = Projekt schließen
start-at-model = Als Nächstes wird ein Modell gewählt.
start-at-method = Als Nächstes wird gesagt, wer die Antworten beurteilt.
start-at-prompts = Als Nächstes braucht es Prompts: was das Modell gefragt wird.
start-at-answers = Als Nächstes beantwortet das Modell die Prompts.
start-at-feedback = Als Nächstes werden die Antworten beurteilt.
start-at-train = Es ist genug beurteilt: Das Modell kann jetzt daraus lernen.
start-at-compare = Das Training ist fertig: Als Nächstes zeigt sich, ob das Modell besser wurde.
start-at-export = Alt und neu sind verglichen: Das Ergebnis kann jetzt mitgenommen werden.
start-at-end = Alles ist erledigt, und das Ergebnis wurde mitgenommen. Sie können jeden Schritt noch einmal ansehen oder eine weitere Runde beginnen.


## The page of the model (model)

model-name = Modell
model-title = Welches Modell soll besser werden?
model-sub = Beginnen Sie mit dem kleinen, das dabei ist, oder wählen Sie den Ordner eines eigenen Modells.
model-starter = Das Startmodell
model-starter-text = Ein winziges Modell, das zu Whetstone gehört. Es antwortet den Kunden eines kleinen Ladens, mal besser, mal schlechter.
model-starter-good = Gut, um alles auszuprobieren: Es antwortet und lernt in wenigen Minuten auf jedem Computer
model-starter-limits = Es kennt den Kundendienst eines Ladens und sonst nichts; für andere Aufgaben nehmen Sie ein eigenes Modell
model-starter-licence = Lizenz: MIT oder Apache 2.0. Sie dürfen es benutzen, ändern und weitergeben, auch geschäftlich
model-own = Ein eigenes Modell
model-own-text = Ein Ordner auf diesem Computer mit einem Sprachmodell in der Form von Hugging Face. Kleinere Modelle lernen schneller: Bis etwa eine Milliarde Zahlen ist ein guter Anfang.
model-folder = Wo ist es?
model-folder-field = Ordner des Modells
model-folder-holds = Im Ordner liegen config.json, tokenizer.json und die Gewichte als .safetensors-Dateien.
model-look = Dieses Modell ansehen
model-look-first = Lassen Sie Whetstone den Ordner zuerst ansehen: Es sagt, ob das Modell auf diesem Computer trainiert werden kann.
model-family = Art des Modells
model-parameters = Zahlen darin
model-file = Größe auf der Platte
model-context = Längster Text, den es lesen kann
model-tokens = { $count } Tokens
model-template = Für Gespräche gemacht
model-template-yes = ja
model-template-no = nein, es setzt Texte fort
model-licence = Lizenz
model-licence-none = keine angegeben
model-licence-text = Ob Sie verwenden dürfen, was Sie aus einem Modell machen, sagt seine Lizenz. Lesen Sie sie, bevor Sie das Ergebnis weitergeben.
model-fits = Kann hier trainiert werden
model-fits-text = Für ein übliches Training ist Platz genug.
model-tight = Passt gerade so
model-tight-text = Schließen Sie vor dem Training andere Programme. Es wird langsamer sein, weil manches neu gerechnet statt aufbewahrt wird.
model-too-large = Zu groß für diesen Computer
model-too-large-text = Ein Training würde nicht begonnen. Nehmen Sie ein kleineres Modell, oder schließen Sie Programme, die viel Speicher brauchen, und sehen Sie noch einmal nach.
model-memory = Ein übliches Training braucht etwa { $needed } Speicher; { $free } sind gerade zu haben.
model-memory-alone = Ein übliches Training braucht etwa { $needed } Speicher.
model-is-used = Dieses Projekt benutzt es
model-use = Dieses Modell nehmen
model-go-on = Weiter mit: { $step }
model-answers-stay =
    { $count ->
        [one] Es gibt schon 1 Antwort. Sie stammt von dem Modell, das vorher gewählt war: Aus beurteilten Antworten eines anderen Modells lernt es weniger. Am besten lassen Sie das neue Modell noch einmal antworten.
       *[other] Es gibt schon { $count } Antworten. Sie stammen von dem Modell, das vorher gewählt war: Aus beurteilten Antworten eines anderen Modells lernt es weniger. Am besten lassen Sie das neue Modell noch einmal antworten.
    }
model-advanced = Erweitert: System-Prompt
model-system-prompt = Wird vor jedem Prompt gesagt
model-system-prompt-hint = etwa: Du antwortest für einen kleinen Laden. Sei kurz und freundlich.
model-system-prompt-text = Es gilt gleich beim Antworten, beim Training, beim Vergleich und in jedem Export. Lassen Sie es leer, wenn Sie keines brauchen.
model-system-prompt-late = Antworten, die schon da sind, wurden ohne diese Änderung gegeben.
model-system-prompt-keep = Übernehmen


## The page of the method (method)

method-name = Methode
method-title = Wer sagt, welche Antworten besser sind?
method-sub = Whetstone lernt aus Vergleichen von zwei Antworten. Menschen können sie beurteilen, ein zweites Modell kann es, oder beide zusammen.
method-hybrid = Menschen und Maschine
method-hybrid-meaning = Menschen beurteilen einen Teil, eine Maschine den Rest nach ihrem Vorbild; oder die Maschine schlägt vor, und Menschen stimmen zu. Es gibt vier solche Wege.
method-hybrids = Wie sollen sie sich die Arbeit teilen?
method-when = Richtig, wenn: { $when }
method-labels = { $from } bis { $to } Urteile von Menschen
method-hours = Etwa { $from } bis { $to } Stunden Zeit von Menschen
method-minutes = Etwa { $from } bis { $to } Minuten Zeit von Menschen
method-money = Kein Geld: Alles läuft auf diesem Computer
method-coach-calls = Der Coach wird { $from } bis { $to } Mal gefragt
method-hours-short = Das ist mehr Zeit, als Sie angegeben haben
method-risks = Vorsicht: { $risks }
method-flow = In dieser Reihenfolge: { $stations }
method-flow-answers = Antwort
method-flow-people = Menschen
method-flow-preference-model = gelernter Geschmack
method-flow-rules = Regeln
method-flow-coach = Coach
method-flow-review = Menschen stimmen zu
method-flow-training = Training
method-late =
    { $count ->
        [one] 1 Urteil ist schon da. Es bleibt, was immer Sie jetzt wählen; eine andere Methode fragt nach dem, was ihr noch fehlt.
       *[other] { $count } Urteile sind schon da. Sie bleiben, was immer Sie jetzt wählen; eine andere Methode fragt nach dem, was ihr noch fehlt.
    }
method-choose-first = Wählen Sie eine der Karten oben. Sie können das später ändern; nichts geht verloren.
method-is-chosen = Gewählt: { $name }
method-go-on = Weiter mit: { $step }
method-help = Hilfe bei der Wahl
method-help-text = Fünf kurze Fragen und ein Rat mit seinen Gründen.
method-help-close = Fragen schließen
method-questions = Fünf Fragen
method-open-questions =
    { $count ->
        [one] Noch eine Frage, dann gibt es einen Rat.
       *[other] Noch { $count } Fragen, dann gibt es einen Rat.
    }
method-advice = Empfohlen
method-do-not-train = Noch nicht trainieren
method-for = Dafür: { $reason }
method-against = Dagegen: { $reason }
method-beware = Worauf Sie achten müssen
method-take = Das nehmen: { $name }
method-take-second = Oder das Nächstbeste: { $name }
method-advanced = Erweitert: der Coach
method-coach = Der Coach liest Ihre Regeln und sagt, welche von zwei Antworten ihnen besser folgt.
method-coach-starter = Das Startmodell
method-coach-this = Das Modell selbst
method-coach-folder = Ordner eines Modells
method-coach-starter-text = Es kennt die Regeln aus dem Kundendienst des Beispiels. Für andere Aufgaben nehmen Sie ein größeres Modell.
method-coach-text = Ein größeres Modell urteilt besser und braucht länger. Es sollte eines sein, das Anweisungen befolgt.
method-coach-path = Ordner des Coachs
method-coach-use = Diesen Coach nehmen

recipe-rlhf-name = Menschen urteilen
recipe-rlhf-meaning = Das Modell beantwortet jeden Prompt mehrmals, Menschen sagen, welche Antwort besser ist, und das Modell wird auf das trainiert, was sie vorziehen.
recipe-rlhf-when = Besser ist eine Frage von Geschmack, Ton oder Gespräch, und Menschen haben die Stunden dafür.
recipe-rlaif-name = Coach oder Regeln urteilen
recipe-rlaif-meaning = Ein Coach-Modell beurteilt die Antworten nach Regeln, die Sie schreiben, in beiden Reihenfolgen, und lässt aus, was zu knapp ist; das Modell wird auf das trainiert, was der Coach vorzieht.
recipe-rlaif-when = Was besser ist, lässt sich in Regeln sagen, die Zeit von Menschen ist knapp, und Sie trauen einem Coach zu, den Regeln zu folgen.
recipe-hybrid-a-name = Menschen beginnen, ein Präferenzmodell macht weiter
recipe-hybrid-a-meaning = Menschen beurteilen einen Teil der Antworten; ein Präferenzmodell lernt ihren Geschmack und beurteilt den Rest; das Modell wird auf beides trainiert.
recipe-hybrid-a-when = Nur Menschen können sagen, was besser ist, es gibt mehr Antworten, als Menschen Zeit haben, und keinen Coach, dem Sie trauen.
recipe-hybrid-b-name = Menschen wählen die Regeln des Coachs
recipe-hybrid-b-meaning = Menschen beurteilen einen Teil der Antworten; von den vorhandenen Regeln werden die zur Rubrik des Coachs, die mit den Menschen übereinstimmen; der Coach beurteilt den Rest.
recipe-hybrid-b-when = Menschen erkennen, was besser ist, haben die Regeln aber nicht aufgeschrieben, und ein Coach kann Regeln folgen.
recipe-hybrid-c-name = Zwei Runden: Menschen, dann der Coach
recipe-hybrid-c-meaning = Zwei Runden: Der erste Adapter wird auf Urteile von Menschen über einen Teil trainiert; er antwortet neu, der Coach beurteilt diese Antworten, und das Training geht vom ersten Adapter aus weiter.
recipe-hybrid-c-when = Menschen können einmal die Richtung vorgeben, und ein Coach, dem Sie trauen, kann von dort weitermachen.
recipe-hybrid-d-name = Der Coach schlägt vor, Menschen stimmen zu
recipe-hybrid-d-meaning = Der Coach beurteilt alle Antworten; Menschen sehen seine Urteile durch, berichtigen und ändern sie und stimmen zu, bevor etwas trainiert wird.
recipe-hybrid-d-when = Fehler sind teuer, ein Coach ist ordentlich, aber nicht über jeden Zweifel erhaben, und Menschen haben ein paar Stunden.

question-goal-text = Was soll besser werden?
question-goal-help = Nehmen Sie, was am wichtigsten ist. Geschmack kann man nur beurteilen, Tatsachen kann man prüfen.
answer-goal-tone-text = Wie es spricht: Ton, Art, Gespräch
answer-goal-useful-text = Wie nützlich die Antworten sind: klar, vollständig, treffend
answer-goal-correct-text = Ergebnisse, die man prüfen kann: Rechnungen, Code, herausgelesene Felder
answer-goal-form-text = Die Form: Länge, Sprache, Aufbau, Wörter, die nicht vorkommen sollen
answer-goal-changing-facts-text = Was es weiß: Preise, Bestand, Personen, Nachrichten
answer-goal-few-cases-text = Eine Handvoll Antworten, die ich nennen kann
question-judge-text = Wer kann eine bessere Antwort von einer schlechteren unterscheiden?
question-judge-help = Denken Sie an zwei Antworten nebeneinander.
answer-judge-anyone-text = Jeder, der beide liest
answer-judge-us-text = Wir selbst, mit unserem Geschmack und weil wir unsere Kunden kennen
answer-judge-experts-text = Nur Fachleute, deren Zeit teuer ist
answer-judge-nobody-text = Niemand kann es sicher sagen
question-hours-text = Wie viele Stunden können Menschen Antworten vergleichen?
question-hours-help = Alle zusammen. Eine Stunde sind etwa 150 Vergleiche kurzer Antworten.
answer-hours-none-text = Keine
answer-hours-few-text = Etwa zwei Stunden
answer-hours-some-text = Etwa einen Tag
answer-hours-many-text = Mehrere Tage
question-coach-text = Gibt es ein Coach-Modell, dem Sie Urteile zutrauen?
question-coach-help = Ein Coach ist ein Modell, das Ihre Regeln liest und sagt, welche von zwei Antworten besser ist.
answer-coach-trusted-text = Ja: Es sagt meist, was wir sagen würden
answer-coach-fair-text = Es hat oft recht, aber Fehler sind teuer: Ein Mensch soll zustimmen
answer-coach-unclear-text = Es widerspricht uns, weil unsere Regeln vage sind
answer-coach-none-text = Nein
question-check-text = Gibt es Regeln, die ein Programm prüfen kann?
question-check-help = Etwa eine Länge, ein Muster, gültiges JSON, eine Sprache, eine Wendung, die vorkommen muss oder nicht darf.
answer-check-all-text = Ja, sie sagen alles, worauf es ankommt
answer-check-part-text = Manches davon
answer-check-none-text = Nein

advice-rlhf-name = Menschen urteilen
advice-rlhf-says = Menschen vergleichen Antworten blind, und das Modell lernt aus dem, was sie vorziehen.
advice-rlaif-name = Coach oder Regeln urteilen
advice-rlaif-says = Ein Coach-Modell oder Regeln vergleichen die Antworten; Menschen prüfen nur einige der Urteile.
advice-hybrid-a-name = Menschen beginnen, ein Präferenzmodell macht weiter
advice-hybrid-a-says = Menschen vergleichen einige Antworten, ein Präferenzmodell lernt daraus ihren Geschmack und beurteilt den Rest.
advice-hybrid-b-name = Menschen wählen die Regeln des Coachs
advice-hybrid-b-says = Menschen vergleichen einige Antworten, die Regeln, die zu ihren Urteilen passen, bleiben, und der Coach beurteilt den Rest danach.
advice-hybrid-c-name = Zwei Runden: Menschen, dann der Coach
advice-hybrid-c-says = Menschen beurteilen die erste Runde; das Modell, das daraus gelernt hat, antwortet noch einmal, und der Coach beurteilt die zweite.
advice-hybrid-d-name = Der Coach schlägt vor, Menschen stimmen zu
advice-hybrid-d-says = Der Coach vergleicht die Antworten, und Menschen bestätigen, ändern oder bearbeiten jedes Paar, bevor etwas trainiert wird.
advice-change-prompt-name = Den Prompt ändern
advice-change-prompt-says = Sagen Sie im System-Prompt, was Sie wollen, mit einem Beispiel oder den nötigen Tatsachen, und vergleichen Sie noch einmal: Das dauert eine Stunde und lässt sich zurücknehmen.
advice-write-rules-name = Zuerst klären, was besser ist
advice-write-rules-says = Sehen Sie sich zusammen zwanzig Paare von Antworten an, schreiben Sie als Regeln auf, warum eine besser ist, und urteilen Sie noch einmal, bis Sie sich einig sind.
advice-collect-first-name = Zuerst mehr sammeln
advice-collect-first-says = Sammeln Sie mindestens fünfzig Prompts, wie sie wirklich kommen, und finden Sie jemanden oder etwas, das die Antworten beurteilen kann.

reason-mostly-a-mix-sentence = In der Praxis bringt eine Mischung aus Menschen und einem urteilenden Modell am meisten für die Mühe.
reason-tone-sentence = Ton und Gespräch sind eine Frage dessen, was Menschen mögen: Ein Mensch hört, was keine Regel sagt.
reason-useful-sentence = Was eine Antwort nützlich macht, lässt sich Menschen und einem Coach gleich gut sagen.
reason-correct-sentence = Ergebnisse, die man prüfen kann, brauchen keinen Geschmack: Eine Prüfung ist billiger und sicherer als die Meinung vieler.
reason-form-sentence = Um eine Form kann man oft bitten: Ein klarer System-Prompt mit einem Beispiel ist vielleicht schon genug.
reason-changing-facts-sentence = Tatsachen, die sich ändern, sind am Tag nach dem Training veraltet: Schlagen Sie sie nach und setzen Sie sie in den Prompt.
reason-few-cases-sentence = Eine Handvoll falscher Antworten ist kein Muster, das man lernen kann: Sagen Sie im Prompt, was dort gesagt werden soll.
reason-anyone-judges-sentence = Jeder kann sagen, welche Antwort besser ist, also sind Urteile von Menschen leicht zu haben.
reason-our-taste-sentence = Es ist Ihr eigener Geschmack, der zählt, und er muss von Ihnen kommen.
reason-no-hours-sentence = Niemand hat Zeit, Antworten zu vergleichen.
reason-few-hours-sentence = Zwei Stunden sind etwa 300 Vergleiche oder 600 durchgesehene Urteile: am besten dort, wo jedes am weitesten reicht.
reason-some-hours-sentence = Ein Tag reicht für einen guten Anfang, und ein urteilendes Modell kann von dort weitermachen.
reason-many-hours-sentence = Menschen haben Tage dafür: Nichts ist näher an dem, was Menschen wollen, als ihre eigenen Urteile.
reason-trusted-coach-sentence = Sie trauen dem Coach: Er urteilt so viel wie nötig, zu jeder Stunde.
reason-mistakes-are-costly-sentence = Der Coach ist ordentlich, aber ein Fehler ist teuer: Ein Mensch sollte jedes Paar sehen, bevor es gelernt wird.
reason-vague-rules-sentence = Der Coach und Sie sind sich uneins, weil die Regeln vage sind: Ihre Urteile können zeigen, welche Regeln Sie meinen.
reason-no-coach-sentence = Es gibt keinen Coach, dem man trauen kann: Was urteilt, muss aus Ihren eigenen Urteilen kommen.
reason-all-checkable-sentence = Regeln, die ein Programm prüft, sagen alles, worauf es ankommt: Sie kosten nichts und werden nie müde.
reason-rules-need-no-coach-sentence = Mit solchen Regeln braucht es keinen Coach.
reason-partly-checkable-sentence = Ein Programm kann manches davon prüfen und überlässt den Rest jemandem, der urteilt.
reason-not-checkable-sentence = Kein Programm kann prüfen, worauf es hier ankommt.
reason-no-feedback-sentence = Es gibt keine Menschen, keinen Coach und keine Regeln, die urteilen könnten: nichts, woraus man lernen kann.
reason-vague-rules-and-no-hours-sentence = Die Regeln sind vage, und niemand hat Zeit zu urteilen: Eine Stunde an den Regeln ist mehr wert als ein Training.
reason-costly-and-no-hours-sentence = Ein Fehler ist teuer, und niemand hat Zeit, Paare zu bestätigen: Ein Prompt, den Sie von Hand ausprobieren, ist sicherer.
reason-too-few-prompts-sentence = Mit weniger als 20 Prompts lernt ein Modell sie auswendig, und keine bleiben, um es zu prüfen.
reason-few-prompts-sentence = Es sind so wenige Prompts, dass Menschen sie alle beurteilen können.
reason-many-prompts-sentence = Es sind mehr Prompts, als Menschen beurteilen können.
reason-coach-is-right-sentence = Der Coach sagt in mindestens 8 von 10 Vergleichen, was Menschen sagen.
reason-coach-is-sometimes-wrong-sentence = Der Coach widerspricht Menschen in jedem dritten bis fünften Vergleich.
reason-coach-is-wrong-sentence = Der Coach widerspricht Menschen in mehr als einem Drittel der Vergleiche.
reason-people-do-not-agree-sentence = Menschen, die dasselbe beurteilt haben, stimmen kaum mehr überein als durch Zufall: Was besser ist, ist nicht geklärt.
reason-people-agree-partly-sentence = Menschen stimmen nur zum Teil überein: Klarere Regeln würden ihnen und einem Coach helfen.
reason-people-agree-sentence = Menschen stimmen gut überein: Ihre Urteile sind ein fester Grund.
reason-verdicts-are-there-sentence = Es gibt schon genug Urteile von Menschen, auf die man bauen kann.
reason-dear-experts-sentence = Die Zeit von Fachleuten ist teuer: Sie sollten zustimmen oder die Regeln setzen, statt alles zu beurteilen.
reason-nobody-judges-sentence = Wo niemand sagen kann, welche Antwort besser ist, kann es kein Training herausfinden.
reason-only-checks-judge-sentence = Menschen können das nicht beurteilen, aber ein Programm kann es.

risk-machine-title = der Computer
risk-machine-sentence = Ein Training dieses Modells passt nicht auf diesen Computer.
risk-machine-cure = Nehmen Sie ein kleineres Modell oder kürzere Antworten.
risk-long-training-title = ein langes Training
risk-long-training-sentence = Ein Training dauert auf diesem Computer mehr als acht Stunden.
risk-long-training-cure = Versuchen Sie zuerst ein kleineres Modell; ein Training kann auch jederzeit angehalten und fortgesetzt werden.
risk-bias-title = Einseitigkeit
risk-bias-sentence = Das Modell lernt den Geschmack der wenigen, die geurteilt haben, mit ihren blinden Flecken.
risk-bias-cure = Lassen Sie mindestens zwei Menschen einige derselben Vergleiche beurteilen, und sehen Sie, wie weit sie übereinstimmen.
risk-scale-title = die Menge
risk-scale-sentence = Urteile wachsen nur mit den Stunden von Menschen, und Menschen werden müde: Späte Urteile sind hastiger als frühe.
risk-scale-cure = Urteilen Sie in kurzen Sitzungen, und lassen Sie das Programm nach den Vergleichen fragen, aus denen am meisten gelernt wird.
risk-coach-dependency-title = Abhängigkeit vom Coach
risk-coach-dependency-sentence = Das Modell wird, wie es dem Coach gefällt, und kann nicht besser werden, als der Coach urteilt.
risk-coach-dependency-cure = Beurteilen Sie 50 Vergleiche selbst, und sehen Sie, wie oft der Coach dasselbe sagt, bevor er in Mengen urteilt.
risk-coach-unproven-title = ein ungeprüfter Coach
risk-coach-unproven-sentence = Niemand hat bisher gemessen, ob der Coach sagt, was Menschen sagen.
risk-coach-unproven-cure = Beurteilen Sie zuerst 50 Vergleiche selbst: Stimmt er in weniger als 4 von 5 überein, nehmen Sie einen anderen Weg.
risk-reward-hacking-title = Gefallen wollen
risk-reward-hacking-sentence = Das Modell findet vielleicht, was dem Urteilenden gefällt, ohne besser zu sein: längere, glattere oder leerere Antworten.
risk-reward-hacking-cure = Achten Sie im Bericht auf Flüssigkeit und Länge, und lassen Sie Menschen zurückgelegte Antworten blind vergleichen.
risk-letter-of-the-rules-title = der Buchstabe der Regeln
risk-letter-of-the-rules-sentence = Regeln werden wörtlich erfüllt: Was sie nicht sagen, kann schlechter werden.
risk-letter-of-the-rules-cure = Lesen Sie einige Antworten, und fügen Sie eine Regel für das hinzu, was schlechter wurde.
risk-small-preference-model-title = ein unsicheres Präferenzmodell
risk-small-preference-model-sentence = Ein Präferenzmodell, das aus wenigen Urteilen gelernt hat, irrt oft, wo es sicher ist.
risk-small-preference-model-cure = Geben Sie zuerst mindestens 150 Urteile, und lassen Sie Menschen entscheiden, wo es unsicher ist.
risk-rubber-stamp-title = Durchwinken
risk-rubber-stamp-sentence = Wer die Urteile eines Coachs durchsieht, lässt sie gern stehen.
risk-rubber-stamp-cure = Beurteilen Sie jedes zehnte Paar blind, und vergleichen Sie.
risk-privacy-title = Daten verlassen den Computer
risk-privacy-sentence = Prompts und Antworten werden an den Server des Coachs geschickt.
risk-privacy-cure = Sehen Sie an, was geschickt wird, und nehmen Sie einen Coach auf diesem Computer, wo das nicht sein darf.
risk-forgetting-title = Vergessen
risk-forgetting-sentence = Was nicht geübt wird, kann schlechter werden: andere Aufgaben, andere Sprachen.
risk-forgetting-cure = Fragen Sie das neue Modell ein paar Dinge aus seiner übrigen Arbeit, bevor es übernimmt.


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

settings-title = Einstellungen
settings-sub = Sie gehören zu diesem Computer und zu keinem Projekt.
settings-look = Aussehen
settings-scheme = Farben
settings-scheme-system = Wie das System
settings-scheme-light = Hell
settings-scheme-dark = Dunkel
settings-scheme-contrast = Starker Kontrast
settings-text-size = Größe von Text und allem anderen
settings-language = Sprache
settings-language-system = Wie das System
settings-judging = Beurteilen
settings-annotator = Ihr Name
settings-annotator-hint = etwa: Ada
settings-annotator-text = Unter ihm werden Ihre Urteile aufbewahrt, damit sich mehrere Menschen unterscheiden lassen.
settings-break = Minuten, bis eine Pause vorgeschlagen wird
settings-break-help = Wer müde ist, urteilt hastig. 0 schlägt keine vor.
settings-keys = Tasten beim Beurteilen
settings-keys-text = Wählen Sie eine Taste und drücken Sie die, die Sie stattdessen wollen. Escape lässt sie, wie sie ist.
settings-key-press = Taste drücken…
settings-key-of = { $what }: { $key }
settings-key-taken = { $key } ist schon die Taste für „{ $what }“. Wählen Sie eine andere, oder ändern Sie zuerst jene.
settings-keys-usual = Wieder die üblichen Tasten
settings-key-first = Die erste Antwort ist besser
settings-key-second = Die zweite Antwort ist besser
settings-key-tie = Beide sind gleich gut
settings-key-both-bad = Beide sind schlecht
settings-key-edit = Eine Antwort berichtigen
settings-key-skip = Überspringen
settings-key-undo = Das letzte zurücknehmen
settings-key-next = Später
settings-computing = Rechnen
settings-device = Wo gerechnet wird
settings-device-auto = Das Schnellste, was da ist
settings-device-cpu = Prozessor
settings-device-cuda = NVIDIA-Karte
settings-device-metal = Apple-Grafik
settings-machine = { $processor }, { $cores } Kerne, { $memory } Speicher
settings-all-cores = Alle Kerne benutzen
settings-threads = Kerne, die benutzt werden
settings-projects = Wo Projekte aufbewahrt werden
settings-projects-folder = Ordner für neue Projekte
settings-projects-text = Projekte, die schon da sind, bleiben, wo sie sind.
settings-projects-usual = Wieder der übliche Ordner


## The page of files (files)

files-title = Where everything is
files-sub = Projects are plain folders. You may copy them, and delete what you no longer need.


## The page of what left this machine (privacy)

privacy-title = What left this computer
privacy-sub = Whetstone works without a network.


## The glossary (glossary)

glossary-title = Was die Wörter bedeuten
glossary-sub = Sie brauchen keines davon, um Whetstone zu benutzen. Sie stehen hier, falls sie Ihnen begegnen.
glossary-search = Ein Wort suchen
glossary-search-hint = etwa: Adapter
glossary-count =
    { $count ->
        [one] 1 Wort
       *[other] { $count } Wörter
    }
glossary-nothing = Kein Wort hier enthält „{ $wanted }“. Versuchen Sie ein kürzeres Stück davon.

term-adapter = Adapter
    .meaning = Eine kleine Datei mit Zahlen, die über ein Modell gelegt wird und ändert, wie es antwortet. Das Modell selbst bleibt, wie es ist.
term-annotator = Annotator
    .meaning = Wer sagt, welche von zwei Antworten besser ist: ein Mensch, ein Coach-Modell, Regeln oder ein Präferenzmodell.
term-beta = Beta
    .meaning = Wie stark das Modell an dem festgehalten wird, was es vorher war. Größere Werte ändern weniger.
term-checkpoint = Zwischenstand
    .meaning = Alles, was ein Training braucht, um genau dort weiterzumachen, wo es angehalten wurde. Er wird etwa jede Minute geschrieben.
term-chosen = vorgezogen
    .meaning = Die bessere Antwort eines Paars. Das Training macht sie wahrscheinlicher.
term-coach = Coach
    .meaning = Ein zweites Sprachmodell, das Antworten nach den Regeln beurteilt, die Sie schreiben.
term-comparison = Vergleich
    .meaning = Zwei Antworten auf denselben Prompt, nebeneinander, um zu sagen, welche besser ist.
term-completion = Antwort
    .meaning = Was ein Modell nach einem Prompt schreibt.
term-dpo = DPO
    .meaning = Direct Preference Optimization: ein Training, das vorgezogene Antworten wahrscheinlicher macht und andere unwahrscheinlicher, ohne ein Belohnungsmodell dazwischen.
term-holdout = Zurückgelegtes
    .meaning = Prompts, die beiseitegelegt und nie trainiert werden, um zu sehen, ob das Modell bei mehr als dem besser wurde, was es gesehen hat.
term-hybrid = Hybrid
    .meaning = Eine Methode, bei der sich Menschen und eine Maschine das Urteilen teilen: Menschen geben die Richtung vor, die Maschine erledigt die Menge.
term-learning-rate = Lernrate
    .meaning = Wie weit jeder Schritt den Adapter bewegt. Zu hoch, und das Modell zerfällt; zu niedrig, und es lernt nichts.
term-log-probability = Log-Wahrscheinlichkeit
    .meaning = Wie wahrscheinlich das Modell eine Antwort findet, auf einer Skala, die bei 0 endet. Höher ist wahrscheinlicher.
term-lora = LoRA
    .meaning = Eine Art, einen kleinen Adapter statt des ganzen Modells zu trainieren, die einen Bruchteil des Speichers braucht.
term-loss = Verlust
    .meaning = Eine Zahl dafür, wie weit das Modell von dem entfernt ist, was es vorziehen soll. Sie sinkt, wenn das Modell lernt.
term-margin = Belohnungsabstand
    .meaning = Um wie viel mehr das Modell die vorgezogene Antwort bevorzugt als vor dem Training. Er wächst, wenn das Modell lernt.
term-pair = Präferenzpaar
    .meaning = Ein Prompt mit einer besseren und einer schlechteren Antwort: woraus das Training lernt.
term-policy = Policy
    .meaning = Das Modell, das trainiert wird.
term-preference-model = Präferenzmodell
    .meaning = Ein Modell, das aus Urteilen gelernt hat, Antworten zu bewerten, wie Menschen es täten.
term-prompt = Prompt
    .meaning = Was ein Modell gefragt wird.
term-reference = Referenz
    .meaning = Das Modell, wie es vor dem Training war; an ihm wird das trainierte festgehalten.
term-rejected = verworfen
    .meaning = Die schlechtere Antwort eines Paars. Das Training macht sie unwahrscheinlicher.
term-reward-accuracy = Trefferquote
    .meaning = Der Anteil der Paare, bei denen das Modell, verglichen mit vorher, die bessere Antwort vorzieht.
term-rlaif = RLAIF
    .meaning = Reinforcement learning from AI feedback: Ein Coach-Modell oder Regeln sagen, welche Antwort besser ist.
term-rlhf = RLHF
    .meaning = Reinforcement learning from human feedback: Menschen sagen, welche Antwort besser ist.
term-round = Runde
    .meaning = Einmal der ganze Weg: Antworten, Urteile, Training. Jede weitere Runde beginnt mit dem Adapter der vorigen.
term-rubric = Rubrik
    .meaning = Die Liste der Regeln, nach denen ein Coach urteilt.
term-run = Lauf
    .meaning = Ein Training mit seinen Daten, seinen Einstellungen und dem, was daraus wurde.
term-sample = Stichprobe
    .meaning = Eine von mehreren Antworten auf denselben Prompt.
term-system-prompt = System-Prompt
    .meaning = Was einem Modell vor jedem Prompt gesagt wird: wer es ist und wie es antworten soll.
term-temperature = Temperatur
    .meaning = Wie viel Zufall in einer Antwort steckt. Unter 1 sind Antworten sicherer, über 1 abwechslungsreicher.
term-token = Token
    .meaning = Ein Stück eines Wortes, etwa drei Viertel davon: was Modelle lesen und schreiben.
term-verdict = Urteil
    .meaning = Was ein Annotator über einen Vergleich sagt: Die erste ist besser, die zweite, beide sind gleich, oder beide sind schlecht.
term-win-rate = Gewinnrate
    .meaning = Wie oft die Antwort des neuen Modells besser gefunden wird als die des alten. Bei 50 % sind sie gleich.
