-- What most readers ask for: versions that changed what is said. 3 restored, 4 reextracted, 5 flapping.

DROP INDEX version_news;
CREATE INDEX version_news ON version(observed_at, id) WHERE kind NOT IN (3, 4, 5) AND changes > cosmetic_changes;
