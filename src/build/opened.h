/* SPDX-License-Identifier: MIT */
/* Opening a build's inputs: by their names, and what they really are is kept. */
#ifndef CNNRUN_BUILD_OPENED_H
#define CNNRUN_BUILD_OPENED_H

#include "build/inputs.h"

#define INPUT_TEXT_MAX  ((size_t)16 << 20)
#define INPUT_FIND      (O_PATH | O_CLOEXEC)
#define INPUT_DIRECTORY (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* A directory that things are looked for in. */
struct place {
	int fd;
	const char *path;
	bool outside, by_link;
};
struct place opened_place(const struct build_input *i);

/* name, which may lead out of from, and then to another place of the project, or outside.
 * out->fd is -1 before; -1 = errno. */
int open_input(const struct place *project, const struct place *from, const char *name,
	int flags, struct build_input *out);
/* As the profile wrote it: relative to the project, or not. */
int open_named_input(const struct place *project, const char *name, int flags,
	struct build_input *out);
/* A file of patterns. *text stays as it is where there is none. */
int open_ignore(const struct place *project, const struct place *from, const char *name,
	struct build_input *f, struct buf *text, struct err *e);
void close_input(struct build_input *i);

#endif
