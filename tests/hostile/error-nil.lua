-- SPDX-License-Identifier: MIT
-- tries: raises nil
-- ends: refused
error(nil)
