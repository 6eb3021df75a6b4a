<?php

declare(strict_types=1);


namespace App\Controller;

use App\Release;
use Symfony\Component\HttpFoundation\JsonResponse;

final class HealthController
{
    public function __invoke(): JsonResponse
    {
        return new JsonResponse(['status' => 'error', 'release' => Release::VERSION, 'reason' => 'unhealthy on purpose'], 500);
    }
}
