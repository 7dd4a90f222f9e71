/* SPDX-License-Identifier: MIT */
#include "launch/owner.h"

#include <stdio.h>
#include <string.h>

unsigned long long process_start(pid_t pid)
{
	char path[64], line[1024];
	const char *p;
	unsigned long long start = 0;
	char state = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	/* the name may hold anything, ')' too: fields are counted after the last one */
	if (fgets(line, sizeof line, f) && (p = strrchr(line, ')')) &&
		sscanf(p + 1,
			" %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
			"%*d %*d %*d %*d %*d %*d %llu",
			&state, &start) != 2)
		start = 0;
	fclose(f);
	return state == 'Z' ? 0 : start;
}
