/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/mem.h"
#include "engine/forward.h"
#include "launch/ledger/janitor.h"

int janitor_forward(struct janitor *j, const cJSON *words, struct err *e)
{
	AUTO_STRV struct strv more = {0};

	json_read_strv(words, &more);
	for (size_t i = 0; i < more.n; i++)
		if (!strv_has(&j->record.forwards, more.v[i]))
			strv_add(&j->record.forwards, more.v[i]);
	return forward_open(j->record.url, &more, e);
}

void janitor_forward_again(const struct janitor *j)
{
	if (j->record.forwards.n)
		forward_open(j->record.url, &j->record.forwards, NULL);
}

void janitor_close(struct janitor *j)
{
	forward_close(j->record.url, &j->record.forwards);
}

bool janitor_leave_place(const struct janitor *j)
{
	AUTO_FREE char *name = ledger_place(j->id);
	AUTO_ENGINE struct engine *g = NULL; /* logs in where nobody is */

	return !j->record.place ||
	       (engine_open(j->record.url, &g, NULL) == 0 &&
		       forward_place_remove(j->record.url, name, NULL) == 0);
}
