/* SPDX-License-Identifier: MIT */
/* Inputs of a fuzzer, with nothing but libc: what cnnrun's fuzzers (fuzz.h) and the
 * trainer's share. Each is one function for libFuzzer (make fuzz) or for replay.c
 * (make test): any bytes in, and nothing may crash, hang or be false that is asserted. */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* The bytes as text that ends at their first NUL; the caller frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	assert(text);
	return text;
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
	char *path;

	*fd = memfd_create("fuzz", MFD_CLOEXEC);
	assert(*fd >= 0 && write(*fd, data, size) == (ssize_t)size);
	assert(asprintf(&path, "/proc/self/fd/%d", *fd) > 0);
	return path;
}

#endif
