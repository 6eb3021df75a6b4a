<?php

declare(strict_types=1);

namespace App\Controller;

use App\Release;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;

/** Which release makes this answer: by its code, and after `seconds` by the files that lie around it. All must tell the same. */
final class ReleaseController
{
    public function __invoke(Request $request): JsonResponse
    {
        $folder = dirname(__DIR__, 2);
        $release = Release::VERSION;
        usleep((int) (1e6 * min(60, max(0, (float) $request->query->get('seconds', '0')))));
        preg_match("/VERSION = '(.*)'/", (string) @file_get_contents("$folder/src/Release.php"), $source);
        $marker = json_decode((string) @file_get_contents("$folder/.release.json"), true);

        return new JsonResponse([
            'release' => $release,
            'source' => $source[1] ?? null,
            'marker' => $marker['release'] ?? null,
            'folder' => $folder,
            'root' => dirname((string) $request->server->get('DOCUMENT_ROOT')),
            'bytes' => strlen($request->getContent()),
        ], 200, ['X-Release' => $release]);
    }
}
