-- What app servers find users by: any three letters in a row of an id, a name, a username or an address, in an index of its
-- own that holds no texts. FTS5 is SQLite's; other databases have trigrams of their own.

-- The index knows users by number. Not by the row's own: that changes when the file is written anew, as backups are.
ALTER TABLE users ADD COLUMN number BIGINT;
UPDATE users SET number = rowid;
CREATE UNIQUE INDEX users_number ON users (number);

CREATE VIEW user_texts AS
    SELECT users.id AS user_id, users.number AS number,
        users.id || char(10) || COALESCE(users.username, '') || char(10) || COALESCE(users.first_name, '') || char(10)
        || COALESCE(users.last_name, '') || char(10)
        || COALESCE((SELECT group_concat(email_address, char(10)) FROM email_addresses
            WHERE email_addresses.user_id = users.id), '') AS text
    FROM users;

CREATE VIRTUAL TABLE user_search USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');
INSERT INTO user_search (rowid, text) SELECT number, text FROM user_texts;

-- Whoever has no username has an address in a moment, and is written once, with it.
CREATE TRIGGER new_users_are_found AFTER INSERT ON users BEGIN
    UPDATE users SET number = (SELECT COALESCE(MAX(number), 0) + 1 FROM users) WHERE id = NEW.id;
    INSERT INTO user_search (rowid, text) SELECT number, text FROM user_texts
        WHERE user_id = NEW.id AND NEW.username IS NOT NULL;
END;
CREATE TRIGGER users_are_found_by_new_names AFTER UPDATE OF username, first_name, last_name ON users BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = NEW.id;
END;
CREATE TRIGGER deleted_users_are_not_found AFTER DELETE ON users BEGIN
    DELETE FROM user_search WHERE rowid = OLD.number;
END;
CREATE TRIGGER users_are_found_by_new_addresses AFTER INSERT ON email_addresses BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = NEW.user_id;
END;
CREATE TRIGGER users_are_found_by_changed_addresses AFTER UPDATE OF email_address ON email_addresses BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = NEW.user_id;
END;
CREATE TRIGGER users_are_not_found_by_deleted_addresses AFTER DELETE ON email_addresses BEGIN
    INSERT OR REPLACE INTO user_search (rowid, text) SELECT number, text FROM user_texts WHERE user_id = OLD.user_id;
END;
