#!/usr/bin/env bash
# The deployment as the process describes it (deploy-production.sh), for comparison. Usage: described-deployment.sh SETTLE_SECONDS
# Left as described: one folder, maintenance file, dump without encryption, no return when something fails.
set -e

settle_seconds=$1
backup_dir=/var/backups/described
app_dir=/var/www/described
timestamp=$(date +%Y%m%d_%H%M%S)
mysql="mariadb -h 127.0.0.1 -u $DB_USER selfhelp"

mkdir -p $backup_dir
mariadb-dump -h 127.0.0.1 -u "$DB_USER" --routines --triggers selfhelp >$backup_dir/backup_"$timestamp".sql

touch $app_dir/maintenance.lock
cd $app_dir
git fetch --quiet origin
git checkout --quiet main
git pull --quiet origin main

composer install --no-dev --optimize-autoloader --no-interaction --quiet
php bin/console cache:clear --env=prod --no-interaction --quiet
php bin/console cache:warmup --env=prod --no-interaction --quiet

$mysql <db/update_scripts/40_update_v8.0.0_v8.1.0.sql
new_version=$($mysql -e "SELECT version FROM version ORDER BY id DESC LIMIT 1;" -s -N)

php bin/console doctrine:schema:validate --env=prod --quiet
health=$(curl -s -o /dev/null -w "%{http_code}" http://localhost/cms-api/v1/health)
[ "$health" = 200 ]
rm -f $app_dir/maintenance.lock

sleep "$settle_seconds"
pages=$(curl -s -o /dev/null -w "%{http_code}" http://localhost/cms-api/v1/admin/pages -H "Authorization: Bearer $TOKEN")
[ "$pages" = 200 ]
echo "$new_version"
