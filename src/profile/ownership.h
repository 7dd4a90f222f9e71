/* SPDX-License-Identifier: MIT */
/* What a plan rests on: which foreign files were evaluated, and who could change them. */
#ifndef CNNRUN_PROFILE_OWNERSHIP_H
#define CNNRUN_PROFILE_OWNERSHIP_H

#include <sys/stat.h>

#include "profile/profile.h"

/* Notes that the file path (real), whose bytes are text and whose open descriptor st was
 * asked of, was evaluated because of src: it is not what came with cnnrun. */
void source_note(struct profile_source *src, const char *path, const struct stat *st,
	const struct buf *text);
/* The same of everything another source rests on. */
void source_note_all(struct profile_source *src, const struct profile_source *other);

#endif
