/* SPDX-License-Identifier: MIT */
#include "cli/face/consent.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/face/color.h"
#include "cli/face/words.h"

/* A terminal that is raw belongs to a container just now. */
static bool can_ask(void)
{
	struct termios t;

	return isatty(2) && !tcgetattr(0, &t) && (t.c_lflag & ICANON);
}

/* One line of the terminal. Only "y" and "yes" mean yes: not an empty line, not its end.
 */
static bool read_yes(void)
{
	char line[8] = "";
	size_t n = 0;
	char c = 0;

	while (c != '\n') {
		ssize_t k = read(0, &c, 1);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		if (c != '\n' && n < sizeof line - 1)
			line[n++] = c;
	}
	line[n] = 0;
	return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}

void add_capabilities(struct buf *b, const struct strv *can, const struct strv *needed,
	const struct strv *missing)
{
	for (size_t i = 0; i < can->n; i++) {
		AUTO_FREE char *text = xstrdup(can->v[i]);
		const char *mark = "";

		if (needed && strv_has(needed, can->v[i]))
			mark = strv_has(missing, can->v[i]) ? "  (not granted yet)"
							    : "  (granted)";

		log_printable(text, false);
		buf_addf(b, "  - %s%s%s%s\n", color(COLOR_YELLOW), text, color(COLOR_END),
			mark);
	}
}

static void write_question(const struct question *q)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "\n");
	add_printable(&b, q->src->path);
	buf_addf(&b, " asks for %s its container could\n",
		q->n_granted ? "more than you granted:" : "rights:");
	for (size_t i = 0; i < q->missing->n; i++) {
		buf_adds(&b, "  - ");
		add_printable(&b, q->missing->v[i]);
		buf_adds(&b, "\n");
	}
	if (q->n_granted)
		buf_addf(&b, "%zu more %s granted already.\n", q->n_granted,
			q->n_granted > 1 ? "are" : "is");
	if (q->changed) {
		add_printable(&b, q->changed);
		buf_adds(&b, " is not as it was when you granted that.\n");
	}
	buf_adds(&b, "Allow this? [y/N] ");
	if (write(2, b.p, b.n) < 0) {
		/* then nobody answers */
	}
}

static bool ask(void *ctx, const struct question *q)
{
	struct cli *c = ctx;
	bool yes;

	if (c->declined || !can_ask())
		return false;
	/* what was typed before the question is no answer to it */
	tcflush(0, TCIFLUSH);
	write_question(q);
	yes = read_yes();
	c->declined = !yes;
	return yes;
}

struct consent consent_of(struct cli *c)
{
	return (struct consent){
		ask, c, c->allow_command ? c->allow_command : "cnnrun allow PROFILE"};
}
