/* SPDX-License-Identifier: MIT */
#include "cli/option/detach_keys.h"

#include "plan/checks.h"

int detach_keys_given(const struct opts *o, const char **out, struct err *e)
{
	*out = opt_text(o, DETACH_KEYS_NAME);
	if (!*out || check_detach_keys(*out, e) == 0)
		return 0;
	err_wrap(e, "--" DETACH_KEYS_NAME);
	e->code = ERR_USAGE;
	return -1;
}
