# SPDX-License-Identifier: MIT
"""Counts its visitors in the database."""
import http.server
import os

import psycopg2

db = psycopg2.connect(os.environ["DATABASE_URL"])
db.autocommit = True
cursor = db.cursor()
cursor.execute("create table if not exists visits (at timestamptz default now())")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/health":
            cursor.execute("insert into visits default values")
        cursor.execute("select count(*) from visits")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%d" % cursor.fetchone())


http.server.HTTPServer(("", 8000), Handler).serve_forever()
