/* SPDX-License-Identifier: MIT */
/* capabilities and security options; a file of system calls is read here, by the user,
 * and its text is what the engine gets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "launch/resolve/resolve.h"

#define NO_NEW_PRIVILEGES "no-new-privileges"
#define SECCOMP           "seccomp="

enum { SECCOMP_MAX = 1 << 20 };

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* Of several files or words the last counts, as with docker; NULL = there is none. */
static char **calls_in(const struct strv *options)
{
	char **last = NULL;

	for (size_t i = 0; i < options->n; i++)
		if (begins(options->v[i], SECCOMP))
			last = &options->v[i];
	return last;
}

/* All capabilities are dropped and none gained unless the profile says otherwise: by
 * docker's rights what docker itself drops and forbids is left to the engine. */
static void confine(struct settings *s)
{
	struct strv given = s->security_opt;
	bool as_docker = settings_as_docker(s), no_new = !as_docker;
	char *const *calls = calls_in(&given);

	s->security_opt = (struct strv){0};
	for (size_t i = 0; i < given.n; i++)
		if (begins(given.v[i], NO_NEW_PRIVILEGES))
			no_new = !strstr(given.v[i], "false");
		else if (!begins(given.v[i], SECCOMP) || &given.v[i] == calls)
			strv_add(&s->security_opt, given.v[i]);
	strv_free(&given);
	if (s->privileged)
		return;
	if (no_new)
		strv_add(&s->security_opt, NO_NEW_PRIVILEGES);
	if (!as_docker && !strv_has(&s->cap_drop, "ALL"))
		strv_add(&s->cap_drop, "ALL");
}

/* Words of the engine's, and no names of files. */
static bool is_word(const char *value)
{
	return !strcmp(value, "unconfined") || !strcmp(value, "builtin");
}

static int read_calls(struct resolving *r, char **option, struct err *e)
{
	AUTO_FREE char *path = NULL, *real = NULL;
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *j = NULL;

	if (reach_read(r, *option + strlen(SECCOMP), SECCOMP_MAX, &path, &real, &text,
		    e) < 0)
		return -1;
	j = json_parse(text.p, text.n, e);
	if (!j)
		return err_wrap(e, "%s", path);
	if (!utf8_valid(text.p))
		return err_set(e, EILSEQ, "%s: not UTF-8", path);
	if (!json_str(j, "defaultAction") || strlen(text.p) != text.n)
		return err_set(e, EINVAL,
			"%s: a profile begins with { \"defaultAction\": …", path);
	free(*option);
	*option = xasprintf(SECCOMP "%s", real);
	r->s->seccomp = buf_take(&text);
	return 0;
}

int resolve_security(struct resolving *r, struct err *e)
{
	const struct strv *asked = &r->p->set.security_opt;
	AUTO_FREE char *key = NULL;
	char **calls;

	confine(&r->s->set);
	calls = calls_in(&r->s->set.security_opt);
	if (!calls || is_word(*calls + strlen(SECCOMP)) || read_calls(r, calls, e) == 0)
		return 0;
	key = xasprintf("security/%td", calls_in(asked) - asked->v);
	err_wrap(e, "seccomp");
	return plan_fail(r->p, key, e);
}
