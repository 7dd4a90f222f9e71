/* SPDX-License-Identifier: MIT */
/* What the fuzzers of cnnrun share. */
#ifndef CNNRUN_TESTS_FUZZ_H
#define CNNRUN_TESTS_FUZZ_H

#include "input.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/printable.h"
#include "base/mem.h"

/* A message must be one line that a terminal can show once it is logged. */
static inline void fuzz_message(const char *message)
{
	AUTO_FREE char *text = xstrdup(message);

	assert(*text && strlen(text) < 2048);
	log_printable(text, false);
	assert(!strpbrk(text, "\n\r\033"));
}

#endif
