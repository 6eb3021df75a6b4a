<?php

declare(strict_types=1);

namespace App\Controller;

use Doctrine\DBAL\Connection;

final class AdminPageController
{
    public function __construct(private Connection $database)
    {
    }

    public function getPages(): array
    {
        return ['pages' => $this->database->fetchAllAssociative('SELECT keyword, url FROM pages ORDER BY keyword')];
    }

    public function getLookups(): array
    {
        return ['lookups' => $this->database->fetchAllAssociative('SELECT type_code, code, description FROM lookups ORDER BY id')];
    }
}
