/** Part of the script on the host: one look. What was decided and what is to be told are kept in one write, so that a power cut repeats or loses neither. */
export const main = String.raw`
function window_opened(string $file): ?int {
    clearstatcache();
    return file_exists($file) ? filemtime($file) : null;
}

/** @return array [the state, messages]; nothing is judged in a maintenance window */
function look(array $state, array $settings, int $now): array {
    $opened = window_opened($settings['maintenanceFile']);
    $seen = ['application' => look_at_application($settings['application'])];
    if ($settings['database'] !== null) $seen['database'] = look_at_database($settings['database'], $settings['current']);
    // One that was opened meanwhile counts.
    $opened = $opened ?? window_opened($settings['maintenanceFile']);
    $seen = array_filter($seen);
    $served = served($settings);
    $messages = [];
    [$state['window'], $event] = judge_window($state['window'] ?? [], $opened, $settings, $now);
    if ($event !== null) $messages[] = message($event, 'maintenance', $settings, $served, $now);
    foreach ($opened === null ? $seen : [] as $subject => ['error' => $error]) {
        [$state['checks'][$subject], $event] = judge($state['checks'][$subject] ?? [], $error, $settings, $now);
        if ($event !== null) $messages[] = message($event, $subject, $settings, $served, $now);
    }
    if ($settings['database'] !== null) {
        [$state['deployments'], $events] = follow_deployments($state['deployments'] ?? [], $settings, $now);
        foreach ($settings['deployments'] ? $events : [] as $event) $messages[] = message($event, 'deployment', $settings, $served, $now);
    }
    $state = ['seen' => $seen, 'served' => $served, 'maintenance' => $opened !== null] + $state;
    return [$state, $messages];
}

/** What others are told of the last look that came to its end. */
function status(array $state, int $now): array {
    $waiting = [];
    foreach (array_filter($state['waiting'] ?? []) as $name => $messages) {
        $waiting[] = ['receiver' => $name, 'count' => count($messages), 'reason' => $state['refused'][$name] ?? 'not asked yet'];
    }
    return ['at' => $now, 'waiting' => $waiting, 'metrics' => $state['metrics']];
}

function run(array $settings): void {
    $file = "{$settings['state']}/state.json";
    $lock = fopen("{$settings['state']}/lock", 'c');
    if (!flock($lock, LOCK_EX | LOCK_NB)) return;
    $save = function (array $state) use ($file): void {
        write_file($file, json($state), 0600);
    };
    $now = time();
    [$state, $messages] = look(read_json($file) ?? [], $settings, $now);
    $state = enqueue($state, $messages, $settings);
    $save($state);
    $state = deliver($state, $settings, $save);
    $state['metrics'] = write_metrics($state, $settings, $now);
    $save($state);
    write_file("{$settings['state']}/status.json", json(status($state, $now)), 0600);
    if ($settings['heartbeat'] !== null) curl_exec(request($settings['heartbeat'], []));
}

if (!isset($argv[1])) return;
$settings = read_json($argv[1]);
if ($settings === null) {
    fwrite(STDERR, "{$argv[1]} is missing, or is no JSON: type pulumi up, which writes it\n");
    exit(1);
}
try {
    run($settings);
} catch (Throwable $error) {
    fwrite(STDERR, "this look was not ended, and tells nobody: {$error->getMessage()}\n");
    exit(1);
}
`;
