/* SPDX-License-Identifier: MIT */
#include "launch/session/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "launch/session/signals.h"

enum { CHUNK = 65536 };

bool input_is_text(const struct input *p)
{
	return p->o->io && (p->o->io->take || p->o->io->in);
}

bool input_is_wanted(const struct input *p)
{
	return p->o->input && !p->ended && !p->left.n;
}

/* A terminal that is only visited would take the end for the end of its session. */
static void end_input(struct input *p)
{
	if (!p->ended && !(p->o->role == RELAY_ATTACH && p->o->tty))
		stream_end_input(p->o->stream);
	p->ended = true;
}

static void read_text(struct input *p)
{
	const char *text = p->o->io->in ? p->o->io->in + p->at : "";
	size_t n = strnlen(text, CHUNK);

	if (!n)
		end_input(p);
	buf_add(&p->left, text, n);
	p->at += n;
}

void input_read(struct input *p)
{
	ssize_t n;

	if (input_is_text(p)) {
		read_text(p);
		return;
	}
	n = read(0, buf_room(&p->left, CHUNK), CHUNK);
	if (n > 0) {
		p->left.n += (size_t)n;
		p->last_key = p->left.p[p->left.n - 1];
		if (p->raw)
			signals_typed(p->left.p + p->left.n - n, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		if (p->raw) /* no key does that */
			p->ended = p->hung_up = true;
		else
			end_input(p);
	}
}

void input_send(struct input *p)
{
	ssize_t n = stream_send(p->o->stream, p->left.p, p->left.n, NULL);

	if (n < 0)
		p->ended = true;
	buf_drop(&p->left, n < 0 ? p->left.n : (size_t)n);
}
