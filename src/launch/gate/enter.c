/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/mem.h"
#include "hold/hold.h"
#include "launch/gate/gate.h"
#include "launch/ledger/owner.h"

bool gate_takes(const struct strv *command)
{
	AUTO_JSON cJSON *words = json_strv(command);
	AUTO_FREE char *at = json_not_utf8(words);

	return !at;
}

void gate_enter(const struct kvs *labels, bool sized, struct strv *command)
{
	const char *gate = kvs_get(labels, LABEL_GATE);
	struct strv words = {0};

	if (!gate || !*gate || !gate_takes(command))
		return;
	strv_addf(&words, "%s/%s", gate, sized ? HOLD_ENTER HOLD_SIZED : HOLD_ENTER);
	for (size_t i = 0; i < command->n; i++)
		strv_add(&words, command->v[i]);
	strv_free(command);
	*command = words;
}
