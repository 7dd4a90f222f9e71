/* SPDX-License-Identifier: MIT */
#include "launch/kept.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "hold/hold.h"
#include "launch/gate/gate.h"
#include "launch/gate/kept.h"
#include "launch/points/again.h"

enum { HEAR_MS = 10000, LOOK_MS = 500 };

/* What its first program says: 1 = all is well, 0 = nothing. */
static int hear(struct engine *g, const char *id, struct gate *gate, struct err *e)
{
	AUTO_RESOLVED struct resolved none;
	int heard = 0, status;

	resolved_init(&none);
	for (int waited = 0; !heard && waited < HEAR_MS; waited += LOOK_MS) {
		AUTO_STATE struct container_state state = {0};
		bool found = false;

		heard = gate_hear(gate, &none, LOOK_MS, &status, e);
		if (!heard && (container_inspect(g, id, &state, &found, NULL) < 0 ||
				      !found || !state.running))
			return gate_hear(gate, &none, 0, &status, e);
	}
	return heard;
}

int kept_start(struct engine *g, const char *id, const char *gate_name, struct err *e)
{
	AUTO_FREE char *dir = gate_kept_dir(gate_name);
	AUTO_FREE char *socket = path_join(dir, HOLD_SOCKET);
	struct gate gate = GATE_NONE;
	int status, rc;

	if (points_again(dir, e) < 0)
		return -1;
	unlink(socket);
	gate.listener = gate_listen(dir, HOLD_SOCKET, NULL);
	rc = container_start(g, id, NULL, &status, e);
	if (rc < 0 && e->code != ERR_PORT_TAKEN)
		err_hint(e, "what it mounts may be gone; --fresh makes it anew");
	else if (!rc && gate.listener >= 0 && hear(g, id, &gate, e) < 0)
		rc = err_set(e, ESTALE,
			"it does not start: one of its mounts is not what it was made "
			"with; --fresh makes it anew");
	gate_close(&gate);
	return rc;
}
