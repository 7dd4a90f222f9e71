/* SPDX-License-Identifier: MIT */
/* Paths as text and small files whole. Nothing here follows a policy. */
#ifndef CNNRUN_BASE_PATH_H
#define CNNRUN_BASE_PATH_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"

/* dir + "/" + name, or name itself when it is absolute; "." and empty parts and ".." are
 * folded textually (no symlink is followed). The caller frees. */
char *path_join(const char *dir, const char *name);
/* Is path dir itself or below it? Both folded, and both absolute or both not. */
bool path_within(const char *path, const char *dir);
/* What of path lies below dir, "." for dir itself; NULL = path does not. Borrowed. */
const char *path_below(const char *path, const char *dir);
/* The working directory, its real path; NULL with e where that is gone. The caller frees.
 */
char *cwd_get(struct err *e);
/* The real path of what fd is open on, whatever became of the name it was opened by; NULL
 * with errno where that is gone. The caller frees. */
char *path_of(int fd);
/* Reads a whole regular file of at most max bytes (0 = 64 MiB). Never waits. */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* The same, and what the file that was read is. */
int file_read_stat(
	const char *path, size_t max, struct buf *out, struct stat *st, struct err *e);
/* The same of one that was opened with FILE_READ; name is for messages. */
int file_read_fd(int fd, const char *name, size_t max, struct buf *out, struct stat *st,
	struct err *e);
#define FILE_READ (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
/* Atomic: writes path.tmp-PID and renames. */
int file_write(const char *path, const void *data, size_t n, mode_t mode, struct err *e);
/* Opens the file, made where it is missing, and waits until it is locked by this alone;
 * who had it may take it away. The descriptor, or -1. */
int file_lock(const char *path, struct err *e);
/* mkdir -p with mode for what is made. */
int dir_make(const char *path, mode_t mode, struct err *e);
/* $XDG_x_HOME/cnnrun/name or its default below $HOME (the passwd entry's home where HOME
 * is unset); kind is "CONFIG", "CACHE" or "STATE". The caller frees. */
char *xdg_path(const char *kind, const char *name);

/* This program's own file. NULL = e. The caller frees. */
char *program_self(struct err *e);
/* The program of that name in the first of these directories, with ":" between, that has
 * one; those that are not absolute do not count. The caller frees. */
char *program_find(const char *dirs, const char *name);

#endif
