-- What the pages of the last good visit were, and how they were read: the same bytes are not read again.

ALTER TABLE document ADD COLUMN pages_seen TEXT NOT NULL DEFAULT '';
