-- The routes of this release, safe to run again; the numbered scripts bring them.
INSERT IGNORE INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES
('admin_get_pages', 'v1', '/admin/pages', 'App\\Controller\\AdminPageController::getPages', 'GET', NULL),
('admin_get_lookups', 'v1', '/admin/lookups', 'App\\Controller\\AdminPageController::getLookups', 'GET', NULL),

-- User Profile Management API Routes
('admin_get_user_profiles', 'v1', '/admin/users/{userId}/profiles', 'App\\Controller\\AdminUserProfileController::getProfiles', 'GET',
'{"userId": {"in": "path", "required": true, "type": "integer"}}'),

('admin_create_user_profile', 'v1', '/admin/users/{userId}/profiles', 'App\\Controller\\AdminUserProfileController::createProfile', 'POST',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profile": {"in": "body", "required": true}}'),

('admin_update_user_profile', 'v1', '/admin/users/{userId}/profiles/{profileId}', 'App\\Controller\\AdminUserProfileController::updateProfile', 'PUT',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profileId": {"in": "path", "required": true, "type": "integer"}, "profile": {"in": "body", "required": true}}'),

('admin_delete_user_profile', 'v1', '/admin/users/{userId}/profiles/{profileId}', 'App\\Controller\\AdminUserProfileController::deleteProfile', 'DELETE',
'{"userId": {"in": "path", "required": true, "type": "integer"}, "profileId": {"in": "path", "required": true, "type": "integer"}}');

INSERT IGNORE INTO `api_routes_permissions` (`id_api_routes`, `id_permissions`)
SELECT ar.id, p.id FROM `api_routes` ar, `permissions` p
WHERE ar.route_name IN ('admin_get_pages', 'admin_get_lookups')
AND p.name = 'admin.page.read';

INSERT IGNORE INTO `api_routes_permissions` (`id_api_routes`, `id_permissions`)
SELECT ar.id, p.id FROM `api_routes` ar, `permissions` p
WHERE ar.route_name IN ('admin_get_user_profiles', 'admin_create_user_profile', 'admin_update_user_profile', 'admin_delete_user_profile')
AND p.name = 'admin.user.manage';
