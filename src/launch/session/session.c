/* SPDX-License-Identifier: MIT */
/* cnnrun attach and cnnrun exec: the relay on a container that runs already. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "engine/registry/docker_config.h"
#include "host/terminal.h"
#include "launch/gate/line.h"
#include "launch/session/relay.h"

enum { DETACH_MS = 2000 };

/* *out is the caller's; NULL = the engine's own. */
static int find_keys(bool tty, const char *said, char **out, struct err *e)
{
	*out = said && *said ? xstrdup(said) : NULL;
	return *out || !tty ? 0 : docker_detach_keys(out, e);
}

int session_attach(struct engine *g, const char *id, const char *detach_keys,
	bool *detached, int *status, struct err *e)
{
	AUTO_STATE struct container_state state = {0};
	AUTO_STREAM struct stream *stream = NULL;
	AUTO_FREE char *keys = NULL;
	struct container_wait *wait = NULL;
	bool found = false;
	int rc;

	if (container_inspect(g, id, &state, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "there is no container %s; see cnnrun ps", id);
	if (!state.running)
		return err_set(e, 409, "container %s is not running", id);
	if (find_keys(state.tty, detach_keys, &keys, e) < 0 ||
		container_wait_started(g, state.id, &wait, e) < 0)
		return -1;
	rc = container_attach(
		g, state.id, state.tty, state.open_stdin, false, keys, &stream, e);
	if (!rc) {
		const struct relay_options o = {.role = RELAY_ATTACH,
			.g = g,
			.id = state.id,
			.tty = state.tty,
			.input = state.open_stdin,
			.stream = stream,
			.wait = wait,
			.resize = container_resize,
			.detach_keys = keys};
		struct relay_result r = {0};

		rc = relay_begin(&o, e);
		if (!rc)
			rc = relay_run(&o, &r, status, e);
		relay_end(&o);
		*detached = r.detached;
		if (!rc && r.left_by) {
			log_warn("the container runs on; cnnrun stop %s ends it",
				state.name);
			*status = 128 + r.left_by;
		}
	}
	container_wait_free(wait);
	return rc;
}

/* Docker tells of an exec that its user has left that it could not be executed, Podman
 * that it ended as nothing can. */
enum { LEFT_STATUS = 126, LEFT_PODMAN = -1 };

/* The stream has ended, or was left. */
static int exec_end(const struct relay_options *o, const struct relay_result *r,
	int *status, struct err *e)
{
	bool running = true;

	if (r->left_by) {
		log_warn("the command runs on in the container: the engine has no way to "
			 "signal it");
		*status = 128 + r->left_by;
		return 0;
	}
	/* Of a terminal, the stream's end comes with the command's, or by the detach
	 * keys. */
	if (container_exec_wait(
		    o->g, o->id, o->tty ? DETACH_MS : -1, &running, status, e) < 0)
		return -1;
	if (running ||
		(r->asked_to && (*status == LEFT_STATUS || *status == LEFT_PODMAN))) {
		if (o->line)
			line_let_go(o->line);
		log_info("detached; the command runs on in the container");
		*status = 0;
	}
	if (*status < 0)
		return err_set(
			e, EPROTO, "the engine does not know how the command ended");
	return 0;
}

static bool is_terminal(int said)
{
	return said < 0 ? isatty(0) && isatty(1) : said;
}

bool session_awaits_size(struct engine *g, int tty)
{
	int rows, cols;

	return is_terminal(tty) && terminal_size(1, &rows, &cols) &&
	       !(engine_info(g)->can & CAN_CONSOLE_SIZE);
}

int session_exec(struct engine *g, const char *id, struct exec_request *x,
	const struct session *s, int *status, struct err *e)
{
	const struct session plain = {.tty = -1};
	AUTO_STREAM struct stream *stream = NULL;
	AUTO_FREE char *exec_id = NULL, *keys = NULL;
	struct relay_options o = {.role = RELAY_EXEC,
		.g = g,
		.input = true,
		.resize = container_exec_resize};
	struct relay_result r = {0};
	int rc;

	s = s ? s : &plain;
	x->open_stdin = true;
	x->tty = is_terminal(s->tty);
	if (x->tty)
		terminal_size(1, &x->rows, &x->cols);
	if (find_keys(x->tty, x->detach_keys, &keys, e) < 0)
		return -1;
	x->detach_keys = keys;
	if (s->line && s->line->path)
		o.role = RELAY_ENTER;
	o.line = s->line;
	o.stop_timeout = s->line ? s->stop_timeout : -1;
	o.tty = x->tty;
	o.io = s->io;
	o.events = s->events;
	o.ledger = s->ledger;
	o.detach_keys = x->detach_keys;
	rc = relay_begin(&o, e);
	if (!rc)
		rc = container_exec(g, id, x, &exec_id, &stream, status, e);
	if (!rc) {
		o.id = exec_id;
		o.stream = stream;
		rc = relay_run(&o, &r, status, e);
	}
	relay_end(&o);
	x->detach_keys = NULL;
	return rc ? rc : exec_end(&o, &r, status, e);
}

void session_shell(struct strv *command)
{
	strv_add(command, "sh");
	strv_add(command, "-c");
	strv_add(command, "command -v bash >/dev/null 2>&1 && exec bash || exec sh");
}
