<?php

declare(strict_types=1);

namespace App\Api;

/** Signed tokens (JWT, RS256) with the keys in config/jwt. */
final class Tokens
{
    private const LIFETIME_SECONDS = 3600;

    public function __construct(private string $folder)
    {
    }

    public function issue(string $user): string
    {
        $claims = ['sub' => $user, 'exp' => time() + self::LIFETIME_SECONDS];
        $signed = self::encode(['alg' => 'RS256', 'typ' => 'JWT']) . '.' . self::encode($claims);
        if (!openssl_sign($signed, $signature, $this->key('private'), OPENSSL_ALGO_SHA256)) {
            throw new \RuntimeException("$this->folder/private.pem is not a private key");
        }

        return $signed . '.' . self::base64($signature);
    }

    /** The token's user; null when it is forged, expired or no token at all. */
    public function userOf(string $token): ?string
    {
        $parts = explode('.', $token);
        if (count($parts) !== 3) {
            return null;
        }
        $signature = (string) base64_decode(strtr($parts[2], '-_', '+/'));
        if (openssl_verify("$parts[0].$parts[1]", $signature, $this->key('public'), OPENSSL_ALGO_SHA256) !== 1) {
            return null;
        }
        $claims = json_decode((string) base64_decode(strtr($parts[1], '-_', '+/')), true);

        return ($claims['exp'] ?? 0) > time() ? ($claims['sub'] ?? null) : null;
    }

    private function key(string $which): string
    {
        $key = @file_get_contents("$this->folder/$which.pem");

        return $key !== false ? $key : throw new \RuntimeException("$this->folder/$which.pem can't be read");
    }

    private static function encode(array $value): string
    {
        return self::base64((string) json_encode($value));
    }

    private static function base64(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
