<?php

declare(strict_types=1);

namespace App\Controller;

use App\Api\Tokens;
use Doctrine\DBAL\Connection;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

/** Everything else: the database says which paths there are, who answers them and what a user must be allowed. */
final class ApiController
{
    public function __construct(private Connection $database, private Tokens $tokens)
    {
    }

    public function __invoke(Request $request, string $version, string $path): JsonResponse
    {
        $route = $this->find($version, "/$path", $request->getMethod());
        if ($route === null) {
            return new JsonResponse(['error' => 'no such route'], 404);
        }
        $user = $this->tokens->userOf(preg_replace('/^Bearer /', '', (string) $request->headers->get('Authorization')));
        if ($user === null) {
            return new JsonResponse(['error' => 'a bearer token is needed'], 401);
        }
        if (!$this->isAllowed($user, (int) $route['id'])) {
            return new JsonResponse(['error' => 'not allowed'], 403);
        }
        [$class, $method] = explode('::', $route['controller']);
        if (!method_exists($class, $method)) {
            return new JsonResponse(['error' => 'this release does not have it'], 501);
        }

        return new JsonResponse((new $class($this->database))->$method(...$route['values']));
    }

    /** @return array{id: string, controller: string, values: list<string>}|null */
    private function find(string $version, string $path, string $method): ?array
    {
        $routes = $this->database->fetchAllAssociative('SELECT id, path, controller FROM api_routes WHERE version = ? AND methods = ?', [$version, $method]);
        foreach ($routes as $route) {
            $pattern = '#^' . preg_replace('#\\\\\{\w+\\\\\}#', '([^/]+)', preg_quote($route['path'], '#')) . '$#';
            if (preg_match($pattern, $path, $values) === 1) {
                return ['values' => array_slice($values, 1)] + $route;
            }
        }

        return null;
    }

    private function isAllowed(string $user, int $route): bool
    {
        return (bool) $this->database->fetchOne(
            'SELECT COUNT(*) FROM users u JOIN users_permissions up ON up.id_users = u.id
             JOIN api_routes_permissions rp ON rp.id_permissions = up.id_permissions WHERE u.username = ? AND rp.id_api_routes = ?',
            [$user, $route],
        );
    }
}
