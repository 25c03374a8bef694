//! The database's form, version by version.

use rusqlite::Connection;

/// Stands in the file's header: `WHST`.
pub(super) const APPLICATION_ID: i32 = 0x5748_5354;

/// Each brings the database from one version to the next; the first one makes it. A step that was released never changes.
pub(super) const STEPS: &[&str] = &[FIRST, SECOND, THIRD];

/// The version that this program works with.
pub(super) const VERSION: i64 = STEPS.len() as i64;

const FIRST: &str = "
CREATE TABLE project (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    settings TEXT NOT NULL CHECK (json_valid(settings))
) STRICT;

CREATE TABLE prompts (
    id INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    text TEXT NOT NULL CHECK (json_valid(text)),
    split TEXT NOT NULL CHECK (split IN ('train', 'holdout')),
    tags TEXT NOT NULL CHECK (json_valid(tags)),
    source TEXT NOT NULL
) STRICT;
CREATE INDEX prompts_by_split ON prompts (split);

CREATE TABLE rubrics (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL UNIQUE CHECK (version >= 1),
    rubric TEXT NOT NULL CHECK (json_valid(rubric)),
    origin TEXT NOT NULL
) STRICT;

CREATE TABLE rounds (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE CHECK (number >= 1),
    start_run INTEGER REFERENCES runs (id)
) STRICT;

CREATE TABLE annotators (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'coach', 'rules', 'preference_model')),
    is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sft', 'dpo', 'preference_model')),
    round INTEGER REFERENCES rounds (id),
    start_run INTEGER REFERENCES runs (id),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    rubric INTEGER REFERENCES rubrics (id),
    state TEXT NOT NULL CHECK (state IN ('prepared', 'running', 'finished', 'failed', 'cancelled')),
    process INTEGER,
    heartbeat INTEGER NOT NULL,
    is_cancel_requested INTEGER NOT NULL CHECK (is_cancel_requested IN (0, 1)),
    pairs INTEGER NOT NULL,
    begun_at TEXT NOT NULL,
    CHECK ((state = 'running') = (process IS NOT NULL))
) STRICT;
CREATE INDEX runs_by_start ON runs (start_run);

CREATE TABLE completions (
    id INTEGER PRIMARY KEY,
    prompt INTEGER NOT NULL REFERENCES prompts (id),
    round INTEGER REFERENCES rounds (id),
    text TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('model', 'edit', 'ideal', 'import')),
    model TEXT,
    run INTEGER REFERENCES runs (id),
    seed INTEGER,
    edit_of INTEGER REFERENCES completions (id),
    annotator INTEGER REFERENCES annotators (id),
    file TEXT,
    is_finished INTEGER NOT NULL CHECK (is_finished IN (0, 1)),
    is_discarded INTEGER NOT NULL CHECK (is_discarded IN (0, 1))
) STRICT;
CREATE INDEX completions_by_prompt ON completions (prompt);
CREATE INDEX completions_by_round ON completions (round);
CREATE INDEX completions_discarded ON completions (is_discarded) WHERE is_discarded = 1;

CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY,
    prompt INTEGER NOT NULL REFERENCES prompts (id),
    round INTEGER REFERENCES rounds (id),
    a INTEGER NOT NULL REFERENCES completions (id),
    b INTEGER NOT NULL REFERENCES completions (id),
    is_asked INTEGER NOT NULL CHECK (is_asked IN (0, 1)),
    CHECK (a <> b)
) STRICT;
CREATE UNIQUE INDEX comparisons_once ON comparisons (ifnull(round, 0), min(a, b), max(a, b));
CREATE INDEX comparisons_by_prompt ON comparisons (prompt);
CREATE INDEX comparisons_by_round ON comparisons (round);

CREATE TABLE verdicts (
    sequence INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
    comparison INTEGER NOT NULL REFERENCES comparisons (id),
    annotator INTEGER NOT NULL REFERENCES annotators (id),
    choice TEXT NOT NULL CHECK (choice IN ('a', 'b', 'tie', 'both_bad', 'skip')),
    form TEXT NOT NULL CHECK (form IN ('comparison', 'rating', 'thumbs', 'edit', 'review', 'import')),
    shown_swapped INTEGER NOT NULL CHECK (shown_swapped IN (0, 1)),
    seconds REAL,
    reason TEXT,
    margin REAL,
    rubric INTEGER REFERENCES rubrics (id),
    model TEXT,
    seed INTEGER,
    is_withdrawn INTEGER NOT NULL CHECK (is_withdrawn IN (0, 1)),
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX verdicts_by_annotator ON verdicts (annotator);

CREATE TABLE run_pairs (
    run INTEGER NOT NULL REFERENCES runs (id),
    place INTEGER NOT NULL,
    comparison INTEGER NOT NULL REFERENCES comparisons (id),
    chosen INTEGER NOT NULL REFERENCES completions (id),
    rejected INTEGER NOT NULL REFERENCES completions (id),
    by_people INTEGER NOT NULL CHECK (by_people IN (0, 1)),
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_pair_verdicts (
    run INTEGER NOT NULL,
    place INTEGER NOT NULL,
    verdict INTEGER NOT NULL REFERENCES verdicts (sequence),
    PRIMARY KEY (run, place, verdict),
    FOREIGN KEY (run, place) REFERENCES run_pairs (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_sources (
    run INTEGER NOT NULL REFERENCES runs (id),
    annotator INTEGER NOT NULL REFERENCES annotators (id),
    rubric INTEGER REFERENCES rubrics (id),
    model TEXT,
    verdicts INTEGER NOT NULL
) STRICT;
CREATE INDEX run_sources_by_run ON run_sources (run);
CREATE INDEX run_sources_by_annotator ON run_sources (annotator);

CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    round INTEGER REFERENCES rounds (id),
    judge TEXT NOT NULL,
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    target TEXT NOT NULL,
    path TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE approvals (
    id INTEGER PRIMARY KEY,
    round INTEGER NOT NULL REFERENCES rounds (id),
    annotator INTEGER NOT NULL REFERENCES annotators (id),
    approved_at TEXT NOT NULL,
    UNIQUE (round, annotator)
) STRICT;

CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    subject INTEGER,
    details TEXT NOT NULL CHECK (json_valid(details))
) STRICT;
";

/// The questions of the labelling screens are answered from indexes alone, however many verdicts there are.
const SECOND: &str = "
CREATE INDEX verdicts_that_count ON verdicts (comparison, annotator, choice) WHERE is_withdrawn = 0;
CREATE INDEX verdicts_given ON verdicts (annotator, comparison) WHERE is_withdrawn = 0;
";

/// An answer that a coach wrote has the coach as its model.
const THIRD: &str = "
ALTER TABLE completions ADD COLUMN by_coach INTEGER NOT NULL DEFAULT 0 CHECK (by_coach IN (0, 1));
CREATE INDEX completions_by_coach ON completions (by_coach) WHERE by_coach = 1;
";

/// One thing that a database is made of, as `SQLite` keeps it: its kind, its name, its table, and the sentence that made it.
pub(super) type Part = (String, String, String, Option<String>);

/// What a database is made of, in the order of names.
pub(super) fn parts(connection: &Connection) -> rusqlite::Result<Vec<Part>> {
    let mut query =
        connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name")?;
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
}

/// What a database of a version is made of.
pub(super) fn expected_parts(version: i64) -> rusqlite::Result<Vec<Part>> {
    let connection = Connection::open_in_memory()?;
    for step in STEPS.iter().take(usize::try_from(version).unwrap_or(0)) {
        connection.execute_batch(step)?;
    }
    parts(&connection)
}
