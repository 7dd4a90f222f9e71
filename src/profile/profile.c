/* SPDX-License-Identifier: MIT */
/* The life of a profile: forked, described, planned, told of events, ended. The child
 * asks and the host answers, all the way: its description and its plan are questions too,
 * answered by the options and by the next event. */
#include "profile/profile.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "profile/child.h"
#include "profile/find.h"
#include "profile/host.h"

static const struct profile_limits default_limits = {
	.seconds = 2, .memory = (size_t)64 << 20};

static _Noreturn void in_child(const struct profile *p, int door, pid_t parent)
{
	bool from_disk = script_dir() != NULL, sealed = false;

	if (jail_enter(door, &p->limits, parent, &sealed) < 0)
		_exit(CHILD_NOT_JAILED);
	if (sealed)
		door_write("{\"op\":\"sealed\"}\n", 16);
	else if (p->src->trusted)
		door_write("{\"op\":\"open\"}\n", 14);
	else {
		door_fail("unsealed", "", "");
		_exit(1);
	}
	child_run(p->src, &p->limits, from_disk);
}

static void begin_phase(struct profile *p)
{
	p->phase.left = p->limits.seconds;
	p->phase.asks = 0;
	p->phase.bytes = p->phase.printed = p->phase.read = 0;
}

int profile_start(struct profile_source *src, const struct profile_limits *limits,
	struct profile **out, struct err *e)
{
	struct profile *p;
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_errno(e, "socket for %s", src->shown);
	p = xcalloc(1, sizeof *p);
	p->src = src;
	p->limits = limits ? *limits : default_limits;
	if (p->limits.seconds <= 0)
		p->limits.seconds = default_limits.seconds;
	if (!p->limits.memory)
		p->limits.memory = default_limits.memory;
	p->fd = pair[0];
	begin_phase(p);
	p->pid = fork();
	if (p->pid == 0)
		in_child(p, pair[1], parent);
	close(pair[1]);
	if (p->pid < 0) {
		err_errno(e, "fork for %s", src->shown);
		p->pid = 0;
		profile_end(p);
		return -1;
	}
	*out = p;
	return 0;
}

/* The kernel's own limit counts from the child's birth; each event and act may add its
 * share. */
static void prolong(const struct profile *p)
{
	struct rlimit l;

	if (prlimit(p->pid, RLIMIT_CPU, NULL, &l) < 0 || l.rlim_cur == RLIM_INFINITY)
		return;
	l.rlim_cur += (rlim_t)ceil(p->limits.seconds);
	prlimit(p->pid, RLIMIT_CPU, &l, NULL);
}

static int ask_door(struct profile *p, const struct door *d, const char *op,
	const cJSON *args, cJSON **reply, struct err *why)
{
	bool acts = false;
	int rc;

	if (request_allow(p, op, &acts, why) < 0)
		return -1;
	if (!d || !d->answer)
		return err_set(why, ENOTSUP, "%.40s is not available here", op);
	rc = d->answer(d->ctx, op, args, reply, why);
	if (acts && p->steers) {
		begin_phase(p);
		prolong(p);
	}
	return rc;
}

void profile_let_steer(struct profile *p)
{
	p->steers = true;
}

static int answer(struct profile *p, const struct door *d, const char *op,
	const cJSON *args, struct err *e)
{
	AUTO_JSON cJSON *reply = NULL;
	struct err why = {.code = EIO, .msg = "the host could not answer"};
	int rc = request_answer(p, op, args, &reply, &why);

	if (rc < 0 && !strcmp(op, "print"))
		return link_kill(p, e, "%s", why.msg);
	if (rc > 0)
		rc = ask_door(p, d, op, args, &reply, &why);
	log_debug("%s asks %.40s%s%s", p->src->shown, op, rc < 0 ? ": " : "",
		rc < 0 ? why.msg : "");
	if (rc < 0 && why.code == ERR_INTERRUPTED) {
		death_quiet(p);
		*e = why;
		return -1;
	}
	return link_reply(p, reply, rc < 0 ? &why : NULL, e);
}

static int last_words(struct profile *p, const cJSON *args, struct err *e)
{
	const char *kind = json_str(args, "kind");

	if (!kind || strcmp(kind, "unsealed") != 0)
		return death_by_error(p, args, e);
	return link_kill(p, e,
		"this kernel cannot confine it (no seccomp), so only the profiles that "
		"came "
		"with cnnrun can be used");
}

/* The first message, sent before anything foreign was read. */
static int is_seal(struct profile *p, const char *op)
{
	if (p->phase.asks != 1 || p->setup ||
		(strcmp(op, "sealed") != 0 && strcmp(op, "open") != 0))
		return 0;
	p->sealed = !strcmp(op, "sealed");
	if (!p->sealed)
		log_warn("this kernel has no seccomp: profiles that did not come with "
			 "cnnrun "
			 "are refused");
	return 1;
}

/* Serves the door until the child asks the question until; *args is the caller's. */
static int serve(struct profile *p, const struct door *d, const char *until, cJSON **args,
	struct err *e)
{
	for (;;) {
		AUTO_JSON cJSON *m = NULL;
		const char *op;

		if (link_read(p, &m, e) < 0)
			return -1;
		op = json_str(m, "op");
		if (is_seal(p, op))
			continue;
		if (!strcmp(op, "fail"))
			return last_words(p, json_get(m, "args"), e);
		if (!strcmp(op, until)) {
			*args = cJSON_DetachItemFromObjectCaseSensitive(m, "args");
			return 0;
		}
		if (answer(p, d, op, json_get(m, "args"), e) < 0)
			return -1;
	}
}

int profile_describe(
	struct profile *p, const struct door *d, cJSON **about, struct err *e)
{
	AUTO_JSON cJSON *got = NULL;

	if (serve(p, d, "describe", &got, e) < 0)
		return -1;
	if (description_check(p, got, e) < 0) {
		death_quiet(p);
		return -1;
	}
	*about = got;
	got = NULL;
	return 0;
}

static unsigned listens_from(const cJSON *on)
{
	const cJSON *i;
	unsigned set = 0;

	cJSON_ArrayForEach(i, on)
	{
		const char *s = cJSON_GetStringValue(i);

		if (s && !strcmp(s, "start"))
			set |= LISTEN_START;
		else if (s && !strcmp(s, "log"))
			set |= LISTEN_LOG;
		else if (s && !strcmp(s, "exit"))
			set |= LISTEN_EXIT;
	}
	return set;
}

int profile_plan(struct profile *p, const struct door *d, const cJSON *options,
	cJSON **plan, struct err *e)
{
	AUTO_JSON cJSON *got = NULL;

	if (!p->pid || !p->asked)
		return err_set(e, EINVAL, "%s: has not been described", p->src->shown);
	begin_phase(p);
	p->setup = true;
	if (link_reply(p, options, NULL, e) < 0 || serve(p, d, "plan", &got, e) < 0)
		return -1;
	if (!cJSON_IsObject(json_get(got, "plan")))
		return link_kill(p, e, "sent something that is not a plan");
	*plan = cJSON_DetachItemFromObjectCaseSensitive(got, "plan");
	str_set(&p->cut, json_str(got, "cut"));
	p->broken = json_bool(got, "broken", false);
	p->listens = listens_from(json_get(got, "on"));
	if (!p->listens)
		death_quiet(p);
	return 0;
}

const char *profile_cut(const struct profile *p, bool *broken)
{
	*broken = p->broken;
	return p->cut;
}

bool profile_listens(const struct profile *p, const char *event)
{
	unsigned bit = !strcmp(event, "start")  ? LISTEN_START
		       : !strcmp(event, "log")  ? LISTEN_LOG
		       : !strcmp(event, "exit") ? LISTEN_EXIT
						: 0;

	return p->pid && (p->listens & bit);
}

int profile_event(struct profile *p, const struct door *d, const char *event,
	const cJSON *data, struct err *e)
{
	AUTO_JSON cJSON *m = NULL, *done = NULL;

	if (!profile_listens(p, event))
		return 0;
	begin_phase(p);
	prolong(p);
	m = cJSON_CreateObject();
	cJSON_AddStringToObject(m, "event", event);
	if (data)
		cJSON_AddItemToObject(m, "data", cJSON_Duplicate(data, true));
	if (link_reply(p, m, NULL, e) < 0)
		return -1;
	return serve(p, d, "done", &done, e);
}

const char *profile_traceback(const struct profile *p)
{
	return p->traceback ? p->traceback : "";
}

void profile_end(struct profile *p)
{
	if (!p)
		return;
	death_quiet(p);
	if (p->fd >= 0)
		close(p->fd);
	buf_free(&p->in);
	free(p->traceback);
	free(p->cut);
	free(p);
}
