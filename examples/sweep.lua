-- SPDX-License-Identifier: MIT
-- A script that steers: trains with several learning rates, one container after the other,
-- and says which was best.
--   cnnrun examples/sweep.lua --rates 1e-2,1e-3,1e-4
local train = require "profiles.train"
local cnn = require "cnnrun"

--- The last test accuracy the trainer printed.
local function accuracy(text)
	local last
	for value in text:gmatch "test_acc%s*=%s*([%d.]+)" do last = tonumber(value) end
	return last
end

return cnn.profile {
	about = "Finds the best of several learning rates",
	action = "none", -- setup does all there is to do
	options = {
		devices = train.options.devices,
		image = train.options.image,
		rates = { type = "list", default = "1e-2,1e-3,1e-4", about = "learning rates to try" },
		epochs = { default = 1, about = "epochs each" },
	},
	setup = function(c, opt)
		train.setup(c, opt)
		local best = {}
		for _, rate in ipairs(opt.rates) do
			c:command("--fashion", "--lr", rate, "--num_epochs", opt.epochs,
				"--log_dir", "/tmp/logs") -- gone with the container
			local r, why = cnn.run(c, { capture = true })
			if not r then error(why, 0) end
			local acc = r.code == 0 and accuracy(r.stdout) or nil
			print(("lr %-8s %s  %.0f s"):format(rate,
				acc and ("accuracy %.4f"):format(acc) or ("failed with status %d"):format(r.code),
				r.seconds))
			if r.code ~= 0 then print(r.stderr) end
			if acc and acc > (best.accuracy or 0) then best = { rate = rate, accuracy = acc } end
		end
		if best.rate then print("best: lr " .. best.rate) end
	end,
}
