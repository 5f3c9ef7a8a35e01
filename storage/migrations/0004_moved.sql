-- Documents that moved: where permanent redirects lead, and since when nothing stands at the address.

ALTER TABLE document    ADD COLUMN moved_to      TEXT NOT NULL DEFAULT '';
ALTER TABLE document    ADD COLUMN missing_since INTEGER;                    -- null: it is not missing
ALTER TABLE observation ADD COLUMN moved_to      TEXT NOT NULL DEFAULT '';
