/* SPDX-License-Identifier: MIT */
#include "convert/ready.h"

#include "plan/shell_word.h"

/* A shell is all that the image needs to have: state 0A listens. */
#define LISTENS                                                                          \
	"for f in /proc/net/tcp /proc/net/tcp6; do while read -r _ at _ state _; do "    \
	"case $at/$state in *:%04X/0A) exit 0;; esac; done <\"$f\"; done; exit 1"

static void in_shell(struct strv *out, const char *script)
{
	strv_add(out, "sh");
	strv_add(out, "-c");
	strv_add(out, script);
}

void ready_command(const struct plan_ready *r, struct strv *out)
{
	AUTO_BUF struct buf script = {0}, url = {0};

	if (r->http) {
		buf_addf(&url, "http://localhost:%u%s", r->port, r->http);
		buf_adds(&script, "wget -q -O /dev/null ");
		shell_word(&script, url.p);
		buf_adds(&script, " || curl -fs -o /dev/null ");
		shell_word(&script, url.p);
		in_shell(out, script.p);
	} else if (r->port) {
		buf_addf(&script, LISTENS, r->port);
		in_shell(out, script.p);
	} else if (!r->log && r->has_command) {
		strv_copy(out, &r->command);
	}
}

int ready_seconds(const struct plan_ready *r)
{
	return r->timeout > 0 ? (int)(r->timeout + 0.999) : 60;
}
