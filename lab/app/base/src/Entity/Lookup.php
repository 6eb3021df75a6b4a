<?php

declare(strict_types=1);

namespace App\Entity;

use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity]
#[ORM\Table(name: 'lookups')]
#[ORM\UniqueConstraint(name: 'unique_lookup', columns: ['type_code', 'code'])]
class Lookup
{
    #[ORM\Id]
    #[ORM\GeneratedValue]
    #[ORM\Column(type: 'integer')]
    public int $id;

    #[ORM\Column(name: 'type_code', type: 'string', length: 100)]
    public string $typeCode;

    #[ORM\Column(type: 'string', length: 100)]
    public string $code;

    #[ORM\Column(type: 'string', length: 255, nullable: true)]
    public ?string $description;
}
