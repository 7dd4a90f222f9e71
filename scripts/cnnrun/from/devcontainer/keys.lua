-- SPDX-License-Identifier: MIT
--- Every property of the published schema of devcontainer.json, and what becomes of it. "taken":
--- as the words say; "said": left out, which a line tells; "quiet": left out, for nothing of it is
--- missed; "refused": an error that says what to write. docs/from-docker.md has them all.
local keys = {}

keys.top = {
	["$schema"] = { "quiet", "is the editor's" },
	name = { "taken", "what the profile says of itself" },
	image = { "taken", "`c:image`" },
	build = { "taken", "`c:build`" },
	dockerFile = { "taken", "`c:build`, as `build.dockerfile`" },
	context = { "taken", "`c:build`, as `build.context`" },
	dockerComposeFile = { "taken", "one compose file; its other services are beside the box" },
	service = { "taken", "the service of the compose file that is the box" },
	runServices = { "taken", "services beside the box; without it all of the file" },
	workspaceMount = { "taken", "`c:mount`; without it the project in `/workspaces/NAME`" },
	workspaceFolder = { "taken", "`c:workdir`" },
	mounts = { "taken", "`c:mount`, `c:volume`, `c:tmpfs`" },
	runArgs = { "taken", "as a line of `docker run` is" },
	containerEnv = { "taken", "`c:env`" },
	remoteEnv = { "taken", "`c:env`; with `${containerEnv:…}` by a shell before each command" },
	containerUser = { "taken", "`c:user`, where there is no `remoteUser`" },
	remoteUser = { "taken", "`c:user`, the image's user of that name" },
	updateRemoteUserUID = { "taken", "`uid = \"host\"` of `c:user`, unless false" },
	initializeCommand = { "said", "it is a command for this machine, not for the container" },
	onCreateCommand = { "taken", "`c:prepare`" },
	updateContentCommand = { "taken", "`c:prepare`" },
	postCreateCommand = { "taken", "`c:prepare`" },
	postStartCommand = { "taken", "before the first command after each start" },
	postAttachCommand = { "taken", "before each command" },
	waitFor = { "quiet", "all commands are done before the box is entered" },
	forwardPorts = { "taken", "`c:port`, on this machine alone" },
	appPort = { "taken", "`c:port`, on this machine alone unless an address is said" },
	portsAttributes = { "said", "what happens at a port is the editor's; the port itself is in forwardPorts" },
	otherPortsAttributes = { "said", "what happens at a port is the editor's; ports are named in forwardPorts" },
	init = { "taken", "`c:init`, which is on anyway" },
	privileged = { "taken", "`c:privileged`" },
	capAdd = { "taken", "`c:capability`" },
	securityOpt = { "taken", "`c:security`" },
	overrideCommand = { "said", "the first process of a box waits; write what has to run as postStartCommand" },
	shutdownAction = { "taken", "`none` is what a box does; else a line says how it is stopped" },
	hostRequirements = { "taken", "`gpu` is `c:gpus \"all\"`; of the others a line tells" },
	features = { "refused", "an image is built by its Dockerfile" },
	overrideFeatureInstallOrder = { "quiet", "without features there is no order" },
	secrets = { "taken", "`c:env \"NAME\"`: from your environment" },
	userEnvProbe = { "said", "no start files are read; a login shell does: -- bash -lc COMMAND" },
	customizations = { "quiet", "are the editor's" },
	settings = { "quiet", "are the editor's" },
	extensions = { "quiet", "are the editor's" },
	devPort = { "quiet", "is the editor's" },
}

--- overrideCommand and userEnvProbe that ask for what is so anyway.
keys.usual = { overrideCommand = "true", userEnvProbe = "none" }

keys.build = { dockerfile = 1, context = 1, target = 1, args = 1, cacheFrom = 1, options = 1 }
keys.gpu = { cores = 1, memory = 1 }
keys.host = { gpu = 1, cpus = 1, memory = 1, storage = 1 }
keys.mount = { type = 1, source = 1, target = 1, external = 1 }
keys.secret = { description = 1, documentationUrl = 1 }

--- What the Dockerfile has in place of a feature; the words of its package manager are its own.
keys.features = {
	["common-utils"] = "apt-get update && apt-get install -y sudo curl git less",
	git = "apt-get update && apt-get install -y git",
	["git-lfs"] = "apt-get update && apt-get install -y git-lfs",
	["github-cli"] = "apt-get update && apt-get install -y gh",
	node = "apt-get update && apt-get install -y nodejs npm",
	python = "apt-get update && apt-get install -y python3 python3-pip python3-venv",
	go = "apt-get update && apt-get install -y golang",
	rust = "apt-get update && apt-get install -y cargo",
	java = "apt-get update && apt-get install -y default-jdk",
	ruby = "apt-get update && apt-get install -y ruby-full",
	sshd = "apt-get update && apt-get install -y openssh-server",
	["nvidia-cuda"] = false,
	["docker-in-docker"] = false,
	["docker-outside-of-docker"] = false,
}
keys.instead = {
	["nvidia-cuda"] = "begin the Dockerfile with an image that has CUDA, "
		.. "as FROM nvidia/cuda:12.4.1-devel-ubuntu22.04",
	["docker-in-docker"] = "an engine in the container takes every right of this machine: leave it out",
	["docker-outside-of-docker"] = "the engine's socket gives the whole machine away: leave it out",
}

return keys
