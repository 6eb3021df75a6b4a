/** Part of the set-up's script: what must hold of a host before anything of it is changed, before what was changed is loaded, and after it. */
export const checks = String.raw`
check_port() {
  holder="$(ss -Hltnp "sport = :$1" | grep -v '"nginx"' | grep -E " (\*|0\.0\.0\.0|127\.0\.0\.1|\[::\]):$1 " | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' | head -n 1)" || true
  if [ -n "$holder" ]; then refuse "port $1 is held by $holder, but nginx has to listen there. Nothing was changed. Stop $holder or give it another port, then start again."; fi
}

check_tls() {
  for file in "$certificate" "$key"; do
    if [ -n "$file" ] && [ ! -f "$file" ]; then
      refuse "$file is not there, but selfhelp:hardening.tls names it. Nothing was changed. Put it there (without that setting, nginx answers an ACME server from $acme: certbot certonly --webroot -w $acme -d $server_name), then start again."
    fi
  done
}

check_nginx() {
  if ! said="$(nginx -t 2>&1)"; then
    refuse "nginx refuses its configuration, so $(what_stands) and nginx keeps running as it was. Correct what it names, then start again: $said"
  fi
  for port in 80 443; do
    if ! printf '%s\n' "$said" | grep -F "conflicting server name \"$server_name\" on 0.0.0.0:$port," >/dev/null; then continue; fi
    others="$(grep -rlsE "server_name[^;]*[[:space:]]$server_name[[:space:];]" /etc/nginx/conf.d /etc/nginx/sites-enabled | grep -vxF "/etc/nginx/conf.d/$app.conf" | tr '\n' ' ')" || true
    refuse "nginx already has a server \"$server_name\" on port $port (in: $others) and would pass over one of the two, so $(what_stands). Take that server out of nginx without reloading it, then start again: this set-up reloads nginx once, and users notice nothing."
  done
}

check_fpm() {
  for slot in blue green; do
    if ! said="$("$php_fpm" -t --fpm-config "/etc/$app/fpm-$slot.conf" 2>&1)"; then
      refuse "$php_fpm refuses the configuration of slot $slot, so $(what_stands): $said"
    fi
  done
  # With a php.ini that it can't read to the end, php-fpm starts all the same.
  if printf '%s\n' "$said" | grep -F 'syntax error' >/dev/null; then
    refuse "php-fpm would pass over a part of its settings, so $(what_stands). Correct the file that it names, then start again: $said"
  fi
}

# How users' server answers this host's question for a path, over http or https: its status line and headers, or nothing.
asked() {
  name="$server_name"
  if [ "$name" = _ ]; then name=localhost; fi
  curl --silent --insecure --noproxy '*' --max-time 10 --connect-to '::127.0.0.1:' --output /dev/null --dump-header - "$1://$name$2" || true
}
status() { asked http / | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p'; }

# Prints what is wrong with an answer of nginx's own: one of its headers that is not there.
missing() {
  schemes=http
  if [ -n "$certificate" ]; then schemes='http https'; fi
  for scheme in $schemes; do
    answer="$(asked "$scheme" /.well-known/acme-challenge/none)"
    if [ -z "$answer" ]; then echo "is not answered over $scheme"; return 0; fi
    for header in $(sed -n 's/^add_header \([A-Za-z-]*\) .*/\1/p' "/etc/nginx/snippets/$app-headers.conf"); do
      if [ "$scheme $header" = 'http Strict-Transport-Security' ]; then continue; fi
      printf '%s\n' "$answer" | grep -i "^$header: " >/dev/null || { echo "is answered without $header over $scheme"; return 0; }
    done
  done
}
check_answers() {
  lacking="$(missing)"
  if [ -n "$lacking" ]; then
    refuse "nginx took its new configuration, but $server_name $lacking, so $(what_stands), and nginx was reloaded. Another server of this nginx may answer in its place (sudo nginx -T | grep -n -e listen -e server_name), or the certificate may have another key."
  fi
  if [ -z "$before" ] || [ "$before" -ge 500 ]; then return 0; fi
  after="$(status)"
  if [ -z "$after" ] || [ "$after" -ge 500 ]; then
    refuse "nginx took its new configuration, but / of $server_name is answered \"$after\" instead of $before, so $(what_stands), and nginx was reloaded. See why: sudo tail -n 30 /var/log/nginx/$app.error.log"
  fi
}
`;
