/* SPDX-License-Identifier: MIT */
#include "launch/filter/names.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { NAMES_MAX = 4096, FIRST = 0x7f010001 }; /* 127.1.0.1 */

static struct {
	pthread_mutex_t lock;
	const struct strv *rules;
	struct strv names;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

void names_begin(const struct strv *rules)
{
	all.rules = rules;
}

bool names_list(const char *host, unsigned port)
{
	for (size_t i = 0; i < all.rules->n; i++)
		if (host_rule_lists(all.rules->v[i], host, port))
			return true;
	return false;
}

bool names_address(const char *host, struct in_addr *out)
{
	size_t i = 0;

	pthread_mutex_lock(&all.lock);
	while (i < all.names.n && strcmp(all.names.v[i], host) != 0)
		i++;
	if (i == all.names.n && i < NAMES_MAX)
		strv_add(&all.names, host);
	pthread_mutex_unlock(&all.lock);
	out->s_addr = htonl(FIRST + (uint32_t)i);
	return i < NAMES_MAX;
}

bool names_of(struct in_addr address, char out[HOST_MAX])
{
	size_t i = ntohl(address.s_addr) - (size_t)FIRST;
	bool found;

	pthread_mutex_lock(&all.lock);
	found = i < all.names.n;
	if (found)
		snprintf(out, HOST_MAX, "%s", all.names.v[i]);
	pthread_mutex_unlock(&all.lock);
	return found;
}
