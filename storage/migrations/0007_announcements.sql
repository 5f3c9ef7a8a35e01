-- Dates that lay ahead when a version named them: of an announcement, or the text's own. There are few; in order of the date.
-- ':' is what follows the digits: it keeps 'silent' out.

CREATE INDEX fact_announced ON fact(value, document_id, fact, since_version)
  WHERE fact IN ('announced_change', 'effective_date') AND value < ':' AND value > date(since, 'unixepoch');
