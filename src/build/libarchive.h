/* SPDX-License-Identifier: MIT */
/* libarchive, loaded when a build context is made: linking it would cost every start of
 * the program 2 ms. For context.c. */
#ifndef CNNRUN_BUILD_LIBARCHIVE_H
#define CNNRUN_BUILD_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

#define LIBARCHIVE_FUNCTIONS                                                             \
	X(archive_write_new)                                                             \
	X(archive_write_set_format_pax_restricted)                                       \
	X(archive_write_set_bytes_per_block)                                             \
	X(archive_write_open)                                                            \
	X(archive_write_header)                                                          \
	X(archive_write_data)                                                            \
	X(archive_write_close)                                                           \
	X(archive_write_free)                                                            \
	X(archive_error_string)                                                          \
	X(archive_entry_new)                                                             \
	X(archive_entry_clear)                                                           \
	X(archive_entry_free)                                                            \
	X(archive_entry_set_pathname)                                                    \
	X(archive_entry_set_filetype)                                                    \
	X(archive_entry_set_perm)                                                        \
	X(archive_entry_set_size)                                                        \
	X(archive_entry_set_mtime)                                                       \
	X(archive_entry_set_symlink)                                                     \
	X(archive_entry_set_hardlink)                                                    \
	X(archive_entry_set_rdevmajor)                                                   \
	X(archive_entry_set_rdevminor)                                                   \
	X(archive_entry_xattr_add_entry)

/* lib.archive_write_new() and so on, once libarchive_load() was called. */
struct libarchive {
	void *handle;
#define X(name) __typeof__(name) *name;
	LIBARCHIVE_FUNCTIONS
#undef X
};
extern struct libarchive lib;

int libarchive_load(struct err *e);

#endif
