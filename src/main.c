/* SPDX-License-Identifier: MIT */
/* argv → command → exit status. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"

/* Without the destructors, which give back what the kernel takes back anyway. A
 * sanitizer wants to look around first. */
static _Noreturn void leave(int status)
{
#ifdef __SANITIZE_ADDRESS__
	exit(status);
#else
	fflush(NULL);
	_exit(status);
#endif
}

/* What is opened later must not take the number of a standard stream that is closed: the
 * container's output would go into the engine's socket. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* There are secrets in memory: they are not to lie about as a core file. */
static void leave_no_core(void)
{
	const struct rlimit none = {0};

	setrlimit(RLIMIT_CORE, &none);
}

int main(int argc, char **argv)
{
	mem_init();
	fill_standard_streams();
	leave_no_core();
	/* A peer that hung up is an error of one write, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	leave(cli_main(argc, argv));
}
