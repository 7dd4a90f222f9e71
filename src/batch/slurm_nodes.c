/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "batch/batch.h"
#include "batch/tool.h"

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
	AUTO_BUF struct buf said = {0};

	strv_add(&words, "sinfo");
	strv_add(&words, "--noheader");
	strv_add(&words, "--format=%n");
	if (*partition)
		strv_addf(&words, "--partition=%s", partition);
	*yes = false;
	if (tool_run(&words, &said, e) < 0)
		return -1;
	for (const char *at = buf_str(&said); *at && !*yes;) {
		size_t n = strcspn(at, "\n");

		*yes = n && is_other(at, n);
		at += n + (at[n] == '\n');
	}
	return 0;
}
