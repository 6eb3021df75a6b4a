import { checks } from "./setup-checks";
import { webServer } from "./setup-nginx";

/**
 * For the stdin of `bash -euo pipefail`, with the parameters app, server name, runtime user, shared, state and backups folder, the webroot
 * of who asks for certificates, and certificate and key (empty: no TLS). Files are compared first, and put back when the new ones are refused, or nginx
 * does not answer with them as it should: the host is set up wholly or stays as it was. A run that was cut short is seen
 * by the next one (the file "setting-up"), which then loads everything anew. The braces make bash read all of it before it does any of it.
 * @param files one a line: `OF PATH BASE64`
 */
export const setUpScript = (files: string): string => `{${functions}${webServer}${checks}
set_up <<'FILES'
${files}
FILES
exit 0
}
`;

const functions = String.raw`
app="$1" server_name="$2" runtime_user="$3" shared="$4" state="$5" backups="$6" acme="$7" certificate="$8" key="$9"
pending="$state/setting-up"
changed='' files='' unlinked='' joined='' installed=yes loaded=no resuming=no
umask 022

refuse() { printf 'set-up of %s: %s\n' "$app" "$*" >&2; exit 1; }
is_changed() { case " $changed " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

is_new() { case " $files " in *" $1 "*) [ ! -e "$work/old$1" ] ;; *) return 1 ;; esac; }
unload_new() {
  for slot in blue green; do
    if is_new "/etc/$app/fpm-$slot.conf"; then systemctl disable --quiet --now "$app-fpm@$slot.service" || true; fi
  done
}
load_old() {
  systemctl daemon-reload || true
  for slot in blue green; do
    if is_changed php-fpm && [ -e "/etc/$app/fpm-$slot.conf" ]; then systemctl reload "$app-fpm@$slot.service" || true; fi
  done
  systemctl reload nginx || true
}
put_back() {
  if [ "$loaded" = yes ]; then unload_new; fi
  for path in $files; do
    if [ -e "$work/old$path" ]; then mv -T -- "$work/old$path" "$path"; else rm -f -- "$path"; fi
  done
  if [ -n "$unlinked" ]; then ln -s ../sites-available/default "$unlinked"; fi
  if [ -n "$joined" ]; then gpasswd --delete "$joined" "$runtime_user" > /dev/null || true; fi
  if [ "$loaded" = yes ]; then load_old; fi
  if [ "$resuming" = no ]; then rm -f -- "$pending"; fi
}
what_stands() {
  if [ -z "$changed" ]; then echo "nothing was changed"; return 0; fi
  if [ "$resuming" = yes ]; then echo "the files stay as a set-up that was cut short left them"; else echo "the files that were there before were put back"; fi
}
finish() {
  if [ "$installed" = no ]; then put_back; fi
  rm -rf -- "$work"
}

ensure_folder() { [ -d "$1" ] || install -d -o "$2" -g "$3" -m "$4" -- "$1"; }
ensure_passage() { runuser -u "$runtime_user" -- test -x "$1" || chmod o+x -- "$1"; }

install_file() {
  mkdir -p -- "$(dirname "$2")" "$work/new$(dirname "$2")" "$work/old$(dirname "$2")"
  printf '%s' "$3" | base64 --decode | sed -e "s|@PHP_FPM@|$php_fpm|" -e "$by_hand" > "$work/new$2"
  if [ ! -e /proc/net/if_inet6 ]; then sed -i '/listen \[::\]/d' "$work/new$2"; fi
  if [ -f "$2" ] && cmp -s -- "$work/new$2" "$2"; then return 0; fi
  : > "$pending"
  if [ -e "$2" ]; then cp -a -- "$2" "$work/old$2"; fi
  changed="$changed $1" files="$files $2" installed=no
  install -m 644 -- "$work/new$2" "$2.new"
  mv -T -- "$2.new" "$2"
}

start_fpm() {
  if is_changed systemd; then systemctl daemon-reload; fi
  for unit in "$app-fpm@blue.service" "$app-fpm@green.service"; do
    if ! systemctl is-enabled --quiet "$unit" 2>/dev/null; then systemctl enable --quiet "$unit"; fi
    if ! systemctl is-active --quiet "$unit"; then
      systemctl start "$unit" || refuse "$unit does not start, so $(what_stands). See why: sudo journalctl -u $unit -n 30"
    elif is_changed php-fpm; then
      systemctl reload "$unit"
    fi
  done
}

listens() { [ -n "$(ss -Hltn 'src 127.0.0.1 and sport = :8080')" ]; }
# nginx's processes that take new requests: those from before a reload do so for a moment, and where that fails, for good.
workers() {
  master="$(systemctl show --value -p MainPID nginx)"
  for worker in $(cat "/proc/$master/task/$master/children"); do
    if ! grep -aF 'shutting down' "/proc/$worker/cmdline" >/dev/null 2>&1; then echo "$worker"; fi
  done
}
are_new() { [ -z "$(printf '%s\n' "$old" | grep -xF -- "$(workers)")" ]; }

start_nginx() {
  if ! systemctl is-enabled --quiet nginx; then systemctl enable --quiet nginx; fi
  old=none
  if ! systemctl is-active --quiet nginx; then
    systemctl start nginx || refuse "nginx does not start, so $(what_stands). See why: sudo journalctl -u nginx -n 30"
  elif is_changed nginx; then
    old="$(workers)"
    systemctl reload nginx
  fi
  for attempt in $(seq 100); do
    if listens && are_new; then return 0; fi
    sleep 0.1
  done
  refuse "nginx does not serve what its new configuration says, ten seconds after its reload, so $(what_stands). See why: sudo tail -n 30 /var/log/nginx/error.log"
}

# A unit's new text is no reason to end the requests of its service.
is_behind() {
  since="$(TZ=UTC systemctl show --value -p ActiveEnterTimestamp "$1")"
  [ "$(date -d "$since" +%s)" -lt "$(stat -c %Y "/etc/systemd/system/$app-fpm@.service")" ]
}
tell_exposure() {
  for unit in "$app-fpm@blue.service" "$app-fpm@green.service"; do
    exposure="$(systemd-analyze security --no-pager "$unit" 2>/dev/null | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\) .*/\1/p')" || true
    if is_behind "$unit"; then when=" from the slot's next build on; until then it runs as it did before"; else when=''; fi
    printf '%s: exposure %s%s\n' "$unit" "$exposure" "$when"
  done
}

find_fpm() {
  # The version that builds a release also serves it, where there are several.
  php_fpm="/usr/sbin/php-fpm$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;' 2>/dev/null)" || true
  if [ ! -x "$php_fpm" ]; then php_fpm="$(find /usr/sbin -maxdepth 1 -name 'php-fpm*' | sort -V | tail -n 1)"; fi
  if [ -z "$php_fpm" ]; then refuse "php-fpm is not installed. Nothing was changed. Install it: sudo apt-get install php-fpm"; fi
}

# Users may be served from a folder made by hand, before the first switch.
find_by_hand() {
  by_hand='/@BY_HAND@/d'
  target="$(readlink -e -- "/var/www/$app-current")" || return 0
  for slot in blue green; do if [ "$target" = "$(readlink -m -- "/var/www/$app-$slot")" ]; then return 0; fi; done
  by_hand="s|@BY_HAND@|$(printf '%s' "$target" | sed 's/[|&\"]/\\&/g; s/%/%%/g')|g"
}

make_folders() {
  ensure_folder "$state" root root 755
  ensure_passage "$state"
  ensure_folder "$backups" root root 700
  for folder in "$acme" "$shared" "$shared/config" "$shared/public" "$shared/var"; do
    ensure_folder "$folder" root root 755
    ensure_passage "$folder"
  done
  ensure_folder "$shared/config/jwt" root "$runtime_user" 750
  for folder in "$shared/public/uploads" "$shared/var/log"; do ensure_folder "$folder" "$runtime_user" "$runtime_user" 755; done
}

# One whose connection was lost goes on to its end.
be_alone() {
  exec 9> "/run/$app-set-up.lock"
  flock --timeout 100 9 || refuse "another set-up runs on this host, maybe of a deployer that lost its connection. Nothing was changed by this one. It ends within three minutes; then type: pulumi up"
}

set_up() {
  given="$(cat)"
  be_alone
  find_fpm
  if ! command -v nginx >/dev/null; then refuse "nginx is not installed. Nothing was changed. Install it: sudo apt-get install nginx"; fi
  check_tls
  check_port 80
  if [ -n "$certificate" ]; then check_port 443; fi
  check_port 8080
  make_folders
  if [ -e "$pending" ]; then resuming=yes changed='nginx systemd php-fpm'; fi
  work="$(mktemp -d)"
  trap finish EXIT
  find_by_hand
  before=''
  if grep -sF "server_name $server_name;" "/etc/nginx/conf.d/$app.conf" >/dev/null; then before="$(status)"; fi
  while read -r of path content; do install_file "$of" "$path" "$content"; done <<< "$given"
  make_way
  let_nginx_in
  if is_changed nginx; then check_nginx; fi
  check_fpm
  loaded=yes
  start_fpm
  start_nginx
  if is_changed nginx; then check_answers; fi
  installed=yes
  rm -f -- "$pending"
  if [ -n "$changed" ]; then printf 'set up: %s\n' "$(printf '%s\n' $changed | sort -u | paste -sd ' ')"; else echo 'nothing to do'; fi
  tell_exposure
}
`;
