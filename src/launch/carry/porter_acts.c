/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "launch/carry/porter_words.h"

int porter_own(struct porter *p, bool all, struct err *e)
{
	const struct porter_word w = {
		.verb = PORTER_OWN, .mode = all, .size = p->at.uid, .mtime = p->at.gid};

	return porter_say(p, &w, NULL, e);
}

int porter_put(struct porter *p, const struct carry_entry *entry, struct err *e)
{
	const struct porter_word w = {.verb = PORTER_PUT,
		.mode = entry->mode,
		.size = (uint64_t)entry->size,
		.mtime = entry->mtime};

	return porter_say(p, &w, entry->path, e);
}

int porter_data(struct porter *p, const void *data, size_t n, struct err *e)
{
	if (p->out.n + n > PORTER_AHEAD && porter_flush(p, e) < 0)
		return -1;
	if (n > PORTER_AHEAD)
		return porter_send_all(p, data, n, e);
	buf_add(&p->out, data, n);
	return 0;
}

int porter_drop(struct porter *p, const char *path, struct err *e)
{
	return porter_say(p, &(struct porter_word){.verb = PORTER_DROP}, path, e);
}

int porter_sync(struct porter *p, struct err *e)
{
	struct porter_word w = {.verb = PORTER_SYNC};

	if (porter_say(p, &w, NULL, e) < 0 || porter_flush(p, e) < 0)
		return -1;
	return porter_expect(p, PORTER_SYNCED, &w, e);
}

int porter_list(struct porter *p, struct err *e)
{
	p->partly = false;
	p->path[0] = 0;
	return porter_say(p, &(struct porter_word){.verb = PORTER_LIST}, NULL, e) < 0
		       ? -1
		       : porter_flush(p, e);
}

int porter_next(void *porter, struct carry_entry *out, struct err *e)
{
	struct porter *p = porter;
	char before[CARRY_PATH_MAX + 1];
	struct porter_word w;

	memcpy(before, p->path, strlen(p->path) + 1);
	if (porter_hear(p, &w, e) < 0)
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
	return porter_say(p, &(struct porter_word){.verb = PORTER_GET}, path, e) < 0
		       ? -1
		       : porter_flush(p, e);
}

int porter_file(struct porter *p, struct carry_entry *entry, int *why, struct err *e)
{
	struct porter_word w;

	if (porter_expect(p, PORTER_FILE, &w, e) < 0)
		return -1;
	*entry = (struct carry_entry){
		.mode = w.mode, .size = (int64_t)w.size, .mtime = w.mtime};
	*why = w.error;
	return 0;
}

int porter_file_end(struct porter *p, bool *changed, struct err *e)
{
	struct porter_word w;

	if (porter_expect(p, PORTER_DONE, &w, e) < 0)
		return -1;
	*changed = w.error != 0;
	return 0;
}
