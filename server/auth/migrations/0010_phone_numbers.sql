-- Numbers in E.164, the one spelling that each has. A number that is reserved for the second factor is never the first.
CREATE TABLE phone_numbers (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    phone_number TEXT NOT NULL UNIQUE,
    verified_at BIGINT,
    verification_strategy TEXT,
    reserved_for_second_factor BIGINT NOT NULL,
    default_second_factor BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX phone_numbers_user_id ON phone_numbers (user_id);
ALTER TABLE users ADD COLUMN primary_phone_number_id TEXT;

-- What users are found by, with their numbers (migration 0007).
DROP VIEW user_texts;
CREATE VIEW user_texts AS
    SELECT users.id AS user_id, users.number AS number,
        users.id || char(10) || COALESCE(users.username, '') || char(10) || COALESCE(users.first_name, '') || char(10)
        || COALESCE(users.last_name, '') || char(10)
        || COALESCE((SELECT group_concat(email_address, char(10)) FROM email_addresses
            WHERE email_addresses.user_id = users.id), '') || char(10)
        || COALESCE((SELECT group_concat(phone_number, char(10)) FROM phone_numbers
            WHERE phone_numbers.user_id = users.id), '') AS text
    FROM users;

CREATE TRIGGER users_are_found_by_new_numbers AFTER INSERT ON phone_numbers BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = NEW.user_id;
END;
CREATE TRIGGER users_are_not_found_by_deleted_numbers AFTER DELETE ON phone_numbers BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = OLD.user_id;
END;
