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

return project
