-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "A box to live in",
	setup = function(c)
		c:box()
		c:image "ubuntu:24.04"
		c:rights "docker" -- sudo inside
		c:home ".box-home"
		c:mount(".", "/work"):workdir "/work"
		c:timezone "host"
		c:env "LANG"
		c:prepare("apt-get update && apt-get install -y sudo", { user = "root" })
		c:prepare("echo 'ALL ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/box", { user = "root" })
	end,
}
