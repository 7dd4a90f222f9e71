/* SPDX-License-Identifier: MIT */
/* The porter: a program of ours that acts on the directory that it is started in, for
 * whoever is at its standard input: on a volume, alone in a container of its own, or on a
 * job's files. It runs nothing, follows no symlink, and decides nothing. Both are built
 * together, for one machine: the words are structs. */
#ifndef CNNRUN_PORTER_H
#define CNNRUN_PORTER_H

#include <stdint.h>

#define PORTER_PROGRAM "/porter"
#define PORTER_VOLUME  "/v" /* where the container has it */
/* What is begun lies at the top by this name until it is whole; what was left is removed.
 */
#define PORTER_PART ".cnnrun-part"

enum { PORTER_PATH_MAX = 4095, PORTER_DEEP = 256 };

enum porter_verb {
	/* To it. */
	PORTER_OWN = 1, /* size: uid, mtime: gid of what comes; mode 1: of all there is */
	PORTER_PUT,  /* mode, mtime, path; size bytes follow: a file's, a link's text */
	PORTER_DROP, /* path, with all below it */
	PORTER_LIST,
	PORTER_GET, /* path */
	PORTER_SYNC,
	PORTER_QUIT,
	/* From it. */
	PORTER_ENTRY = 64, /* of a list: mode, size, mtime, path */
	PORTER_END,        /* of a list; error: not all could be looked at */
	PORTER_FILE,   /* size bytes follow, then PORTER_DONE; with error neither does */
	PORTER_DONE,   /* error: the file was changed meanwhile */
	PORTER_SYNCED, /* all before it is done */
	PORTER_FAILED, /* error, path: nothing more is done */
};

struct porter_word {
	uint32_t verb, path_n; /* the path follows, without a NUL */
	uint32_t mode;         /* type and permission, as struct stat has them */
	int32_t error;
	uint64_t size;
	int64_t mtime; /* nanoseconds */
};

#endif
