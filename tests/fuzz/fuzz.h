/* SPDX-License-Identifier: MIT */
/* What the fuzzers share. Each is one function for libFuzzer (make fuzz) or for replay.c
 * (make test): any bytes in, and nothing may crash, hang or be false that is asserted. */
#ifndef CNNRUN_TESTS_FUZZ_H
#define CNNRUN_TESTS_FUZZ_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* The bytes as text that ends at their first NUL; the caller frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	return xstrndup((const char *)data, size);
}

/* Text before the first newline, as a text of its own; the rest stays. */
static inline char *fuzz_line(const uint8_t **data, size_t *size)
{
	const uint8_t *nl = *size ? memchr(*data, '\n', *size) : NULL;
	size_t n = nl ? (size_t)(nl - *data) : *size;
	char *line = fuzz_text(*data, n);

	*data += nl ? n + 1 : n;
	*size -= nl ? n + 1 : n;
	return line;
}

/* A file that holds the bytes, as a path; *fd is the caller's to close. */
static inline char *fuzz_file(const uint8_t *data, size_t size, int *fd)
{
	*fd = memfd_create("fuzz", MFD_CLOEXEC);
	assert(*fd >= 0 && write(*fd, data, size) == (ssize_t)size);
	return xasprintf("/proc/self/fd/%d", *fd);
}

/* A message must be one line that a terminal can show once it is logged. */
static inline void fuzz_message(const char *message)
{
	AUTO_FREE char *text = xstrdup(message);

	assert(*text && strlen(text) < 2048);
	log_printable(text, false);
	assert(!strpbrk(text, "\n\r\033"));
}

#endif
