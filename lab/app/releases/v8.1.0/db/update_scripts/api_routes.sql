-- The routes of this release, safe to run again.
INSERT IGNORE INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES
('admin_get_pages', 'v1', '/admin/pages', 'App\\Controller\\AdminPageController::getPages', 'GET', NULL),
('admin_get_lookups', 'v1', '/admin/lookups', 'App\\Controller\\AdminPageController::getLookups', 'GET', NULL),
('admin_get_user_profiles', 'v1', '/admin/users/{userId}/profiles', 'App\\Controller\\AdminUserProfileController::getProfiles', 'GET',
'{"userId": {"in": "path", "required": true, "type": "integer"}}');
