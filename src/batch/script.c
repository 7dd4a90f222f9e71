/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "batch/batch.h"
#include "profile/profile.h"

int batch_script(const char *name, struct buf *out, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	const char *body;

	if (script_read(name, &text, e) < 0)
		return -1;
	body = strstr(buf_str(&text), "\n\n");
	if (!body)
		return err_set(e, EINVAL, "scripts/%s has no comment at its top", name);
	buf_adds(out, body + 2);
	return 0;
}
