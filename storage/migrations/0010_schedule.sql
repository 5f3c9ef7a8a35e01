-- The schedule in tables of its own. What is claimed is a host's turn: see storage/schedule.h.

CREATE TABLE worker (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  name  TEXT NOT NULL UNIQUE,
  until INTEGER NOT NULL                           -- it lives at least so long
);

CREATE TABLE host (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  free_at     INTEGER NOT NULL DEFAULT 0,          -- no visit sooner
  next_at     INTEGER,                             -- its turn: free_at or its first due document, the later; null: none, or claimed
  claims      INTEGER NOT NULL DEFAULT 0,          -- the number of the last claim
  worker_id   INTEGER REFERENCES worker(id),       -- who has it now
  document_id INTEGER REFERENCES document(id)      -- and for what
);
CREATE INDEX host_next ON host(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX host_worker ON host(worker_id) WHERE worker_id IS NOT NULL;

CREATE TABLE schedule (
  document_id   INTEGER PRIMARY KEY REFERENCES document(id),
  host_id       INTEGER NOT NULL REFERENCES host(id),
  tracked       INTEGER NOT NULL,                  -- 0: declared no more; the rest is kept for its return
  next_visit_at INTEGER NOT NULL,
  interval      INTEGER NOT NULL,
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  again         INTEGER NOT NULL DEFAULT 0,        -- declared otherwise while it was claimed
  fingerprint   INTEGER NOT NULL,                  -- of all that was declared: an unchanged catalog is told by it
  declaration   BLOB NOT NULL
);
CREATE INDEX schedule_turn ON schedule(host_id, next_visit_at) WHERE tracked = 1;
CREATE INDEX schedule_due ON schedule(next_visit_at) WHERE tracked = 1;
CREATE INDEX schedule_fingerprint ON schedule(fingerprint, tracked);

-- What was scheduled keeps its time until the catalog says where it belongs.
INSERT INTO host (name) SELECT '' WHERE EXISTS (SELECT 1 FROM document WHERE next_visit_at IS NOT NULL);
INSERT INTO schedule (document_id, host_id, tracked, next_visit_at, interval, etag, last_modified, fingerprint, declaration)
  SELECT d.id, h.id, 0, d.next_visit_at, d.interval, d.etag, d.last_modified, 0, x'' FROM document d, host h
  WHERE d.next_visit_at IS NOT NULL;

DROP INDEX document_due;
ALTER TABLE document DROP COLUMN next_visit_at;
ALTER TABLE document DROP COLUMN lease_until;
ALTER TABLE document DROP COLUMN interval;
ALTER TABLE document DROP COLUMN etag;
ALTER TABLE document DROP COLUMN last_modified;
