-- SPDX-License-Identifier: MIT
-- tries: requires itself for ever
-- ends: refused
require "cnnrun"
require "cnnrun_"
return require "loop-a"
