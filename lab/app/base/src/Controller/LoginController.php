<?php

declare(strict_types=1);

namespace App\Controller;

use App\Api\Tokens;
use Doctrine\DBAL\Connection;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

final class LoginController
{
    public function __construct(private Connection $database, private Tokens $tokens)
    {
    }

    public function __invoke(Request $request): JsonResponse
    {
        $given = json_decode($request->getContent(), true);
        $name = is_array($given) ? (string) ($given['username'] ?? '') : '';
        $hash = $this->database->fetchOne('SELECT password FROM users WHERE username = ?', [$name]);
        if ($hash === false || !password_verify((string) ($given['password'] ?? ''), $hash)) {
            return new JsonResponse(['error' => 'wrong user name or password'], 401);
        }

        return new JsonResponse(['token' => $this->tokens->issue($name)]);
    }
}
