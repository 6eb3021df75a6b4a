-- The schema at v8.0.0, with the data that every installation starts with.

CREATE TABLE `version` (
  `id` int NOT NULL AUTO_INCREMENT,
  `version` varchar(100) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;

INSERT INTO `version` (`version`) VALUES ('v8.0.0');

CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `username` varchar(100) NOT NULL,
  `email` varchar(255) DEFAULT NULL,
  `password` varchar(255) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `unique_username` (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `permissions` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `unique_permission` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `users_permissions` (
  `id_users` int NOT NULL,
  `id_permissions` int NOT NULL,
  PRIMARY KEY (`id_users`, `id_permissions`),
  KEY `IDX_DA58F09D35FF0198` (`id_permissions`),
  FOREIGN KEY (`id_users`) REFERENCES `users` (`id`) ON DELETE CASCADE,
  FOREIGN KEY (`id_permissions`) REFERENCES `permissions` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `lookups` (
  `id` int NOT NULL AUTO_INCREMENT,
  `type_code` varchar(100) NOT NULL,
  `code` varchar(100) NOT NULL,
  `description` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `unique_lookup` (`type_code`, `code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `pages` (
  `id` int NOT NULL AUTO_INCREMENT,
  `keyword` varchar(100) NOT NULL,
  `url` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `api_routes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `route_name` varchar(100) NOT NULL,
  `version` varchar(10) NOT NULL DEFAULT 'v1',
  `path` varchar(255) NOT NULL,
  `controller` varchar(255) NOT NULL,
  `methods` varchar(50) NOT NULL,
  `params` json DEFAULT NULL COMMENT '(DC2Type:json)',
  PRIMARY KEY (`id`),
  UNIQUE KEY `unique_route` (`route_name`, `version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `api_routes_permissions` (
  `id_api_routes` int NOT NULL,
  `id_permissions` int NOT NULL,
  PRIMARY KEY (`id_api_routes`, `id_permissions`),
  KEY `IDX_487141C435FF0198` (`id_permissions`),
  FOREIGN KEY (`id_api_routes`) REFERENCES `api_routes` (`id`) ON DELETE CASCADE,
  FOREIGN KEY (`id_permissions`) REFERENCES `permissions` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

DELIMITER //

CREATE PROCEDURE `add_index`(IN in_table VARCHAR(64), IN in_index VARCHAR(64), IN in_columns VARCHAR(255), IN in_unique BOOLEAN)
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.statistics
                 WHERE table_schema = DATABASE() AND table_name = in_table AND index_name = in_index) THEN
    SET @statement = CONCAT('CREATE ', IF(in_unique, 'UNIQUE ', ''), 'INDEX `', in_index, '` ON `', in_table, '` (', in_columns, ')');
    PREPARE statement FROM @statement;
    EXECUTE statement;
    DEALLOCATE PREPARE statement;
  END IF;
END //

CREATE PROCEDURE `drop_index`(IN in_table VARCHAR(64), IN in_index VARCHAR(64))
BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.statistics
             WHERE table_schema = DATABASE() AND table_name = in_table AND index_name = in_index) THEN
    SET @statement = CONCAT('DROP INDEX `', in_index, '` ON `', in_table, '`');
    PREPARE statement FROM @statement;
    EXECUTE statement;
    DEALLOCATE PREPARE statement;
  END IF;
END //

CREATE PROCEDURE `drop_table_column`(IN in_table VARCHAR(64), IN in_column VARCHAR(64))
BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.columns
             WHERE table_schema = DATABASE() AND table_name = in_table AND column_name = in_column) THEN
    SET @statement = CONCAT('ALTER TABLE `', in_table, '` DROP COLUMN `', in_column, '`');
    PREPARE statement FROM @statement;
    EXECUTE statement;
    DEALLOCATE PREPARE statement;
  END IF;
END //

DELIMITER ;

INSERT INTO `permissions` (`name`) VALUES ('admin.page.read'), ('admin.user.manage');

-- The passwords are "password" and "test_password": an installation changes them.
INSERT INTO `users` (`username`, `email`, `password`) VALUES
('admin', 'admin@example.org', '$2y$10$G6O91uquK9XzRuVI8c3VUulI.MT3J40GMRyVWb4sQ6PR0mySVJ7V.'),
('test_user', 'test@example.org', '$2y$10$YrkdcveSCtd/WItMyvZTR.gc1OGsjWJEtkSXhOutnjkFdBTwDyPJK');

INSERT INTO `users_permissions` (`id_users`, `id_permissions`) SELECT u.id, p.id FROM `users` u, `permissions` p WHERE u.username = 'admin' OR p.name = 'admin.page.read';

INSERT INTO `pages` (`keyword`, `url`) VALUES ('home', '/'), ('profile', '/profile'), ('impressum', '/impressum');

INSERT INTO `lookups` (`type_code`, `code`, `description`) VALUES
('PAGE_ACCESS', 'WEB', 'Web; also "mobile"'),
('PAGE_ACCESS', 'MOBILE', 'Mobile -- not a comment'),
('PAGE_ACCESS', 'BOTH', 'Für alle Geräte 📱');

INSERT INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES
('admin_get_pages', 'v1', '/admin/pages', 'App\\Controller\\AdminPageController::getPages', 'GET', NULL),
('admin_get_lookups', 'v1', '/admin/lookups', 'App\\Controller\\AdminPageController::getLookups', 'GET', NULL);

INSERT INTO `api_routes_permissions` (`id_api_routes`, `id_permissions`)
SELECT ar.id, p.id FROM `api_routes` ar, `permissions` p WHERE p.name = 'admin.page.read';
