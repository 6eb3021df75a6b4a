<?php

declare(strict_types=1);

namespace App\Entity;

use Doctrine\Common\Collections\Collection;
use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity]
#[ORM\Table(name: 'api_routes')]
#[ORM\UniqueConstraint(name: 'unique_route', columns: ['route_name', 'version'])]
class ApiRoute
{
    #[ORM\Id]
    #[ORM\GeneratedValue]
    #[ORM\Column(type: 'integer')]
    public int $id;

    #[ORM\Column(name: 'route_name', type: 'string', length: 100)]
    public string $name;

    #[ORM\Column(type: 'string', length: 10, options: ['default' => 'v1'])]
    public string $version;

    #[ORM\Column(type: 'string', length: 255)]
    public string $path;

    #[ORM\Column(type: 'string', length: 255)]
    public string $controller;

    #[ORM\Column(type: 'string', length: 50)]
    public string $methods;

    #[ORM\Column(type: 'json', nullable: true, options: ['collation' => 'utf8mb4_bin'])]
    public ?array $params;

    /** @var Collection<int, Permission> */
    #[ORM\ManyToMany(targetEntity: Permission::class)]
    #[ORM\JoinTable(name: 'api_routes_permissions')]
    #[ORM\JoinColumn(name: 'id_api_routes', onDelete: 'CASCADE')]
    #[ORM\InverseJoinColumn(name: 'id_permissions', onDelete: 'CASCADE')]
    public Collection $permissions;
}
