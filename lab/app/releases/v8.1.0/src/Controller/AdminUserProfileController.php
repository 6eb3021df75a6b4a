<?php

declare(strict_types=1);


namespace App\Controller;

use Doctrine\DBAL\Connection;
use Doctrine\DBAL\Exception\ForeignKeyConstraintViolationException;
use Doctrine\DBAL\Exception\UniqueConstraintViolationException;
use Symfony\Component\HttpKernel\Exception\BadRequestHttpException;
use Symfony\Component\HttpKernel\Exception\ConflictHttpException;
use Symfony\Component\HttpKernel\Exception\NotFoundHttpException;

final class AdminUserProfileController
{
    public function __construct(private Connection $database)
    {
    }

    public function getProfiles(string $userId): array
    {
        $rows = $this->database->fetchAllAssociative('SELECT id, profile_type, profile_data FROM user_profiles WHERE id_users = ? ORDER BY id', [$userId]);
        $profile = fn (array $row): array => ['id' => (int) $row['id'], 'type' => $row['profile_type'], 'data' => json_decode($row['profile_data'] ?? 'null')];

        return ['profiles' => array_map($profile, $rows)];
    }

    public function createProfile(string $userId, array $body = []): array
    {
        try {
            $this->database->insert('user_profiles', ['id_users' => $userId] + $this->columns($body));
        } catch (UniqueConstraintViolationException) {
            throw new ConflictHttpException('the user has a profile of this type');
        } catch (ForeignKeyConstraintViolationException) {
            throw new NotFoundHttpException('no such user');
        }

        return ['id' => (int) $this->database->lastInsertId()];
    }

    public function updateProfile(string $userId, string $profileId, array $body = []): array
    {
        $this->find($userId, $profileId);
        try {
            $this->database->update('user_profiles', $this->columns($body), ['id' => $profileId]);
        } catch (UniqueConstraintViolationException) {
            throw new ConflictHttpException('the user has a profile of this type');
        }

        return ['id' => (int) $profileId];
    }

    public function deleteProfile(string $userId, string $profileId): array
    {
        $this->find($userId, $profileId);
        $this->database->delete('user_profiles', ['id' => $profileId]);

        return ['id' => (int) $profileId];
    }

    private function find(string $userId, string $profileId): void
    {
        if ($this->database->fetchOne('SELECT id FROM user_profiles WHERE id = ? AND id_users = ?', [$profileId, $userId]) === false) {
            throw new NotFoundHttpException('no such profile');
        }
    }

    /** @return array{profile_type: string, profile_data: string} */
    private function columns(array $body): array
    {
        $type = $body['profile']['type'] ?? null;
        $known = "SELECT COUNT(*) FROM lookups WHERE type_code = 'PROFILE_TYPES' AND code = ?";
        if (!is_string($type) || !$this->database->fetchOne($known, [$type])) {
            throw new BadRequestHttpException('profile.type must be one of the lookups PROFILE_TYPES');
        }

        return ['profile_type' => $type, 'profile_data' => (string) json_encode($body['profile']['data'] ?? null)];
    }
}
