/* SPDX-License-Identifier: MIT */
/* A build's cache in a directory, as docker buildx keeps one too (an OCI layout): blobs
 * by what is in them, and index.json, which names the one that leads to the others. All
 * is looked up beneath the directory, whatever its links say. */
#ifndef CNNRUN_ENGINE_LAYOUT_H
#define CNNRUN_ENGINE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"
#include "base/err.h"

#define LAYOUT_DIGEST (sizeof "sha256:" + DIGEST_HEX)
/* "sha256:…" in full, of the right digits? */
bool layout_is_digest(const char *s);
/* Opens a blob for reading; -1 = there is none. */
int layout_open(int dir, const char *digest, off_t *size);

/* A blob on its way: it has no name until all of it is there. */
struct layout_blob {
	int at; /* the directory of the blobs, -1 = nothing is on its way */
	int fd;
	char name[40]; /* "" = it has none, and is gone with us */
	struct digest sum;
	uint64_t size;
};
int layout_begin(struct layout_blob *b, int dir, struct err *e);
int layout_add(struct layout_blob *b, const void *data, size_t n, struct err *e);
/* digest (NULL = any) and size (0 = any) are what it should be: EILSEQ where it is
 * something else. */
int layout_commit(struct layout_blob *b, const char *digest, uint64_t size,
	char out[LAYOUT_DIGEST], struct err *e);
/* What is not committed is gone. */
void layout_drop(struct layout_blob *b);

/* The digest that index.json names, NULL = there is no cache yet. The caller frees. */
int layout_latest(int dir, char **digest, struct err *e);
/* Lets index.json name what descriptor, the engine's JSON, says: a blob that is there. */
int layout_set_latest(int dir, const char *descriptor, struct err *e);

#endif
