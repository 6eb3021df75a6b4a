-- The routes of this release, safe to run again; the numbered scripts bring them.
INSERT IGNORE INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES
('admin_get_pages', 'v1', '/admin/pages', 'App\\Controller\\AdminPageController::getPages', 'GET', NULL),
('admin_get_lookups', 'v1', '/admin/lookups', 'App\\Controller\\AdminPageController::getLookups', 'GET', NULL);

INSERT IGNORE INTO `api_routes_permissions` (`id_api_routes`, `id_permissions`)
SELECT ar.id, p.id FROM `api_routes` ar, `permissions` p
WHERE ar.route_name IN ('admin_get_pages', 'admin_get_lookups')
AND p.name = 'admin.page.read';
