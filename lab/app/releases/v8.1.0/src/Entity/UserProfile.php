<?php

declare(strict_types=1);

namespace App\Entity;

use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity]
#[ORM\Table(name: 'user_profiles')]
#[ORM\UniqueConstraint(name: 'unique_user_profile', columns: ['id_users', 'profile_type'])]
#[ORM\Index(name: 'idx_profile_type', columns: ['profile_type'])]
#[ORM\Index(name: 'idx_created_at', columns: ['created_at'])]
class UserProfile
{
    #[ORM\Id]
    #[ORM\GeneratedValue]
    #[ORM\Column(type: 'integer')]
    public int $id;

    #[ORM\ManyToOne(targetEntity: User::class)]
    #[ORM\JoinColumn(name: 'id_users', nullable: false, onDelete: 'CASCADE')]
    public User $user;

    #[ORM\Column(name: 'profile_type', type: 'string', length: 50)]
    public string $type;

    #[ORM\Column(name: 'profile_data', type: 'json', nullable: true, options: ['collation' => 'utf8mb4_bin'])]
    public ?array $data;

    #[ORM\Column(name: 'created_at', type: 'datetime', nullable: true, options: ['default' => 'CURRENT_TIMESTAMP'])]
    public ?\DateTime $createdAt;

    #[ORM\Column(name: 'updated_at', type: 'datetime', nullable: true, options: ['default' => 'CURRENT_TIMESTAMP'])]
    public ?\DateTime $updatedAt;
}
