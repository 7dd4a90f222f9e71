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

void add_rights(struct buf *b, const struct rights *rights, const struct rights *needed,
	const struct rights *missing)
{
	for (size_t i = 0; i < rights->n; i++) {
		const struct right *one = &rights->v[i];
		const char *mark = "";

		if (needed && rights_have(needed, one))
			mark = rights_have(missing, one) ? "  (not granted yet)"
							 : "  (granted)";
		buf_addf(b, "  - %s", color(COLOR_YELLOW));
		right_words(b, one);
		buf_addf(b, "%s%s\n", color(COLOR_END), mark);
	}
}

static bool ask(void *ctx, const struct question *q)
{
	AUTO_BUF struct buf b = {0};
	struct cli *c = ctx;
	bool yes;

	if (c->declined || !can_ask())
		return false;
	/* what was typed before the question is no answer to it */
	tcflush(0, TCIFLUSH);
	question_words(&b, q);
	if (write(2, b.p, b.n) < 0) {
		/* then nobody answers */
	}
	yes = read_yes();
	c->declined = !yes;
	return yes;
}

struct consent consent_of(struct cli *c)
{
	return (struct consent){
		ask, c, c->allow_command ? c->allow_command : "cnnrun allow PROFILE"};
}
