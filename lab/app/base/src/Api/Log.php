<?php

declare(strict_types=1);


namespace App\Api;

use Psr\Log\AbstractLogger;
use Psr\Log\LogLevel;

/** Warnings and worse, one line each in the shape that Monolog writes; to the server's own log when the file can't be written. */
final class Log extends AbstractLogger
{
    private const KEPT = [LogLevel::WARNING, LogLevel::ERROR, LogLevel::CRITICAL, LogLevel::ALERT, LogLevel::EMERGENCY];

    public function __construct(private string $file)
    {
    }

    public function log($level, $message, array $context = []): void
    {
        if (!in_array($level, self::KEPT, true)) {
            return;
        }
        $values = array_map(fn (mixed $value): string => is_scalar($value) || $value instanceof \Stringable ? (string) $value : get_debug_type($value), $context);
        $text = strtr((string) $message, array_combine(array_map(fn (string|int $key): string => "{{$key}}", array_keys($values)), $values));
        $line = sprintf('[%s] app.%s: %s', date(DATE_ATOM), strtoupper($level), str_replace(["\r", "\n"], ' ', $text));
        if (@file_put_contents($this->file, "$line\n", FILE_APPEND | LOCK_EX) === false) {
            error_log($line);
        }
    }
}
