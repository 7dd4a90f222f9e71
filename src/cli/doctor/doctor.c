/* SPDX-License-Identifier: MIT */
/* cnnrun doctor: is everything there that containers with GPUs and windows need? */
#include "cli/doctor/doctor.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/color.h"

static const char *const levels[] = {"ok", "warn", "fail"};

void report_add(struct report *r, enum finding level, const char *what, const char *cure,
	const char *fmt, ...)
{
	cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *detail = NULL, *mend = xstrdup(cure);
	va_list ap;

	va_start(ap, fmt);
	detail = xvasprintf(fmt, ap);
	va_end(ap);
	str_printable(&detail); /* words for people, as JSON too */
	str_printable(&mend);
	cJSON_AddStringToObject(o, "level", levels[level]);
	cJSON_AddStringToObject(o, "what", what);
	cJSON_AddStringToObject(o, "detail", detail);
	json_put(o, "cure", mend);
	cJSON_AddItemToArray(r->findings, o);
	r->n_failed += level == FINDING_FAIL;
}

static void add_lines(struct buf *b, const struct report *r)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, r->findings)
	{
		const char *level = json_str(o, "level"), *cure = json_str(o, "cure");
		enum color c = !strcmp(level, "ok")     ? COLOR_GREEN
			       : !strcmp(level, "warn") ? COLOR_YELLOW
							: COLOR_RED;

		buf_addf(b, "%s%-4s%s  %s: %s\n", color(c), level, color(COLOR_END),
			json_str(o, "what"), json_str(o, "detail"));
		if (cure)
			buf_addf(b, "      -> %s\n", cure);
	}
}

static int doctor(struct cli *c, const struct opts *o, struct err *e)
{
	struct report r = {.findings = cJSON_CreateArray()};
	AUTO_JSON cJSON *findings = r.findings;
	AUTO_BUF struct buf b = {0};

	if (cli_no_more(o, 0, e) < 0)
		return -1;
	doctor_machine(&r);
	doctor_engine(&r, c);
	if (!doctor_elsewhere(&r, c)) {
		doctor_gpus(&r, c);
		doctor_display(&r);
		doctor_session(&r);
	}
	doctor_needs(&r);
	doctor_user(&r);
	if (!opt_on(o, "json"))
		add_lines(&b, &r);
	if ((b.n ? print_out(&b, e) : print_json(findings, e)) < 0)
		return -1;
	return r.n_failed ? 1 : 0;
}

static const struct opt table[] = {
	{.name = "json", .about = "as JSON"},
};

const struct command command_doctor = {
	.name = "doctor",
	.usage = "[--json]",
	.about = "Check what this machine offers and say how to mend it",
	.details =
		"The exit status is 1 when something fails that every container needs.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = doctor,
};
