-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.2.0';

CREATE TABLE `notes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `text` varchar(255) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `notes` (`text`) VALUES ('first'), ('second');

-- This column is there already.
ALTER TABLE `users` ADD COLUMN `email` varchar(255) NULL;

INSERT INTO `notes` (`text`) VALUES ('never reached');
