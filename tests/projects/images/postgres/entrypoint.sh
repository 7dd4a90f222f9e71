#!/bin/bash
# SPDX-License-Identifier: MIT
set -e
if [ "$(id -u)" = 0 ]; then
	mkdir -p "$PGDATA"
	find "$PGDATA" ! -user postgres -exec chown postgres {} +
	chmod 700 "$PGDATA"
	exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
	initdb -U postgres -A scram-sha-256 --pwfile=<(echo "$POSTGRES_PASSWORD") >/dev/null
	sed -i 's/^local.*/local all all trust/' "$PGDATA/pg_hba.conf"
	echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
	pg_ctl -w -o "-c listen_addresses='' -k /tmp" start >/dev/null
	createdb -h /tmp -U postgres "$POSTGRES_DB"
	pg_ctl -w -m fast stop >/dev/null
fi
exec "$@" -k /tmp -c listen_addresses='*'
