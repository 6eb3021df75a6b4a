/** Part of the script on the host: what the audit log says of deployments, also of one whose deployer died and can say nothing any more. */
export const deployments = String.raw`
/** Whether somebody deploys: the lock's file names the process that has it open. Taking the lock to see would keep a deployer from it. */
function is_locked(string $lock): bool {
    if (!is_file($lock)) return false;
    $process = (int) (explode("\n", (string) file_get_contents($lock))[1] ?? 0);
    return $process > 0 && @readlink("/proc/$process/fd/9") === $lock;
}

/** @return array [what is remembered, events]; of runs that began before the first look nothing is told, and they are counted */
function follow_deployments(array $was, array $settings, int $now): array {
    $fresh = ['offset' => 0, 'runs' => [], 'last' => null, 'totals' => [], 'from' => $now];
    $is = $was + $fresh;
    $file = $settings['log'];
    clearstatcache();
    $is_locked = is_locked($settings['lock']);
    if (!is_file($file)) return [$is, []];
    if (filesize($file) < $is['offset']) $is = $fresh;
    $events = [];
    $log = fopen($file, 'r');
    fseek($log, $is['offset']);
    while (($text = fgets($log)) !== false && substr($text, -1) === "\n") {
        $is['offset'] += strlen($text);
        $line = json_decode($text, true);
        if (!is_array($line) || !isset($line['deployment'], $line['event'], $line['at'])) continue;
        [$is, $event] = follow_line($is, $line);
        $events[] = $event;
    }
    // One that has just taken the lock is no dead one.
    $is_locked = $is_locked || is_locked($settings['lock']);
    foreach ($is['runs'] as $id => $run) {
        if ($is_locked && $id === $is['last']) continue;
        [$result, $event] = end_of($run, $now);
        $key = "{$run['kind']} $result";
        $is['totals'][$key] = ($is['totals'][$key] ?? 0) + 1;
        $events[] = $event;
        unset($is['runs'][$id]);
    }
    return [$is, array_values(array_filter($events))];
}

function follow_line(array $is, array $line): array {
    ['deployment' => $id, 'event' => $what] = $line;
    $at = (int) strtotime($line['at']);
    if ($what === 'begun') {
        $is['last'] = $id;
        if (!preg_match('/^(deployment|rollback) of stack /', $line['purpose'] ?? '', $found)) return [$is, null];
        $run = ['kind' => $found[1], 'by' => $line['operator'] ?? 'nobody knows whom', 'url' => $line['run'] ?? null, 'began' => $at];
        $is['runs'][$id] = $run + ['told' => $at >= $is['from'], 'open' => [], 'steps' => 0, 'failed' => false, 'done' => false];
        return [$is, told($is['runs'][$id], 'begun', $at, "{$run['kind']} begun by {$run['by']}.")];
    }
    if (!isset($is['runs'][$id])) return [$is, null];
    $run = &$is['runs'][$id];
    $step = $line['step'] ?? '';
    $run['open'] = $what === 'step begun' ? array_merge($run['open'], [$step]) : array_values(array_diff($run['open'], [$step]));
    if ($what === 'step done') $run['steps'] += 1;
    if ($what === 'step failed' && !$run['failed']) {
        $run['failed'] = true;
        return [$is, failed_event($run, $line, $at)];
    }
    if ($what !== 'done') return [$is, null];
    $run['done'] = true;
    $after = duration_text($at - $run['began']);
    $text = ($run['kind'] === 'rollback' ? 'rolled back' : 'deployment done')
        . " after $after: release {$line['release']}, database {$line['databaseVersion']}; by {$run['by']}.";
    return [$is, told($run, $run['kind'] === 'rollback' ? 'rolled back' : 'done', $at, $text, ['release' => $line['release']])];
}

function failed_event(array $run, array $line, int $at): ?array {
    $reason = trim(preg_replace('/\s+/', ' ', implode(' ', array_merge([$line['reason'] ?? ''], $line['takenBack'] ?? []))));
    $is_returned = ($line['usersReturned'] ?? false) === true;
    $where = duration_text($at - $run['began']) . " in step {$line['step']}" . ($is_returned ? ', and users were taken back' : '');
    return told($run, $is_returned ? 'rolled back' : 'failed', $at, "{$run['kind']} failed after $where: $reason", ['error' => $reason]);
}

/** Of a run whose lock is gone: its result, by the same words as the report has, and what is to be told of it. */
function end_of(array $run, int $now): array {
    $after = duration_text($now - $run['began']);
    if ($run['failed']) return ['failed', null];
    if ($run['open'] !== []) {
        $text = "{$run['kind']} failed: its deployer died, or lost its connection, in step " . implode(', ', $run['open'])
            . "; it had been begun by {$run['by']} $after ago. Next: pulumi preview, then pulumi up.";
        return ['cut short', told($run, 'failed', $now, $text, ['error' => 'its deployer died, or lost its connection'])];
    }
    if ($run['done']) return ['done', null];
    $text = "{$run['kind']} ended, with {$run['steps']} steps done and no release that is new; by {$run['by']}. If there was to be one: pulumi preview, then pulumi up.";
    return ['ended', told($run, 'ended', $now, $text)];
}

function told(array $run, string $event, int $at, string $text, array $more = []): ?array {
    if (!$run['told']) return null;
    return ['event' => $event, 'since' => $run['began'], 'until' => $at, 'text' => $text, 'url' => $run['url']] + $more;
}
`;
