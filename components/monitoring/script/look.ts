/** Part of the script on the host: how application and database answer right now. */
export const look = String.raw`
/**
 * As users ask it, but of this host's own nginx. Who signed its certificate is no matter here: users may know an authority that this host doesn't.
 * One that has ended is refused to all of them.
 */
function look_at_application(array $wanted): array {
    ['scheme' => $scheme, 'name' => $name, 'status' => $status, 'contains' => $contains, 'timeoutSeconds' => $limit] = $wanted;
    $port = $scheme === 'https' ? 443 : 80;
    $body = '';
    $curl = curl_init("$scheme://$name{$wanted['path']}");
    curl_setopt_array($curl, [
        CURLOPT_CONNECT_TO => ["::127.0.0.1:$port"],
        CURLOPT_PROXY => '',
        CURLOPT_TIMEOUT => $limit,
        CURLOPT_SSL_VERIFYPEER => false,
        CURLOPT_SSL_VERIFYHOST => 0,
        CURLOPT_CERTINFO => true,
        CURLOPT_USERAGENT => 'monitor',
        CURLOPT_WRITEFUNCTION => function ($curl, string $chunk) use (&$body): int {
            if (strlen($body) < 1024 * 1024) $body .= $chunk;
            return strlen($chunk);
        },
    ]);
    $began = microtime(true);
    curl_exec($curl);
    $seconds = microtime(true) - $began;
    $answered = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    $ends = strtotime(curl_getinfo($curl, CURLINFO_CERTINFO)[0]['Expire date'] ?? '');
    $error = null;
    if (curl_errno($curl) === 7) $error = "nothing listens on port $port";
    elseif (curl_errno($curl) === 28) $error = "no answer within $limit s";
    elseif (curl_errno($curl) !== 0) $error = 'its answer broke off: ' . curl_error($curl);
    elseif ($answered !== $status) $error = "answered $answered, not $status";
    elseif ($contains !== null && strpos($body, $contains) === false) $error = "answered $status, but without \"$contains\"";
    elseif ($ends !== false && $ends < time()) $error = 'its certificate ended ' . time_text($ends);
    return ['error' => $error, 'seconds' => $seconds];
}

/** null: there is nobody to log in as. */
function look_at_database(array $wanted, string $current): ?array {
    $login = $wanted['login'] === null ? application_login("$current/.env.local") : $wanted['login'] + $wanted;
    if ($login === null) return null;
    try {
        return ['error' => null, 'version' => version_row(connect($login))];
    } catch (PDOException $refused) {
        return ['error' => preg_replace('/^SQLSTATE\[\w+\]:? */', '', $refused->getMessage()), 'version' => null];
    }
}

/** Who the application logs in as, and where. */
function application_login(string $file): ?array {
    if (!is_readable($file) || !preg_match('/^\s*(?:export\s+)?DATABASE_URL=(.*)$/m', (string) file_get_contents($file), $found)) return null;
    $text = trim($found[1]);
    if (preg_match("/^'(.*)'\$/", $text, $quoted)) $text = str_replace("'\"'\"'", "'", $quoted[1]);
    elseif (preg_match('/^"(.*)"$/', $text, $quoted)) $text = stripslashes($quoted[1]);
    $url = parse_url($text);
    if (!is_array($url) || !isset($url['host'], $url['user'], $url['path']) || !preg_match('/mysql|mariadb/', $url['scheme'] ?? '')) return null;
    return [
        'address' => trim($url['host'], '[]'),
        'port' => $url['port'] ?? 3306,
        'name' => rawurldecode(ltrim($url['path'], '/')),
        'user' => rawurldecode($url['user']),
        'password' => rawurldecode($url['pass'] ?? ''),
    ];
}

/** With TLS where the server offers it: an account may be refused without. What is read is no secret, so nobody's certificate is looked at. */
function connect(array $login): PDO {
    ini_set('mysqlnd.net_read_timeout', '10');
    $encrypted = [PDO::MYSQL_ATTR_SSL_CIPHER => 'DEFAULT', PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false];
    $usual = [PDO::ATTR_TIMEOUT => 5, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION];
    $open = fn (array $options): PDO => @new PDO(
        "mysql:host={$login['address']};port={$login['port']};dbname={$login['name']}",
        $login['user'],
        $login['password'],
        $options
    );
    try {
        return $open($encrypted + $usual);
    } catch (PDOException $refused) {
        return $open($usual);
    }
}

/** null: there is no such table, or nothing in it. */
function version_row(PDO $database): ?string {
    try {
        $version = $database->query('SELECT version FROM version ORDER BY id DESC LIMIT 1')->fetchColumn();
        return is_string($version) ? trim($version) : null;
    } catch (PDOException $refused) {
        if (in_array($refused->errorInfo[1] ?? 0, [1054, 1146], true)) return null;
        throw $refused;
    }
}
`;
