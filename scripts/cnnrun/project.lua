-- SPDX-License-Identifier: MIT
--- Files of the project, and only those; none in a directory that nothing marks as one.
local check = require "cnnrun.check"
local door = require "cnnrun.door"

local project = {}

--- Is there such a file or directory?
project.exists = check.api("cnn.project.exists", function(path)
	return door.call("project.exists", { path = check.string(path, "path") })
end)

--- The text of a file of at most 1 MiB, 32 MiB together; nil, message, code when it cannot be read.
project.read = check.api("cnn.project.read", function(path)
	return door.call("project.read", { path = check.string(path, "path") })
end)

--- Its directory, absolute.
project.dir = check.api("cnn.project.dir", function() return door.call "project.dir" end)

--- The files and directories that a shell's pattern matches ("data/*.csv"), in order, relative
--- to the project; no links that lead out of it.
project.glob = check.api("cnn.project.glob", function(pattern)
	return door.call("project.glob", { path = check.string(pattern, "pattern") })
end)

return project
