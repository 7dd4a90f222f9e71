/* SPDX-License-Identifier: MIT */
/* What a plan rests on: which foreign files were evaluated, and who could change them. */
#ifndef CNNRUN_PROFILE_OWNERSHIP_H
#define CNNRUN_PROFILE_OWNERSHIP_H

#include <sys/stat.h>

#include "profile/profile.h"

/* This user; the one behind `sudo cnnrun`. Only root's own environment can say so, and
 * git decides the same way. */
uid_t user_behind(void);
/* Could somebody else than this user and root (and whoever is behind sudo) change the
 * file path, which is real and has this st? NULL, or the reason and its cure, which the
 * caller frees. */
char *file_problem(const char *path, const struct stat *st);
/* The same of a file that a container is made from: what lies in a directory that the
 * user trusts (safe.h) has none. */
char *ownership_problem(const char *path, const struct stat *st);
/* The same of a project's directory, and of those of marks (names in it, NULL at the end)
 * that are there. */
char *directory_problem(const char *dir, const char *const *marks);

/* Notes that the file path (real), whose bytes are text and whose open descriptor st was
 * asked of, was evaluated because of src: it is not what came with cnnrun. */
void source_note(struct profile_source *src, const char *path, const struct stat *st,
	const struct buf *text);
/* The same of everything another source rests on. */
void source_note_all(struct profile_source *src, const struct profile_source *other);

#endif
