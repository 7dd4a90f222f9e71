/* SPDX-License-Identifier: MIT */
/* The table of settings: each primitive is read and written back, resolved, and said to
 * docker, to the engine and to people. */
#include "test.h"

#include "cli/face/show.h"
#include "convert/convert.h"
#include "engine/docker/docker.h"
#include "launch/resolve/resolve.h"
#include "settings_samples.h"

static char project[] = "/tmp/cnnrun-settings-XXXXXX";

static const struct sample *sample_of(const char *key)
{
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		if (!strcmp(samples[i].key, key))
			return &samples[i];
	fail_msg("no sample of %s in settings_samples.h", key);
	return NULL;
}

static void every_field_has_a_sample(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct field *f = settings_fields; f->key; f++, n++)
		sample_of(f->key);
	for (const struct field *f = plan_fields; f->key; f++, n++)
		sample_of(f->key);
	assert_int_equal(n, COUNT_OF(samples));
}

/* The JSON of a plan that holds the sample, and what it cannot be without. */
static char *text_of(const struct sample *s)
{
	return xasprintf("{\"version\":2,\"containers\":{\"main\":{%s%s\"%s\":%s}}}",
		!strcmp(s->key, "image") ? "" : "\"image\":{\"reference\":\"i\"},",
		!strcmp(s->key, "restart")   ? "\"keep\":true,"
		: !strcmp(s->key, "prepare") ? "\"box\":true,"
					     : "",
		s->key, s->json);
}

static void parse(struct plan *p, const char *text)
{
	struct err e = {0};
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), &e);

	plan_init(p);
	if (!j || plan_parse(p, j, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
}

static void each_survives_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		AUTO_FREE char *text = text_of(&samples[i]);
		AUTO_PLAN struct plan p, copy;
		AUTO_JSON cJSON *in = json_parse(text, strlen(text), NULL);
		AUTO_JSON cJSON *out = NULL, *copied = NULL;

		parse(&p, text);
		out = plan_json(&p);
		if (!cJSON_Compare(in, out, true))
			fail_msg("%s became %s", text, cJSON_PrintUnformatted(out));
		plan_init(&copy);
		str_set(&copy.image, "i");
		fields_copy(&copy.set, &p.set, settings_fields);
		copied = plan_json(&copy);
		for (const struct field *f = settings_fields; f->key; f++)
			if (!strcmp(f->key, samples[i].key) && !f->found &&
				!cJSON_Compare(out, copied, true))
				fail_msg("%s is not copied", f->key);
	}
}

static void has(const char *key, const char *text, const char *part)
{
	if (part && !strstr(text, part))
		fail_msg("%s: no '%s' in:\n%s", key, part, text);
}

/* Of the last, which a setting's right is. */
static const char *words_of(const struct rights *r)
{
	return r->n && r->v[r->n - 1].kind == RIGHT_SETTING ? r->v[r->n - 1].object : "";
}

/* The resolved plan's JSON has it; whole, where resolve adds nothing to it. */
static void check_json(
	const struct field *f, const struct sample *sample, const cJSON *main)
{
	AUTO_JSON cJSON *in = json_parse(sample->json, strlen(sample->json), NULL);
	const cJSON *out = json_get(main, f->key);
	bool added = f->type == FIELD_KVS || f->type == FIELD_STRV;

	if (f->found || !strcmp(f->key, "init")) /* off is nothing */
		return;
	if (!out || (!added && !cJSON_Compare(in, out, true)))
		fail_msg("resolved JSON lacks %s: %s", f->key, sample->json);
}

static void check_resolved(
	const struct sample *sample, const struct plan *p, const struct resolved *s)
{
	static const struct engine_info docker = {.api_minor = 44};
	AUTO_JSON cJSON *j = resolved_json(s), *body = create_body(&docker, s);
	AUTO_FREE char *line = docker_line(s), *request = json_text(body, false);
	AUTO_BUF struct buf b = {0};
	const struct profile_source src = {.shown = (char[]){"x.lua"}, .trusted = true};
	const struct strv none = {0};
	const struct rights no_rights = {0};
	AUTO_RIGHTS struct rights rights = {0};

	rights_add_resolved(&rights, s);
	for (const struct field *f = settings_fields; f->key; f++)
		if (!strcmp(f->key, sample->key) && f->asks)
			has(sample->key, words_of(&rights), f->key);
	show_tree(&b, &src, p, s, &none, &no_rights, NULL);
	has(sample->key, line, sample->docker);
	has(sample->key, request, sample->request);
	has(sample->key, b.p, sample->shows);
	for (const struct field *f = settings_fields; f->key; f++)
		if (!strcmp(f->key, sample->key))
			check_json(f, sample, json_get(j, "main"));
}

/* What needs more than this machine may have says nothing here. */
static bool is_silent(const struct sample *s)
{
	return !s->docker && !s->request && !s->shows;
}

static void each_is_said_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		static const struct engine_facts facts = {0};
		AUTO_FREE char *text = text_of(&samples[i]);
		AUTO_PLAN struct plan p;
		AUTO_RESOLVED struct resolved s;
		AUTO_RIGHTS struct rights rights = {0};
		AUTO_STRV struct strv lacks = {0};
		struct err e = {0};

		resolved_init(&s);
		parse(&p, text);
		if (is_silent(&samples[i]))
			continue;
		p.project = xstrdup(project);
		/* what this machine has not is told */
		if (resolve_each(&p, &facts, &s, &rights, &lacks, &e) < 0)
			fail_msg("%s: %s", text, e.msg);
		check_resolved(&samples[i], &p, &s);
	}
}

static int make_project(void **state)
{
	(void)state;
	mem_init();
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	if (!mkdtemp(project) || chdir(project) < 0)
		return -1;
	return file_write("vars", "FROM_FILE=2\n", 12, 0600, NULL);
}

static int drop_project(void **state)
{
	(void)state;
	return unlink("vars") || rmdir(project) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_a_sample),
		cmocka_unit_test(each_survives_both_ways),
		cmocka_unit_test(each_is_said_everywhere),
	};

	return cmocka_run_group_tests(tests, make_project, drop_project);
}
