-- File: db/update_scripts/40_update_v8.0.0_v8.1.0.sql

-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = 'v8.1.0';

-- 2. DOCUMENT CHANGES
-- New Feature: User Profile Management System
-- - Added user_profiles table
-- - Added profile_types lookup values
-- - Updated user entity relationships
-- - Added profile management API endpoints

-- 3. SCHEMA CHANGES
CREATE TABLE `user_profiles` (
  `id` int NOT NULL AUTO_INCREMENT,
  `id_users` int NOT NULL,
  `profile_type` varchar(50) NOT NULL,
  `profile_data` json NULL COMMENT '(DC2Type:json)',
  `created_at` datetime DEFAULT CURRENT_TIMESTAMP,
  `updated_at` datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`),
  UNIQUE KEY `unique_user_profile` (`id_users`, `profile_type`),
  FOREIGN KEY (`id_users`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- 4. ADD INDEXES
CALL add_index('user_profiles', 'idx_profile_type', 'profile_type', FALSE);
CALL add_index('user_profiles', 'idx_created_at', 'created_at', FALSE);

-- 5. INSERT LOOKUP DATA
INSERT INTO `lookups` (`type_code`, `code`, `description`) VALUES
('PROFILE_TYPES', 'PERSONAL', 'Personal user profile'),
('PROFILE_TYPES', 'BUSINESS', 'Business user profile'),
('PROFILE_TYPES', 'PROFESSIONAL', 'Professional user profile');

-- 6. DATA MIGRATIONS (if needed)
-- Migrate existing user data to new structure
INSERT INTO `user_profiles` (`id_users`, `profile_type`, `profile_data`)
SELECT id, 'PERSONAL', JSON_OBJECT('migrated', true)
FROM `users`
WHERE id NOT IN (SELECT id_users FROM user_profiles);

-- 7. UPDATE STORED PROCEDURES (if needed)
DELIMITER //
DROP PROCEDURE IF EXISTS get_user_profile //
CREATE PROCEDURE get_user_profile(IN userId INT, IN profileType VARCHAR(50))
BEGIN
    SELECT up.*, u.username, u.email
    FROM user_profiles up
    JOIN users u ON up.id_users = u.id
    WHERE up.id_users = userId
    AND up.profile_type = profileType;
END //
DELIMITER ;

-- 8. API ROUTES
-- User Profile Management API Routes
INSERT INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES
('admin_get_user_profiles', 'v1', '/admin/users/{userId}/profiles', 'App\\Controller\\AdminUserProfileController::getProfiles', 'GET',
'{"userId": {"in": "path", "required": true, "type": "integer"}}'),

('admin_create_user_profile', 'v1', '/admin/users/{userId}/profiles', 'App\\Controller\\AdminUserProfileController::createProfile', 'POST',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profile": {"in": "body", "required": true}}'),

('admin_update_user_profile', 'v1', '/admin/users/{userId}/profiles/{profileId}', 'App\\Controller\\AdminUserProfileController::updateProfile', 'PUT',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profileId": {"in": "path", "required": true, "type": "integer"}, "profile": {"in": "body", "required": true}}'),

('admin_delete_user_profile', 'v1', '/admin/users/{userId}/profiles/{profileId}', 'App\\Controller\\AdminUserProfileController::deleteProfile', 'DELETE',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profileId": {"in": "path", "required": true, "type": "integer"}}');

-- Associate routes with permissions
INSERT INTO `api_routes_permissions` (`id_api_routes`, `id_permissions`)
SELECT ar.id, p.id
FROM `api_routes` ar, `permissions` p
WHERE ar.route_name IN ('admin_get_user_profiles', 'admin_create_user_profile', 'admin_update_user_profile', 'admin_delete_user_profile')
AND p.name = 'admin.user.manage';
