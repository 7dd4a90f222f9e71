#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes ready what the server needs, and becomes it.
set -e
chown -R www-data /var/lib/nginx
exec "$@"
