-- Distinct clauses in compressed groups, found by a short hash, and a search index that knows no places: two thirds of
-- the file were the texts of clauses, word for word what the texts of versions hold, and where in them each word stands.
-- What the tables `clause` and `clause_text` hold is moved over by storage/sqlite/migrate.cpp, which then drops them.

CREATE TABLE clause_group (
  first INTEGER PRIMARY KEY,                       -- the id of its first clause; the others' follow without a gap
  words BLOB NOT NULL,                             -- a byte for each clause: how many words, 255 where there are more
  data  BLOB NOT NULL                              -- see layout.h; compressed
);

CREATE TABLE clause_hash (
  hash INTEGER NOT NULL,                           -- the first 48 bits of SHA-256 of the encoding: to find it by, no proof
  id   INTEGER NOT NULL,
  PRIMARY KEY (hash, id)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE clause_words USING fts5(
  text, content='', detail=none, columnsize=0, tokenize='porter unicode61 remove_diacritics 2'
);

-- A version that repeats an earlier text often has the same changes as an earlier one: then `data` is empty.
ALTER TABLE change_list ADD COLUMN same_as INTEGER REFERENCES change_list(version_id);

-- The same table without its reference to `clause`.
CREATE TABLE clause_run (
  document_id     INTEGER NOT NULL REFERENCES document(id),
  lineage_version INTEGER NOT NULL,
  lineage_ordinal INTEGER NOT NULL,
  first_version   INTEGER NOT NULL,
  last_version    INTEGER,                         -- null: it still stands
  clause_id       INTEGER NOT NULL,                -- of a clause_group
  PRIMARY KEY (document_id, lineage_version, lineage_ordinal, first_version)
) WITHOUT ROWID;
INSERT INTO clause_run SELECT * FROM occurrence;
DROP TABLE occurrence;
ALTER TABLE clause_run RENAME TO occurrence;
CREATE INDEX occurrence_clause ON occurrence(clause_id);
