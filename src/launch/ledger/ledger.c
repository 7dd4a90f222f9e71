/* SPDX-License-Identifier: MIT */
#include "launch/ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/launch.h"
#include "launch/ledger/janitor_process.h"
#include "base/places.h"

struct ledger {
	struct janitor_process janitor;
	char id[40];
	char *file; /* of that name in the runtime directory */
	int lock;   /* on it */
	struct ledger_holds holds;
	struct record record;
	char *grants; /* the message for host grants, for another janitor; NULL = none */
	bool making;
};

bool ledger_is_dead(const char *id)
{
	bool dead = !strchr(id, '/');

	for (enum place p = 0; p < PLACES && dead; p++) {
		AUTO_FREE char *dir = NULL, *path = NULL;

		if (!place_find(p, &dir))
			continue;
		path = path_join(dir, id);
		dead = record_is_dead(path);
	}
	return dead;
}

/* One that waits, unless somebody killed it meanwhile: then a new one. */
static int engage(struct ledger *l, struct err *e)
{
	const struct janitor_duty duty = {
		l->id, l->file, &l->record, l->making, l->lock, &l->holds};

	for (int try = 0; try < 2; try++) {
		if (janitor_start(&l->janitor, e) < 0)
			return -1;
		if (janitor_begin(&l->janitor, &duty, e) == 0)
			return 0;
		janitor_leave(&l->janitor);
	}
	return -1;
}

static void ledger_free(struct ledger *l)
{
	if (l->lock >= 0)
		close(l->lock);
	free(l->file);
	free(l->grants);
	record_free(&l->record);
	free(l);
}

static struct ledger *ledger_new(const struct record *r)
{
	struct ledger *l = xcalloc(1, sizeof *l);
	unsigned long long nonce = 0;

	if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
		nonce = (unsigned long long)(uintptr_t)l;
	snprintf(l->id, sizeof l->id, "%d-%016llx", (int)getpid(), nonce);
	l->record = (struct record){.url = xstrdup(r->url),
		.display = xstrdup(r->display),
		.keep = r->keep,
		.place = r->place};
	strv_copy(&l->record.forwards, &r->forwards);
	l->lock = -1;
	return l;
}

/* In the first place that can be used; the error is of the first. */
static int begin_record(struct ledger *l, bool *named, struct err *e)
{
	for (enum place p = 0; p < PLACES && l->lock < 0; p++) {
		AUTO_FREE char *dir = NULL;
		struct err why = {0};

		if (place_is_for_records(p) && place_make(p, &dir, &why) == 0) {
			free(l->file);
			l->file = path_join(dir, l->id);
			l->lock = record_new(l->file, &l->record, named, &why);
		}
		if (l->lock < 0 && !*e->msg)
			*e = why;
	}
	return l->lock < 0 ? -1 : 0;
}

int ledger_open(const struct record *r, const struct ledger_holds *holds,
	struct ledger **out, struct err *e)
{
	struct ledger *l = ledger_new(r);
	struct err why = {0};
	sigset_t all, mask;
	bool begun, named = false;

	l->holds = *holds;
	/* A record that has a name has somebody who acts upon it, even if this process is
	 * killed now. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	begun = begin_record(l, &named, &why) == 0 && engage(l, &why) == 0 &&
		(named || record_name(l->lock, l->file, &why) == 0);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (!begun) {
		janitor_leave(&l->janitor);
		if (l->lock >= 0)
			unlink(l->file);
		ledger_free(l);
		*e = why;
		return -1;
	}
	*out = l;
	return 0;
}

const char *ledger_id(const struct ledger *l)
{
	return l->id;
}

char *ledger_files(const struct ledger *l)
{
	return xasprintf("%s%s", l->file, LEDGER_FILES);
}

static char *grant_message(const struct resolved_x *x, enum x_access access)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;

	cJSON_AddStringToObject(o, "display", x->display);
	cJSON_AddStringToObject(o, "number", x->number);
	cJSON_AddNumberToObject(o, "access", access);
	cJSON_AddNumberToObject(o, "xhost", x->xhost);
	cJSON_AddNumberToObject(o, "uid", x->host_uid);
	text = json_text(o, false);
	return xasprintf("%c%s", LEDGER_MSG_X, text);
}

static int ask(struct ledger *l, const char *message, struct buf *cookie, struct err *e)
{
	AUTO_FREE char *reply = xmalloc(LEDGER_MSG_MAX);
	ssize_t n;

	if (send(l->janitor.fd, message, strlen(message), MSG_NOSIGNAL) < 0)
		return err_errno(e, "the janitor is gone");
	do
		n = recv(l->janitor.fd, reply, LEDGER_MSG_MAX, 0);
	while (n < 0 && errno == EINTR);
	if (n < 1)
		return err_set(e, EPIPE, "the janitor is gone");
	if (*reply == LEDGER_MSG_ERROR)
		return err_set(e, 0, "%.*s", (int)n - 1, reply + 1);
	buf_add(cookie, reply + 1, (size_t)n - 1);
	return 0;
}

int ledger_admit_x(
	struct ledger *l, const struct resolved_x *x, struct buf *cookie, struct err *e)
{
	bool host = x->access == X_LOCALUSER || x->access == X_LOCAL;
	AUTO_FREE char *message = grant_message(x, x->access);

	/* What one that was killed had begun another takes over by beginning anew. */
	if (ask(l, message, cookie, e) < 0 &&
		(janitor_lives(&l->janitor) || ledger_mend(l) < 0 ||
			ask(l, message, cookie, e) < 0))
		return -1;
	/* a cookie that is in use already is not made again */
	if (host || x->xhost != XHOST_NONE)
		l->grants = grant_message(x, host ? x->access : X_NONE);
	return 0;
}

int ledger_forward(struct ledger *l, const struct strv *words, struct err *e)
{
	AUTO_JSON cJSON *list = json_strv(words);
	AUTO_FREE char *text = json_text(list, false);
	AUTO_FREE char *message = xasprintf("%c%s", LEDGER_MSG_FORWARD, text);
	AUTO_BUF struct buf none = {0};

	for (size_t i = 0; i < words->n; i++)
		strv_add(&l->record.forwards, words->v[i]);
	if (record_update(l->lock, &l->record, e) < 0)
		return -1;
	if (ask(l, message, &none, e) < 0 &&
		(janitor_lives(&l->janitor) || ledger_mend(l) < 0 ||
			ask(l, message, &none, e) < 0))
		return -1;
	return 0;
}

char *ledger_place(const char *id)
{
	return xasprintf("cnnrun-%s", id);
}

static bool tell(const struct ledger *l, char message)
{
	return send(l->janitor.fd, &message, 1, MSG_NOSIGNAL) == 1;
}

void ledger_making(struct ledger *l, bool making)
{
	l->making = making;
	tell(l, making ? LEDGER_MSG_MAKING : LEDGER_MSG_MADE);
}

int ledger_fd(const struct ledger *l)
{
	return l->janitor.fd;
}

int ledger_mend(struct ledger *l)
{
	AUTO_BUF struct buf none = {0};
	struct err e = {0};

	janitor_leave(&l->janitor);
	if (engage(l, &e) == 0 && (!l->grants || ask(l, l->grants, &none, &e) == 0)) {
		log_debug("the janitor of this launch was killed; another has its place");
		return 0;
	}
	log_debug("the janitor of this launch was killed: %s", e.msg);
	return -1;
}

/* Its last word; another is asked when it was killed, also in the middle of it. */
static void dismiss(struct ledger *l, enum ledger_end end)
{
	const char word = end == LEDGER_CLEAN ? LEDGER_MSG_CLEAN : LEDGER_MSG_DETACH;

	for (int try = 0; try < 2; try++) {
		if (!janitor_lives(&l->janitor) && ledger_mend(l) < 0)
			break; /* the next start sweeps */
		if (end == LEDGER_UNDO || (tell(l, word) && end == LEDGER_DETACH))
			break;
		if (end == LEDGER_CLEAN && janitor_wait(&l->janitor))
			return;
	}
	janitor_leave(&l->janitor);
}

void ledger_close(struct ledger *l, enum ledger_end end)
{
	if (!l)
		return;
	if (end == LEDGER_DETACH || end == LEDGER_STAYS) {
		l->record.detached = true;
		l->record.keep |= end == LEDGER_STAYS;
		record_update(l->lock, &l->record, NULL);
	}
	if (end == LEDGER_STAYS) {
		tell(l, LEDGER_MSG_KEEP);
		end = LEDGER_CLEAN;
	}
	dismiss(l, end);
	ledger_free(l);
}

int ledger_leave(
	const char *file, const char *id, const struct record *r, int lock, struct err *e)
{
	struct ledger *l = ledger_new(r);
	int rc;

	snprintf(l->id, sizeof l->id, "%s", id);
	l->file = xstrdup(file);
	l->lock = fcntl(lock, F_DUPFD_CLOEXEC, 0);
	l->making = true;
	rc = engage(l, e);
	if (!rc)
		tell(l, LEDGER_MSG_LEAVE);
	janitor_leave(&l->janitor);
	ledger_free(l);
	return rc;
}
