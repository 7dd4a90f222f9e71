-- SPDX-License-Identifier: MIT
-- tries: raises a table
-- ends: refused: raised a table
error({})
