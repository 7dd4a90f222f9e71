/* SPDX-License-Identifier: MIT */
/* The single-valued primitives: names, limits, switches and plain lists. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "plan/primitives.h"

#define AT(member) offsetof(struct plan, member)

static int one_of(
	const char *s, const char *const *names, const char *list, struct err *e)
{
	for (; *names; names++)
		if (!strcmp(*names, s))
			return 0;
	return err_set(e, 0, "\"%s\" must be %s", s, list);
}

static int check_ipc(const char *s, struct err *e)
{
	static const char *const ok[] = {"private", "shareable", "host", "none", NULL};

	return one_of(s, ok, "\"private\", \"shareable\", \"host\" or \"none\"", e);
}

static int check_pid(const char *s, struct err *e)
{
	static const char *const ok[] = {"host", NULL};

	return one_of(s, ok, "\"host\" or not given", e);
}

static int check_capability(const char *s, struct err *e)
{
	for (const char *p = s; *p; p++)
		if (!isupper((unsigned char)*p) && *p != '_')
			goto bad;
	if (*s && strncmp(s, "CAP_", 4) != 0)
		return 0;
bad:
	return err_set(e, 0, "\"%s\" is no capability, like \"SYS_PTRACE\"", s);
}

static int check_restart(const char *s, struct err *e)
{
	static const char *const ok[] = {
		"no", "always", "unless-stopped", "on-failure", NULL};

	if (!strncmp(s, "on-failure:", 11) && s[11] &&
		strspn(s + 11, "0123456789") == strlen(s + 11))
		return 0;
	return one_of(
		s, ok, "\"no\", \"on-failure[:N]\", \"always\" or \"unless-stopped\"", e);
}

static int check_hostname(const char *s, struct err *e)
{
	size_t n = strlen(s);

	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			goto bad;
	if (n && n <= 63 && *s != '-' && *s != '.')
		return 0;
bad:
	return err_set(e, 0, "\"%s\" must be 1 to 63 letters, digits, \"-\" or \".\"", s);
}

static int check_timezone(const char *s, struct err *e)
{
	if (*s && *s != '/' && !strstr(s, ".."))
		return 0;
	return err_set(
		e, 0, "\"%s\" must be \"host\" or a name like \"Europe/Berlin\"", s);
}

static int check_signal(const char *s, struct err *e)
{
	const char *p = s;

	while (isalnum((unsigned char)*p) || *p == '+' || *p == '-')
		p++;
	if (*s && !*p && p - s < 20)
		return 0;
	return err_set(e, 0, "\"%s\" is no signal, like \"SIGINT\"", s);
}

static int check_cpuset(const char *s, struct err *e)
{
	if (*s && strspn(s, "0123456789,-") == strlen(s))
		return 0;
	return err_set(e, 0, "\"%s\" must be a list of CPUs, like \"0-3,7\"", s);
}

static const char *const pulls[] = {"missing", "always", "never", NULL};

const struct field plan_scalars[] = {
	{.key = "about", .type = FIELD_STR, .offset = AT(about)},
	{.key = "image",
		.type = FIELD_STR,
		.offset = AT(image),
		.check = check_reference},
	{.key = "pull", .type = FIELD_ENUM, .offset = AT(pull), .names = pulls},
	{.key = "env", .type = FIELD_KVS, .offset = AT(env), .check = check_env_name},
	{.key = "env_pass",
		.type = FIELD_STRV,
		.offset = AT(env_pass),
		.check = check_env_name},
	{.key = "env_secret",
		.type = FIELD_STRV,
		.offset = AT(env_secret),
		.check = check_env_name},
	{.key = "env_files",
		.type = FIELD_STRV,
		.offset = AT(env_files),
		.check = check_text},
	{.key = "workdir",
		.type = FIELD_STR,
		.offset = AT(set.workdir),
		.check = check_workdir},
	{.key = "hostname",
		.type = FIELD_STR,
		.offset = AT(set.hostname),
		.check = check_hostname},
	{.key = "name", .type = FIELD_STR, .offset = AT(set.name), .check = check_name},
	{.key = "network",
		.type = FIELD_STR,
		.offset = AT(set.network),
		.check = check_name},
	{.key = "extra_hosts",
		.type = FIELD_KVS,
		.offset = AT(set.extra_hosts),
		.check = check_hostname},
	{.key = "dns", .type = FIELD_STRV, .offset = AT(set.dns), .check = check_ip},
	{.key = "ipc", .type = FIELD_STR, .offset = AT(set.ipc), .check = check_ipc},
	{.key = "pid", .type = FIELD_STR, .offset = AT(set.pid), .check = check_pid},
	{.key = "shm", .type = FIELD_INT, .offset = AT(set.shm)},
	{.key = "cpus", .type = FIELD_NUM, .offset = AT(set.cpus)},
	{.key = "cpuset",
		.type = FIELD_STR,
		.offset = AT(set.cpuset),
		.check = check_cpuset},
	{.key = "memory", .type = FIELD_INT, .offset = AT(set.memory)},
	{.key = "memory_swap",
		.type = FIELD_INT,
		.offset = AT(set.memory_swap),
		.min = -1},
	{.key = "pids", .type = FIELD_INT, .offset = AT(set.pids)},
	{.key = "cap_add",
		.type = FIELD_STRV,
		.offset = AT(set.cap_add),
		.check = check_capability},
	{.key = "cap_drop",
		.type = FIELD_STRV,
		.offset = AT(set.cap_drop),
		.check = check_capability},
	{.key = "security_opt",
		.type = FIELD_STRV,
		.offset = AT(set.security_opt),
		.check = check_text},
	{.key = "privileged", .type = FIELD_BOOL, .offset = AT(set.privileged)},
	{.key = "no_new_privileges", .type = FIELD_BOOL, .offset = AT(no_new_privileges)},
	{.key = "readonly_rootfs", .type = FIELD_BOOL, .offset = AT(set.readonly_rootfs)},
	{.key = "labels",
		.type = FIELD_KVS,
		.offset = AT(set.labels),
		.check = check_text},
	{.key = "sysctls",
		.type = FIELD_KVS,
		.offset = AT(set.sysctls),
		.check = check_text},
	{.key = "timezone",
		.type = FIELD_STR,
		.offset = AT(set.timezone),
		.check = check_timezone},
	{.key = "init", .type = FIELD_BOOL, .offset = AT(set.init)},
	{.key = "keep", .type = FIELD_BOOL, .offset = AT(set.keep)},
	{.key = "log", .type = FIELD_BOOL, .offset = AT(set.log)},
	{.key = "detach", .type = FIELD_BOOL, .offset = AT(set.detach)},
	{.key = "tty", .type = FIELD_TRI, .offset = AT(set.tty)},
	{.key = "stop_signal",
		.type = FIELD_STR,
		.offset = AT(set.stop_signal),
		.check = check_signal},
	{.key = "stop_timeout",
		.type = FIELD_INT32,
		.offset = AT(set.stop_timeout),
		.max = 86400},
	{.key = "detach_keys",
		.type = FIELD_STR,
		.offset = AT(set.detach_keys),
		.check = check_text},
	{.key = "restart",
		.type = FIELD_STR,
		.offset = AT(set.restart),
		.check = check_restart},
	FIELDS_END,
};
