/* SPDX-License-Identifier: MIT */
/* argv → command → exit status. */
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
	mem_init();
	/* A peer that hung up is an error of one write, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	exit(cli_main(argc, argv));
}
