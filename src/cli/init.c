/* SPDX-License-Identifier: MIT */
/* cnnrun init: a first profile for a project. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/command.h"
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

/* The directory's name as an image's: lower case, and what else it may hold. */
static char *image_name(const char *cwd)
{
	const char *base = strrchr(cwd, '/') + 1;
	AUTO_BUF struct buf b = {0};

	for (; *base; base++) {
		char c = *base >= 'A' && *base <= 'Z' ? (char)(*base | 32) : *base;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_addc(&b, c);
		else if (b.n && b.p[b.n - 1] != '-')
			buf_addc(&b, '-');
	}
	while (b.n && b.p[b.n - 1] == '-')
		b.p[--b.n] = 0;
	return b.n ? buf_take(&b) : xstrdup("project");
}

static void add_image(struct buf *b, const char *image, const char *cwd)
{
	AUTO_FREE char *name = image_name(cwd);
	const char *file = image ? NULL : dockerfile();

	if (file)
		buf_addf(b,
			"\t\tc:build { tag = \"%s:latest\", context = \".\", dockerfile "
			"= "
			"\"%s\" }\n",
			name, file);
	else
		buf_addf(b, "\t\tc:image \"%s\"\n",
			image ? image : "debian:bookworm-slim");
}

static void add_profile(struct buf *b, const char *image, const char *cwd)
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
	add_image(b, image, cwd);
	buf_adds(b, "\t\tc:user \"host\" -- you: uid, gid, name\n"
		    "\t\tc:home \"docker/home\" -- keeps the shell's history\n"
		    "\t\tc:mount(\".\", \"/my_workspace\")\n"
		    "\t\tc:workdir \"/my_workspace\"\n"
		    "\t\tc:gpus(opt.devices)\n"
		    "\t\t-- c:display() -- windows on your screen\n"
		    "\t\tc:env(\"LANG\", \"C.UTF-8\")\n"
		    "\t\tc:command { \"sh\", \"-c\", \"command -v bash >/dev/null && "
		    "exec bash; "
		    "exec sh\" }\n"
		    "\tend,\n"
		    "}\n");
}

static int init(struct cli *c, const struct opts *o, struct err *e)
{
	const char *image = opt_text(o, "image");
	AUTO_FREE char *cwd = NULL;
	AUTO_BUF struct buf b = {0};
	AUTO_FD int fd = -1;

	(void)c;
	if (cli_no_more(o, 0, e) < 0)
		return -1;
	if (image && check_reference(image, e) < 0) {
		e->code = ERR_USAGE;
		return err_wrap(e, "--image");
	}
	cwd = cwd_get(e);
	if (!cwd)
		return -1;
	add_profile(&b, image, cwd);
	fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return err_set(e, EEXIST,
			"there is a " FILE_NAME " already; it is left as it is");
	if (fd < 0 || write(fd, b.p, b.n) != (ssize_t)b.n) {
		err_errno(e, FILE_NAME);
		if (fd >= 0)
			unlink(FILE_NAME);
		return -1;
	}
	log_info("wrote " FILE_NAME "; look at it, then: cnnrun plan, cnnrun");
	return 0;
}

static const struct opt table[] = {
	{.name = "image",
		.arg = "REF",
		.about = "the image to run; without, the project's Dockerfile is built"},
};

const struct command command_init = {
	.name = "init",
	.usage = "[--image REF]",
	.about = "Write a first profile, cnnrun.lua, into this directory",
	.details = "Nothing that is there is overwritten.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = init,
};
