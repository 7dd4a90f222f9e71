/* SPDX-License-Identifier: MIT */
#include "train/stop.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t wanted;

static void note(int sig)
{
	wanted = sig;
}

void stop_install(int seconds)
{
	static const int signals[] = {SIGTERM, SIGUSR1, SIGINT, SIGALRM};
	struct sigaction a = {
		.sa_handler = note, .sa_flags = (int)SA_RESETHAND | SA_RESTART};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &a, NULL);
	alarm((unsigned)seconds);
}

int stop_wanted(void)
{
	return wanted;
}
