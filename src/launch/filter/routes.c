/* SPDX-License-Identifier: MIT */
#include "launch/filter/routes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launch/filter/refusals.h"

static struct {
	int fds[ROUTES];
	size_t n;
	unsigned long before;
} all;

/* A line of names, and one of values: the value below OutNoRoutes. */
static unsigned long of_ip(char *text)
{
	char *names = strstr(text, "Ip: "), *values, *name, *value, *a, *b;

	values = names ? strchr(names, '\n') : NULL;
	if (!values)
		return 0;
	*values++ = '\0';
	values[strcspn(values, "\n")] = '\0';
	name = strtok_r(names, " ", &a);
	value = strtok_r(values, " ", &b);
	while (name && value && strcmp(name, "OutNoRoutes") != 0) {
		name = strtok_r(NULL, " ", &a);
		value = strtok_r(NULL, " ", &b);
	}
	return name && value ? strtoul(value, NULL, 10) : 0;
}

static unsigned long of_ip6(const char *text)
{
	static const char key[] = "Ip6OutNoRoutes";
	const char *at = strstr(text, key);

	return at ? strtoul(at + sizeof key - 1, NULL, 10) : 0;
}

static unsigned long count(void)
{
	unsigned long sum = 0;
	char text[16384];

	for (size_t i = 0; i < all.n; i++) {
		ssize_t n = pread(all.fds[i], text, sizeof text - 1, 0);

		text[n < 0 ? 0 : n] = '\0';
		sum += of_ip6(text);
		sum += of_ip(text);
	}
	return sum;
}

void routes_begin(const int *fds, size_t n)
{
	memcpy(all.fds, fds, n * sizeof *fds);
	all.n = n;
	all.before = count();
}

void routes_look(void)
{
	unsigned long now = count();

	if (now > all.before)
		refuse_routes(now - all.before);
	all.before = now;
}
