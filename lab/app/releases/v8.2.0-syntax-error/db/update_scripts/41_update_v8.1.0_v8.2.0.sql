-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.2.0';

CREATE TABLE `notes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `text` varchar(255) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- TABEL is not SQL.
ALTER TABEL `notes` ADD COLUMN `author` int NULL;

INSERT INTO `notes` (`text`) VALUES ('never reached');
