/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/http/stream_open.h"

int docker_logs(struct engine *g, const char *id, bool tty, bool follow, int tail,
	bool timestamps, struct stream **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_BUF struct buf path = {0};
	struct body_stream body;

	buf_addf(&path, "/containers/%s/logs?stdout=1&stderr=1%s%s", name,
		follow ? "&follow=1" : "", timestamps ? "&timestamps=1" : "");
	if (tail >= 0)
		buf_addf(&path, "&tail=%d", tail);
	if (engine_stream(g, "GET", path.p, NULL, false, &body, e) < 0)
		return err_wrap(e, "logs of container %.12s", id);
	*out = stream_new(&body, tty);
	return 0;
}
