/** Part of the script on the host: files, time, and which release users are served. PHP 7.4 and later, with the extensions that a host has anyway. */
export const base = String.raw`
set_error_handler(function (int $level, string $text): bool {
    if (!(error_reporting() & $level)) return false;
    throw new RuntimeException($text);
});
umask(077);

function read_json(string $path): ?array {
    if (!is_file($path) || is_link($path)) return null;
    $value = json_decode((string) file_get_contents($path, false, null, 0, 16 * 1024 * 1024), true);
    return is_array($value) ? $value : null;
}

/** Whole or not at all, whatever happens meanwhile; through no link that stands there. */
function write_file(string $path, string $text, int $mode): void {
    @unlink("$path.new");
    $usual = umask(0777 & ~$mode);
    $file = fopen("$path.new", 'x');
    umask($usual);
    $is_written = fwrite($file, $text) === strlen($text) && fflush($file) && (!function_exists('fsync') || fsync($file));
    fclose($file);
    if (!$is_written) throw new RuntimeException("$path could not be written");
    rename("$path.new", $path);
}

function json(array $value): string {
    return json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
}

function time_text(int $time): string {
    return gmdate('Y-m-d H:i:s', $time) . ' UTC';
}

function duration_text(int $seconds): string {
    $seconds = max(0, $seconds);
    if ($seconds < 60) return "$seconds s";
    if ($seconds < 3600) return intdiv($seconds, 60) . ' min ' . $seconds % 60 . ' s';
    if ($seconds < 2 * 86400) return intdiv($seconds, 3600) . ' h ' . intdiv($seconds % 3600, 60) . ' min';
    return intdiv($seconds, 86400) . ' days ' . intdiv($seconds % 86400, 3600) . ' h';
}

/** What users are served: the slot that the link leads to, and the release that its marker names. */
function served(array $settings): array {
    $target = is_link($settings['current']) ? realpath($settings['current']) : false;
    foreach ($settings['slots'] as $slot => $folder) {
        if ($target === false || $target !== realpath($folder)) continue;
        $marker = read_json("$folder/.release.json") ?? [];
        return ['slot' => $slot, 'release' => $marker['release'] ?? null, 'commit' => $marker['commit'] ?? null];
    }
    return ['slot' => null, 'release' => null, 'commit' => null];
}
`;
