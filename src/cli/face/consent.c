/* SPDX-License-Identifier: MIT */
#include "cli/face/consent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/face/color.h"
#include "cli/face/words.h"
#include "host/terminal.h"

/* Undoes what output may have done to a terminal before, and keeps its lines: ends an
 * open sequence; back to the main screen; then what a soft reset does, for terminals
 * without one too; no wheel, no paste marks among the answer; shows what was held back.
 */
static const char calm[] = "\030\033\\"
			   "\033[?1047l\033[?47l"
			   "\033[!p\033[?69l\033[r\033[?6l\033[?7h\033[4l\033[20l"
			   "\033[?5l\033[?25h\033(B\033)B\017\033[0m"
			   "\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?2004l"
			   "\033[?2026l";

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_RESIZED };

struct terminal {
	int fd;
	int rows, columns;
	struct termios before;
	sigset_t mask; /* of signals, while it waits */
};

/* Those that end the wait for an answer: a change of size, or the end of it all. */
static const int caught[] = {SIGWINCH, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
static volatile sig_atomic_t deadly;

static void on_signal(int sig)
{
	if (sig != SIGWINCH)
		deadly = sig;
}

/* The user's own terminal, whatever stdin is: what is piped in is no answer. One that is
 * raw belongs to a container just now. */
static bool open_terminal(struct terminal *t)
{
	t->fd = isatty(2) ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	return t->fd >= 0 && !tcgetattr(t->fd, &t->before) &&
	       (t->before.c_lflag & ICANON);
}

static void look_at_size(const struct terminal *t, int *rows, int *columns)
{
	*rows = 24;
	*columns = 80;
	terminal_size(t->fd, rows, columns);
}

static bool resized(const struct terminal *t)
{
	int rows, columns;

	look_at_size(t, &rows, &columns);
	return rows != t->rows || columns != t->columns;
}

/* One line of the terminal. Only "y" and "yes" mean yes: not an empty line, not its end.
 */
static enum answer read_answer(const struct terminal *t)
{
	char line[8] = "";
	size_t n = 0;
	char c = 0;

	while (c != '\n') {
		struct pollfd p = {.fd = t->fd, .events = POLLIN};

		if (ppoll(&p, 1, NULL, &t->mask) < 0) {
			if (deadly || errno != EINTR)
				return ANSWER_NO;
			if (resized(t))
				return ANSWER_RESIZED;
			continue;
		}
		if (read(t->fd, &c, 1) <= 0)
			return ANSWER_NO;
		if (c != '\n' && n < sizeof line - 1)
			line[n++] = c;
	}
	line[n] = 0;
	if (resized(t)) /* what was answered was not what was seen */
		return ANSWER_RESIZED;
	return !strcasecmp(line, "y") || !strcasecmp(line, "yes") ? ANSWER_YES
								  : ANSWER_NO;
}

void add_rights(struct buf *b, const struct rights *rights, const struct rights *needed,
	const struct rights *missing)
{
	for (size_t i = 0; i < rights->n; i++) {
		const struct right *one = &rights->v[i];
		const char *mark = one->typed ? "  (as you typed)" : "";

		if (needed && rights_have(needed, one))
			mark = rights_have(missing, one) ? "  (not granted yet)"
							 : "  (granted)";
		buf_addf(b, "  - %s", color(COLOR_YELLOW));
		right_words(b, one);
		buf_addf(b, "%s%s\n", color(COLOR_END), mark);
	}
}

static void put(const struct terminal *t, const char *text, size_t n)
{
	if (write(t->fd, text, n) < 0) {
		/* then nobody answers */
	}
}

/* A calm terminal with nothing of others on it: what is there moves up, out of sight. */
static void add_blank_screen(struct buf *b, const struct terminal *t)
{
	if (log_is_live())
		buf_addf(b, "%s\033[1;%dr\033[%d;1H", calm, t->rows, t->rows);
	for (int i = 0; i < t->rows; i++)
		buf_adds(b, "\r\n");
	if (log_is_live())
		buf_adds(b, "\033[H\033[J");
}

static enum answer ask_once(struct terminal *t, const struct question *q)
{
	static const char last[] = "Allow this? [y/N] ";
	AUTO_BUF struct buf b = {0};
	size_t lines;

	look_at_size(t, &t->rows, &t->columns);
	add_blank_screen(&b, t);
	lines = question_words(&b, q, (size_t)t->columns);
	put(t, b.p, b.n);
	if (lines >= (size_t)t->rows || t->columns <= (int)sizeof last) {
		log_warn("the question does not fit this terminal of %d columns and %d "
			 "lines: make it larger",
			t->columns, t->rows);
		return ANSWER_NO;
	}
	tcdrain(t->fd);
	/* what was typed before the question could be read is no answer to it */
	tcflush(t->fd, TCIFLUSH);
	put(t, last, sizeof last - 1);
	return read_answer(t);
}

/* With a terminal that takes lines and shows them; what else runs on it in the background
 * is held while it wants to write. */
static enum answer ask_calmly(struct terminal *t, const struct question *q)
{
	struct termios asking = t->before;
	enum answer answer;

	asking.c_iflag |= ICRNL;
	asking.c_oflag |= OPOST | ONLCR;
	asking.c_lflag |= ICANON | ECHO | ECHOE | ISIG | TOSTOP;
	tcsetattr(t->fd, TCSADRAIN, &asking);
	do
		answer = ask_once(t, q);
	while (answer == ANSWER_RESIZED);
	tcsetattr(t->fd, TCSADRAIN, &t->before);
	return answer;
}

/* A signal that ends us does so once the terminal is as it was. */
static bool ask_on(struct terminal *t, const struct question *q)
{
	struct sigaction act = {.sa_handler = on_signal}, before[COUNT_OF(caught)];
	enum answer answer;
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaddset(&held, caught[i]);
	sigprocmask(SIG_BLOCK, &held, &t->mask);
	deadly = 0;
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i], &act, &before[i]);
	answer = ask_calmly(t, q);
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i], &before[i], NULL);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
	if (deadly)
		raise(deadly);
	return answer == ANSWER_YES;
}

static bool ask(void *ctx, const struct question *q)
{
	struct terminal t;
	struct cli *c = ctx;
	bool yes;

	if (c->declined)
		return false;
	yes = open_terminal(&t) && ask_on(&t, q);
	c->declined = !yes && t.fd >= 0;
	if (t.fd >= 0)
		close(t.fd);
	return yes;
}

struct consent consent_of(struct cli *c)
{
	return (struct consent){.ask = ask,
		.ctx = c,
		.command = c->allow_command ? c->allow_command : "cnnrun allow PROFILE",
		.bound = c->bound};
}
