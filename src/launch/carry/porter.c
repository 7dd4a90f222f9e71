/* SPDX-License-Identifier: MIT */
#include "launch/carry/porter.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "launch/carry/porter_image.h"
#include "launch/launch.h"
#include "launch/ledger/mark.h"
#include "porter/porter.h"

enum { SILENCE_MS = 120000, OUT = 128 << 10, LOOK_MS = 500 };

struct porter {
	struct porter_place at;
	char *id;
	struct stream *stream;
	struct iovec in; /* received and not taken yet */
	struct buf out;  /* to be sent */
	char path[CARRY_PATH_MAX + 1];
	bool partly;
};

/* What it may do there: all, as far as files go, and nothing else. */
static void describe(struct resolved *s, const struct porter_place *at, const char *image)
{
	static const char *const needed[] = {"CHOWN", "DAC_OVERRIDE", "FOWNER"};
	struct resolved_mount *m;

	s->set.name = xasprintf("%s-porter", at->name);
	str_set(&s->image, PORTER_IMAGE);
	str_set(&s->image_id, image);
	str_set(&s->set.network, "none");
	str_set(&s->userns, at->userns);
	s->set.init = false;
	s->set.has_command = true;
	strv_add(&s->set.command, PORTER_PROGRAM);
	s->open_stdin = true;
	s->has_user = true;
	strv_add(&s->set.cap_drop, "ALL");
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		strv_add(&s->set.cap_add, needed[i]);
	strv_add(&s->set.security_opt, "no-new-privileges");
	kvs_set(&s->set.labels, LABEL_CNNRUN, "1");
	kvs_set(&s->set.labels, LABEL_LAUNCH, ledger_id(at->ledger));
	m = resolved_add_mount(s, MOUNT_VOLUME, at->volume, PORTER_VOLUME);
	m->no_copy = true;
	kvs_set(&m->labels, LABEL_CARRY, at->source);
	if (at->project)
		kvs_set(&m->labels, LABEL_PROJECT, at->project);
}

static int make(struct porter *p, bool *unsure, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_FREE char *image = NULL;
	int rc;

	resolved_init(&s);
	if (porter_image(p->at.g, &image, e) < 0)
		return -1;
	describe(&s, &p->at, image);
	if (mark_set(&s, e) < 0)
		return -1;
	ledger_making(p->at.ledger, true);
	rc = container_create(p->at.g, &s, &p->id, NULL, e);
	if (rc < 0 && e->code < 400) /* the engine's answer was lost */
		*unsure = true;
	else
		ledger_making(p->at.ledger, false);
	return rc;
}

int porter_open(
	struct porter **out, const struct porter_place *at, bool *unsure, struct err *e)
{
	struct porter *p = xcalloc(1, sizeof *p);
	int status, rc;

	p->at = *at;
	rc = make(p, unsure, e);
	if (!rc)
		rc = container_attach(
			at->g, p->id, false, true, false, NULL, &p->stream, e);
	if (!rc)
		rc = container_start(at->g, p->id, NULL, &status, e);
	if (rc < 0) {
		*unsure |= p->id && container_remove(at->g, p->id, true, NULL, NULL) < 0;
		free(p->id);
		p->id = NULL;
		porter_close(p);
		return err_wrap(e, "carry %s", at->source);
	}
	*out = p;
	return 0;
}

void porter_close(struct porter *p)
{
	if (!p)
		return;
	stream_free(p->stream);
	/* it ends when its input does; what cannot be removed the janitor removes */
	if (p->id)
		container_remove(p->at.g, p->id, true, NULL, NULL);
	free(p->id);
	buf_free(&p->out);
	free(p);
}

static int lost(const struct porter *p, struct err *e)
{
	return err_set(e, EPIPE,
		"carry %s: the connection to what carries it was lost; the next start "
		"goes on from here",
		p->at.source);
}

static int wait_for(struct porter *p, short events, struct err *e)
{
	for (int waited = 0; waited < SILENCE_MS; waited += LOOK_MS) {
		struct pollfd f = {.fd = stream_fd(p->stream), .events = events};
		int n;

		if (launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		n = poll(&f, 1, LOOK_MS);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_errno(e, "poll");
	}
	return err_set(e, ETIMEDOUT, "carry %s: the engine does not go on", p->at.source);
}

/* What it says of its own accord is that it failed. */
static int said(struct porter *p, struct err *e);

static int send_all(struct porter *p, const char *data, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = stream_send(p->stream, data, n, NULL);

		if (k < 0)
			return said(p, e);
		if (!k && wait_for(p, POLLOUT, e) < 0)
			return -1;
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

static int flush(struct porter *p, struct err *e)
{
	int rc = send_all(p, buf_str(&p->out), p->out.n, e);

	p->out.n = 0;
	return rc;
}

static int send_word(
	struct porter *p, const struct porter_word *w, const char *path, struct err *e)
{
	struct porter_word word = *w;

	word.path_n = path ? (uint32_t)strlen(path) : 0;
	buf_add(&p->out, &word, sizeof word);
	buf_add(&p->out, path, word.path_n);
	return p->out.n >= OUT ? flush(p, e) : 0;
}

static int receive(struct porter *p, struct err *e)
{
	int channel, n;

	while (!p->in.iov_len) {
		n = stream_take(p->stream, &p->in, 1, &channel, NULL);
		if (n < 0)
			return lost(p, e);
		if (!n && wait_for(p, POLLIN, e) < 0)
			return -1;
		if (n && channel != 1) /* it never says anything there */
			p->in.iov_len = 0;
	}
	return 0;
}

int porter_read(struct porter *p, void *to, size_t n, struct err *e)
{
	char *at = to;

	while (n) {
		size_t k;

		if (receive(p, e) < 0)
			return -1;
		k = n < p->in.iov_len ? n : p->in.iov_len;
		memcpy(at, p->in.iov_base, k);
		p->in.iov_base = (char *)p->in.iov_base + k;
		p->in.iov_len -= k;
		at += k;
		n -= k;
	}
	return 0;
}

static int take_word(struct porter *p, struct porter_word *w, struct err *e)
{
	if (porter_read(p, w, sizeof *w, e) < 0)
		return -1;
	if (w->path_n > CARRY_PATH_MAX || w->size > INT64_MAX)
		return err_set(e, EPROTO, "carry %s: unreadable answer", p->at.source);
	if (porter_read(p, p->path, w->path_n, e) < 0)
		return -1;
	p->path[w->path_n] = 0;
	if (w->verb != PORTER_FAILED)
		return 0;
	return err_set(e, w->error, "carry %s: %s over there: %s", p->at.source,
		w->path_n ? p->path : "the volume", strerror(w->error));
}

static int said(struct porter *p, struct err *e)
{
	struct porter_word w;

	return take_word(p, &w, e) < 0 ? -1 : lost(p, e);
}

static int expect(
	struct porter *p, enum porter_verb verb, struct porter_word *w, struct err *e)
{
	if (take_word(p, w, e) < 0)
		return -1;
	return w->verb == verb
		       ? 0
		       : err_set(e, EPROTO, "carry %s: unreadable answer", p->at.source);
}

int porter_own(struct porter *p, bool all, struct err *e)
{
	const struct porter_word w = {
		.verb = PORTER_OWN, .mode = all, .size = p->at.uid, .mtime = p->at.gid};

	return send_word(p, &w, NULL, e);
}

int porter_put(struct porter *p, const struct carry_entry *entry, struct err *e)
{
	const struct porter_word w = {.verb = PORTER_PUT,
		.mode = entry->mode,
		.size = (uint64_t)entry->size,
		.mtime = entry->mtime};

	return send_word(p, &w, entry->path, e);
}

int porter_data(struct porter *p, const void *data, size_t n, struct err *e)
{
	if (p->out.n + n > OUT && flush(p, e) < 0)
		return -1;
	if (n > OUT)
		return send_all(p, data, n, e);
	buf_add(&p->out, data, n);
	return 0;
}

int porter_drop(struct porter *p, const char *path, struct err *e)
{
	return send_word(p, &(struct porter_word){.verb = PORTER_DROP}, path, e);
}

int porter_sync(struct porter *p, struct err *e)
{
	struct porter_word w = {.verb = PORTER_SYNC};

	if (send_word(p, &w, NULL, e) < 0 || flush(p, e) < 0)
		return -1;
	return expect(p, PORTER_SYNCED, &w, e);
}

int porter_list(struct porter *p, struct err *e)
{
	p->partly = false;
	p->path[0] = 0;
	return send_word(p, &(struct porter_word){.verb = PORTER_LIST}, NULL, e) < 0
		       ? -1
		       : flush(p, e);
}

int porter_next(void *porter, struct carry_entry *out, struct err *e)
{
	struct porter *p = porter;
	char before[CARRY_PATH_MAX + 1];
	struct porter_word w;

	memcpy(before, p->path, strlen(p->path) + 1);
	if (take_word(p, &w, e) < 0)
		return -1;
	if (w.verb == PORTER_END) {
		p->partly = w.error != 0;
		return 0;
	}
	/* whoever answers there is not trusted with our paths */
	if (w.verb != PORTER_ENTRY || strlen(p->path) != w.path_n ||
		!carry_path_ok(p->path) || carry_order(before, p->path) >= 0)
		return err_set(e, EPROTO, "carry %s: unreadable answer", p->at.source);
	*out = (struct carry_entry){.path = p->path,
		.mode = w.mode,
		.size = S_ISDIR(w.mode) ? 0 : (int64_t)w.size,
		.mtime = w.mtime};
	return 1;
}

bool porter_partly(const struct porter *p)
{
	return p->partly;
}

int porter_ask(struct porter *p, const char *path, struct err *e)
{
	return send_word(p, &(struct porter_word){.verb = PORTER_GET}, path, e) < 0
		       ? -1
		       : flush(p, e);
}

int porter_file(struct porter *p, struct carry_entry *entry, int *why, struct err *e)
{
	struct porter_word w;

	if (expect(p, PORTER_FILE, &w, e) < 0)
		return -1;
	*entry = (struct carry_entry){
		.mode = w.mode, .size = (int64_t)w.size, .mtime = w.mtime};
	*why = w.error;
	return 0;
}

int porter_file_end(struct porter *p, bool *changed, struct err *e)
{
	struct porter_word w;

	if (expect(p, PORTER_DONE, &w, e) < 0)
		return -1;
	*changed = w.error != 0;
	return 0;
}
