-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.2.0';

-- The releases before this one log in by this column.
ALTER TABLE `users` CHANGE `username` `login` varchar(100) NOT NULL;
