/* SPDX-License-Identifier: MIT */
/* The process that carries a display: of what it passes on it understands nothing but, on
 * the way to another machine, the cookie. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/x11/x11.h"
#include "launch/display/display.h"
#include "launch/filter/carry.h"
#include "launch/filter/confine.h"

enum { LIFE = 3, LISTENER, CLIENTS_MAX = 256, FULL_MS = 100, STACK = 1 << 18 };

static const char *where;
static const struct display_cookies *cookies;
static atomic_int clients;

/* Nothing of the launcher's stays open. */
static void leave(int life, int listener)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t all;

	life = fcntl(life, F_DUPFD_CLOEXEC, 10);
	listener = fcntl(listener, F_DUPFD_CLOEXEC, 10);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	dup3(life, LIFE, O_CLOEXEC);
	dup3(listener, LISTENER, O_CLOEXEC);
	syscall(SYS_close_range, LISTENER + 1U, ~0U, 0U);
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "cnnrun-display");
	if (chdir("/") < 0) {
		/* it stays where it is */
	}
}

static void *visit(void *arg)
{
	AUTO_BUF struct buf first = {0};
	int client = *(int *)arg, server = -1;

	free(arg);
	if (!cookies || x11_exchange(client, &cookies->mine, &cookies->theirs, &first))
		server = x11_reach(where, NULL);
	if (server >= 0) {
		carry(client, server, cookies ? &first : NULL, !cookies);
		close(server);
	}
	close(client);
	atomic_fetch_sub(&clients, 1);
	return NULL;
}

static void admit(void)
{
	int client = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), *arg;
	pthread_attr_t attr;
	pthread_t thread;

	if (client < 0)
		return;
	atomic_fetch_add(&clients, 1);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK);
	arg = xmalloc(sizeof *arg);
	*arg = client;
	if (pthread_create(&thread, &attr, visit, arg) != 0) {
		free(arg);
		close(client);
		atomic_fetch_sub(&clients, 1);
	}
	pthread_attr_destroy(&attr);
}

_Noreturn void display_carry(
	int life, int listener, const char *display, const struct display_cookies *c)
{
	where = xstrdup(display);
	cookies = c;
	leave(life, listener);
	confine();
	for (;;) {
		bool full = atomic_load(&clients) >= CLIENTS_MAX;
		struct pollfd p[] = {
			{LIFE, POLLIN, 0}, {full ? -1 : LISTENER, POLLIN, 0}};

		if (poll(p, COUNT_OF(p), full ? FULL_MS : -1) < 0)
			continue;
		if (p[0].revents)
			_exit(0);
		if (p[1].revents)
			admit();
	}
}
