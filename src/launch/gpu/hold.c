/* SPDX-License-Identifier: MIT */
/* Having the picked ones, or waiting for some in turn. */
#include "launch/gpu/hold.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/claim.h"
#include "launch/gpu/holders.h"
#include "launch/gpu/pick.h"
#include "launch/launch.h"

/* Who waits holds a place in the queue, named by when it came. */
#define QUEUE "cnnrun/gpu-queue/"

enum { LOOK_MS = 500, MEASURE_MS = 5000 };

static double gib(int64_t bytes)
{
	return (double)bytes / (double)(1 << 30);
}

/* Why it is none to pick, as far as it is one that could be. */
static void add_reason(struct buf *b, const struct picking *k,
	const struct gpu_holders *h, const struct host_gpu *one)
{
	if (!gpu_can_be_picked(one))
		return;
	if (gpu_claim(h, one->uuid)) {
		buf_adds(b, "held by ");
		gpu_holder_words(b, h, one->uuid);
	} else if (!gpu_fits(&k->s->set.gpus, one)) {
		buf_addf(b, "with %.1f GiB free", gib((int64_t)one->free));
	}
}

/* "2 GPUs with 20 GiB free: GPU 0, 1 held by bob; GPU 2 with 3.0 GiB free" */
static void add_words(struct buf *b, const struct picking *k, struct engine *g)
{
	const struct plan_gpus *p = &k->s->set.gpus;
	AUTO_HOLDERS struct gpu_holders h = {0};
	AUTO_FREE char *last = xstrdup("");
	const char *before = ": ";

	buf_addf(b, p->count == 1 ? "a GPU" : "%d GPUs", p->count);
	if (p->min_free)
		buf_addf(b, " with %.4g GiB free", gib(p->min_free));
	gpu_holders_get(g, &h);
	for (size_t i = 0; i < k->gpus.n; i++) {
		AUTO_BUF struct buf why = {0};

		add_reason(&why, k, &h, &k->gpus.v[i]);
		if (*last && strcmp(last, buf_str(&why)) != 0) {
			buf_addf(b, " %s", last);
			before = "; ";
		}
		if (why.n && !strcmp(last, why.p))
			buf_addf(b, ", %d", k->gpus.v[i].index);
		else if (why.n)
			buf_addf(b, "%sGPU %d", before, k->gpus.v[i].index);
		str_set(&last, buf_str(&why));
	}
	if (*last)
		buf_addf(b, " %s", last);
}

/* Is it worth the driver's time to ask it again? */
static bool may_be_free(const struct picking *k)
{
	const struct plan_gpus *p = &k->s->set.gpus;
	AUTO_HOLDERS struct gpu_holders h = {0};
	int n = 0;

	if (!k->measured_ms || clock_ms() - k->measured_ms >= MEASURE_MS)
		return true;
	gpu_holders_get(NULL, &h);
	for (size_t i = 0; i < k->gpus.n; i++)
		n += gpu_fits(p, &k->gpus.v[i]) && !gpu_claim(&h, k->gpus.v[i].uuid);
	return n >= p->count;
}

/* A place in the queue and its name, which the caller frees. */
static int join_queue(char **name)
{
	struct timespec t;
	int fd;

	do {
		free(*name);
		clock_gettime(CLOCK_BOOTTIME, &t);
		*name = xasprintf(
			"%s%012lld%09ld", QUEUE, (long long)t.tv_sec, t.tv_nsec);
		fd = claim_take(*name);
	} while (fd < 0 && errno == EADDRINUSE);
	return fd;
}

static size_t n_before(const char *place)
{
	AUTO_CLAIMS struct claims queue = {0};
	size_t n = 0;

	if (claims_list(QUEUE, &queue) == 0)
		while (n < queue.n && strcmp(queue.v[n].name, place) < 0)
			n++;
	return n;
}

static void tell(struct picking *k, struct engine *g, size_t before)
{
	AUTO_BUF struct buf b = {0};

	if (!k->measured_ms)
		gpus_measure(k);
	add_words(&b, k, g);
	if (before)
		buf_addf(&b, "; %zu waited before", before);
	log_info("waiting for %s", b.p);
}

static int give_up(const struct picking *k, struct engine *g, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	add_words(&b, k, g);
	if (k->s->set.gpus.wait)
		return err_set(e, ERR_NO_GPU, "waited in vain for %s", b.p);
	err_set(e, ERR_NO_GPU, "nobody leaves %s", b.p);
	return err_hint(e, "wait = true in c:gpus waits for some");
}

/* 1 = held, 0 = the user stops cnnrun (Ctrl-Z), who keeps no place meanwhile. */
static int wait_here(struct picking *k, struct engine *g, const char *place,
	int64_t until, const sigset_t *stop, struct err *e)
{
	const struct timespec step = {.tv_nsec = LOOK_MS * 1000000L};
	bool told = false;

	for (;;) {
		size_t before = n_before(place);
		int rc = before == 0 && may_be_free(k) ? gpus_pick(k, e) : 0;

		if (rc)
			return rc;
		if (until && clock_ms() >= until)
			return give_up(k, g, e);
		if (!told)
			tell(k, g, before);
		told = true;
		if (sigtimedwait(stop, NULL, &step) > 0)
			return 0;
		if (launch_end_asked())
			return err_set(e, ERR_INTERRUPTED,
				"interrupted while it waited for GPUs");
	}
}

static int wait_in_turn(struct picking *k, struct engine *g, struct err *e)
{
	int64_t limit = k->s->set.gpus.wait;
	int64_t until = limit > 0 ? clock_ms() + limit * 1000 : 0;
	sigset_t stop, before;
	int rc = 0;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, &before);
	while (!rc) {
		AUTO_FREE char *place = NULL;
		int fd = join_queue(&place);

		rc = fd < 0 ? err_errno(e, "wait for GPUs")
			    : wait_here(k, g, place, until, &stop, e);
		if (fd >= 0)
			close(fd);
		if (!rc)
			raise(SIGSTOP);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int gpus_hold(
	struct engine *g, struct resolved *s, struct ledger_holds *out, struct err *e)
{
	struct picking k = {.s = s, .out = out};
	const struct plan_gpus *p = &s->set.gpus;
	int rc;

	if (p->select != GPU_COUNT || p->pick != GPU_PICK_FREE)
		return 0;
	if (p->wait)
		rc = wait_in_turn(&k, g, e);
	else if ((rc = gpus_pick(&k, e)) == 0)
		rc = give_up(&k, g, e);
	host_gpus_free(&k.gpus);
	return rc < 0 ? -1 : 0;
}
