<?php

declare(strict_types=1);


namespace App\Api;

use Doctrine\DBAL\Connection;

/** Who can log in, and what each of them may do. */
final class Users
{
    public function __construct(private Connection $database)
    {
    }

    /** Fails when nobody could log in. */
    public function probe(): void
    {
        $this->database->fetchOne('SELECT username FROM users LIMIT 1');
    }

    public function isPassword(string $name, string $password): bool
    {
        $hash = $this->database->fetchOne('SELECT password FROM users WHERE username = ?', [$name]);

        return is_string($hash) && password_verify($password, $hash);
    }

    public function isAllowed(string $name, int $route): bool
    {
        return (bool) $this->database->fetchOne(
            'SELECT COUNT(*) FROM users u JOIN users_permissions up ON up.id_users = u.id
             JOIN api_routes_permissions rp ON rp.id_permissions = up.id_permissions WHERE u.username = ? AND rp.id_api_routes = ?',
            [$name, $route],
        );
    }
}
