-- Pages that were kept from becoming versions. Their bytes are evidence of the last such visit and are no blobs: they are
-- replaced while the suspect waits, so that a wall that differs at every visit does not grow the archive for ever.

CREATE TABLE suspect (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES document(id),
  state       INTEGER NOT NULL,
  reasons     TEXT NOT NULL,                       -- one a line
  may_stay    INTEGER NOT NULL,
  first_at    INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  visits      INTEGER NOT NULL,
  decided_at  INTEGER,
  version     INTEGER NOT NULL,                    -- the one it became, or 0
  sha256      BLOB NOT NULL,                       -- of the text
  size        INTEGER NOT NULL,
  text        BLOB NOT NULL                        -- zstd
);
CREATE INDEX suspect_document ON suspect(document_id, id);
CREATE INDEX suspect_state ON suspect(state, id);

CREATE TABLE suspect_page (
  suspect_id INTEGER NOT NULL REFERENCES suspect(id),
  ordinal    INTEGER NOT NULL,
  status     INTEGER NOT NULL,
  urls       TEXT NOT NULL,                        -- one a line
  headers    TEXT NOT NULL,                        -- name: value, one a line
  sha256     BLOB NOT NULL,
  size       INTEGER NOT NULL,
  data       BLOB NOT NULL,                        -- zstd
  PRIMARY KEY (suspect_id, ordinal)
) WITHOUT ROWID;
