-- The chain with entries of its own: they cover also addresses, headers and the visit, and are missed where a version is
-- gone. Filled for the versions there are by storage/sqlite/migrate.cpp, which then drops version.entry.

CREATE TABLE chain (
  version_id     INTEGER PRIMARY KEY REFERENCES version(id),   -- entries stand in the order of the versions' ids
  sequence       INTEGER NOT NULL,                             -- from 1, without a gap
  observation_id INTEGER REFERENCES observation(id),           -- the visit that made the version; null: an import
  record         BLOB NOT NULL,                                -- SHA-256 of the record, see storage/chain.h
  hash           BLOB NOT NULL                                 -- SHA-256 of the hash before and `record`, in hex
);
