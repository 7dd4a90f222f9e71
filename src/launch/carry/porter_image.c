/* SPDX-License-Identifier: MIT */
#include "launch/carry/porter_image.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "engine/docker/ustar.h"
#include "engine/image.h"
#include "launch/carry/program.h"
#include "launch/image/base_record.h"
#include "porter/porter.h"

enum { NAME_HEX = 12 };

static int make_tar(struct buf *tar, struct err *e)
{
	AUTO_FREE char *program = xmalloc(porter_program_bytes);
	const struct resolved_file files[] = {
		{.path = (char[]){PORTER_VOLUME}, .mode = 0755},
		{.path = (char[]){PORTER_PROGRAM},
			.data = program,
			.n = porter_program_bytes,
			.mode = 0555},
	};

	memcpy(program, porter_program, porter_program_bytes);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (ustar_add(tar, &files[i], e) < 0)
			return -1;
	ustar_end(tar);
	return 0;
}

static int import(struct engine *g, const char *ref, char **id, struct err *e)
{
	AUTO_FD int fd = memfd_create("porter", MFD_CLOEXEC);
	AUTO_STRV struct strv changes = {0};
	AUTO_BUF struct buf tar = {0};

	if (make_tar(&tar, e) < 0)
		return -1;
	if (fd < 0 || write(fd, tar.p, tar.n) != (ssize_t)tar.n ||
		lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(e, "memory for an image");
	strv_add(&changes, "CMD [\"" PORTER_PROGRAM "\"]");
	return image_import(g, fd, ref, &changes, NULL, id, e);
}

int porter_image(struct engine *g, char **id, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *ref = NULL;
	char hex[DIGEST_HEX];
	bool found = false;

	digest_hex(porter_program, porter_program_bytes, hex);
	ref = xasprintf(PORTER_IMAGE ":%.*s", NAME_HEX, hex);
	if (image_inspect(g, ref, &image, &found, e) < 0)
		return -1;
	if (found && base_is_ours(g, ref, image.id)) {
		*id = xstrdup(image.id);
		return 0;
	}
	if (import(g, ref, id, e) < 0)
		return -1;
	base_keep(g, ref, *id);
	return 0;
}
