/* SPDX-License-Identifier: MIT */
/* A resolved plan as a docker line and as JSON. */
#include "convert/convert.h"
#include "resolve_test.h"

static void resolve_ok(const char *members, struct resolved *s)
{
	static const struct engine_facts docker;
	AUTO_RIGHTS struct rights rights = {0};
	struct err e = {0};

	if (resolve_members(members, "/", &docker, s, &rights, &e) < 0)
		fail_msg("%s: %s", members, e.msg);
}

static void the_docker_line_is_quoted(void **state)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_FREE char *line = NULL;
	static const char *const want[] = {" --env 'A=it'\\''s'", " --user 7:7",
		" --entrypoint sh", "debian:12 -c 'echo $A'", " --log-driver none",
		" --gpus '\"device=2,3\"'", " --device v.com/c=d",
		" --publish 127.0.0.1:8080:80/tcp",
		" --tmpfs /t:mode=700,size=10,uid=7,gid=7", " --cap-drop ALL", " --rm",
		" --init", " --security-opt no-new-privileges"};

	(void)state;
	resolve_ok("\"env\":{\"set\":{\"A\":\"it's\"}},\"entrypoint\":[\"sh\",\"-c\"],"
		   "\"command\":[\"echo $A\"],\"user\":{\"mode\":\"explicit\",\"uid\":7},"
		   "\"gpus\":{\"select\":\"ids\",\"ids\":[\"2\",\"3\"]},"
		   "\"device\":[{\"source\":\"v.com/c=d\"}],"
		   "\"port\":[{\"host\":8080,\"container\":80}],"
		   "\"mount\":[{\"type\":\"tmpfs\",\"target\":\"/"
		   "t\",\"size\":10,\"mode\":448}]",
		&s);
	line = docker_line(&s);
	for (char *p = line; (p = strstr(p, " \\\n\t")); p++)
		memmove(p + 1, p + 4, strlen(p + 4) + 1);
	for (size_t i = 0; i < COUNT_OF(want); i++)
		if (!strstr(line, want[i]))
			fail_msg("no %s in %s", want[i], line);
}

static void what_restarts_cannot_remove_itself(void **state)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_FREE char *line = NULL;

	(void)state;
	resolve_ok("\"restart\":\"always\",\"detach\":true", &s);
	line = docker_line(&s);
	assert_non_null(strstr(line, "--restart always"));
	assert_null(strstr(line, "--rm"));
}

static void secrets_of_the_environment_are_not_shown(void **state)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_JSON cJSON *j = NULL;
	AUTO_FREE char *line = NULL, *json = NULL;

	(void)state;
	setenv("MY_TOKEN", "hushhush", 1);
	setenv("PASSED_ON", "pssst", 1);
	resolve_ok("\"env\":{\"pass\":[\"MY_TOKEN\",\"PASSED_ON\"],\"secret\":[\"URL\"],"
		   "\"set\":{\"B_KEY\":\"said\",\"URL\":\"whisper\"}}",
		&s);
	line = docker_line(&s);
	j = resolved_json(&s);
	json = json_text(j, false);
	assert_non_null(strstr(line, "--env MY_TOKEN"));
	assert_null(strstr(line, "hushhush"));
	assert_non_null(strstr(line, "--env B_KEY=said")); /* only the profile has it */
	assert_null(strstr(json, "hushhush"));
	assert_null(strstr(json, "pssst"));
	assert_null(strstr(json, "whisper"));
	assert_null(strstr(line, "pssst"));
	assert_null(strstr(line, "whisper"));
	assert_non_null(strstr(line, "# export URL with its value first"));
	assert_non_null(strstr(line, "--env PASSED_ON"));
	assert_string_equal(
		json_str(json_get(json_get(j, "main"), "env"), "B_KEY"), "****");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_docker_line_is_quoted),
		cmocka_unit_test(what_restarts_cannot_remove_itself),
		cmocka_unit_test(secrets_of_the_environment_are_not_shown),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
