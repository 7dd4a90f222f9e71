/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "batch/batch.h"
#include "engine/http/call.h"
#include "engine/wire/program.h"

enum { LIMIT_MS = 30000 };

/* As far as names without domains tell. */
static bool is_other(const char *line, size_t n)
{
	char host[256] = "";
	size_t k = strcspn(line, ".\n"), mine;

	gethostname(host, sizeof host - 1);
	mine = strcspn(host, ".");
	k = k < n ? k : n;
	return k != mine || strncasecmp(line, host, k) != 0;
}

int slurm_elsewhere(const char *partition, bool *yes, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	struct program sinfo = {.words = &words, .limit_ms = LIMIT_MS};
	int rc;

	strv_add(&words, "sinfo");
	strv_add(&words, "--noheader");
	strv_add(&words, "--format=%n");
	if (*partition)
		strv_addf(&words, "--partition=%s", partition);
	rc = program_run(&sinfo, e);
	*yes = rc < 0 && e->code == EMSGSIZE; /* very many */
	for (const char *at = buf_str(&sinfo.out); *at && !*yes;) {
		size_t n = strcspn(at, "\n");

		*yes = n && is_other(at, n);
		at += n + (at[n] == '\n');
	}
	if (rc < 0 && e->code == ENOENT)
		err_set(e, ENOENT,
			"sinfo is not here: there is no Slurm on this machine");
	if (rc == 0 && sinfo.status) {
		AUTO_FREE char *said = buf_take(&sinfo.err);

		one_line(said, 300);
		rc = err_set(
			e, EIO, "%s", *said ? said : "sinfo does not say why it fails");
	}
	program_free(&sinfo);
	return *yes ? 0 : rc;
}
