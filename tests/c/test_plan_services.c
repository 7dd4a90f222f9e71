/* SPDX-License-Identifier: MIT */
/* Services in a plan: read, ordered, and refused where they make no sense. */
#include "test.h"

#include "plan/plan.h"
#include "plan/resolved.h"

static int parse(struct plan *p, const char *main, const char *services, struct err *e)
{
	AUTO_FREE char *text = xasprintf("{\"version\":2,\"containers\":{\"main\":{"
					 "\"image\":{\"reference\":\"a\"}%s}%s}}",
		main, services);
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), e);

	assert_non_null(j);
	*e = (struct err){0};
	plan_init(p);
	p->profile = xstrdup("/p/x.lua");
	p->project = xstrdup("/p");
	return plan_parse(p, j, e);
}

#define IMAGE     "\"image\":{\"reference\":\"b\"}"
#define DB(more)  ",\"db\":{" IMAGE more "}"
#define WEB(more) ",\"web\":{" IMAGE more "}"

static void services_are_read_and_written(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;
	AUTO_JSON cJSON *j = NULL;
	AUTO_FREE char *text = NULL;

	(void)state;
	assert_int_equal(parse(&p, "",
				 DB(",\"ready\":{\"port\":5432,\"timeout\":2.5}")
					 WEB(",\"after\":[\"db\"]"),
				 &e),
		0);
	assert_int_equal(p.n_services, 2);
	assert_string_equal(p.services[0].service, "db");
	assert_int_equal(p.services[0].ready.port, 5432);
	assert_string_equal(p.services[1].after.v[0], "db");
	assert_string_equal(p.services[1].project, "/p");
	j = plan_json(&p);
	text = json_text(j, false);
	assert_string_equal(text,
		"{\"version\":2,\"containers\":{\"main\":{\"image\":{\"reference\":\"a\"}"
		"},"
		"\"db\":{\"image\":{\"reference\":\"b\"},\"ready\":{\"port\":5432,"
		"\"timeout\":2.5}},"
		"\"web\":{\"image\":{\"reference\":\"b\"},\"after\":[\"db\"]}}}");
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const char *main, *services, *says;
	} bad[] = {
		{"", DB(",\"after\":[\"web\"]") WEB(",\"after\":[\"db\"]"),
			"waits, by after"},
		{"", DB(",\"after\":[\"db\"]"), "waits, by after"},
		{"", DB(",\"after\":[\"web\"]"), "no such service"},
		{"", ",\"Db\":{" IMAGE "}", "must be a name such as db"},
		{"", ",\"localhost\":{" IMAGE "}", "must be a name such as db"},
		{"", ",\"a.b\":{" IMAGE "}", "must be a name such as db"},
		{"", ",\"main\":{" IMAGE "}", "must be a name such as db"},
		{"", DB("") DB(""), "two services db"},
		{"", ",\"db\":[]", "no table"},
		{",\"ready\":{\"port\":1}", "", "ready: it is for services"},
		{",\"after\":[\"db\"]", DB(""), "after: it is for services"},
		{"", DB(",\"ready\":{\"port\":1,\"log\":\"x\"}"), "takes one of"},
		{"", DB(",\"ready\":{\"port\":70000}"), "between 1 and 65535"},
		{"", DB(",\"ready\":{\"http\":\"health\"}"), "begins with \"/\""},
		{"", DB(",\"ready\":{\"http\":\"/a\\r\\nX: y\"}"), "no such character"},
		{"", DB(",\"ready\":{\"command\":[]}"), "no words"},
		{"", DB(",\"ready\":{\"timeout\":1e9}"), "too long a time"},
		{"", DB(",\"name\":\"box\""), "name is not for a service"},
		{"", DB(",\"keep\":true"), "keep is not for a service"},
		{",\"box\":true", DB(",\"box\":true"), "box is not for a service"},
		{"", DB(",\"detach\":true"), "detach is not for a service"},
		{"", DB(",\"tty\":true"), "no terminal"},
		{"", DB(",\"restart\":\"always\""), "restart"},
		{"", DB(",\"display\":{\"mode\":\"auto\"}"), "display"},
		{"", DB(",\"network\":\"host\""), "network of the launch's own"},
		{"", DB(",\"network\":\"lan\""), "network of the launch's own"},
		{",\"network\":\"lan\"", DB(""), "network of the launch's own"},
		{",\"network_allow\":[\"a.org\"]", DB(""), "leaves no way to services"},
		{"", DB(",\"network_allow\":[\"a.org\"]"), "not for a service"},
		{"", DB(",\"changes\":true"), "not for a service"},
		{",\"network\":\"none\"", DB(""), "network of the launch's own"},
		{",\"detach\":true,\"restart\":\"always\"", DB(""), "cannot restart"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct err e = {0};
		AUTO_PLAN struct plan p;

		if (parse(&p, bad[i].main, bad[i].services, &e) == 0)
			fail_msg("accepted: %s %s", bad[i].main, bad[i].services);
		if (!strstr(e.msg, bad[i].says))
			fail_msg("%s%s: \"%s\" does not say \"%s\"", bad[i].main,
				bad[i].services, e.msg, bad[i].says);
	}
}

static void a_crowd_is_refused(void **state)
{
	AUTO_BUF struct buf b = {0};
	struct err e = {0};
	AUTO_PLAN struct plan p;

	(void)state;
	for (int i = 0; i < 33; i++)
		buf_addf(&b, ",\"s%d\":{" IMAGE "}", i);
	assert_int_equal(parse(&p, "", b.p, &e), -1);
	assert_non_null(strstr(e.msg, "more than 32"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_are_read_and_written),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(a_crowd_is_refused),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
