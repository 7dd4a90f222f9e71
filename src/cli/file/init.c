/* SPDX-License-Identifier: MIT */
/* cnnrun init: a first profile for a project. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/command.h"
#include "cli/file/init.h"
#include "plan/checks.h"

#define FILE_NAME "cnnrun.lua"

/* The Dockerfile that the project has; NULL = none. */
static const char *dockerfile(void)
{
	static const char *const names[] = {"docker/Dockerfile", "Dockerfile"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!access(names[i], F_OK))
			return names[i];
	return NULL;
}

static void add_image(struct buf *b, const char *image)
{
	const char *file = image ? NULL : dockerfile();

	if (file)
		buf_addf(b, "\t\tc:build { dockerfile = \"%s\" }\n", file);
	else
		buf_addf(b, "\t\tc:image \"%s\"\n",
			image ? image : "debian:bookworm-slim");
}

static void add_profile(struct buf *b, const char *image)
{
	buf_adds(b, "-- Run it with `cnnrun`; `cnnrun plan` says what that does.\n"
		    "local cnn = require \"cnnrun\"\n\n"
		    "return cnn.profile {\n"
		    "\tabout = \"A shell with the project at /my_workspace\",\n"
		    "\toptions = {\n"
		    "\t\tdevices = { short = \"d\", default = \"none\", about = \"GPUs: "
		    "0 | 2,3 | "
		    "all | none\" },\n"
		    "\t},\n"
		    "\tsetup = function(c, opt)\n");
	add_image(b, image);
	buf_adds(b, "\t\tc:user \"host\" -- you: uid, gid, name\n"
		    "\t\tc:home \"docker/home\" -- keeps the shell's history\n"
		    "\t\tc:mount(\".\", \"/my_workspace\")\n"
		    "\t\tc:workdir \"/my_workspace\"\n"
		    "\t\tc:gpus(opt.devices)\n"
		    "\t\t-- c:display() -- windows on your screen\n"
		    "\t\tc:command { \"sh\", \"-c\", \"command -v bash >/dev/null && "
		    "exec bash; "
		    "exec sh\" }\n"
		    "\tend,\n"
		    "}\n");
}

static int write_new(const struct buf *b, struct err *e)
{
	AUTO_FD int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 && errno == EEXIST)
		return err_set(e, EEXIST,
			"there is a " FILE_NAME " already; it is left as it is");
	if (fd < 0 || write(fd, b->p, b->n) != (ssize_t)b->n) {
		err_errno(e, FILE_NAME);
		if (fd >= 0)
			unlink(FILE_NAME);
		return -1;
	}
	return 0;
}

static int init(struct cli *c, const struct opts *o, struct err *e)
{
	const char *image = opt_text(o, "image"), *from = opt_text(o, "from");
	AUTO_FREE char *cwd = cwd_get(e); /* it may be gone */
	AUTO_BUF struct buf b = {0}, next = {0};

	(void)c;
	if (!cwd || cli_no_more(o, from ? SIZE_MAX : 0, e) < 0)
		return -1;
	if (image && from)
		return err_set(e, ERR_USAGE, "--from says the image: leave --image out");
	if (image && check_reference(image, e) < 0) {
		e->code = ERR_USAGE;
		return err_wrap(e, "--image");
	}
	if (!from) {
		add_profile(&b, image);
		buf_adds(&next, "look at it, then: cnnrun plan, cnnrun");
	} else if (init_from(o, &b, &next, e) < 0) {
		return -1;
	}
	if (write_new(&b, e) < 0)
		return -1;
	log_info("wrote " FILE_NAME "; %s", next.p);
	return 0;
}

static const struct opt table[] = {
	{.name = "image",
		.arg = "REF",
		.about = "the image to run; without, the project's Dockerfile is built"},
	{.name = "from",
		.arg = "WHAT",
		.about = "a line of docker run in quotes, scripts with such lines, a "
			 "Dockerfile, a compose file or devcontainer.json, or -"},
};

const struct command command_init = {
	.name = "init",
	.usage = "[--image REF | --from WHAT [FILE...]]",
	.about = "Write a first profile, cnnrun.lua, into this directory",
	.details =
		"--from takes what you have: 'docker run ...' or podman's in quotes, "
		"build.sh\nrun.sh, a Dockerfile, compose.yaml, devcontainer.json, - "
		"for standard input.\nWhat has no equal is said in comments; nothing is "
		"run, and nothing that is\nthere is overwritten.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = init,
};
