<?php

declare(strict_types=1);


namespace App\Controller;

use App\Api\Tokens;
use App\Api\Users;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

final class LoginController
{
    public function __construct(private Users $users, private Tokens $tokens)
    {
    }

    public function __invoke(Request $request): JsonResponse
    {
        $given = json_decode($request->getContent(), true);
        $name = $given['username'] ?? null;
        $password = $given['password'] ?? null;
        if (!is_string($name) || !is_string($password) || !$this->users->isPassword($name, $password)) {
            return new JsonResponse(['error' => 'wrong user name or password'], 401);
        }

        return new JsonResponse(['token' => $this->tokens->issue($name)]);
    }
}
