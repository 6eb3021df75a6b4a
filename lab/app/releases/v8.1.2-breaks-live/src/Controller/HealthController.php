<?php

declare(strict_types=1);


namespace App\Controller;

use App\Api\Users;
use App\Release;
use Doctrine\DBAL\Connection;
use Psr\Log\LoggerInterface;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

/** Well when the database answers and people can log in. */
final class HealthController
{
    public function __construct(private Connection $database, private Users $users, private LoggerInterface $log)
    {
    }

    public function __invoke(Request $request): JsonResponse
    {
        if ($request->server->get('SERVER_PORT') !== '8080') {
            return new JsonResponse(['status' => 'error', 'release' => Release::VERSION, 'reason' => 'broken for users on purpose'], 500);
        }

        try {
            $version = $this->database->fetchOne('SELECT version FROM version ORDER BY id DESC LIMIT 1');
            $this->users->probe();
        } catch (\Throwable $error) {
            $this->log->error('health: {reason}', ['reason' => $error->getMessage()]);

            return new JsonResponse(['status' => 'error', 'release' => Release::VERSION], 503);
        }

        return new JsonResponse([
            'status' => 'ok',
            'release' => Release::VERSION,
            'databaseVersion' => $version,
            'slot' => basename(dirname(__DIR__, 2)),
        ]);
    }
}
