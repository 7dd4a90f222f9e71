/* SPDX-License-Identifier: MIT */
/* The first line is an engine's address, the rest a file of Podman's connections. */
#include "fuzz.h"

#include "engine/contexts.h"
#include "engine/wire/endpoint.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	setenv("PODMAN_CONNECTIONS_CONF", "/nonexistent", 1);
	return 0;
}

/* What is taken comes back the same, and no part of it is an option or two words. */
static void check(const struct endpoint *p)
{
	const char *const parts[] = {p->user, p->host, p->port};
	AUTO_ENDPOINT struct endpoint again = {0};
	AUTO_FREE char *url = endpoint_url(p), *twice = NULL;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		assert(!parts[i] || (*parts[i] && *parts[i] != '-' &&
					    !strpbrk(parts[i], " \t\n/@'\"\\$`;&|%")));
	assert(p->kind == AT_UNIX || p->host);
	assert(!p->path || *p->path == '/');
	assert(endpoint_parse(url, &again, NULL) == 0);
	twice = endpoint_url(&again);
	assert(!strcmp(url, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *url = fuzz_line(&data, &size), *path = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};
	AUTO_STRV struct strv names = {0};
	struct err e = {0};
	int fd;

	if (endpoint_parse(url, &p, &e) == 0)
		check(&p);
	else
		fuzz_message(e.msg);
	path = fuzz_file(data, size, &fd);
	setenv("CONTAINERS_CONF", path, 1);
	connection_names(&names);
	for (size_t i = 0; i < names.n; i++)
		assert(!strchr(names.v[i], '\n'));
	close(fd);
	return 0;
}
