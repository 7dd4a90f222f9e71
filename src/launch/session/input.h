/* SPDX-License-Identifier: MIT */
/* A relay's way in: from fd 0, or a text, to the stream. */
#ifndef CNNRUN_LAUNCH_INPUT_H
#define CNNRUN_LAUNCH_INPUT_H

#include "launch/session/relay.h"

struct input {
	const struct relay_options *o;
	bool raw;        /* fd 0 is a raw terminal */
	struct buf left; /* not yet taken by the stream */
	size_t at;       /* of a text */
	bool ended;
	bool hung_up;  /* the terminal is gone */
	char last_key; /* that was typed */
};

/* Is it a text rather than fd 0? */
bool input_is_text(const struct input *p);
/* Is there room for more? */
bool input_is_wanted(const struct input *p);
/* Reads once, without waiting where poll() has said so. */
void input_read(struct input *p);
/* Sends what can be sent. */
void input_send(struct input *p);

#endif
