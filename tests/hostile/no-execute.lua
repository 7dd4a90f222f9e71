-- SPDX-License-Identifier: MIT
-- tries: runs a program
-- ends: refused: os.execute: a profile starts no programs
os.execute("touch /tmp/cnnrun-was-here")
