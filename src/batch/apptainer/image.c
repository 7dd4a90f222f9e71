/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/tree.h"
#include "batch/apptainer/apptainer.h"

static void use_config(struct unpacked *u, const cJSON *all, struct resolved *s)
{
	const cJSON *config = json_get(all, "config");
	AUTO_STRV struct strv env = {0};

	s->from.known = true;
	json_read_strv(json_get(config, "Entrypoint"), &s->from.entrypoint);
	json_read_strv(json_get(config, "Cmd"), &s->from.command);
	str_set(&u->workdir, json_str(config, "WorkingDir"));
	json_read_strv(json_get(config, "Env"), &env);
	for (size_t i = 0; i < env.n; i++) {
		char *equals = strchr(env.v[i], '=');

		if (!equals)
			continue;
		*equals = 0;
		kvs_set(&u->env, env.v[i], equals + 1);
	}
}

/* Layers are compared with the digests of the configuration as they are unpacked. */
static int unpack(const char *program, int fd, const char *to, struct err *e)
{
	AUTO_FREE char *part = xasprintf("%s.part", to),
		       *scratch = xasprintf("%s.tmp", to);
	AUTO_STRV struct strv words = {0};
	pid_t pid;
	int rc;

	if (tree_remove(part, e) < 0 || tree_remove(scratch, e) < 0 ||
		dir_make(scratch, 0700, e) < 0)
		return -1;
	strv_add(&words, program);
	strv_add(&words, "--silent");
	strv_add(&words, "build");
	strv_add(&words, "--sandbox");
	strv_add(&words, "--disable-cache");
	strv_add(&words, part);
	/* the very file that was looked at; it is inherited */
	strv_addf(&words, "docker-archive:/proc/self/fd/%d", fd);
	fcntl(fd, F_SETFD, 0);
	rc = apptainer_start(&words, scratch, &pid, e);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (!rc && apptainer_wait(pid) != 0)
		rc = err_set(e, EIO,
			"apptainer does not unpack the image; what it says is above; %s "
			"needs room for it, twice",
			to);
	if (!rc && rename(part, to) < 0)
		rc = err_errno(e, "%s", to);
	tree_remove(scratch, rc < 0 ? NULL : e);
	if (rc < 0)
		tree_remove(part, NULL);
	return rc;
}

int unpacked_open(struct unpacked *u, const char *program, const cJSON *image,
	struct resolved *s, struct err *e)
{
	const char *id = json_str(image, "id"), *tar = json_str(image, "tar");
	AUTO_FREE char *top = NULL, *lock = NULL;
	AUTO_JSON cJSON *config = NULL;
	AUTO_FD int fd = -1;

	if (!id || !tar)
		return err_set(e, ENOENT,
			"this node has only Apptainer, which needs the image's tar; "
			"submit "
			"the job again with --image-tar, which takes it along");
	fd = open(tar, FILE_READ);
	if (fd < 0)
		return err_errno(e, "the image's tar %s", tar);
	config = image_config(fd, tar, id, e);
	if (!config || apptainer_place(APPTAINER_IMAGES, &top, e) < 0)
		return -1;
	use_config(u, config, s);
	str_set(&s->image_id, id);
	u->dir = path_join(top, strchr(id, ':') ? strchr(id, ':') + 1 : id);
	lock = xasprintf("%s.lock", u->dir);
	u->lock = file_lock(lock, e);
	if (u->lock < 0)
		return -1;
	if (access(u->dir, F_OK) != 0) {
		log_info("unpacking the image: %s", tar);
		if (unpack(program, fd, u->dir, e) < 0)
			return -1;
	}
	return flock(u->lock, LOCK_SH) < 0 ? err_errno(e, "%s", u->dir) : 0;
}

void unpacked_close(struct unpacked *u)
{
	if (u->lock >= 0)
		close(u->lock);
	free(u->dir);
	free(u->workdir);
	kvs_free(&u->env);
}
