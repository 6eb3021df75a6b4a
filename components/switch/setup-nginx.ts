/** Part of the set-up's script: what it changes of an nginx that was there before, apart from files of its own. */
export const webServer = String.raw`
# Debian's own welcome page, as it came with the package, makes way for a site that takes every name; anybody else's stays.
make_way() {
  default=/etc/nginx/sites-enabled/default
  [ "$server_name" = _ ] && [ -L "$default" ] || return 0
  packaged="$(dpkg-query -W -f '$''{Conffiles}\n' nginx-common 2>/dev/null | sed -n 's|^ /etc/nginx/sites-available/default \([0-9a-f]*\).*|\1|p')"
  if [ -n "$packaged" ] && [ "$(md5sum < "$default" | cut -d ' ' -f 1)" = "$packaged" ]; then
    : > "$pending"
    changed="$changed nginx" installed=no unlinked="$default"
    rm -- "$default"
  fi
}

# As which user, and of which group where one is said, nginx works.
nginx_as() {
  { nginx -T 2>/dev/null || cat /etc/nginx/nginx.conf; } | sed -n 's/^[[:space:]]*user[[:space:]]\{1,\}\([^;]*\);.*/\1/p' | tr -d "\"'"
  nginx -V 2>&1 | sed -n 's/.*--user=\([^ ]*\).*/\1/p'
}
# nginx hands requests to php-fpm's socket, and uploads to users: as somebody else than PHP's user, it has to be of that one's group.
let_nginx_in() {
  read -r nginx_user nginx_group <<< "$(nginx_as)" || true
  case "$runtime_user" in "$nginx_user" | "$nginx_group") return 0 ;; esac
  if id -Gn -- "$nginx_user" 2>/dev/null | tr ' ' '\n' | grep -xF -- "$runtime_user" >/dev/null; then return 0; fi
  remedy="Say \"user $runtime_user;\" in /etc/nginx/nginx.conf, then start again."
  if [ -z "$nginx_user" ] || [ "$nginx_user" = nobody ]; then refuse "nginx works as nobody, who can't reach php-fpm, so $(what_stands). $remedy"; fi
  : > "$pending"
  changed="$changed nginx" installed=no joined="$nginx_user"
  if ! said="$(usermod --append --groups "$runtime_user" "$nginx_user" 2>&1)"; then
    joined=''
    refuse "nginx works as $nginx_user, who can't be made a member of $runtime_user's group and so can't reach php-fpm ($said); $(what_stands). $remedy"
  fi
}
`;
