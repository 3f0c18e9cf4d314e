-- The cookie that a client had before, as a digest, for the few seconds in which a repeated request gets its successor.
ALTER TABLE clients ADD COLUMN predecessor_digest TEXT;
-- What the successor is made of, together with the predecessor itself and the master key.
ALTER TABLE clients ADD COLUMN successor_seed TEXT;
ALTER TABLE clients ADD COLUMN replaced_at BIGINT;
