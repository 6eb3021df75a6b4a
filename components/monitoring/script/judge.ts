/** Part of the script on the host: what of what was seen is to be told. Pure: state and now in, state and events out. */
export const judge = String.raw`
/**
 * Down when so many of the last looks failed, up when so many in a row passed. Before the first look it counts as up.
 * @return array [what is remembered, the event or null]
 */
function judge(array $was, ?string $error, array $settings, int $now): array {
    ['failed' => $failed, 'of' => $of, 'passed' => $passed] = $settings['threshold'];
    $is = $was + ['down' => null, 'told' => false, 'looks' => [], 'error' => null];
    $is['looks'] = array_slice(array_merge($is['looks'], [['at' => $now, 'failed' => $error !== null]]), -max($of, $passed));
    $is['error'] = $error ?? $is['error'];
    if ($is['down'] === null) {
        $failures = array_values(array_filter(array_slice($is['looks'], -$of), fn (array $look): bool => $look['failed']));
        if (count($failures) < $failed) return [$is, null];
        $is['down'] = $failures[0]['at'];
        $is['looks'] = [];
        return [$is, ['event' => 'down', 'since' => $is['down'], 'error' => $is['error']]];
    }
    $last = array_slice($is['looks'], -$passed);
    $failures = array_filter($last, fn (array $look): bool => $look['failed']);
    if (count($last) === $passed && $failures === []) {
        $event = ['event' => 'up', 'since' => $is['down'], 'until' => $last[0]['at'], 'error' => $is['error']];
        return [['down' => null, 'told' => false, 'looks' => [], 'error' => null], $event];
    }
    if ($is['told'] || $now - $is['down'] < $settings['stillDownSeconds']) return [$is, null];
    $is['told'] = true;
    return [$is, ['event' => 'still down', 'since' => $is['down'], 'until' => $now, 'error' => $is['error']]];
}

/** A window that is open for too long, and the end of one that was told of. */
function judge_window(array $was, ?int $opened, array $settings, int $now): array {
    $is = $was + ['open' => null, 'told' => false];
    if ($opened === null) {
        $event = $is['told'] ? ['event' => 'window closed', 'since' => $is['open'], 'until' => $now] : null;
        return [['open' => null, 'told' => false], $event];
    }
    $is['open'] = $is['open'] ?? $opened;
    $limit = $settings['windowSeconds'];
    if ($limit === null || $is['told'] || $now - $is['open'] < $limit) return [$is, null];
    $is['told'] = true;
    return [$is, ['event' => 'window too long', 'since' => $is['open'], 'until' => $now]];
}
`;
