/* SPDX-License-Identifier: MIT */
/* A plan's members, resolved on this machine. */
#ifndef TESTS_RESOLVE_TEST_H
#define TESTS_RESOLVE_TEST_H

#include "test.h"

#include "launch/launch.h"

/* s and rights get what resolve() gives for a plan of a profile in project. */
static inline int resolve_members(const char *members, const char *project,
	const struct engine_facts *facts, struct resolved *s, struct rights *rights,
	struct err *e)
{
	AUTO_FREE char *text =
		xasprintf("{\"version\":2,\"containers\":{\"main\":{\"image\":{"
			  "\"reference\":\"debian:12\"},%s}}}",
			members);
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), e);
	AUTO_PLAN struct plan p;

	plan_init(&p);
	resolved_init(s);
	assert_non_null(j);
	if (plan_parse(&p, j, e) < 0)
		fail_msg("%s: %s", text, e->msg);
	p.project = xstrdup(project);
	p.profile = xstrdup("/p/gui.lua");
	strv_add(&p.env_typed, "TYPED_TOKEN");
	return resolve(&p, facts, s, rights, e);
}

#endif
