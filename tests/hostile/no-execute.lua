-- SPDX-License-Identifier: MIT
-- tries: runs a program
-- ends: refused: 'os'
os.execute("touch /tmp/cnnrun-was-here")
