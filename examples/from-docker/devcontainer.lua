-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "The project's development container",
	options = { port = { short = "p", default = 8000, env = "APP_PORT", about = "port of this machine" } },
	setup = function(c, opt)
		c:box()
		c:image "mcr.microsoft.com/devcontainers/python:3.12"
		c:user("image", { name = "vscode", uid = "host" })
		c:rights "docker" -- sudo inside
		c:capability "SYS_PTRACE" -- debuggers
		c:mount(".", "/workspaces/app"):workdir "/workspaces/app"
		c:volume("app-history", "/commandhistory")
		c:env("HISTFILE", "/commandhistory/.bash_history")
		c:env("PYTHONUNBUFFERED", 1)
		c:port { host = opt.port, container = 8000 }
		c:prepare("apt-get update && apt-get install -y ripgrep", { user = "root" })
		c:prepare ".devcontainer/post-create.sh"
	end,
}
