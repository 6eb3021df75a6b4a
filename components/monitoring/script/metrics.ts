/** Part of the script on the host: what it saw, for Prometheus' node_exporter. docs/day-two.md has the same names. */
export const metrics = String.raw`
/** @return array when the newest whole backup of the database was taken, and the newest one that was restored once; null: there is none */
function newest_backups(array $database): array {
    $found = ['taken' => null, 'verified' => null];
    $manifests = is_dir($database['backups']) ? glob("{$database['backups']}/[0-9]*Z-*.json") : [];
    foreach (array_reverse($manifests) as $path) {
        $backup = read_json($path);
        $archive = substr($path, 0, -strlen('.json')) . '.sql.zst.age';
        if ($backup === null || ($backup['database'] ?? $database['name']) !== $database['name']) continue;
        if (!is_file($archive) || filesize($archive) !== ($backup['bytes'] ?? null)) continue;
        $found['taken'] = $found['taken'] ?? strtotime($backup['takenAt']);
        if (($backup['verifiedAt'] ?? null) === null) continue;
        $found['verified'] = strtotime($backup['takenAt']);
        break;
    }
    return $found;
}

/** Each with its type, its help and its samples: [labels, value]; a value that isn't known is left out. */
function metrics(array $state, array $settings, int $now): array {
    $seen = $state['seen'];
    $served = $state['served'];
    $slots = array_map(fn (string $slot): array => [['slot' => $slot], $served['slot'] === $slot ? 1 : 0], array_keys($settings['slots']));
    $down = [];
    foreach ($state['checks'] ?? [] as $subject => $check) $down[] = [['subject' => $subject], $check['down'] === null ? 0 : 1];
    $waiting = [];
    $dropped = [];
    foreach (array_column($settings['receivers'], 'name') as $name) {
        $waiting[] = [['receiver' => $name], count($state['waiting'][$name] ?? [])];
        $dropped[] = [['receiver' => $name], $state['dropped'][$name] ?? 0];
    }
    $release = ['release' => $served['release'] ?? 'none', 'commit' => $served['commit'] ?? 'none'];
    $all = [
        ['up', 'gauge', 'Whether the health path answered as it should when it was asked last.', [[[], $seen['application']['error'] === null ? 1 : 0]]],
        ['response_seconds', 'gauge', 'How long that took.', [[[], round($seen['application']['seconds'], 6)]]],
        ['down', 'gauge', 'Whether it counts as down, by the configured threshold.', $down],
        ['maintenance', 'gauge', 'Whether users are answered 503 for maintenance.', [[[], $state['maintenance'] ? 1 : 0]]],
        ['release_info', 'gauge', 'What users are served.', [[$release, 1]]],
        ['active_slot', 'gauge', 'The slot that users are served from.', $slots],
        ['undelivered_messages', 'gauge', 'Messages that a receiver has not taken yet.', $waiting],
        ['dropped_messages_total', 'counter', 'Messages that a receiver did not take for too long.', $dropped],
        ['last_run_timestamp_seconds', 'gauge', 'When this was written.', [[[], $now]]],
    ];
    return $settings['database'] === null ? $all : array_merge($all, database_metrics($state, $settings));
}

function database_metrics(array $state, array $settings): array {
    $database = $state['seen']['database'] ?? null;
    ['taken' => $taken, 'verified' => $verified] = newest_backups($settings['database']);
    $totals = [];
    foreach (['deployment', 'rollback'] as $kind)
        foreach (['done', 'failed', 'cut short', 'ended'] as $result)
            $totals[] = [['kind' => $kind, 'result' => $result], $state['deployments']['totals']["$kind $result"] ?? 0];
    return [
        ['database_up', 'gauge', 'Whether the database answered when it was asked last.', $database === null ? [] : [[[], $database['error'] === null ? 1 : 0]]],
        ['database_info', 'gauge', 'The version of the database.', isset($database['version']) ? [[['version' => $database['version']], 1]] : []],
        ['last_backup_timestamp_seconds', 'gauge', 'When the newest backup was taken.', $taken === null ? [] : [[[], $taken]]],
        ['last_verified_backup_timestamp_seconds', 'gauge', 'When the newest backup that was restored once was taken.', $verified === null ? [] : [[[], $verified]]],
        ['deployments_total', 'counter', 'Runs that changed something, by how they ended.', $totals],
    ];
}

/** In Prometheus' text format. */
function metrics_text(array $families, array $settings): string {
    $text = '';
    foreach ($families as [$name, $type, $help, $samples]) {
        if ($samples === []) continue;
        $text .= "# HELP selfhelp_$name $help\n# TYPE selfhelp_$name $type\n";
        foreach ($samples as [$labels, $value]) {
            $pairs = [];
            foreach (['app' => $settings['app'], 'stack' => $settings['stack']] + $labels as $label => $of)
                $pairs[] = "$label=\"" . strtr($of, ['\\' => '\\\\', '"' => '\\"', "\n" => '\\n']) . '"';
            $text .= "selfhelp_$name{" . implode(',', $pairs) . "} $value\n";
        }
    }
    return $text;
}

/** Where nothing is configured, Debian's package of node_exporter reads. @return string|null the file */
function write_metrics(array $state, array $settings, int $now): ?string {
    $usual = '/var/lib/prometheus/node-exporter';
    $directory = $settings['metricsDirectory'] ?? (is_dir($usual) ? $usual : null);
    $file = $directory === null ? null : "$directory/{$settings['app']}.prom";
    $last = $state['metrics'] ?? null;
    if ($last !== null && $last !== $file && is_file($last)) unlink($last);
    if ($file === null) return null;
    if (!is_dir($directory)) {
        mkdir($directory);
        chmod($directory, 0755);
    }
    write_file($file, metrics_text(metrics($state, $settings, $now), $settings), 0644);
    return $file;
}
`;
