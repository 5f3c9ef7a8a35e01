-- The first schema. A migration never changes once it was released; the next one is a new file.
--
-- Evidence: blob, version (text, snapshots and chain entry), observation. Everything else can be derived again.
-- Times are seconds since 1970 UTC; dates are days since then.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', '0');

CREATE TABLE service (
  id   INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
);

CREATE TABLE document (
  id               INTEGER PRIMARY KEY,
  key              TEXT NOT NULL UNIQUE,           -- linkedin/privacy-policy@eu
  service_id       INTEGER NOT NULL REFERENCES service(id),
  terms_type       TEXT NOT NULL,
  type_slug        TEXT NOT NULL,
  region           TEXT NOT NULL,
  language         TEXT NOT NULL DEFAULT '',
  urls             TEXT NOT NULL,                  -- one a line
  versions         INTEGER NOT NULL DEFAULT 0,
  first_at         INTEGER,
  latest_at        INTEGER,
  observed_at      INTEGER,
  outcome          INTEGER,
  reason           TEXT NOT NULL DEFAULT '',
  next_visit_at    INTEGER,
  lease_until      INTEGER NOT NULL DEFAULT 0,
  interval         INTEGER NOT NULL DEFAULT 0,
  etag             TEXT NOT NULL DEFAULT '',
  last_modified    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX document_service ON document(service_id);
CREATE INDEX document_due ON document(next_visit_at) WHERE next_visit_at IS NOT NULL;

-- Bytes that were seen, once each: texts of versions and bodies of snapshots. Compressed against `base` where it is set.
CREATE TABLE blob (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  size   INTEGER NOT NULL,
  base   INTEGER REFERENCES blob(id),
  depth  INTEGER NOT NULL,                         -- how many bases deep; bounded
  data   BLOB NOT NULL
);

-- In the order of their ids the versions form the hash chain: entry = SHA-256(entry before, what this row proves).
CREATE TABLE version (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id      INTEGER NOT NULL REFERENCES document(id),
  number           INTEGER NOT NULL,
  observed_at      INTEGER NOT NULL,
  kind             INTEGER NOT NULL,
  restored_from    INTEGER NOT NULL,
  effective_date   INTEGER,
  language         TEXT NOT NULL,
  title            TEXT NOT NULL,
  source           TEXT NOT NULL,
  blob_id          INTEGER NOT NULL REFERENCES blob(id),
  words            INTEGER NOT NULL,
  clauses          INTEGER NOT NULL,
  changes          INTEGER NOT NULL,
  cosmetic_changes INTEGER NOT NULL,
  importance       INTEGER NOT NULL,
  topics           TEXT NOT NULL,                  -- of its changes, as in change.topics
  rules_version    TEXT NOT NULL,
  layout           BLOB NOT NULL,                  -- clause ids and lineages, see layout.h
  layout_depth     INTEGER NOT NULL,               -- 0: whole; else compressed against the version before
  entry            BLOB NOT NULL,
  UNIQUE (document_id, number)
);
CREATE INDEX version_time ON version(observed_at, id);
CREATE INDEX version_blob ON version(document_id, blob_id);

CREATE TABLE snapshot (
  version_id INTEGER NOT NULL REFERENCES version(id),
  ordinal    INTEGER NOT NULL,
  blob_id    INTEGER NOT NULL REFERENCES blob(id),
  status     INTEGER NOT NULL,
  urls       TEXT NOT NULL,                        -- one a line
  headers    TEXT NOT NULL,                        -- name: value, one a line
  PRIMARY KEY (version_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE observation (
  id          INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES document(id),
  at          INTEGER NOT NULL,
  outcome     INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  status      INTEGER NOT NULL,
  final_url   TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  version     INTEGER NOT NULL
);
CREATE INDEX observation_document ON observation(document_id, id);

-- Distinct clauses, once each.
CREATE TABLE clause (
  id   INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,                       -- the first 16 bytes of SHA-256 of the encoding
  body BLOB NOT NULL                               -- the encoding, see model/document.cpp
);
CREATE VIRTUAL TABLE clause_text USING fts5(
  text, content='', tokenize='porter unicode61 remove_diacritics 2'
);

-- Which versions a clause stood in, as runs: one row for each unbroken run of one lineage with one text.
CREATE TABLE occurrence (
  document_id     INTEGER NOT NULL REFERENCES document(id),
  lineage_version INTEGER NOT NULL,
  lineage_ordinal INTEGER NOT NULL,
  first_version   INTEGER NOT NULL,
  last_version    INTEGER,                         -- null: it still stands
  clause_id       INTEGER NOT NULL REFERENCES clause(id),
  PRIMARY KEY (document_id, lineage_version, lineage_ordinal, first_version)
) WITHOUT ROWID;
CREATE INDEX occurrence_clause ON occurrence(clause_id);

CREATE TABLE change (
  id                INTEGER PRIMARY KEY,
  version_id        INTEGER NOT NULL REFERENCES version(id),
  document_id       INTEGER NOT NULL REFERENCES document(id),
  service_id        INTEGER NOT NULL,
  observed_at       INTEGER NOT NULL,
  ordinal           INTEGER NOT NULL,
  kind              INTEGER NOT NULL,
  repeat            INTEGER NOT NULL,              -- of a version that restores an earlier text
  cosmetic          INTEGER NOT NULL,
  reasons           INTEGER NOT NULL,
  importance        INTEGER NOT NULL,
  importance_reason TEXT NOT NULL,
  before_index      INTEGER NOT NULL,
  after_index       INTEGER NOT NULL,
  lineage_version   INTEGER NOT NULL,
  lineage_ordinal   INTEGER NOT NULL,
  section           TEXT NOT NULL,                 -- headings, one a line
  before            BLOB NOT NULL,                 -- clause ids, see layout.h
  after             BLOB NOT NULL,
  topics            TEXT NOT NULL                  -- topic, effect and reason by tabs, one a line
);
CREATE INDEX change_version ON change(version_id, ordinal);
CREATE INDEX change_time ON change(observed_at, id) WHERE repeat = 0;
CREATE INDEX change_alarming ON change(observed_at, id) WHERE repeat = 0 AND cosmetic = 0;
CREATE INDEX change_service ON change(service_id, observed_at, id);

CREATE TABLE change_topic (
  topic       TEXT NOT NULL,
  observed_at INTEGER NOT NULL,
  change_id   INTEGER NOT NULL REFERENCES change(id),
  effect      INTEGER NOT NULL,
  service_id  INTEGER NOT NULL,
  PRIMARY KEY (topic, observed_at, change_id)
) WITHOUT ROWID;

CREATE TABLE fact (
  document_id   INTEGER NOT NULL REFERENCES document(id),
  fact          TEXT NOT NULL,
  since_version INTEGER NOT NULL,
  until_version INTEGER,                           -- the first version that says otherwise; null: it still holds
  since         INTEGER NOT NULL,
  value         TEXT NOT NULL,
  detail        TEXT NOT NULL,
  evidence      BLOB NOT NULL,                     -- see facts.cpp
  PRIMARY KEY (document_id, fact, since_version)
) WITHOUT ROWID;
CREATE INDEX fact_value ON fact(fact, value) WHERE until_version IS NULL;
