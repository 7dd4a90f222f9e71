/* SPDX-License-Identifier: MIT */
#include "launch/steer/outcome.h"

#include "plan/shell_word.h"

/* Output as a JSON string, which ends at a NUL. */
static void put_output(cJSON *o, const char *key, struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->p[i])
			b->p[i] = '?';
	cJSON_AddStringToObject(o, key, buf_str(b));
}

cJSON *outcome(int code, double seconds, struct buf *out, struct buf *err)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "code", code);
	cJSON_AddNumberToObject(o, "seconds", seconds);
	if (out)
		put_output(o, "stdout", out);
	if (err)
		put_output(o, "stderr", err);
	return o;
}

cJSON *outcome_noted(const struct steer_notes *notes, const char *where,
	const struct strv *command, bool capture)
{
	struct buf none = {0};
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, where);
	for (size_t i = 0; i < command->n; i++) {
		buf_addc(&b, ' ');
		shell_word(&b, command->v[i]);
	}
	strv_add(notes->recorded, b.p);
	return outcome(0, 0, capture ? &none : NULL, capture ? &none : NULL);
}
