<?php

declare(strict_types=1);

namespace App\Entity;

use Doctrine\Common\Collections\Collection;
use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity]
#[ORM\Table(name: 'users')]
#[ORM\UniqueConstraint(name: 'unique_username', columns: ['username'])]
class User
{
    #[ORM\Id]
    #[ORM\GeneratedValue]
    #[ORM\Column(type: 'integer')]
    public int $id;

    #[ORM\Column(type: 'string', length: 100)]
    public string $username;

    #[ORM\Column(type: 'string', length: 255, nullable: true)]
    public ?string $email;

    #[ORM\Column(type: 'string', length: 255)]
    public string $password;

    /** @var Collection<int, Permission> */
    #[ORM\ManyToMany(targetEntity: Permission::class)]
    #[ORM\JoinTable(name: 'users_permissions')]
    #[ORM\JoinColumn(name: 'id_users', onDelete: 'CASCADE')]
    #[ORM\InverseJoinColumn(name: 'id_permissions', onDelete: 'CASCADE')]
    public Collection $permissions;
}
