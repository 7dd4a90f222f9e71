# SPDX-License-Identifier: MIT
"""docs/from-docker.md: several containers, and databases beside the tests."""
import kit
from project_kit import DOCKERS, ROOT_OF_IMAGE, Project, fetched, free_port


class Compose(Project, kit.Case):
    kind, images = "compose", ("postgres:16", "python:3.12-slim", "nginx:1.27")
    volumes = ("shop-data",)
    rights = ROOT_OF_IMAGE, DOCKERS, "use the volume shop-data"

    def session(self):
        port = free_port()
        p = self.start_cnnrun("./cnnrun.lua", env={"WEB_PORT": str(port), "DB_PASSWORD": "geheim"})
        try:
            body = self.served(port, "/api/visit")
        except AssertionError:
            self.stop(p)
            self.fail(p.stderr.read())
        self.assertIn("The shop", fetched(port))
        self.stop(p)
        self.assertNotIn("geheim", p.stderr.read())
        return body

    def test_twice(self):
        """the page leads through the server and the program to the database, whose data stay"""
        self.assertEqual([self.session(), self.session()], ["1", "2"])
        self.assertYours()

    def test_password(self):
        """that of the environment is asked for, and shown by no plan"""
        for words in (), ("--json",), ("--docker",):
            r = self.run_cnnrun("plan", *words, env={"DB_PASSWORD": "geheim"}, granted=False)
            self.assertEqual(r.code, 0, r.err)
            self.assertNotIn("geheim", r.out + r.err)
            self.assertIn("DB_PASSWORD" if not words else "POSTGRES_PASSWORD", r.out)


class Databases(Project, kit.Case):
    kind, images = "databases", ("postgres:16", "redis:7", "python:3.12-slim")
    rights = (ROOT_OF_IMAGE,)

    def test_twice(self):
        """both databases are ready, new each time, and gone afterwards"""
        for _ in range(2):
            self.assertEqual(self.ran().out.splitlines(), ["PostgreSQL: 42", "Redis: :1"])
        self.assertYours()

    def test_failing(self):
        """a test that fails is the status, and the databases are gone as well"""
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "exit 3")
        self.assertEqual(r.code, 3, r.err)
