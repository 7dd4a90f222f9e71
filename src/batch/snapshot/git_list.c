/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/packages.h"
#include "batch/snapshot/snapshot.h"
#include "engine/http/call.h"

/* A repository's configuration names programs: none of them runs, and nothing is fetched.
 * What the user's environment says is of another repository. */
static const char *const words[] = {"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u",
	"GIT_INDEX_FILE", "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none",
	"GIT_NO_LAZY_FETCH=1", "git", "-c", "core.fsmonitor=false", "-c",
	"core.hooksPath=/dev/null", "-c", "core.sshCommand=false", "ls-files", "-z",
	"--cached", "--others", "--exclude-standard"};

static int start(const char *dir, int out, int err, pid_t *pid)
{
	AUTO_STRV struct strv line = {0};
	posix_spawn_file_actions_t files;
	int rc;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		strv_add(&line, words[i]);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, err, 2);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addchdir_np(&files, dir);
	rc = posix_spawnp(pid, line.v[0], &files, NULL, line.v, environ);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static void take_all(int fd, struct buf *out)
{
	enum { PIECE = 65536 };
	ssize_t k;

	while ((k = read(fd, buf_room(out, PIECE), PIECE)) > 0 ||
		(k < 0 && errno == EINTR))
		if (k > 0) {
			out->n += (size_t)k;
			out->p[out->n] = 0;
		}
}

static int failed(const char *dir, int status, int said, bool *none, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	AUTO_FREE char *line = NULL;

	lseek(said, 0, SEEK_SET);
	take_all(said, &text);
	if (strstr(buf_str(&text), "not a git repository")) {
		*none = true;
		return 0;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		line = package_line("prog:git");
		return err_set(e, ENOENT, "a snapshot needs the program git%s%s",
			line ? "; install it: " : "", line ? line : "");
	}
	line = buf_take(&text);
	one_line(line, 500);
	return err_set(e, EIO, "git does not tell the files of %s: %s", dir, line);
}

int git_list(const char *dir, struct buf *out, bool *none, struct err *e)
{
	int ends[2], status = 0;
	AUTO_FD int said = memfd_create("git", MFD_CLOEXEC);
	pid_t pid;
	int rc;

	*none = false;
	if (said < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(e, "git");
	rc = start(dir, ends[1], said, &pid);
	close(ends[1]);
	if (!rc)
		take_all(ends[0], out);
	close(ends[0]);
	errno = rc;
	if (rc)
		return err_errno(e, "cannot run %s in %s", words[0], dir);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? failed(dir, status, said, none, e) : 0;
}
