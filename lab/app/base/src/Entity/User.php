<?php

declare(strict_types=1);

namespace App\Entity;

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
}
