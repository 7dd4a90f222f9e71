# SPDX-License-Identifier: MIT
"""A lock that a stranger wrote, and images whose packages a stranger wrote."""
import io
import json
import os
import sqlite3
import tarfile

import attack
import kit

MIB = 1 << 20


def archive(files):
    """[(path, bytes or a TarInfo's members)]"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
        for path, data in files:
            m = tarfile.TarInfo(path)
            if isinstance(data, dict):
                vars(m).update(data) if False else [setattr(m, k, v) for k, v in data.items()]
                data = b""
            m.size = len(data)
            t.addfile(m, io.BytesIO(data))
    return out.getvalue()
