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
long-shown = Zeichen { $from } bis { $to } von { $all }
long-all = Alles zeigen
long-before = Vorheriges Stück
long-after = Nächstes Stück
long-copy = Den ganzen Text kopieren
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
job-coach-report = Coaches werden erprobt
job-endpoints = Die Server werden angesehen
job-endpoint-test = Dem Server wird eine kleine Frage gestellt
job-leaving = Es wird angesehen, was diesen Computer verließe
job-train = Das Modell lernt
job-compare = Alt und neu werden verglichen
job-preview = Die Datei wird angesehen
job-import = Daten werden übernommen
job-look = Das Modell wird angesehen
job-forecast = Der Aufwand wird geschätzt
job-chat = Beide Modelle werden gefragt
job-export = Der Adapter wird geschrieben
job-forecast-export = Es wird angesehen, was der Export braucht
job-import-adapter = Der Adapter wird zurückgeholt
job-suggest = Prompts werden vorgeschlagen
job-catalogue = Vorschläge werden zusammengestellt
job-search = Im Hub wird gesucht
job-about = Über das Modell wird nachgelesen
job-download = Ein Modell wird heruntergeladen
job-models = Was auf diesem Computer liegt, wird angesehen
job-delete-model = Ein Modell wird gelöscht
job-push-preview = Es wird nachgesehen, was gesendet würde
job-push = Wird an den Hub gesendet
job-account = Der Hub wird nach Ihrem Konto gefragt
job-updates = Nach neueren Versionen wird gefragt
job-update = Die neuere Version wird geholt
job-bytes = { $done } von { $total }
job-speed = { $said } · { $speed } in der Sekunde
stage-measuring-this-machine-now = Dieser Computer wird gemessen
stage-asking-the-Hub-now = Der Hub wird gefragt
stage-looking-at-the-models-now = Die Modelle werden angesehen
stage-looking-at-the-model-now = Das Modell wird angesehen
stage-looking-at-what-lies-here-now = Was hier liegt, wird angesehen
stage-looking-at-what-would-be-sent-now = Es wird angesehen, was gesendet würde
stage-deleting-now = Wird gelöscht
stage-sending-now = Wird gesendet
stage-downloading-now = Wird heruntergeladen
job-starting = Beginnt…
job-stopping = Hält beim nächsten Schritt an; nichts geht verloren
job-paused = Steht still: { $reason }
job-progress = { $stage }: { $done } von { $total }
job-left = { $said } · noch etwa { $left }
job-show = Zeigen
job-stop = Anhalten
job-pause = Pause
job-go-on = Dort weitermachen, wo aufgehört wurde
job-of-others = Ein Training läuft ohne dieses Fenster weiter
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
pick-coach-file = GGUF-Datei des Coachs wählen
pick-coach-rules = Datei mit Regeln wählen, die ein Programm prüft
pick-coach-adapter = Ordner des Präferenzmodells wählen
pick-data = Datei mit Daten wählen
pick-pack-out = Wohin das Paket geschrieben wird
pick-packs = Pakete wählen, die zurückgekommen sind
pick-rubric = Datei mit Regeln wählen
pick-dataset-out = Wohin die Paare geschrieben werden
pick-archive-out = Wohin das Projekt geschrieben wird
pick-export = Wohin der Adapter geschrieben wird
pick-adapter = Der Ordner des Adapters

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
start-at-end-not-better = Alles ist getan. Der Vergleich rät, das alte Modell zu behalten: Dort steht, was hilft
start-at-end = Alles ist erledigt, und das Ergebnis wurde mitgenommen. Sie können jeden Schritt noch einmal ansehen oder eine weitere Runde beginnen.


## The page of the model (model)

model-name = Modell
model-title = Welches Modell soll besser werden?
model-sub = Beginnen Sie mit dem kleinen, das dabei ist, nehmen Sie eines, das andere gemacht haben, oder wählen Sie einen eigenen Ordner.
model-starter = Das Startmodell
model-starter-text = Ein winziges Modell, das zu Whetstone gehört. Es antwortet den Kunden eines kleinen Ladens, mal besser, mal schlechter.
model-starter-good = Gut, um alles auszuprobieren: Es antwortet und lernt in wenigen Minuten auf jedem Computer
model-starter-limits = Es kennt den Kundendienst eines Ladens und sonst nichts; für andere Aufgaben nehmen Sie ein anderes Modell
model-starter-licence = Lizenz: MIT oder Apache 2.0. Sie dürfen es benutzen, ändern und weitergeben, auch geschäftlich
model-own = Ein eigener Ordner
model-own-text = Ein Sprachmodell in der Form von Hugging Face, das in einem Ordner auf diesem Computer liegt. Kleinere Modelle lernen schneller: Bis etwa eine Milliarde Zahlen ist ein guter Anfang.
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

model-hub = Ein offenes Modell
model-hub-text = Kleine Sprachmodelle, die andere gemacht und im Hugging Face Hub veröffentlicht haben. Whetstone schlägt einige vor, die auf diesem Computer gut lernen.
model-hub-good = Gut für eigene Aufgaben: Sie können eine Sprache und lernen, so zu antworten wie Sie
model-hub-once = Einmal heruntergeladen; danach braucht es kein Netz
model-hub-licence = Jedes sagt in einfachen Worten, was Sie damit tun und was Sie verkaufen dürfen

hub-suggested = Vorschläge
hub-search = Im Hub suchen
hub-on-disk = Auf diesem Computer
hub-suggested-text = Diese Liste gehört zu Whetstone und fragt niemanden. Wählen Sie ein Modell, um zu sehen, was es ist und was es braucht; kleinere lernen schneller.
hub-reckoning = Es wird gerechnet, welche Modelle auf diesen Computer passen…
hub-recommended = Für diesen Computer empfohlen
hub-others = Trainierbar, aber etwas ist zu beachten
hub-too-large = Zu groß, um hier trainiert zu werden
hub-refused =
    { $count ->
        [one] 1 zeigen, das hier nicht zu gebrauchen ist, und warum
       *[other] { $count } zeigen, die hier nicht zu gebrauchen sind, und warum
    }
hub-left-out =
    { $count ->
        [one] 1 weiteres wurde gefunden, das hier nicht zu gebrauchen ist.
       *[other] { $count } weitere wurden gefunden, die hier nicht zu gebrauchen sind.
    }
hub-instead = Stattdessen: { $instead }
hub-back = Zurück zur Liste
hub-size = { $size } zum Herunterladen
hub-downloads = { $count }-mal im Monat geholt
hub-languages-more = { $named } und { $more } weitere
hub-is-here = Heruntergeladen
hub-fit-comfortable = Lernt hier bequem
hub-fit-slow = Lernt hier langsam
hub-fit-answers = Antwortet nur
hub-fit-too-big = Zu groß
hub-fit-unknown = Nicht bekannt, ob es passt
hub-fit-unknown-text = Seine Größe ist nicht bekannt, deshalb lässt sich nicht sagen, was es braucht. Ist es heruntergeladen, wird es angesehen, bevor etwas beginnt.
hub-sell-yes = Darf verkauft werden
hub-sell-conditions = Darf mit Bedingungen verkauft werden
hub-sell-no = Nicht zum Verkauf
hub-sell-unknown = Lizenz hier nicht bekannt
hub-sell-none = Keine Lizenz angegeben
hub-gate-accept = Bedingungen anzunehmen
hub-gate-ask = Muss erbeten werden

hub-search-field = Name eines Modells, oder Wörter daraus
hub-search-hint = etwa: smollm2 instruct
hub-sort = Was zuerst steht
hub-sort-downloads = Am meisten geholt
hub-sort-likes = Am beliebtesten
hub-sort-trending = Gerade gefragt
hub-sort-changed = Neueste
hub-search-go = Suchen
hub-search-asks = Das schickt die Wörter an { $host }, und Ihr Zugangstoken, wenn es eines gibt. Sonst verlässt nichts diesen Computer.
hub-offline = Das Netz wird in Ruhe gelassen: HF_HUB_OFFLINE ist gesetzt. Was auf diesem Computer liegt, kann benutzt werden.
hub-found =
    { $count ->
        [one] 1 Modell zu „{ $words }“ ist hier zu gebrauchen
       *[other] { $count } Modelle zu „{ $words }“ sind hier zu gebrauchen
    }
hub-found-none = Nichts zu „{ $words }“ ist hier zu gebrauchen. Versuchen Sie es mit weniger Buchstaben des Namens, oder sehen Sie die Vorschläge an.

hub-open-page = Die Seite öffnen
hub-open-its-page = Seine Seite öffnen
hub-download = Herunterladen
hub-download-sized = Herunterladen ({ $size })
hub-download-text = Es wird von { $host } geholt und in { $cache } aufbewahrt, wo auch andere Programme es finden. Jede Datei wird geprüft.
hub-one-at-a-time = Ein anderes Modell wird gerade heruntergeladen. Warten Sie darauf, oder halten Sie es an.
hub-download-there = { $model } ist jetzt auf diesem Computer. Wählen Sie es auf der Seite des Modells.
hub-running-text = Sie können inzwischen auf andere Seiten gehen. Wenn Sie anhalten, bleibt, was schon da ist.
hub-paused = Angehalten. Was geholt wurde, ist aufbewahrt.
hub-cancel = Abbrechen
hub-go-on = Weiter herunterladen
hub-go-on-named = { $model } weiter herunterladen
hub-unfinished = { $size } davon sind auf diesem Computer; von dort geht es weiter.
hub-discard = Wegwerfen
hub-discard-named = Wegwerfen, was von { $model } geholt wurde
hub-delete = Löschen
hub-delete-named = { $model } löschen
hub-delete-ask = { $model } von diesem Computer löschen? Das macht { $size } frei. Es kann wieder heruntergeladen werden.
hub-delete-used = Diese Projekte arbeiten damit und stehen still, bis es wieder da ist: { $projects }
hub-delete-go = Löschen
hub-delete-not = Behalten
hub-use-named = { $model } nehmen
hub-too-big-text = Es ist zu groß für diesen Computer: Es könnte hier weder lernen noch antworten. Nehmen Sie ein kleineres.
hub-answers-only-text = Es ist zu groß, um hier trainiert zu werden. Es könnte antworten, aber nichts lernen. Nehmen Sie ein kleineres.

hub-gate-accept-text = Seine Macher geben dieses Modell nur denen, die ihre Bedingungen annehmen. Es braucht ein Konto bei Hugging Face, das nichts kostet, und drei Schritte.
hub-gate-ask-text = Seine Macher entscheiden, wer dieses Modell bekommt. Es braucht ein Konto bei Hugging Face, das nichts kostet, und ihre Antwort, die Tage dauern kann. Es sind drei Schritte.
hub-gate-page = Auf der Seite des Modells anmelden und die Bedingungen annehmen
hub-gate-token = Mit demselben Konto ein Zugangstoken anlegen und hier eingeben
hub-gate-download = Herunterladen

hub-fit = Passt es auf diesen Computer?
hub-fit-time = Arbeit dieses Computers für 200 beurteilte Paare:
hub-fit-people = Wo Menschen urteilen, kommt ihre Zeit hinzu.
hub-fit-not = passt nicht in den Speicher
hub-fit-coach = { $takes }, mit { $coach } als Coach
hub-disk = Seine Dateien und ein Training brauchen { $needed } auf der Platte; { $free } sind frei.
hub-disk-alone = Seine Dateien und ein Training brauchen { $needed } auf der Platte.
hub-licence = Was dürfen Sie damit tun?
hub-licence-none = Es ist keine Lizenz angegeben. Ohne sie hat niemand gesagt, dass Sie es benutzen dürfen: Fragen Sie seine Macher, bevor Sie darauf bauen.
hub-sell-yes-text = Sie dürfen verkaufen, was Sie damit machen.
hub-sell-conditions-text = Sie dürfen verkaufen, was Sie damit machen, wenn Sie sich an die Bedingungen halten.
hub-sell-no-text = Sie dürfen nicht verkaufen, was Sie damit machen.
hub-sell-unknown-text = Whetstone kennt diese Lizenz nicht. Lesen Sie sie, bevor Sie auf das Modell bauen.
hub-must-ask = Sie müssen seine Bedingungen annehmen, oder fragen, bevor Sie es benutzen.
hub-need-not-ask = Sie müssen niemanden fragen.
hub-licence-text = Das hilft beim Wählen und ist kein Rechtsrat; es gilt die Lizenz selbst.
hub-facts = Mehr darüber
hub-download-size = Herunterzuladen
hub-languages = Sprachen
hub-fetched-monthly = Im Monat geholt
hub-changed = Zuletzt geändert
hub-card = Was seine Macher sagen
hub-card-text = Aus der Karte des Modells, wie seine Macher sie geschrieben haben.
hub-card-none = Seine Macher haben keine Karte geschrieben.
hub-card-asks = Die Karte des Modells steht im Hub. Sie zu lesen fragt { $host } nach diesem Modell.
hub-card-read = Die Karte lesen

hub-disk-said = Heruntergeladene Modelle belegen { $size } in dem Ordner, den die Programme von Hugging Face sich teilen:
hub-disk-none = Noch wurde kein Modell heruntergeladen
hub-disk-used = Benutzt von { $projects }
hub-disk-unusable = Hier nicht zu gebrauchen
hub-disk-why = Was davon hier liegt, ist nicht zu gebrauchen: { $said }
hub-place-starter = gehört zu Whetstone
hub-place-cache = vom Hugging Face Hub
hub-place-lm-studio = im Ordner von LM Studio
hub-place-ollama = im Ordner von Ollama

token-title = Konto bei Hugging Face
token-text = Die meisten Modelle brauchen keines. Ein Zugangstoken steht für Ihr Konto: Es ist für Modelle, deren Bedingungen anzunehmen sind, und um eigene Ergebnisse in den Hub zu stellen. Es geht allein an den Hub, in kein Projekt und kein Protokoll.
token-field = Zugangstoken
token-field-hint = beginnt mit hf_
token-use = Für diese Sitzung benutzen
token-keep = Im Schlüsselbund des Systems aufbewahren
token-kept-where = Für diese Sitzung steht es nur im Arbeitsspeicher und ist mit dem Fenster weg. Für den Schlüsselbund wird der Hub zuerst gefragt, ob er es kennt.
token-make = Ein Zugangstoken auf huggingface.co anlegen
token-unknown = Noch nicht nachgesehen. Ohne ein Token dieser Sitzung wird das aus HF_TOKEN, aus dem Schlüsselbund oder von „hf auth login“ genommen, wenn es eines gibt.
token-of-sitting = Ein Token für diese Sitzung
token-of-variable = Das Token in HF_TOKEN
token-of-keyring = Das Token im Schlüsselbund
token-of-file = Das Token von „hf auth login“
token-none = Kein Token
token-account = Der Hub kennt Sie als { $name }
token-ask = Den Hub fragen, wessen Token es ist
token-forget = Das dieser Sitzung vergessen
token-forget-kept = Aus dem Schlüsselbund nehmen

push-title = In den Hugging Face Hub stellen
push-text = Um es weiterzugeben oder auf einem anderen Computer zu holen. Es braucht ein Konto und ein Zugangstoken, das schreiben darf. Zuerst sehen Sie, was gesendet würde.
push-what = Was gesendet wird
push-adapter = Der Adapter von Lauf { $run } ({ $folder })
push-dataset = Der Datensatz in { $file }
push-name = Name im Hub
push-name-hint = etwa: kundendienst, oder ihr-team/kundendienst
push-name-text = Ohne einen Besitzer davor kommt es in Ihr eigenes Konto.
push-who = Wer es sieht
push-private = Nur Sie
push-public = Alle
push-public-text = Alle können es lesen und kopieren. Ein Adapter kann wiederholen, woraus er gelernt hat, und ein Datensatz zeigt, was Menschen geschrieben haben.
push-preview = Zeigen, was gesendet würde
push-preview-text = Das fragt { $host }, wessen Konto es ist und ob es den Namen schon gibt. Vom Projekt wird noch nichts gesendet.
push-would = Das würde diesen Computer verlassen
push-to = Nach
push-as = Als
push-repository = Der Ort
push-exists = ist schon da und bekommt diese Dateien als neue Fassung
push-new = ist noch nicht da und wird angelegt
push-go =
    { $count ->
        [one] 1 Datei ({ $size }) an { $repository } senden
       *[other] { $count } Dateien ({ $size }) an { $repository } senden
    }
push-not = Nicht senden
push-consent = Nur dieser Knopf sendet etwas, und nichts als diese Dateien.
push-done = Es ist im Hub
push-again = Noch etwas senden

language-en-name = Englisch
language-de-name = Deutsch
language-fr-name = Französisch
language-es-name = Spanisch
language-it-name = Italienisch
language-pt-name = Portugiesisch
language-nl-name = Niederländisch
language-pl-name = Polnisch
language-ru-name = Russisch
language-uk-name = Ukrainisch
language-cs-name = Tschechisch
language-sv-name = Schwedisch
language-da-name = Dänisch
language-no-name = Norwegisch
language-fi-name = Finnisch
language-hu-name = Ungarisch
language-ro-name = Rumänisch
language-el-name = Griechisch
language-tr-name = Türkisch
language-ar-name = Arabisch
language-he-name = Hebräisch
language-fa-name = Persisch
language-hi-name = Hindi
language-bn-name = Bengalisch
language-th-name = Thailändisch
language-vi-name = Vietnamesisch
language-id-name = Indonesisch
language-zh-name = Chinesisch
language-ja-name = Japanisch
language-ko-name = Koreanisch

licence-apache-2-0-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie den Text der Lizenz mit dem Modell weiter und sagen Sie, was Sie geändert haben.
licence-mit-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie den Text der Lizenz mit dem Modell weiter.
licence-bsd-3-clause-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie den Text der Lizenz mit dem Modell weiter.
licence-bsd-2-clause-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie den Text der Lizenz mit dem Modell weiter.
licence-isc-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie den Text der Lizenz mit dem Modell weiter.
licence-cc0-1-0-said = Sie dürfen verkaufen, was Sie damit machen, und müssen dafür nichts tun.
licence-unlicense-said = Sie dürfen verkaufen, was Sie damit machen, und müssen dafür nichts tun.
licence-llama3-1-said = Sie dürfen verkaufen, was Sie damit machen, solange Sie nicht mehr als 700 Millionen Nutzer im Monat haben; zeigen Sie „Built with Llama“, lassen Sie den Namen eines daraus gemachten Modells mit „Llama“ beginnen, geben Sie die Lizenz weiter und halten Sie sich an die Nutzungsregeln von Meta.
licence-llama3-2-said = Sie dürfen verkaufen, was Sie damit machen, solange Sie nicht mehr als 700 Millionen Nutzer im Monat haben; zeigen Sie „Built with Llama“, lassen Sie den Namen eines daraus gemachten Modells mit „Llama“ beginnen, geben Sie die Lizenz weiter und halten Sie sich an die Nutzungsregeln von Meta.
licence-llama3-3-said = Sie dürfen verkaufen, was Sie damit machen, solange Sie nicht mehr als 700 Millionen Nutzer im Monat haben; zeigen Sie „Built with Llama“, lassen Sie den Namen eines daraus gemachten Modells mit „Llama“ beginnen, geben Sie die Lizenz weiter und halten Sie sich an die Nutzungsregeln von Meta.
licence-gemma-said = Sie dürfen verkaufen, was Sie damit machen; geben Sie Googles Bedingungen und die Liste verbotener Verwendungen an alle weiter, die das Modell bekommen, verpflichten Sie sie darauf und sagen Sie, dass Sie es geändert haben.
licence-qwen-research-said = Zum Forschen und Ausprobieren, nicht für Geschäfte: Dafür muss bei Alibaba Cloud eine andere Lizenz erbeten werden; was daraus gemacht und weitergegeben wird, zeigt „Built with Qwen“ oder „Improved using Qwen“.
licence-qwen-said = Sie dürfen verkaufen, was Sie damit machen, solange Ihr Produkt nicht mehr als 100 Millionen Nutzer im Monat hat; geben Sie die Lizenz weiter und zeigen Sie, dass Qwen darin steckt, wo sie das verlangt.
licence-cc-by-4-0-said = Sie dürfen verkaufen, was Sie damit machen; nennen Sie, wer das Modell gemacht hat, verweisen Sie auf die Lizenz und sagen Sie, was Sie geändert haben.
licence-cc-by-sa-4-0-said = Sie dürfen verkaufen, was Sie damit machen; nennen Sie, wer das Modell gemacht hat, und geben Sie, was Sie daraus machen, unter derselben Lizenz weiter.
licence-cc-by-nd-4-0-said = Ein geändertes Modell darf nicht weitergegeben werden; was Sie daraus trainieren, bleibt also bei Ihnen, wenn der Besitzer nicht zustimmt.
licence-cc-by-nc-4-0-said = Nicht für Geschäfte, wenn der Besitzer nicht zustimmt; nennen Sie, wer das Modell gemacht hat, und beachten Sie, was die Lizenz sonst verlangt.
licence-cc-by-nc-sa-4-0-said = Nicht für Geschäfte, wenn der Besitzer nicht zustimmt; nennen Sie, wer das Modell gemacht hat, und beachten Sie, was die Lizenz sonst verlangt.
licence-cc-by-nc-nd-4-0-said = Nicht für Geschäfte, wenn der Besitzer nicht zustimmt; nennen Sie, wer das Modell gemacht hat, und beachten Sie, was die Lizenz sonst verlangt.
licence-openrail-said = Sie dürfen verkaufen, was Sie damit machen; die Lizenz zählt verbotene Verwendungen auf, und diese Liste geht an alle weiter, die das Modell bekommen.
licence-bigscience-openrail-m-said = Sie dürfen verkaufen, was Sie damit machen; die Lizenz zählt verbotene Verwendungen auf, und diese Liste geht an alle weiter, die das Modell bekommen.
licence-bigcode-openrail-m-said = Sie dürfen verkaufen, was Sie damit machen; die Lizenz zählt verbotene Verwendungen auf, und diese Liste geht an alle weiter, die das Modell bekommen.
licence-gpl-3-0-said = Sie dürfen verkaufen, was Sie damit machen; was Sie aus dem Modell machen und weitergeben, steht unter derselben Lizenz, mit allem, was nötig ist, um es neu zu machen.
licence-agpl-3-0-said = Sie dürfen verkaufen, was Sie damit machen; was Sie aus dem Modell machen und weitergeben, steht unter derselben Lizenz, mit allem, was nötig ist, um es neu zu machen.
licence-lgpl-3-0-said = Sie dürfen verkaufen, was Sie damit machen; was Sie aus dem Modell machen und weitergeben, steht unter derselben Lizenz, mit allem, was nötig ist, um es neu zu machen.
licence-mpl-2-0-said = Sie dürfen verkaufen, was Sie damit machen; was Sie aus dem Modell machen und weitergeben, steht unter derselben Lizenz, mit allem, was nötig ist, um es neu zu machen.
licence-mrl-said = Nur zum Forschen, nicht für Geschäfte: Dafür muss bei Mistral AI eine andere Lizenz erbeten werden.

offered-HuggingFaceTB-SmolLM2-135M-Instruct-good = Kurze Umformulierungen und einfache Antworten; auf jedem Computer der schnellste Weg zu sehen, was ein Training bewirkt.
offered-google-gemma-3-270m-it-good = Enge Aufgaben wie Sortieren, Herauslesen und Befolgen einer festen Form; es ist dafür gemacht, auf eine Sache trainiert zu werden.
offered-HuggingFaceTB-SmolLM2-360M-Instruct-good = Kurze englische Antworten, Umformulieren und Zusammenfassen, auf einem kleinen Laptop.
offered-Qwen-Qwen2-5-0-5B-Instruct-good = Ein kleines Modell, das viele Sprachen kann und sich an eine Form wie JSON hält.
offered-Qwen-Qwen3-0-6B-good = Viele Sprachen; es kann laut denken, bevor es antwortet, und das lässt sich abschalten.
offered-google-gemma-3-1b-it-good = Flüssiges Englisch im Gespräch und, für seine Größe, ein gutes Ohr für den Ton.
offered-TinyLlama-TinyLlama-1-1B-Chat-v1-0-good = Ein älteres Modell, das viele Beispiele benutzen; neuere seiner Größe antworten besser.
offered-meta-llama-Llama-3-2-1B-Instruct-good = Gespräche und Zusammenfassungen in acht Sprachen, aus einer Familie, die die meisten Werkzeuge kennen.
offered-Qwen-Qwen2-5-1-5B-Instruct-good = Beständige Antworten auf alles Mögliche in vielen Sprachen, mit Code und Zahlen.
offered-HuggingFaceTB-SmolLM2-1-7B-Instruct-good = Englische Antworten, Umformulieren und Zusammenfassen; alles, woraus es gemacht wurde, ist öffentlich.
offered-Qwen-Qwen3-1-7B-good = Viele Sprachen und kurze Überlegungen; es kann laut denken, bevor es antwortet.
offered-HuggingFaceTB-SmolLM3-3B-good = Sechs europäische Sprachen und lange Texte; alles, woraus es gemacht wurde, ist öffentlich.
offered-Qwen-Qwen2-5-3B-Instruct-good = Antworten auf alles Mögliche in vielen Sprachen, zum Lernen: Seine Lizenz schließt Geschäfte aus.
offered-meta-llama-Llama-3-2-3B-Instruct-good = Gespräche, Zusammenfassungen und Umformulierungen in acht Sprachen, mit längerem Atem als das kleine mit 1B.
offered-microsoft-Phi-3-mini-4k-instruct-good = Englische Überlegungen, Mathematik und Code. Seine neueren Geschwister dehnen ihre Positionen auf eine Art, die hier nicht gerechnet wird.
offered-Qwen-Qwen3-4B-good = Überlegungen, Code und viele Sprachen; es kann laut denken, bevor es antwortet.
offered-Qwen-Qwen3-4B-Instruct-2507-good = Wie Qwen3 4B, antwortet aber sofort, ohne laut zu denken, und mit längeren Texten.
offered-mistralai-Mistral-7B-Instruct-v0-3-good = Flüssige englische Texte und Gespräche, wo genug Speicher für ein großes Modell ist.


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
prompts-title = Was wird Ihr Modell gefragt?
prompts-sub = Bringen Sie Fragen mit, wie Ihre Nutzer sie schreiben würden. Ein Teil wird zurückgelegt, um später zu sehen, ob das Modell wirklich besser wurde.

gate-project = Ein Projekt hält alles zusammen: Prompts, Antworten und was darüber gesagt wurde. Öffnen Sie zuerst eines, oder legen Sie eines an.
gate-project-go = Projekt wählen
gate-left = { $count } Vergleiche sind noch zu beurteilen. Was Sie nicht sagen können, dürfen Sie überspringen.
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


## Wer der Coach ist

coach-question = Wer urteilt in großer Zahl?
coach-is-now = Der Coach ist jetzt: { $name }.
coach-which = Welcher
coach-which-none = Wählen Sie einen…
coach-use = Zum Coach machen
coach-path-model = Oder ein Ordner mit einem Modell
coach-path-gguf = Oder eine GGUF-Datei
coach-path-rules = Datei der Regeln
coach-path-preference = Oder der Ordner eines Präferenzmodells
coach-none-model = Auf diesem Computer liegt noch kein anderes Modell. Sie können eines auf der Seite des Modells herunterladen oder einen Ordner nennen.
coach-none-gguf = An den üblichen Orten liegt keine GGUF-Datei. Nennen Sie die Datei.
coach-none-rules = Nennen Sie die Datei, in der die Regeln stehen.
coach-none-preference = Dieses Projekt hat noch kein Präferenzmodell trainiert. Das geschieht in der Methode „Menschen beginnen, ein Präferenzmodell macht weiter“.
coach-none-server = Dieser Computer kennt noch keinen Server. In den Einstellungen können Sie einen hinzufügen.
coach-server-add = In den Einstellungen einen Server hinzufügen
coach-kind-starter-name = Das Startmodell
coach-kind-model-name = Ein Modell auf diesem Computer
coach-kind-gguf-name = Ein gepacktes Modell (GGUF)
coach-kind-endpoint-name = Ein Server
coach-kind-preference-model-name = Ein Präferenzmodell
coach-kind-rules-name = Regeln, die ein Programm prüft
coach-kind-policy-name = Das Modell selbst
coach-title-starter = das Startmodell
coach-title-policy = das Modell selbst, so weit es gelernt hat
coach-title-own = { $name }, vor jedem Training
coach-title-endpoint = der Server { $name }
coach-title-rules = die Regeln in { $name }
coach-title-preference = das Präferenzmodell { $name }
coach-kind-starter-meaning = Das kleine Modell, das mit dem Programm kommt. Es wurde gemacht, um kurze Antworten eines Kundendiensts nach bis zu drei Regeln zu beurteilen, und tut das schnell; von anderem versteht es wenig.
coach-kind-model-meaning = Ein Modell auf diesem Computer. Nichts verlässt den Computer, und ein Urteil kostet nur Zeit. Je größer es ist, desto besser liest es Regeln; ab etwa drei Milliarden Gewichten kann man ihm das meiste anvertrauen.
coach-kind-gguf-meaning = Ein Modell auf diesem Computer, dessen Gewichte in weniger Bits gepackt sind, wie Ollama, LM Studio und llama.cpp sie verwenden: ein größerer Coach in demselben Speicher.
coach-kind-endpoint-meaning = Ein Server, der spricht wie der von OpenAI: Ollama, LM Studio, der Server von llama.cpp, vLLM oder einer, der Geld kostet. Er kann ein viel größeres Modell sein, als hier Platz hat. Was er gefragt wird, verlässt diesen Computer, und jedes Urteil kann Geld kosten.
coach-kind-preference-model-meaning = Ein Modell, das an Urteilen von Menschen gelernt hat, Antworten zu bewerten, wie sie es tun. Es liest keine Regeln und weiß nur, was diese Menschen beurteilt haben.
coach-kind-rules-meaning = Regeln, die ein Programm prüft: Länge, Wörter, eine Form, eine Sprache. Sie kosten nichts und werden nie müde; was eine Antwort bedeutet, sehen sie nicht.
coach-kind-policy-meaning = Das Modell, das trainiert wird, beurteilt seine eigenen Antworten, mit dem Adapter, den es bisher hat. Es braucht kein zweites Modell. Es neigt dazu, zu mögen, was es selbst schreibt: Sehen Sie sich sein Zeugnis an.

## Fertige Sätze von Regeln: Zeilen eines Verzeichnisses

ready-brevity-title = Kürze
ready-brevity-meaning = Kurze Antworten, die trotzdem alles sagen, worauf es ankommt.
ready-classification-title = Bezeichnungen für Texte
ready-classification-meaning = Texte in Gruppen sortieren: die richtige Bezeichnung, aus der Liste, und sonst nichts.
ready-extraction-title = Angaben aus Texten
ready-extraction-meaning = Angaben aus einem Text nehmen: alle, nach denen gefragt wurde, so wie sie dastehen, und keine erfundenen.
ready-facts-title = Sachliche Antworten
ready-facts-meaning = Antworten, die informieren: richtig, offen über das, was nicht bekannt ist, und mit Gründen.
ready-format-title = Form
ready-format-meaning = Antworten, die andere Programme oder Vorlagen lesen: gültig, vollständig und ohne etwas daneben.
ready-safety-title = Sicherheit
ready-safety-meaning = Antworten, die nicht schaden: Sie lehnen ab, was gefährlich ist, und helfen bei allem anderen.
ready-summaries-title = Zusammenfassungen
ready-summaries-meaning = Kurze Fassungen längerer Texte: dem Text treu, vollständig in dem, worauf es ankommt, und knapp.
ready-support-title = Antworten im Kundendienst
ready-support-meaning = Antworten an Kunden: zur Sache, freundlich und mit einem nächsten Schritt.
ready-tone-title = Tonfall
ready-tone-meaning = Wie eine Antwort klingt: warm, schlicht und ruhig. Ändern Sie die Regeln, bis sie wie Sie klingen.

## Server, die urteilen, und was diesen Computer verlässt

servers = Server, die urteilen
servers-text = Ein Server mit einem größeren Modell kann der Coach sein: ein Programm auf diesem Computer, etwa Ollama oder LM Studio, oder ein Dienst, der Geld kostet. Was er beurteilt, wird an ihn gesendet, und erst, nachdem Sie es gesehen und zugestimmt haben.
servers-none = Es gibt noch keinen.
servers-plain = wird unverschlüsselt gefragt, wie Sie zugestimmt haben
servers-free = kostet nichts, nach den Preisen, die Sie eingetragen haben
servers-price = Eine Million Token: { $read } gelesen, { $written } geschrieben ({ $currency })
servers-test = Ausprobieren
servers-test-name = Den Server { $name } ausprobieren
servers-change = Ändern
servers-change-name = Den Server { $name } ändern
servers-forget = Vergessen
servers-forget-name = Den Server { $name } vergessen
servers-forget-sure = { $name } und den Schlüssel dazu vergessen?
servers-forget-yes = Vergessen
servers-forget-no = Behalten
servers-add = Einen Server hinzufügen oder ändern
servers-usual = Programme auf diesem Computer, an ihren üblichen Adressen:
servers-address = Adresse, bis /v1
servers-model = Modell
servers-model-hint = Wie der Server es nennt, etwa qwen3:8b
servers-name = Wie er hier heißt
servers-name-hint = Buchstaben, Ziffern und Striche, etwa ollama
servers-key = Schlüssel
servers-key-hint = Leer, wo er keinen braucht
servers-key-where = Der Schlüssel liegt im Schlüsselbund des Systems oder, wo es keinen gibt, hier bis das Fenster geschlossen wird. Er steht in keinem Projekt und in keiner Datei.
servers-in-the-open = Dieser Server wird unverschlüsselt gefragt: Wer in diesem Netz mithört, kann Texte und Schlüssel lesen.
servers-in-the-open-agree = Trotzdem fragen
servers-advanced = Erweitert: Preise, Tempo
servers-price-help = 0, wo es nichts kostet
servers-price-read = eine Million gelesene Token
servers-price-written = eine Million geschriebene Token
servers-currency = Währung der Preise
servers-at-once = Fragen zugleich
servers-context = Token, die er höchstens liest und schreibt (0: beliebig viele)
servers-answer = Token eines Urteils höchstens
servers-keep = Diesen Server speichern
leaves-unknown = Dieser Computer kennt keinen Server namens { $name }. Wo ein Server ist, kommt nie aus einem Projekt: Fügen Sie ihn in den Einstellungen hinzu.
leaves-first = Was beurteilt wird, wird an { $host } gesendet, an das Modell { $model }: Prompts, Antworten und Regeln. Nichts wird gesendet, bevor Sie es gesehen und zugestimmt haben.
leaves-look = Ansehen, was diesen Computer verließe
leaves-what = { $questions } Fragen gehen an { $host }, an das Modell { $model }: { $characters } Zeichen, etwa { $tokens } Token, und etwa { $answers } Token an Antworten.
leaves-cost = Das kostet etwa { $money } { $currency }, höchstens { $most } { $currency }.
leaves-free = Das kostet nichts, nach den Preisen, die Sie eingetragen haben.
leaves-question = Die erste Frage, ganz:
leaves-cap-money = { $currency } höchstens (0: keine Grenze)
leaves-cap-tokens = tausend Token höchstens (0: keine Grenze)
leaves-cap-help = Was vorher bezahlt wurde, zählt mit. Was dann übrig ist, wird nicht beurteilt.
leaves-agree = Ich stimme zu, dass Prompts, Antworten und Regeln dieses Projekts an { $host } gesendet werden
leaves-agreed = Sie haben zugestimmt, dass Texte dieses Projekts an { $host } gehen
leaves-spent-money = Bisher ausgegeben: { $money } { $currency }, { $tokens } Token
leaves-spent-tokens = Bisher ausgegeben: { $tokens } Token
leaves-spent-share = { $share } dessen, was es kosten darf

## The page of the feedback (feedback)

feedback-name = Feedback
feedback-title = Welche Antworten sind besser?
feedback-sub = Immer zwei Antworten, und jemand, der sagt, welche besser ist.
feedback-your-name = Ihr Name
feedback-needs-name = Schreiben Sie zuerst Ihren Namen: Ihre Urteile werden unter diesem Namen gespeichert
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
feedback-wishes = Was eine bessere Antwort hier ausmacht:
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
feedback-coach-goes-on = Den Coach weitermachen lassen
feedback-coach-is =
    { $count ->
        [one] Der Coach ist { $name }; er urteilt nach einer Regel.
       *[other] Der Coach ist { $name }; er urteilt nach { $count } Regeln.
    }
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
feedback-rules-library = Einzelne Regeln, die zu den meisten Aufgaben passen
feedback-rules-not-whole = Jede Regel braucht einen Namen und einen Satz.
feedback-rules-same-name = Zwei Regeln heißen gleich.
feedback-rules-empty-example = Ein Beispiel hat keinen Text: Schreiben Sie die Antwort, oder nehmen Sie es weg.
feedback-rules-none = Es ist keine Regel mehr da: Fügen Sie eine hinzu, oder verwerfen Sie die Änderungen.
feedback-rules-changed = Die Regeln sind geändert und noch nicht gespeichert. Der Coach urteilt nach den gespeicherten.
feedback-rules-more = Woher Regeln kommen
feedback-rules-more-help = Fangen Sie mit Regeln an, die es schon gibt, und ändern Sie sie, bis sie sagen, was Sie wollen.
feedback-task = Welche Art von Arbeit tun die Antworten?
feedback-task-conversation = Gespräch
feedback-task-conversation-text = Jemand fragt oder sagt etwas und bekommt eine Antwort.
feedback-task-summarising = Zusammenfassen
feedback-task-summarising-text = Ein Text wird kürzer gemacht.
feedback-task-classification = Texte sortieren
feedback-task-classification-text = Ein Text bekommt eine Bezeichnung, etwa „Beschwerde“ oder „Frage“.
feedback-task-extraction = Angaben herausnehmen
feedback-task-extraction-text = Aus einem Text werden Angaben genommen, etwa Namen, Daten und Beträge.
feedback-ready = Fertige Sätze von Regeln
feedback-ready-help = Ein solcher Satz tritt an die Stelle der Regeln oben. Nichts wird gespeichert, bevor Sie es speichern.
feedback-ready-take =
    { $count ->
        [one] Diese Regel nehmen
       *[other] Diese { $count } Regeln nehmen
    }
feedback-ready-take-of = Die Regeln von „{ $title }“ nehmen
feedback-ready-look = Die Regeln von „{ $title }“
feedback-paste = Eigene Regeln einfügen
feedback-paste-help = Schreiben oder kopieren Sie einen Text mit einer Regel in jeder Zeile. „Kurz: Höchstens dreißig Wörter.“ nennt die Regel „Kurz“.
feedback-paste-field = Regeln, eine in jeder Zeile
feedback-paste-hint = Sage, wie es weitergeht.
feedback-paste-long = Das ist ein langer Text: Legen Sie ihn in eine Datei, und nehmen Sie die Regeln von dort.
feedback-paste-becomes =
    { $count ->
        [one] Daraus wird eine Regel:
       *[other] Daraus werden { $count } Regeln:
    }
feedback-paste-take =
    { $count ->
        [one] Diese Regel hinzufügen
       *[other] Diese { $count } Regeln hinzufügen
    }
feedback-versions =
    { $count ->
        [one] Eine Fassung
       *[other] Alle { $count } Fassungen
    }
feedback-version =
    { $count ->
        [one] Fassung { $version }, eine Regel
       *[other] Fassung { $version }, { $count } Regeln
    }
feedback-version-back = Zurück zu Fassung { $version }
feedback-origin-written = von Hand geschrieben
feedback-origin-example = kam mit dem Beispiel
feedback-changed-task = eine andere Art von Arbeit
feedback-changed-text = „{ $name }“ sagt etwas anderes
feedback-changed-other = „{ $name }“ zählt anders oder hat andere Beispiele
feedback-changed-added = „{ $name }“ ist neu
feedback-changed-removed = „{ $name }“ wurde herausgenommen
feedback-changed-order = die Reihenfolge ist eine andere
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
feedback-rule-is-there = Die Regel { $name } ist schon da
feedback-rule-counts = Wie viel Regel { $number } zählt
feedback-counts-half = zählt halb
feedback-counts-once = zählt einfach
feedback-counts-twice = zählt doppelt
feedback-counts-three = zählt dreifach
feedback-counts-four = zählt vierfach
feedback-counts-five = zählt fünffach
feedback-counts-other = zählt { $weight }-fach
feedback-rule-more =
    { $count ->
        [0] Mehr zu Regel { $number }: Beispiele, genaues Gewicht
        [one] Mehr zu Regel { $number }: ein Beispiel, genaues Gewicht
       *[other] Mehr zu Regel { $number }: { $count } Beispiele, genaues Gewicht
    }
feedback-examples-help = Eine Antwort, die der Regel folgt, und eine, die es nicht tut, zeigen einem Coach, was Sie meinen.
feedback-example-add-good = Eine hinzufügen, die ihr folgt
feedback-example-add-good-to = Eine Antwort hinzufügen, die Regel { $number } folgt
feedback-example-add-bad = Eine hinzufügen, die es nicht tut
feedback-example-add-bad-to = Eine Antwort hinzufügen, die Regel { $number } nicht folgt
feedback-example-follows = folgt der Regel
feedback-example-breaks = folgt ihr nicht
feedback-example-hint = Die Antwort, wie ein Modell sie schreiben könnte
feedback-example-reply = Beispiel { $example } zu Regel { $number }
feedback-example-remove = Beispiel { $example } zu Regel { $number } wegnehmen
feedback-weight = so viel zählt sie, als Zahl
feedback-weight-help = Üblich ist 1; 2 zählt so viel wie zwei andere Regeln

feedback-machine-labels = Was gesagt wird
feedback-machine-labels-help = Die neuesten Urteile stehen oben, jedes mit seinem Grund.
feedback-live = Die neuesten Urteile
feedback-live-none = Die Urteile erscheinen hier, sobald die ersten gespeichert sind.
feedback-live-better = Besser: { $answer }
feedback-view-rules = Regeln
feedback-view-who = Wer es ist
feedback-view-trial = Ist ihm zu trauen?
feedback-view-labels = Seine Urteile
feedback-view-differences = Wo Menschen anders urteilen
feedback-who = Wer der Coach ist
feedback-trial = Den Coach an Urteilen von Menschen erproben
feedback-trial-help = Bevor ein Coach in großer Zahl urteilt, beurteilt er, was Menschen schon entschieden haben. Sein Zeugnis zeigt, wie oft er dasselbe sagt. Mehrere Coaches stehen nebeneinander.
feedback-trial-simulated = einige dieser Urteile sind simuliert
feedback-trial-missing =
    { $missing ->
        [one] Ein entschiedener Vergleich fehlt: Menschen haben { $decided } entschieden, { $fewest } braucht es.
       *[other] { $missing } entschiedene Vergleiche fehlen: Menschen haben { $decided } entschieden, { $fewest } braucht es.
    }
feedback-trial-judge = Jetzt einige beurteilen
feedback-trial-decided = Menschen haben { $count } Vergleiche entschieden.
feedback-trial-who = Wen möchten Sie erproben?
feedback-trial-most = Vergleiche höchstens
feedback-trial-most-help = Mehr davon machen die Zahlen sicherer und dauern länger. Sie werden zufällig gezogen.
feedback-trial-begin = An den Urteilen von Menschen erproben
feedback-trial-no-rules = Der Coach braucht zuerst Regeln.
feedback-trial-stopped = Die Erprobung wurde gestoppt. Das letzte Zeugnis bleibt.
feedback-trust-yes = Vertrauen Sie ihm
feedback-trust-review = Vertrauen Sie ihm, und sehen Sie seine Zweifel durch
feedback-trust-no = Vertrauen Sie ihm nicht
feedback-trust-few = Zu wenige, um es zu sagen
feedback-trust-untried = Noch hat niemand erprobt, ob er sagt, was Menschen sagen, nach den Regeln, wie sie jetzt sind.
feedback-trust-try = An Urteilen von Menschen erproben
feedback-trust-see = Sein Zeugnis ansehen
feedback-trust-anyway = Trotzdem urteilen lassen
feedback-card-old = Diese Zeugnisse gelten für Fassung { $version } der Regeln, die seither geändert wurden. Erproben Sie noch einmal, um zu sehen, wie der Coach jetzt ist.
feedback-card-other = Diese Zeugnisse gelten für andere Regeln als die des Projekts.
feedback-card-source = Erprobt an: { $source }.
feedback-card-page = Als Seite öffnen
feedback-card-is-coach = jetzt der Coach
feedback-card-choose = Diesen Coach wählen
feedback-card-choose-name = Diesen Coach wählen: { $name }
feedback-card-not-judged =
    { $count ->
        [one] Ein Vergleich: { $reason }
       *[other] { $count } Vergleiche: { $reason }
    }
feedback-within = ({ $low } bis { $high }, von { $count })
feedback-between = ({ $low } bis { $high })
feedback-figure-agreement = sagt, was Menschen sagen
feedback-figure-kappa = Übereinstimmung über den Zufall hinaus (Kappa; 1 ist vollkommen)
feedback-figure-coverage = entscheidet, von dem, was Menschen entschieden
feedback-figure-consistency = bleibt dabei, wenn die Antworten die Plätze tauschen
feedback-figure-time = für hundert Urteile
feedback-figure-money = und { $money }
feedback-figure-tokens = und { $tokens } Token
feedback-figure-free = und kein Geld
feedback-leans-none = Er neigt zu keiner Seite, die auffällt: weder zu einem Platz noch zu langen Antworten.
feedback-threshold = Ab einer Schwelle von { $threshold } entscheidet er { $coverage } der Vergleiche und sagt in { $agreement } davon, was Menschen sagen. Der Rest geht an Menschen.
feedback-threshold-use = Schwelle { $threshold } nehmen
feedback-threshold-is = Er entscheidet von dort an, wo er es nach den Urteilen von Menschen soll.
feedback-detail-of = Im Einzelnen:
feedback-by-rule = Regel für Regel
feedback-by-rule-help = Was der Coach nach jeder Regel allein sagen würde, neben dem, was Menschen sagten.
feedback-advice-keep = behalten
feedback-advice-drop = weglassen: nicht sicherer als eine Münze
feedback-advice-turn = Menschen ziehen das Gegenteil vor
feedback-advice-few = zu wenige, um es zu sagen
feedback-rule-drop = „{ $name }“ aus den Regeln nehmen
feedback-rule-dropped = Sie ist herausgenommen. Speichern Sie die geänderten Regeln, um ohne sie zu urteilen.
feedback-rule-to-editor = Zu den Regeln
feedback-part-nothing = Hier hat er nichts entschieden, was Menschen entschieden haben.
feedback-part-agrees = Sagt in { $share } ({ $low } bis { $high }) der { $both }, die beide entschieden, was Menschen sagen; Menschen entschieden { $people }.
feedback-by-topic = Thema für Thema
feedback-worst = Wo Menschen etwas anderes sagen
feedback-worst-none = Nirgends: Wo beide entschieden, sagen sie dasselbe.
feedback-worst-help = Zuerst stehen die, bei denen der Coach am sichersten war. Ist die Regel unklar, irrt der Coach, oder war das Urteil ein Versehen?
feedback-worst-read = { $number }. { $request }
feedback-people-say = Menschen: { $choice }
feedback-coach-says = Der Coach: { $choice }
feedback-somebody-says = { $who }: { $choice }
feedback-again = Noch einmal beurteilen
feedback-again-help = Ihr neues Wort tritt an die Stelle Ihres alten. Das von anderen bleibt.
feedback-differ = Wo Menschen und der Coach verschieden urteilen
feedback-differ-help = Vergleiche, die beide entschieden, und zwar verschieden. Einige davon zu lesen zeigt, welche Regel unklar ist.
feedback-differ-nothing = Noch kein Vergleich wurde von beiden entschieden. Der Coach lässt aus, was Menschen beurteilt haben; es zeigt sich, sobald Menschen etwas von dem beurteilen, was er beurteilt hat.
feedback-differ-count =
    { $count ->
        [0] In allen { $both }, die beide entschieden, sagen sie dasselbe.
        [one] In einem der { $both }, die beide entschieden, urteilen sie verschieden.
       *[other] In { $count } der { $both }, die beide entschieden, urteilen sie verschieden.
    }
feedback-differ-before = Davor
feedback-differ-after = Danach
feedback-differ-rules = Die Regeln ändern
feedback-find = Suchen
feedback-find-hint = Ein Wort aus Prompt, Antwort oder Grund
feedback-find-more = Weiter eingrenzen
feedback-find-rule = Nur wo diese Regel entschied
feedback-find-below = Prozent: nur was weniger sicher ist
feedback-find-below-help = 0 zeigt alle
feedback-find-all = Wieder alle zeigen
feedback-said-all = Alle
feedback-said-decided = Entschieden
feedback-said-undecided = Nicht entschieden
feedback-because = Aus welchem Grund
feedback-because-any = jeder Grund
feedback-because-clear = der Coach zieht sie in beiden Reihenfolgen vor
feedback-because-no-words = eine Antwort hat weder Buchstaben noch Ziffern
feedback-because-changed = der Coach änderte seine Meinung, als die Antworten die Plätze tauschten
feedback-because-close = zu knapp, um es zu sagen
feedback-because-same = beide Antworten sind gleich
feedback-because-speaks = eine Antwort spricht den Coach an: Ein Mensch sollte sie ansehen
feedback-because-long = die Antworten sind länger, als der Coach lesen kann
feedback-because-not-judged = nicht beurteilt
feedback-order-same = gleich in beiden Reihenfolgen
feedback-order-changed = anders, sobald die Reihenfolge wechselt
feedback-by-version = nach Fassung { $version } der Regeln
feedback-labels-none-found = Nichts passt zu dem, was Sie suchen.
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
feedback-review-text = Nur wo im Prompt oder einer Antwort steht
feedback-review-text-hint = Ein Wort, etwa „Erstattung“
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

train-preset-own = Dieses Projekt hat eigene Einstellungen: { $steps } Schritte. Sie sind gut so; eine Karte oben ersetzt sie.
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
loss-sigmoid-ld-name = DPO ohne Länge
loss-sigmoid-ld-meaning = Wie DPO, aber was die längere Antwort über die Länge der kürzeren hinaus hat, zählt weniger. Für Urteile, die zu langen Antworten neigen, wenn das Modell nicht geschwätzig werden soll.
loss-sigmoid-ld-ld-alpha-name = Gewicht der Überlänge
loss-sigmoid-ld-ld-alpha-meaning = Wie viel die Tokens jenseits der kürzeren Antwort zählen; 1 ist DPO selbst, 0 sieht sie nicht an.
loss-ipo-ld-name = IPO ohne Länge
loss-ipo-ld-meaning = Wie IPO, aber was die längere Antwort über die Länge der kürzeren hinaus hat, zählt weniger.
loss-ipo-ld-ld-alpha-name = Gewicht der Überlänge
loss-ipo-ld-ld-alpha-meaning = Wie viel die Tokens jenseits der kürzeren Antwort zählen; 1 ist IPO selbst, 0 sieht sie nicht an.
loss-sigmoid-wpo-name = WPO
loss-sigmoid-wpo-meaning = Wie DPO, aber ein Paar zählt umso mehr, je eher das Modell selbst seine beiden Antworten jetzt schreiben würde. Für Antworten, die von anderswo kommen und dem Modell oft fremd sind.
loss-sigmoid-norm-name = DPO je Token
loss-sigmoid-norm-meaning = Wie DPO, aber gemittelt über die Tokens jeder Antwort: Lange Antworten zählen nicht mehr als kurze, und das Modell wird nicht geschwätzig. Beta sollte etwa zehnmal so groß sein wie bei DPO.
loss-exo-pair-name = EXO
loss-exo-pair-meaning = Bringt das eigene Verhältnis des Modells zwischen beiden Antworten nahe an das, was die Urteile sagen. Schärfer als DPO bei Paaren, die das Modell schon richtig hat.
loss-exo-pair-label-smoothing-name = Anteil verkehrter Urteile
loss-exo-pair-label-smoothing-meaning = Der Anteil der Paare, von denen angenommen wird, dass sie verkehrt herum sind.
loss-discopop-name = DiscoPOP
loss-discopop-meaning = Eine Verlustfunktion, die ein Sprachmodell gefunden hat: zwischen DPO und einer Exponentialfunktion. Sie drückt kräftig bei knapp falschen Paaren, aber nicht immer stärker bei sehr falschen.
loss-discopop-tau-name = Tau
loss-discopop-tau-meaning = Wie allmählich der eine Teil in den anderen übergeht.
loss-sigmoid-forward-kl-name = DPO mit Vorwärts-Divergenz
loss-sigmoid-forward-kl-meaning = Wie DPO, gehalten durch die Vorwärts-Divergenz: Das Modell bewahrt alles, was es vorher sagen konnte, und wird weniger einseitig.
loss-sigmoid-js-name = DPO mit Jensen-Shannon-Divergenz
loss-sigmoid-js-meaning = Wie DPO, gehalten durch die Jensen-Shannon-Divergenz: Was eine Antwort gewinnt, zählt immer weniger, je wahrscheinlicher sie schon ist.
loss-sigmoid-alpha-name = DPO mit Alpha-Divergenz
loss-sigmoid-alpha-meaning = Wie DPO, gehalten durch eine Alpha-Divergenz: Alpha 1 ist DPO selbst, Alpha 0 die Vorwärts-Divergenz.
loss-sigmoid-alpha-alpha-name = Alpha
loss-sigmoid-alpha-alpha-meaning = Welche Divergenz der Familie.
loss-apo-zero-name = APO, nach oben
loss-apo-zero-meaning = Macht bessere Antworten wahrscheinlicher und schlechtere unwahrscheinlicher, jede für sich. Für Antworten, die besser sind als das, was das Modell heute sagt, etwa Verbesserungen von Hand.
loss-apo-down-name = APO, nach unten
loss-apo-down-meaning = Macht beide Antworten unwahrscheinlicher, die schlechtere mehr. Für Paare, in denen auch die bessere Antwort schlechter ist als das, was das Modell heute sagt.
loss-nca-pair-name = NCA
loss-nca-pair-meaning = Hebt die bessere Antwort für sich und lässt keine ohne Ende steigen: Die bessere wird beim Training nicht unwahrscheinlicher.
loss-bco-pair-name = BCO
loss-bco-pair-meaning = Nimmt jedes Paar als zwei Urteile, eine gute und eine schlechte Antwort, und lernt beide Arten zu unterscheiden.
loss-sppo-hard-name = SPPO
loss-sppo-hard-meaning = Strebt für die bessere Antwort einen festen Gewinn an und für die schlechtere denselben Verlust, je 1 / (2 · Beta). Gedacht, um mit neuen Antworten wiederholt zu werden.
loss-aot-name = AOT
loss-aot-meaning = Vergleicht den ganzen Stapel statt Paar für Paar: die Abstände des Modells nach ihrem Rang gegen die von vorher. Für einzelne Urteile, die zweifelhaft sind. Größere Stapel sagen mehr.
loss-aot-label-smoothing-name = Anteil verkehrter Urteile
loss-aot-label-smoothing-meaning = Der Anteil der Paare, von denen angenommen wird, dass sie verkehrt herum sind.
loss-aot-unpaired-name = AOT ohne Paare
loss-aot-unpaired-meaning = Vergleicht alle besseren Antworten des Stapels mit allen schlechteren, Rang für Rang, zu welcher Frage sie auch gehören. Größere Stapel sagen mehr.
loss-aot-unpaired-label-smoothing-name = Anteil verkehrter Urteile
loss-aot-unpaired-label-smoothing-meaning = Der Anteil der Paare, von denen angenommen wird, dass sie verkehrt herum sind.
loss-cpo-name = CPO
loss-cpo-meaning = Zieht die bessere Antwort nach ihrer eigenen Wahrscheinlichkeit vor, ohne Vergleich mit dem Modell von vorher, und lernt zugleich, sie zu schreiben. Braucht weniger Zeit und Speicher als DPO.
loss-cpo-likelihood-weight-name = Gewicht der Nachahmung
loss-cpo-likelihood-weight-meaning = Wie viel das Schreiben der besseren Antworten gegenüber dem Vorziehen zählt.
loss-simpo-name = SimPO
loss-simpo-meaning = Zieht die bessere Antwort nach ihrer Wahrscheinlichkeit je Token vor, bis sie um einen Abstand voraus ist, ohne Vergleich mit dem Modell von vorher. Will ein Beta ab 2, eine kleine Lernrate und einen Blick auf die Sprache.
loss-simpo-gamma-name = Gamma
loss-simpo-gamma-meaning = Der Abstand, auf dem Maß von Beta, um den die bessere Antwort voraus sein soll.
loss-simpo-likelihood-weight-name = Gewicht der Nachahmung
loss-simpo-likelihood-weight-meaning = Wie viel das Schreiben der besseren Antworten gegenüber dem Vorziehen zählt.
loss-orpo-name = ORPO
loss-orpo-meaning = Lernt, die besseren Antworten samt Fragen zu schreiben, und hebt zugleich ihre Chancen gegenüber den schlechteren: Nachahmen und Vorziehen in einem Training, ohne Vergleich mit dem Modell von vorher.
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
compare-people-unswayed = Wie es steht, wird erst nach dem letzten Vergleich gezeigt, damit nichts Sie beeinflusst.
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
compare-reasons = Warum: jede Zahl, und wofür sie spricht
compare-reason-for = dafür
compare-reason-against = dagegen
compare-reason-neither = weder noch
compare-export = Adapter mitnehmen
compare-again = Noch eine Runde
compare-more-prompts = Fragen hinzufügen
compare-again-text = Eine weitere Runde geht von diesem Adapter aus: Er beantwortet Ihre Fragen neu, die Antworten werden beurteilt, und das Training geht weiter.
compare-open-report = Bericht öffnen
compare-open-folder = Ordner des Berichts zeigen
compare-win-rate-title = Alt gegen neu
compare-by = Verglichen hat: { $who }. Niemand wusste, welche Antwort von welchem Modell ist.
compare-by-nobody-named = Niemand wusste, welche Antwort von welchem Modell ist.
compare-by-both-orders = Jeder Vergleich wurde in beiden Reihenfolgen gefragt; { $count } davon fielen verschieden aus und zählen als unentschieden.
compare-bar-as-is = So, wie die Antworten sind
compare-bar-equal-length = Wären beide immer gleich lang
compare-bar-equal-length-text = Wer vergleicht, mag oft die längere Antwort lieber. Der zweite Balken zeigt, was bleibt, wenn keine länger ist als die andere.
compare-bar-even = 50%: weder besser noch schlechter
compare-bar-said = Die neue Antwort wird in { $rate } der Vergleiche vorgezogen, wobei ein Unentschieden halb zählt; sehr wahrscheinlich zwischen { $low } und { $high }.
compare-bar-said-bare = Die neue Antwort wird in { $rate } der Vergleiche vorgezogen, wobei ein Unentschieden halb zählt.
compare-bar-counts = { $wins } gewonnen, { $ties } unentschieden, { $losses } verloren, bei { $prompts } Fragen
compare-bar-interval = Die Linie mit zwei Enden zeigt, wo der wahre Wert sehr wahrscheinlich liegt (95%). Kreuzt sie die Marke von 50%, kann der Unterschied Glück sein; mehr Fragen machen sie kürzer.
compare-bar-early = Dieser Bereich bleibt richtig, wie oft Sie ihn auch ansehen, bevor alles beurteilt ist.
compare-bar-needed = Ist der Unterschied so groß, wie er aussieht, würden etwa { $prompts } weitere beiseitegelegte Prompts ({ $comparisons } Vergleiche) ihn sehr wahrscheinlich zeigen.
compare-bar-needed-more = Selbst { $prompts } weitere beiseitegelegte Prompts zeigen vielleicht keinen Unterschied: Alt und Neu sind etwa gleichauf.
compare-checks-title = Was sich sonst geändert hat
compare-checks-text = Ein Modell, das eines lernt, kann anderes vergessen. Das wurde vorher und nachher gemessen.
compare-check = { $name }: vorher { $before }, nachher { $after }
compare-check-better = besser
compare-check-worse = schlechter
compare-check-rubric = Antworten, die den Regeln entsprechen
compare-check-fluency = Flüssigkeit der Sprache
compare-check-variety = Verschiedene Antworten, als Anteil an allen
compare-check-length = Wörter je Antwort
compare-forgetting-title = Was es noch kann
compare-forgetting-text = Beide Modelle bekamen Texte und Fragen, die mit Ihrem Training nichts zu tun haben.
compare-forgetting-hopeless = Das alte Modell konnte schon vor dem Training nichts davon. Also sagen diese Zahlen nichts darüber, was verloren ging.
compare-forgetting-kept = wie vorher
compare-forgetting-less = weniger als vorher
compare-forgetting-a-little-less = etwas weniger als vorher
compare-forgetting-more = besser als vorher
compare-forgetting-nothing = sagt hier nichts
compare-forgetting-moved = hat sich geändert
compare-forgetting-moved-far = hat sich stark geändert
compare-forgetting-general = Wie gut es allgemeinen Text voraussieht
compare-forgetting-text-same = Bei { $passages } Abschnitten allgemeinen Textes hält es das richtige nächste Wort für etwa so wahrscheinlich wie vorher.{ $range }
compare-forgetting-text-less = Bei { $passages } Abschnitten allgemeinen Textes hält es das richtige nächste Wort für { $change } weniger wahrscheinlich als vorher.{ $range }
compare-forgetting-text-a-little-less = Bei { $passages } Abschnitten allgemeinen Textes hält es das richtige nächste Wort für { $change } weniger wahrscheinlich als vorher, was man den Antworten kaum anmerkt.{ $range }
compare-forgetting-text-hopeless = Das alte Modell konnte die { $passages } Abschnitte allgemeinen Textes schon vor dem Training nicht voraussehen. Also sagen sie nichts darüber, was verloren ging.
compare-forgetting-text-more = Bei { $passages } Abschnitten allgemeinen Textes hält es das richtige nächste Wort für { $change } wahrscheinlicher als vorher.{ $range }
compare-forgetting-range = Die wahre Änderung liegt sehr wahrscheinlich zwischen { $from } und { $to }.
compare-forgetting-questions = Kleine Fragen
compare-forgetting-questions-text = Das alte Modell beantwortet { $before } davon richtig. Das neue beantwortet davon noch { $after } richtig.
compare-forgetting-gained = Dazugewonnen: { $gained }, die das alte nicht richtig beantwortet.
compare-forgetting-chance = So wenige erklärt der Zufall: Jedes Training verändert hin und wieder eine Antwort.
compare-forgetting-no-chance = Das ist mehr, als der Zufall erklärt.
compare-forgetting-none-passed = Das alte Modell beantwortet keine der { $asked } Fragen richtig, also können sie nicht zeigen, ob etwas verloren ging.
compare-forgetting-kind = { $name }: { $after } von { $before } noch richtig
compare-forgetting-lost = { $name }: lesen, was verloren ging ({ $count })
compare-forgetting-lost-more = Die übrigen stehen im Bericht.
compare-forgetting-shift = Wie es seine Wörter wählt
compare-forgetting-shift-small = Bei { $prompts } gewöhnlichen Fragen wählt es seine Wörter fast wie vorher ({ $nats } Nat je Token).
compare-forgetting-shift-some = Bei { $prompts } gewöhnlichen Fragen wählt es seine Wörter etwas anders ({ $nats } Nat je Token). Das ist nach einem Training üblich.
compare-forgetting-shift-large = Bei { $prompts } gewöhnlichen Fragen wählt es seine Wörter ganz anders ({ $nats } Nat je Token). Vielleicht hat es sich mehr geändert, als Sie wollten: Fragen Sie unten beide nach anderen Dingen.
compare-forgetting-shift-another = Bei { $prompts } gewöhnlichen Fragen ist es ein anderes Modell geworden ({ $nats } Nat je Token). Trainieren Sie sanfter: weniger Schritte oder eine niedrigere Lernrate.
check-kind-formats-name = Vorgegebene Formen
check-kind-arithmetic-name = Rechnen
check-kind-refusals-name = Ablehnen, was schadet
check-kind-languages-name = Andere Sprachen
compare-held-out-title = Beiseitegelegte Urteile
compare-held-out-text = { $pairs } Paare zu { $prompts } Fragen wurden beurteilt, und nie wurde aus ihnen gelernt. So ordnet das neue Modell sie.
compare-held-out-accuracy = Bei { $rate } davon neigt es, verglichen mit dem alten, zur besseren Antwort; sehr wahrscheinlich zwischen { $low } und { $high }. Bei 50% würde es raten.
compare-held-out-accuracy-bare = Bei { $rate } davon neigt es, verglichen mit dem alten, zur besseren Antwort. Bei 50% würde es raten.
compare-held-out-margin = Im Mittel neigt es stärker als vorher zur besseren Antwort: um { $margin }
compare-held-out-no-margin = Im Mittel neigt es nicht klar stärker als vorher zur besseren Antwort: um { $margin }
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
export-more-labels = Sammeln Sie mehr Urteile, bevor Sie es einsetzen
export-keep-old = Behalten Sie das alte: Dieses ist nicht besser
export-where = Wo soll es laufen?
export-where-text = Davon hängt ab, in welcher Form es geschrieben wird. Sie können auch mehrere schreiben, eine nach der anderen.
export-to-here = Hier, mit Whetstone
export-to-here-text = Eine kleine Datei, die neben dem Modell geladen wird. Mehr braucht es nicht.
export-to-programs = In Ollama oder LM Studio
export-to-programs-text = Freie Programme, in denen Sie mit Modellen sprechen, auf diesem Computer oder einem anderen.
export-to-server = Auf einem Server
export-to-server-text = Andere fragen es über das Netz, von einer Webseite aus oder aus eigenen Programmen.
export-to-python = In Python
export-to-python-text = Für alle, die mit den Bibliotheken von Hugging Face programmieren.
export-to-mac = Auf einem Mac
export-to-mac-text = Für die Chips von Apple, die eine eigene Form haben.
export-to-cluster = Auf größeren Rechnern
export-to-cluster-text = Um dort zu trainieren, auf einer oder vielen Grafikkarten. Das Ergebnis wird hierher zurückgeholt.
export-recommended = empfohlen
export-other-forms = Andere Formen
export-fineness = Wie fein seine Zahlen aufbewahrt werden
export-system = Was ihm vor jedem Gespräch gesagt wird
export-system-along = Das geht mit
export-system-tell = Das geht in dieser Form nicht mit: Geben Sie es dem Programm, in dem das Modell läuft
export-room = Es braucht bis zu { $size }. Auf diesem Datenträger sind { $free } frei.
export-room-alone = Es braucht bis zu { $size }.
export-room-looking = Es wird angesehen, was es braucht…
export-write = In welcher Form
export-card = Eine Karte (README.md) liegt bei. Sie sagt, woraus und wie es entstanden ist.
export-folder = Ordner, in den geschrieben wird
export-go = Schreiben
export-go-said = Danach wird es noch einmal geladen und mit dem Modell hier verglichen. Das dauert Sekunden, bei einem großen Modell Minuten.
export-stop-said = Nichts bekommt seinen Namen, bevor es vollständig ist: Anhalten lässt nichts Halbes zurück.
export-written = Was geschrieben wurde
export-done = Es ist vollständig und liegt in { $path }
export-size =
    { $count ->
        [one] 1 Datei, { $size }
       *[other] { $count } Dateien, { $size }
    }
export-proof-prompts = Ihm wurden { $count } Fragen gestellt, und dem Modell hier ebenso.
export-proof-same = Beide geben genau dieselben Zahlen.
export-proof-rounding = Die Zahlen weichen um { $share } ihrer Spanne ab, und das Runden in dieser Form erklärt bis zu { $most }.
export-proof-differs = Die Zahlen weichen um { $share } ihrer Spanne ab.
export-proof-largest = Keine Zahl weicht um mehr als { $largest } ab.
export-proof-top = An { $share } der Stellen ist dasselbe nächste Wort das wahrscheinlichste.
export-proof-answers = Gleich gefragt, beginnen beide { $share } ihrer Antworten mit genau denselben Worten.
export-proof-template = Ein Gespräch wird ihm in genau denselben Worten vorgelegt.
export-proof-template-differs = Ein Gespräch wird ihm in anderen Worten vorgelegt als hier: Lesen Sie seine Karte, bevor Sie es benutzen.
export-earlier = Früher geschrieben
export-one = { $target } aus Lauf { $run }, { $when }
export-use = So wird es benutzt
export-use-prompt = Wo ist meine Bestellung?
export-use-command = In einem Terminal
export-use-python = In Python
export-use-programs = In LM Studio
export-use-llama = Als kleiner Server, mit llama.cpp
export-copy-command = Befehl kopieren
export-copy-python = Python-Code kopieren
export-copy-programs = Befehl für LM Studio kopieren
export-copy-llama = Befehl für llama.cpp kopieren
export-use-docker = Mit Docker
export-copy-docker = Befehl für Docker kopieren
export-use-bare = Ohne Docker, wo das Programm des Servers selbst installiert ist
export-copy-bare = Befehl ohne Docker kopieren
export-use-ask = Sobald er läuft, um ihn etwas zu fragen
export-copy-ask = Befehl der Frage kopieren
export-use-one-machine = Auf einem Rechner mit Grafikkarte
export-copy-one-machine = Befehle für einen Rechner kopieren
export-use-slurm = Auf einem Cluster mit Slurm
export-copy-slurm = Befehl für Slurm kopieren
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

adapter-back = Auf einem anderen Rechner trainiert?
adapter-back-text = Holen Sie den Adapter zurück. Er wird ein Lauf dieses Projekts und lässt sich vergleichen und mitnehmen wie jeder andere. Er muss auf dem Modell dieses Projekts trainiert sein.
adapter-back-folder = Ordner des Adapters
adapter-back-go = Zurückholen
adapter-back-done = Er ist da, als Lauf { $run }. Vergleichen Sie ihn als Nächstes mit dem alten Modell.
adapter-back-done-imitates = Er ist da, als Lauf { $run }. Er hat einzelne Antworten nachzuahmen gelernt, also geht das nächste Training von ihm aus.

target-peft-name = PEFT-Adapter
target-peft-meaning = Ein Ordner, den PEFT, transformers und die meisten Server neben dem Grundmodell laden: adapter_model.safetensors, adapter_config.json und eine Karte.
target-peft-use = Er wird neben dem Modell geladen, auf dem er trainiert wurde. Das liegt nicht im Ordner.
target-merged-name = Ganzes Modell
target-merged-meaning = Das Modell mit dem, was es gelernt hat, in seinen eigenen Gewichten: ein Ordner mit safetensors-Dateien, den transformers, vLLM und die meisten Programme ohne Adapter öffnen.
target-merged-use = Der Ordner ist ein ganzes Modell und braucht kein anderes.
target-gguf-name = GGUF-Datei
target-gguf-meaning = Eine Datei mit dem Modell und dem, was es gelernt hat, für llama.cpp, Ollama, LM Studio und ähnliche Programme: Gewichte, Tokenizer und Chat-Vorlage.
target-gguf-use = Es ist eine Datei und ein ganzes Modell.
target-gguf-lora-name = GGUF-Adapter
target-gguf-lora-meaning = Der Adapter allein als kleine GGUF-Datei, für llama.cpp und ähnliche Programme, die das Grundmodell schon als GGUF-Datei haben.
target-gguf-lora-use = Er wird neben einer GGUF-Datei des Modells geladen, auf dem er trainiert wurde. Setzen Sie deren Namen ein, wo BASE.gguf steht.
target-mlx-name = MLX-Adapter
target-mlx-meaning = Der Adapter für mlx-lm, das Modelle auf Apples Computern ausführt: adapters.safetensors und adapter_config.json, neben dem Grundmodell.
target-mlx-use = Auf einem Mac mit einem Chip von Apple, auf dem Python ist, in einem Terminal:
target-ollama-name = Ollama-Modell
target-ollama-meaning = Ein Ordner, den `ollama create` nimmt: das Modell als GGUF-Datei und ein Modelfile mit der Chat-Vorlage in Ollamas eigenen Worten, dem Systemprompt und den Wörtern, die eine Antwort beenden.
target-ollama-use = Installieren Sie Ollama von ollama.com. Dann:
target-llama-server-name = Server mit llama.cpp
target-llama-server-meaning = Ein Ordner, in dem der Server von llama.cpp gestartet wird, mit Docker oder ohne: das Modell als GGUF-Datei für Programme, die OpenAIs Sprache sprechen. Eine Grafikkarte ist nicht nötig.
target-llama-server-use = Kopieren Sie den Ordner auf einen Rechner, der Docker hat. Mehr steht in seiner README.md.
target-vllm-name = Server mit vLLM
target-vllm-meaning = Ein Ordner, in dem vLLM mit Docker gestartet wird: der Adapter auf seinem Grundmodell für Programme, die OpenAIs Sprache sprechen. Für NVIDIA-Karten und viele Fragende zugleich.
target-vllm-use = Kopieren Sie den Ordner auf einen Rechner, der Docker und eine Grafikkarte hat. Mehr steht in seiner README.md.
target-trl-job-name = Trainingsauftrag
target-trl-job-meaning = Das Training selbst als Auftrag für TRL auf einem größeren Rechner: seine Einstellungen, seine Daten in der Reihenfolge der Schritte und was es auf einer Karte, auf mehreren und auf einem Cluster startet. `import-adapter` bringt das Ergebnis zurück.
target-trl-job-use = Kopieren Sie den Ordner auf den größeren Rechner und folgen Sie seiner README.md. Danach holen Sie den Adapter unten zurück.
gguf-type-f32-name = Genau
gguf-type-f32-meaning = f32, vier Bytes je Zahl: jede Zahl, wie sie berechnet wurde. Selten die Größe wert.
gguf-type-f16-name = Fein
gguf-type-f16-meaning = f16, zwei Bytes je Zahl: In den Antworten sieht niemand einen Unterschied. Die übliche Wahl.
gguf-type-bf16-name = Fein, weit
gguf-type-bf16-meaning = bf16, zwei Bytes je Zahl, wie die meisten Modelle veröffentlicht werden. Für Programme, die es verlangen.
gguf-type-q8-0-name = Halb so groß
gguf-type-q8-0-meaning = q8_0, etwas mehr als ein Byte je Zahl: die Hälfte von f16, und die Antworten unterscheiden sich kaum.
gguf-type-q4-k-m-name = Klein
gguf-type-q4-k-m-meaning = q4_k_m, etwa fünf Bits je Zahl: weniger als ein Drittel von f16, und schneller. Ab und zu fallen Antworten anders aus. Für Rechner mit wenig Speicher.
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
settings-precision = Wie genau die Zahlen eines Modells gehalten werden
    .help = Weniger Bits brauchen weniger Speicher, sodass ein größeres Modell trainiert werden kann; was gelernt wird, ist etwas ungenauer. Ein begonnenes Training geht nur so weiter, wie es begonnen wurde.
settings-precision-auto = Wie in seinen Dateien
settings-precision-f32 = 32 Bit (f32)
settings-precision-bf16 = 16 Bit (bf16)
settings-precision-q8 = 8 Bit in Blöcken (q8_0)
settings-precision-q4 = 4 Bit in Blöcken (q4_k)
settings-all-cores = Alle Kerne benutzen
settings-threads = Kerne, die benutzt werden
settings-projects = Wo Projekte aufbewahrt werden
settings-projects-folder = Ordner für neue Projekte
settings-projects-text = Projekte, die schon da sind, bleiben, wo sie sind.
settings-projects-usual = Wieder der übliche Ordner
settings-updates = Neuere Versionen
settings-updates-text = Dies ist Version { $version }. Niemand wird gefragt, ob es eine neuere gibt, wenn Sie es nicht erlauben. Die Frage sagt nichts über Sie oder diesen Rechner, und die Antwort zählt nur, wenn die Hersteller von Whetstone sie unterschrieben haben.
settings-updates-allow = Einmal am Tag nach neueren Versionen sehen
settings-updates-look = Jetzt nachsehen
settings-updates-none = Es ist keine neuere Version bekannt.
settings-updates-there = Version { $version } ist da. Was sich geändert hat:
settings-updates-install = Version { $version } holen und einsetzen
settings-updates-busy = Das wartet, bis nichts mehr läuft.
settings-updates-in-place = Version { $version } ist eingesetzt. Schließen Sie dieses Fenster und öffnen Sie es wieder. Die Version davor bleibt, bis die neue einmal gestartet ist.
settings-updates-package = Version { $version } wurde geholt und geprüft. Diese Zeile in einem Terminal installiert sie:
settings-updates-copy = Die Zeile kopieren
settings-updates-installer = Version { $version } wurde geholt und geprüft. Ihr Installationsprogramm schließt dieses Fenster.
settings-updates-open = Das Installationsprogramm öffnen
settings-updates-archive = Version { $version } wurde geholt und geprüft. Schließen Sie dieses Fenster und entpacken Sie sie über das Programm.
update-line = Version { $version } ist da
update-in-the-way = Eine neuere Version wird gerade eingesetzt
update-in-the-way-hint = Schließen Sie dieses Fenster, öffnen Sie es wieder und beginnen Sie dann.

crash-found = In Whetstone ist ein Fehler aufgetreten
crash-found-hint = Ein Bericht darüber liegt auf diesem Rechner. Er enthält keinen Ihrer Texte und wurde nirgendwohin gesendet; sehen Sie ihn an, bevor Sie ihn jemandem schicken.


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
history-wrote-a-pack-what = Paket geschrieben
history-wrote-a-dataset-what = Datensatz geschrieben
history-packed-the-project-what = Projekt gepackt
history-exported-a-run-what = Lauf exportiert
history-approved-a-round-what = Runde freigegeben


## The page of what left this machine (privacy)

privacy-title = Was diesen Rechner verlassen hat
privacy-sub = Whetstone arbeitet ohne Netz. Es benutzt eines nach Ihrem Klick, und vorher nur, um nach neueren Versionen zu sehen, wenn Sie es erlauben.

privacy-nothing = Nichts verlässt diesen Rechner, wenn Sie es nicht senden
privacy-nothing-said = Whetstone sendet keine Statistik, braucht kein Konto und sucht keine Aktualisierungen. Ihre Prompts, Antworten und Urteile verlassen diesen Rechner nur in Dateien, die Sie selbst schreiben und mitnehmen, oder in dem, was Sie in den Hugging Face Hub stellen, nachdem Sie es aufgelistet gesehen haben.
privacy-nothing-said-updates = Whetstone sendet keine Statistik, braucht kein Konto und sieht nach neueren Versionen nur, wenn Sie es erlauben. Ihre Prompts, Antworten und Urteile verlassen diesen Rechner nur in Dateien, die Sie selbst schreiben und mitnehmen, oder in dem, was Sie in den Hugging Face Hub stellen, nachdem Sie es aufgelistet gesehen haben.
privacy-network = Was mit einem Netz spricht, und wann
privacy-network-said = Nur dies: mit { $host } und den Dateispeichern, die es nennt, mit den Servern, die Sie hinzugefügt haben, und, wenn Sie es erlauben, mit dem Ort neuerer Versionen. Sie sehen Ihre Adresse im Netz, wie jede Website.
privacy-search = Nach Modellen suchen
privacy-search-said = Wenn Sie auf „Suchen“ drücken: die Wörter, die Sie geschrieben haben. Die Vorschläge fragen niemanden.
privacy-about = Die Karte eines Modells lesen
privacy-about-said = Wenn Sie etwas öffnen, das eine Suche gefunden hat, oder auf „Die Karte lesen“ drücken: den Namen des Modells.
privacy-download = Ein Modell herunterladen
privacy-download-said = Wenn Sie auf „Herunterladen“ drücken oder damit weitermachen: die Namen seiner Dateien. Was auf diesem Rechner liegt, wird ohne Nachfrage benutzt.
privacy-account = Nach Ihrem Konto fragen
privacy-account-said = Wenn Sie fragen, wessen Token es ist, oder eines im Schlüsselbund aufbewahren: das Token.
privacy-push = Ergebnisse in den Hub stellen
privacy-push-said = Wenn Sie ansehen, was gesendet würde: Ihr Konto und den Namen. Wenn Sie es dann senden: die aufgelisteten Dateien und sonst nichts.
privacy-coach = Wenn ein Server urteilt
privacy-coach-said = Prompts, Antworten und Regeln gehen an den Server, den Sie als Coach gewählt haben, nachdem Sie sahen, was gesendet wird, und für dieses Projekt zugestimmt haben. Sein Schlüssel geht nur an ihn.
privacy-update = Nach neueren Versionen sehen
privacy-update-said = Einmal am Tag, wenn Sie es in den Einstellungen erlauben, oder wenn Sie auf „Jetzt nachsehen“ drücken: die Liste der Versionen. Wenn Sie auf den Knopf drücken: die Datei der neuen Version. In diesen Fragen steht nichts von Ihnen oder diesem Rechner.
privacy-offline = Ist die Variable HF_HUB_OFFLINE auf 1 gesetzt, wird der Hub nicht gefragt.
privacy-written = Was für andere geschrieben wurde
privacy-written-said = Diese Dateien wurden gemacht, um anderswo benutzt zu werden. Wohin sie von dort kamen, wissen nur Sie.
privacy-written-none = Aus diesem Projekt wurde noch nichts exportiert
privacy-no-project = Öffnen Sie ein Projekt, um zu sehen, was daraus exportiert wurde
privacy-stays = Was hier bleibt
privacy-stays-prompts = Prompts und Antworten liegen im Ordner des Projekts, in einer Datenbank, in die kein anderes Programm schreibt.
privacy-stays-labels = Ebenso, was Menschen gesagt haben, unter den Namen, die sie angegeben haben.
privacy-stays-models = Modelle laufen auf diesem Rechner. Was sie gefragt werden, geht nirgendwohin.
privacy-stays-settings = Einstellungen des Fensters werden für Ihr Benutzerkonto auf diesem Rechner gespeichert. Ein Token ist nicht dabei: Es steht für eine Sitzung im Arbeitsspeicher, oder im Schlüsselbund des Systems.
privacy-stays-faults = Berichte über Fehler liegen in einem Ordner des Programms, die letzten zehn. Sie nennen Stellen im Quelltext von Whetstone und nichts von Ihnen.


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


## Was darin steckt (licences)

licences-name = Lizenzen der Bestandteile
licences-title = Was in Whetstone steckt
licences-sub = Whetstone ist frei nach MIT oder Apache 2.0, wie Sie mögen. Es ist aus den Teilen unten gemacht, jedes mit seiner eigenen Lizenz. Wählen Sie eines, um sie zu lesen.
licences-search = Ein Teil oder eine Lizenz suchen
licences-search-hint = etwa: egui oder Apache
licences-count =
    { $count ->
        [one] 1 Teil
       *[other] { $count } Teile
    }
licences-column-part = Teil
licences-column-licence = Lizenz
licences-nothing = Kein Teil und keine Lizenz hier hat „{ $wanted }“ im Namen. Versuchen Sie ein kürzeres Stück davon.


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
term-forgetting = Vergessen
    .meaning = Dass ein Modell, das eines lernt, anderes schlechter kann. Danach wird mit Texten und Fragen gesucht, die mit dem Training nichts zu tun haben.
term-gguf = GGUF
    .meaning = Eine Art Datei, die ein ganzes Modell enthält. Programme wie Ollama, LM Studio und llama.cpp führen sie aus.
term-holdout = Zurückgelegtes
    .meaning = Prompts, die beiseitegelegt und nie trainiert werden, um zu sehen, ob das Modell bei mehr als dem besser wurde, was es gesehen hat.
term-hub = Hugging Face Hub
    .meaning = Eine Website, auf der Menschen Sprachmodelle und Datensätze veröffentlichen, die meisten davon frei zu benutzen. Sie gehört der Firma Hugging Face.
term-hybrid = Hybrid
    .meaning = Eine Methode, bei der sich Menschen und eine Maschine das Urteilen teilen: Menschen geben die Richtung vor, die Maschine erledigt die Menge.
term-interval = wahrscheinlicher Bereich
    .meaning = Was an einigen Fragen gemessen wurde, wäre an anderen anders ausgefallen. In 95 von 100 solchen Bereichen liegt der wahre Wert.
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
term-quantization = Quantisierung
    .meaning = Die Zahlen eines Modells gröber aufbewahren, damit es weniger Platz und Speicher braucht. Je gröber, desto mehr ändern sich seine Antworten.
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
term-shift = Verschiebung
    .meaning = Wie weit die Wahl des nächsten Wortes im Mittel von der des alten Modells entfernt ist (KL-Divergenz, in Nat je Token). Bei 0 wählen beide gleich.
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
