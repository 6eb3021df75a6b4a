/** Part of the script on the host: messages, and their way to who is told. */
export const tell = String.raw`
/** What is told of an event; subject is "application", "database", "maintenance" or "deployment". */
function message(array $event, string $subject, array $settings, array $served, int $now): array {
    $since = $event['since'] ?? null;
    $message = [
        'id' => bin2hex(random_bytes(8)),
        'at' => gmdate('c', $now),
        'app' => $settings['app'],
        'stack' => $settings['stack'],
        'host' => $settings['host'],
        'subject' => $subject,
        'event' => $event['event'],
        'since' => $since === null ? null : gmdate('c', $since),
        'seconds' => isset($event['until']) ? max(0, $event['until'] - $since) : null,
        'release' => $event['release'] ?? $served['release'],
        'slot' => $served['slot'],
        'error' => $event['error'] ?? null,
        'url' => $event['url'] ?? $settings['url'],
    ];
    $text = sentence($message, $event['text'] ?? null, $since);
    return $message + ['text' => "{$settings['app']} {$settings['stack']}, host {$settings['host']}: $text {$message['url']}"];
}

function sentence(array $message, ?string $text, ?int $since): string {
    if ($text !== null) return $text;
    $what = "the {$message['subject']}";
    $from = $since === null ? '' : 'since ' . time_text($since);
    $for = duration_text($message['seconds'] ?? 0);
    $release = $message['release'] === null ? '' : " Release {$message['release']}.";
    switch ($message['event']) {
        case 'down':
            return "$what is down $from: {$message['error']}.$release";
        case 'up':
            return "$what is up again, after $for ($from; last error: {$message['error']}).$release";
        case 'still down':
            return "$what is still down, for $for ($from): {$message['error']}.$release";
        case 'window too long':
            return "users are answered 503 for maintenance for $for already ($from). When it is over: selfhelp maintenance off --stack {$message['stack']}.$release";
        case 'window closed':
            return "users are served again, after $for of maintenance ($from).$release";
        default:
            return "$what: {$message['event']}.";
    }
}

/** A receiver that is down for long gets the newest of them; the rest is counted. */
function enqueue(array $state, array $messages, array $settings): array {
    foreach ($settings['receivers'] as $receiver) {
        $waiting = array_merge($state['waiting'][$receiver['name']] ?? [], $messages);
        $dropped = max(0, count($waiting) - 200);
        $state['waiting'][$receiver['name']] = array_slice($waiting, $dropped);
        $state['dropped'][$receiver['name']] = ($state['dropped'][$receiver['name']] ?? 0) + $dropped;
    }
    return $state;
}

/** In their order, each until it was taken; the first that isn't keeps those behind it waiting for the next look. Of those on the web none waits for another; mail goes last. */
function deliver(array $state, array $settings, callable $save): array {
    $receivers = array_column($settings['receivers'], null, 'name');
    foreach (['waiting', 'dropped', 'refused'] as $part) $state[$part] = array_intersect_key($state[$part] ?? [], $receivers);
    $next = function (string $name) use (&$state): ?array {
        return $state['waiting'][$name][0] ?? null;
    };
    $ended = function (string $name, ?string $refusal) use (&$state, $save): bool {
        $state['refused'] = array_filter([$name => $refusal] + $state['refused']);
        if ($refusal !== null) return false;
        array_shift($state['waiting'][$name]);
        $save($state);
        return true;
    };
    post_all(array_diff_key($receivers, ['email' => true]), $next, $ended);
    while (isset($receivers['email']) && ($message = $next('email')) !== null) {
        if (!$ended('email', send_mail($receivers['email']['command'], $message))) break;
    }
    return $state;
}

/** @param callable $ended is told why a message was not taken, null for one that was, and says whether to go on with the next one */
function post_all(array $receivers, callable $next, callable $ended): void {
    $multi = curl_multi_init();
    $post = function (string $name) use ($multi, $receivers, $next): bool {
        $message = $next($name);
        return $message !== null && curl_multi_add_handle($multi, post($receivers[$name], $message)) === CURLM_OK;
    };
    array_map($post, array_keys($receivers));
    do {
        curl_multi_exec($multi, $running);
        while ($done = curl_multi_info_read($multi)) {
            $name = curl_getinfo($done['handle'], CURLINFO_PRIVATE);
            curl_multi_remove_handle($multi, $done['handle']);
            if ($ended($name, refusal($done['handle'], $receivers[$name]['url'])) && $post($name)) $running++;
        }
        if ($running > 0) curl_multi_select($multi, 1.0);
    } while ($running > 0);
}

function post(array $receiver, array $message) {
    $escaped = htmlspecialchars($message['text'], ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8');
    $body = json($receiver['name'] === 'slack' ? ['text' => $escaped] : $message);
    $headers = ['Content-Type: application/json'];
    foreach ($receiver['headers'] ?? [] as $name => $value) $headers[] = "$name: $value";
    return request($receiver['url'], [CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => $headers, CURLOPT_PRIVATE => $receiver['name']]);
}

function request(string $url, array $options) {
    $curl = curl_init($url);
    curl_setopt_array($curl, $options + [
        CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
        CURLOPT_TIMEOUT => 8,
        CURLOPT_USERAGENT => 'monitor',
        CURLOPT_WRITEFUNCTION => fn ($curl, string $chunk): int => strlen($chunk),
    ]);
    return $curl;
}

/** @return string|null why it was not answered with 2xx, without its address */
function refusal($curl, string $url): ?string {
    if (curl_errno($curl) !== 0) return str_replace($url, '[hidden]', curl_error($curl));
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    return $status >= 200 && $status < 300 ? null : "answered $status";
}

function send_mail(string $command, array $message): ?string {
    $words = ['timeout', '--kill-after=5', '30', '/bin/bash', '--norc', '-eo', 'pipefail', '-c', $command];
    $subject = "{$message['app']} {$message['stack']}: {$message['subject']} {$message['event']}";
    $text = tmpfile();
    fwrite($text, "{$message['text']}\n");
    rewind($text);
    $nowhere = ['file', '/dev/null', 'w'];
    $process = proc_open($words, [$text, $nowhere, $nowhere], $pipes, '/', ['SUBJECT' => $subject] + getenv());
    $code = proc_close($process);
    return $code === 0 ? null : "its command exited with code $code";
}
`;
