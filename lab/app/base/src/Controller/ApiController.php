<?php

declare(strict_types=1);


namespace App\Controller;

use App\Api\Tokens;
use App\Api\Users;
use Doctrine\DBAL\Connection;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpKernel\Exception\HttpExceptionInterface;

/**
 * Everything else: the database says which paths there are, who answers them and what a user must be allowed. It is asked at each request: a release is
 * built, and its caches warmed, before the migration brings its routes.
 */
final class ApiController
{
    public function __construct(private Connection $database, private Users $users, private Tokens $tokens)
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
        if (!$this->users->isAllowed($user, $route['id'])) {
            return new JsonResponse(['error' => 'not allowed'], 403);
        }
        [$class, $method] = $route['controller'];
        try {
            return new JsonResponse((new $class($this->database))->$method(...$route['values'], ...self::body($request)));
        } catch (HttpExceptionInterface $error) {
            return new JsonResponse(['error' => $error->getMessage()], $error->getStatusCode());
        }
    }

    /** @return array{id: int, controller: array{string, string}, values: list<string>}|null null also for a controller that this release doesn't have */
    private function find(string $version, string $path, string $method): ?array
    {
        $routes = $this->database->fetchAllAssociative(
            'SELECT id, path, controller, params FROM api_routes WHERE version = ? AND FIND_IN_SET(?, methods)',
            [$version, $method],
        );
        foreach ($routes as $route) {
            $controller = explode('::', $route['controller'], 2);
            if (preg_match(self::pattern($route['path'], $route['params']), $path, $values) === 1 && method_exists(...$controller)) {
                return ['id' => (int) $route['id'], 'controller' => $controller, 'values' => array_slice($values, 1)];
            }
        }

        return null;
    }

    private static function pattern(string $path, ?string $params): string
    {
        $types = json_decode($params ?? '{}', true);
        $place = fn (array $match): string => ($types[$match[1]]['type'] ?? '') === 'integer' ? '(\d+)' : '([^/]+)';

        return '#^' . preg_replace_callback('#\\\\\{(\w+)\\\\\}#', $place, preg_quote($path, '#')) . '$#';
    }

    /** @return list<array> the request's JSON object, if it has one */
    private static function body(Request $request): array
    {
        $body = json_decode($request->getContent(), true);

        return is_array($body) ? [$body] : [];
    }
}
