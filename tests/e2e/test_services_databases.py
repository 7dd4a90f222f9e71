# SPDX-License-Identifier: MIT
"""PostgreSQL and Redis from Debian's packages beside a container that uses them."""
import os
import subprocess

import kit

POSTGRES = r"""c:service("db", function(s)
s:image "databases"
s:env("PATH", "/usr/lib/postgresql/15/bin:/usr/bin:/bin")
s:tmpfs "/data"
s:command { "sh", "-c", [[
initdb -D /data/pg -U test -A trust >/dev/null
echo "host all all all trust" >>/data/pg/pg_hba.conf
exec postgres -D /data/pg -k /data -c listen_addresses='*']] }
s:ready { command = { "pg_isready", "-h", "localhost", "-U", "test" }, interval = "300ms" }
s:stop { signal = "SIGINT" }
end)"""
REDIS = """c:service("cache", function(s)
s:image "databases"
s:command { "redis-server", "--save", "", "--bind", "0.0.0.0", "--protected-mode", "no" }
s:ready { port = 6379, interval = "300ms" }
end)"""
USE = """psql -h db -U test -Atc 'create table t (n int); insert into t values (41); select n + 1 from t' postgres
redis-cli -h cache set word hello
redis-cli -h cache get word"""


def databases():
    where = os.path.join(kit.SCRATCH, "databases")
    os.makedirs(where, exist_ok=True)
    subprocess.run([os.path.join(kit.TOP, "tests/lib/images.sh"), where, "databases"], check=True)


class Databases(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        databases()

    def test_used(self):
        """both are ready, used from the main container by their names, and gone with it"""
        self.profile(POSTGRES, REDIS, image="databases")
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-ec", USE)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual([line for line in r.out.split("\n") if line],
                         ["CREATE TABLE", "INSERT 0 1", "42", "OK", "hello"], r.err)
        self.assertIn("db    | ", r.err)
        self.assertIn("database system is shut down", r.err)  # it had its time
        self.assertIn("cache | ", r.err)
