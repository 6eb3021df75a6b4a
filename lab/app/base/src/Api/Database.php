<?php

declare(strict_types=1);

namespace App\Api;

use Doctrine\DBAL\Connection;
use Doctrine\DBAL\DriverManager;

final class Database
{
    /** @param string $ca certificate authority of the server; TLS is used when it is given */
    public static function connect(string $url, string $ca): Connection
    {
        $options = $ca === '' ? [] : [\PDO::MYSQL_ATTR_SSL_CA => $ca, \PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true];

        return DriverManager::getConnection(['url' => $url, 'driver' => 'pdo_mysql', 'charset' => 'utf8mb4', 'driverOptions' => $options]);
    }
}
