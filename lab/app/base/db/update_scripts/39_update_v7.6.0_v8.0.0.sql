-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.0.0';

-- 2. USERS LOG IN BY NAME
ALTER TABLE `users` ADD COLUMN `username` varchar(100) NOT NULL DEFAULT '';
UPDATE `users` SET `username` = `email`;
CALL add_index('users', 'unique_username', 'username', TRUE);
