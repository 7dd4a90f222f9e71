-- SPDX-License-Identifier: MIT
--- The same as verbs_good and verbs_bad, of what makes a run a job.
local good = {
	nodes = { { function(c) c:nodes(2) end, { nodes = 2 } } },
	tasks = { { function(c) c:tasks { per_node = 2 } end, { tasks = { per_node = 2 } } } },
	time = {
		{ function(c) c:time "2h" end, { limit = { time = 7200 } } },
		{ function(c) c:limit { time = 9, pids = 9 }:time(90) end, { limit = { time = 90, pids = 9 } } },
	},
	retries = { { function(c) c:retries(3):retries(0) end, { retries = 0 } } },
	checkpoint = {
		{ function(c) c:checkpoint { signal = "SIGUSR1", before = "2m", status = 75 } end,
			{ checkpoint = { signal = "USR1", before = 120, status = 75 } } },
		{ function(c) c:checkpoint() end, { checkpoint = {} } },
	},
	sweep = {
		{ function(c) c:sweep { seed = { 1, 2 }, lr = { 1e-2, "1e-3" } } end,
			{ sweep = { { option = "lr", values = { "0.01", "1e-3" } },
				{ option = "seed", values = { "1", "2" } } } } },
		{ function(c) c:sweep { lr = "1" }:sweep { lr = { 2, 3 } } end,
			{ sweep = { { option = "lr", values = { "2", "3" } } } } },
	},
	parallel = { { function(c) c:sweep { a = { 1 } }:parallel(4) end,
		{ sweep = { { option = "a", values = { "1" } } }, parallel = 4 } } },
	after = {
		{ function(c) c:after(42):after("42", { state = "any" }):after { 43, "44_1" } end,
			{ after_job = { { job = "42", state = "any" }, { job = "43" }, { job = "44_1" } } } },
	},
	unafter = { { function(c) c:after { 42, 43 }:unafter(42) end, { after_job = { { job = "43" } } } } },
	unsweep = {
		{ function(c) c:sweep { a = { 1 }, b = { 2 } }:unsweep "a" end,
			{ sweep = { { option = "b", values = { "2" } } } } },
		{ function(c) c:sweep { a = { 1 }, b = { 2 } }:unsweep { "a", "b" } end, {} },
	},
}

local bad = {
	nodes = { { function(c) c:nodes "2" end, 'the number of nodes must be a whole number, not "2"' } },
	tasks = {
		{ function(c) c:tasks(2) end, "the argument must be a table { per_node }, not 2" },
		{ function(c) c:tasks {} end, "needs { per_node = ... }" },
	},
	time = { { function(c) c:time "soon" end, 'the time must be a time as "500ms", "2s" or "1m"' } },
	retries = { { function(c) c:retries() end, "the number must be a whole number, not nothing" } },
	checkpoint = {
		{ function(c) c:checkpoint { after = "60s" } end, 'unknown key "after"' },
		{ function(c) c:checkpoint { signal = 10 } end, "signal must be a string, not 10" },
	},
	sweep = {
		{ function(c) c:sweep "lr" end, 'needs options and their values, as in { lr = { 0.1, 0.01 } }, not "lr"' },
		{ function(c) c:sweep { lr = {} } end, "lr has no values" },
		{ function(c) c:sweep { { 1 } } end, "an option must be a string, not 1" },
	},
	parallel = { { function(c) c:parallel "4" end, 'the number must be a whole number, not "4"' } },
	after = {
		{ function(c) c:after("db", { state = "any" }) end, 'state is for jobs, which have numbers, not for "db"' },
		{ function(c) c:after(4.5) end, "the services must be a list, not 4.5" },
	},
	unsweep = { { function(c) c:unsweep() end, "the option must be a string, not nothing" } },
}

return { good = good, bad = bad }
