/* SPDX-License-Identifier: MIT */
#include "launch/filter/refusals.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"

/* A flood of names fills no screen: the first ones are said, the others counted. */
enum { KINDS_MAX = 48, SUM_MAX = 8, TEXT_MAX = 340 };

static struct {
	pthread_mutex_t lock;
	int news;
	struct {
		char what[TEXT_MAX], why[TEXT_MAX];
		unsigned long times;
	} v[KINDS_MAX];
	size_t n;
	unsigned long others, routes;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .news = -1};

void refusals_begin(int news)
{
	all.news = news;
}

static void say(const char *text, size_t n)
{
	if (all.news >= 0)
		send(all.news, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void refuse(const char *what, const char *why)
{
	char line[TEXT_MAX * 2];
	size_t i = 0;

	pthread_mutex_lock(&all.lock);
	while (i < all.n && (strncmp(all.v[i].what, what, TEXT_MAX - 1) != 0 ||
				    strncmp(all.v[i].why, why, TEXT_MAX - 1) != 0))
		i++;
	if (i < all.n) {
		all.v[i].times++;
	} else if (all.n < KINDS_MAX) {
		snprintf(all.v[all.n].what, TEXT_MAX, "%s", what);
		snprintf(all.v[all.n].why, TEXT_MAX, "%s", why);
		all.v[all.n++].times = 1;
		say(line, (size_t)snprintf(line, sizeof line, "%.*s %.*s", TEXT_MAX - 1,
				  what, TEXT_MAX - 1, why));
	} else {
		all.others++;
	}
	pthread_mutex_unlock(&all.lock);
}

void refuse_routes(unsigned long n)
{
	static const char text[] =
		"an address without a name, or another protocol: there is no way there";

	pthread_mutex_lock(&all.lock);
	if (n && !all.routes)
		say(text, sizeof text - 1);
	all.routes += n;
	pthread_mutex_unlock(&all.lock);
}

/* However it was tried. */
static void add_up(void)
{
	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(all.v[i].what, all.v[k].what)) {
				all.v[k].times += all.v[i].times;
				all.v[i].times = 0;
				break;
			}
}

static size_t most(void)
{
	size_t best = 0;

	for (size_t i = 1; i < all.n; i++)
		if (all.v[i].times > all.v[best].times)
			best = i;
	return best;
}

void refusals_end(void)
{
	AUTO_BUF struct buf b = {0};
	unsigned long sum, left;

	pthread_mutex_lock(&all.lock);
	add_up();
	sum = all.others + all.routes;
	for (size_t i = 0; i < all.n; i++)
		sum += all.v[i].times;
	left = sum - all.routes;
	buf_addf(&b, "%lu attempt%s to reach what is not listed:", sum,
		sum == 1 ? "" : "s");
	for (size_t k = 0; k < SUM_MAX && all.n && all.v[most()].times; k++) {
		size_t i = most();

		buf_addf(&b, "%s %s (%lu)", k ? "," : "", all.v[i].what, all.v[i].times);
		left -= all.v[i].times;
		all.v[i].times = 0;
	}
	if (all.routes)
		buf_addf(&b, "%s addresses without a name (%lu)", all.n ? "," : "",
			all.routes);
	if (left)
		buf_addf(&b, ", others (%lu)", left);
	if (sum)
		say(b.p, b.n);
	pthread_mutex_unlock(&all.lock);
}
