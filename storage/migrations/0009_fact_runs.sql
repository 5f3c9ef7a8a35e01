-- What documents said at a time, and how it changed: a run knows when it ended, and is found by its value whenever it was.

ALTER TABLE fact ADD COLUMN until INTEGER;                             -- when until_version was seen; null: it still holds

UPDATE fact SET until = (SELECT v.observed_at FROM version v
                         WHERE v.document_id = fact.document_id AND v.number = fact.until_version)
WHERE until_version IS NOT NULL;

DROP INDEX fact_value;
CREATE INDEX fact_value ON fact(fact, value);                          -- and by the key: in the order of the documents
