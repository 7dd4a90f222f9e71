/* SPDX-License-Identifier: MIT */
/* Opening what lies below a directory, whatever its links say. */
#ifndef CNNRUN_BASE_BENEATH_H
#define CNNRUN_BASE_BENEATH_H

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

#endif
