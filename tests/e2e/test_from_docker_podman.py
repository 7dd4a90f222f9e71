# SPDX-License-Identifier: MIT
"""docs/from-docker.md on Podman: an entrypoint that becomes you, and services."""
import unittest

import podman
import test_from_docker
import test_from_docker_services


class Volumes:
    def remove_volumes(self):
        for name in self.volumes:
            self.podman.call("DELETE", "/volumes/" + name)


class Px4(Volumes, test_from_docker.Px4, podman.Service):
    pass


class Compose(Volumes, test_from_docker_services.Compose, podman.Service):
    pass


def load_tests(loader, _tests, _pattern):
    """Not those that are imported."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Px4, Compose))
