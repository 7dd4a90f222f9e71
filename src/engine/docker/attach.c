/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/http/stream_open.h"

int docker_attach(struct engine *g, const char *id, bool tty, bool open_stdin, bool logs,
	const char *detach_keys, struct stream **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_BUF struct buf path = {0};
	struct body_stream body;

	buf_addf(&path, "/containers/%s/attach?stream=1&stdout=1&stderr=1%s%s", name,
		open_stdin ? "&stdin=1" : "", logs ? "&logs=1" : "");
	url_param(&path, "detachKeys", detach_keys);
	if (engine_stream(g, "POST", path.p, NULL, true, &body, e) < 0)
		return err_wrap(e, "attach to container %.12s", id);
	*out = stream_new(&body, tty);
	return 0;
}
