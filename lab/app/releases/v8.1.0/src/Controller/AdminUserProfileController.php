<?php

declare(strict_types=1);

namespace App\Controller;

use Doctrine\DBAL\Connection;

final class AdminUserProfileController
{
    public function __construct(private Connection $database)
    {
    }

    public function getProfiles(string $userId): array
    {
        $rows = $this->database->fetchAllAssociative('SELECT profile_type, profile_data FROM user_profiles WHERE id_users = ? ORDER BY id', [$userId]);

        return ['profiles' => $rows];
    }
}
