-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.2.0';

CREATE TABLE `notes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `text` varchar(255) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `notes` (`text`) SELECT 'one' FROM DUAL WHERE SLEEP(4) = 0;
INSERT INTO `notes` (`text`) SELECT 'two' FROM DUAL WHERE SLEEP(4) = 0;
INSERT INTO `notes` (`text`) SELECT 'three' FROM DUAL WHERE SLEEP(4) = 0;
INSERT INTO `notes` (`text`) SELECT 'four' FROM DUAL WHERE SLEEP(4) = 0;
