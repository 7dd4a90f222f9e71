/* SPDX-License-Identifier: MIT */
#include "launch/image/base_image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/image.h"
#include "launch/image/base_record.h"
#include "profile/ownership.h"

#define SCRIPT "base-image.sh"
#define SAYS   "base-image: "

enum { LAST_BYTES = 4096 };

/* It will be run: what others could have laid or changed there does not count. */
static bool is_there(const char *script)
{
	struct stat st;
	AUTO_FREE char *problem = NULL;

	if (access(script, R_OK) < 0 || stat(script, &st) < 0)
		return false;
	problem = file_problem(script, &st);
	if (problem)
		log_warn("it is not run: %s", problem);
	return !problem;
}

/* Beside the Lua scripts: in the source tree, or installed. */
static char *find_script(void)
{
	const char *scripts = getenv("CNNRUN_SCRIPTS");
	AUTO_FREE char *exe = program_self(NULL);
	AUTO_FREE char *dir = exe ? path_join(exe, "..") : NULL;
	char *tries[3] = {NULL};
	char *found = NULL;

	/* "scripts" is another directory wherever one stands */
	tries[0] = scripts && *scripts == '/' ? path_join(scripts, SCRIPT) : NULL;
	tries[1] = dir ? path_join(dir, "../scripts/" SCRIPT) : NULL;
	tries[2] = dir ? path_join(dir, "../share/cnnrun/" SCRIPT) : NULL;
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		if (!found && tries[i] && is_there(tries[i]))
			found = tries[i];
		else
			free(tries[i]);
	}
	return found;
}

/* Runs `sh script arg`; what it prints goes to line. Returns its exit status, -1 = e. */
static int run_script(const char *script, const char *arg, int out,
	void (*line)(void *ctx, const char *text, size_t n), void *ctx, struct err *e)
{
	char text[4096];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	pid = fork();
	if (pid < 0) {
		err_errno(e, "fork");
		close(fds[0]);
		close(fds[1]);
		return -1;
	}
	if (pid == 0) {
		/* What this program ignores the script's own programs must not. */
		signal(SIGPIPE, SIG_DFL);
		dup2(fds[1], 2);
		dup2(out >= 0 ? out : fds[1], 1);
		execl("/bin/sh", "sh", script, arg, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], text, sizeof text)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			line(ctx, text, (size_t)n);
	}
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void keep_line(void *ctx, const char *text, size_t n)
{
	buf_add(ctx, text, n);
}

/* What is shown of a script, and what it said last. */
struct told {
	const struct progress_sink *sink; /* may be NULL */
	struct buf last;
};

static void show_line(void *ctx, const char *text, size_t n)
{
	struct told *told = ctx;
	struct progress p = {.kind = PROGRESS_LOG, .step = 1, .data = text, .n = n};

	if (told->sink)
		told->sink->event(told->sink->ctx, &p);
	buf_add(&told->last, text, n);
	if (told->last.n > LAST_BYTES)
		buf_drop(&told->last, told->last.n - LAST_BYTES);
}

/* Its last line says what was wrong, without the script's own name. */
static int script_failed(struct buf *last, struct err *e)
{
	const char *line;

	while (last->n && last->p[last->n - 1] == '\n')
		last->p[--last->n] = 0;
	line = strrchr(buf_str(last), '\n');
	line = line ? line + 1 : buf_str(last);
	if (!strncmp(line, SAYS, strlen(SAYS)))
		line += strlen(SAYS);
	return err_set(e, 0, "%s", *line ? line : "debootstrap failed");
}

/* "bookworm-amd64": which base this machine would make. */
static int base_name(const char *script, char **name, struct err *e)
{
	AUTO_BUF struct buf out = {0};
	int rc = run_script(script, "--name", -1, keep_line, &out, e);

	if (rc < 0)
		return -1;
	if (rc || !out.n)
		return err_set(e, 0, "no base image can be made here: %s", buf_str(&out));
	out.p[strcspn(out.p, "\n")] = 0;
	*name = xstrdup(out.p);
	return 0;
}

static int make_tar(const char *script, const char *tar, const struct progress_sink *sink,
	struct err *e)
{
	struct progress p = {.kind = PROGRESS_START,
		.step = 1,
		.name = "base image by debootstrap (half a minute, once)"};
	struct told told = {sink, {0}};
	double start = clock_seconds();
	int rc;

	if (sink)
		sink->event(sink->ctx, &p);
	rc = run_script(script, tar, -1, show_line, &told, e);
	if (rc > 0)
		rc = script_failed(&told.last, e);
	buf_free(&told.last);
	if (rc < 0)
		return -1;
	p.kind = PROGRESS_DONE;
	p.seconds = clock_seconds() - start;
	if (sink)
		sink->event(sink->ctx, &p);
	return 0;
}

static int import_tar(struct engine *g, const char *tar, const char *ref,
	const struct progress_sink *sink, char **id, struct err *e)
{
	AUTO_STRV struct strv changes = {0};
	AUTO_FD int fd = open(tar, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, "%s", tar);
	strv_add(&changes, "CMD [\"bash\"]");
	strv_add(&changes, "LABEL cnnrun.base=1");
	return image_import(g, fd, ref, &changes, sink, id, e);
}

int base_image_ensure(struct engine *g, const struct progress_sink *sink, char **ref,
	char **id, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *script = find_script();
	AUTO_FREE char *name = NULL, *tar = NULL, *dir = NULL, *cache = NULL;
	bool found = false;

	if (!script)
		return err_set(e, ENOENT,
			"%s is not installed beside cnnrun; use make install, or "
			"build/cnnrun "
			"of the source tree",
			SCRIPT);
	if (base_name(script, &name, e) < 0)
		return -1;
	*ref = xasprintf("cnnrun-base:%s", name);
	if (image_inspect(g, *ref, &image, &found, e) < 0)
		return -1;
	if (found && base_is_ours(g, *ref, image.id)) {
		*id = xstrdup(image.id);
		return 0;
	}
	cache = xasprintf("base-%s.tar", name);
	tar = xdg_path("CACHE", cache);
	dir = path_join(tar, "..");
	if (dir_make(dir, 0700, e) < 0)
		return -1;
	if (access(tar, R_OK) < 0 && make_tar(script, tar, sink, e) < 0)
		return -1;
	if (import_tar(g, tar, *ref, sink, id, e) < 0)
		return -1;
	base_keep(g, *ref, *id);
	return 0;
}
