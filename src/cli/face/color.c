/* SPDX-License-Identifier: MIT */
#include "cli/face/color.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wanted(void)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(1) && term && strcmp(term, "dumb") != 0 && !(no && *no);
}

const char *color(enum color c)
{
	static const char *const sgr[] = {
		[COLOR_END] = "\033[0m",
		[COLOR_BOLD] = "\033[1m",
		[COLOR_DIM] = "\033[2m",
		[COLOR_RED] = "\033[31m",
		[COLOR_GREEN] = "\033[32m",
		[COLOR_YELLOW] = "\033[33m",
	};
	static int yes = -1;

	if (yes < 0)
		yes = wanted();
	return yes ? sgr[c] : "";
}
