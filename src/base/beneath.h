/* SPDX-License-Identifier: MIT */
/* Opening and making what lies below a directory, whatever its links say. */
#ifndef CNNRUN_BASE_BENEATH_H
#define CNNRUN_BASE_BENEATH_H

#include <stdbool.h>
#include <stddef.h>

/* Opens path, which is relative, below the directory dir: EXDEV where ".." or a link
 * leads out of it, at any moment of the look-up. flags are open()'s without O_CREAT. -1 =
 * errno. */
int open_beneath(int dir, const char *path, int flags);
/* The same for a path that may be absolute, and whose links may lead through other places
 * as long as they end below dir, whose real path is top. */
int open_inside(int dir, const char *top, const char *path, int flags);
/* Opens once more, with other flags, the very thing that fd (made with O_PATH) holds. */
int open_held(int fd, int flags);
/* The same for reading: EINVAL, and it is not even opened, where that is no regular file.
 */
int open_regular(int fd);

/* Is path, relative and folded, there below the directory dir, as a directory or as
 * something else? What of it is missing is made where make says so: directories, and an
 * empty file. No link is followed: ELOOP; ENOTDIR and EISDIR where another kind of thing
 * is there. -1 = errno, and *at is how much of path is what it is about. */
int make_beneath(int dir, const char *path, bool is_directory, bool make, size_t *at);

#endif
