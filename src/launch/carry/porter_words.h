/* SPDX-License-Identifier: MIT */
/* The words between a porter and us. */
#ifndef CNNRUN_LAUNCH_CARRY_PORTER_WORDS_H
#define CNNRUN_LAUNCH_CARRY_PORTER_WORDS_H

#include "base/buf.h"
#include "engine/stream.h"
#include "launch/carry/porter.h"
#include "porter/porter.h"

enum { PORTER_AHEAD = 128 << 10 }; /* bytes that are sent together */

struct porter {
	struct porter_place at;
	char *id;
	struct stream *stream;
	struct iovec in; /* received and not taken yet */
	struct buf out;  /* to be sent */
	char path[CARRY_PATH_MAX + 1];
	bool partly;
	bool *unsure; /* whoever began it is told what may be left */
};

/* porter_say() may keep it until porter_flush(). */
int porter_say(
	struct porter *p, const struct porter_word *w, const char *path, struct err *e);
int porter_flush(struct porter *p, struct err *e);
int porter_send_all(struct porter *p, const char *data, size_t n, struct err *e);
/* The next word, its path in p->path; expect: of that verb. What it says of a failure is
 * one. */
int porter_hear(struct porter *p, struct porter_word *w, struct err *e);
int porter_expect(
	struct porter *p, enum porter_verb verb, struct porter_word *w, struct err *e);

#endif
