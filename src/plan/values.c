/* SPDX-License-Identifier: MIT */
/* Texts with a meaning of their own: signals, capabilities, times. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/printable.h"
#include "plan/checks.h"

int check_ipc(const char *s, struct err *e)
{
	static const char *const ok[] = {"private", "shareable", "host", "none", NULL};

	return check_one_of(s, ok, e);
}

int check_pid(const char *s, struct err *e)
{
	static const char *const ok[] = {"private", "host", NULL};

	return check_one_of(s, ok, e);
}

int check_rights(const char *s, struct err *e)
{
	static const char *const ok[] = {"least", "docker", NULL};

	return check_one_of(s, ok, e);
}

int check_capability(const char *s, struct err *e)
{
	for (const char *p = s; *p; p++)
		if (!isupper((unsigned char)*p) && *p != '_')
			goto bad;
	if (*s && strncmp(s, "CAP_", 4) != 0)
		return 0;
bad:
	return err_set(e, 0, "\"%s\" is no capability, like \"SYS_PTRACE\"", s);
}

/* no-new-privileges is cnnrun's to give: its words are known. */
int check_security(const char *s, struct err *e)
{
	static const char *const ok[] = {"no-new-privileges", "no-new-privileges=true",
		"no-new-privileges=false", NULL};
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

	if (!strncmp(s, ok[0], strlen(ok[0])))
		return check_one_of(s, ok, e);
	if (n && s[n] && (s[n] == '=' || s[n] == ':') && text_is_printable(s))
		return 0;
	return err_set(e, 0, "\"%s\" is no option, like \"seccomp=unconfined\"", s);
}

/* "c 189:* rmw": all or one kind, major and minor number, what may be done. */
int check_device_rule(const char *s, struct err *e)
{
	const char *p = s;

	if (!*p || !strchr("acb", *p++) || *p++ != ' ')
		goto bad;
	for (int i = 0; i < 2; i++) {
		size_t n = *p == '*' ? 1 : strspn(p, "0123456789");

		if (!n || n > 7 || p[n] != (i ? ' ' : ':'))
			goto bad;
		p += n + 1;
	}
	if (*p && strspn(p, "rwm") == strlen(p) && strlen(p) <= 3)
		return 0;
bad:
	return err_set(e, 0, "\"%s\" is no rule for devices, like \"c 189:* rmw\"", s);
}

int check_cgroup(const char *s, struct err *e)
{
	const char *p = s;

	while (isalnum((unsigned char)*p) || (*p && strchr("/_.:@\\-", *p)))
		p++;
	if (*s && !*p)
		return 0;
	return err_set(e, 0, "\"%s\" is no control group, like \"/jobs\"", s);
}

int check_sysctl(const char *s, struct err *e)
{
	const char *p = s;

	while (isalnum((unsigned char)*p) || (*p && strchr("_./-", *p)))
		p++;
	if (islower((unsigned char)*s) && !*p && strchr(s, '.') && p[-1] != '.')
		return 0;
	return err_set(
		e, 0, "\"%s\" is no kernel setting, like \"net.core.somaxconn\"", s);
}

int check_restart(const char *s, struct err *e)
{
	static const char *const ok[] = {
		"no", "on-failure", "always", "unless-stopped", NULL};

	if (!strncmp(s, "on-failure:", 11) && s[11] &&
		strspn(s + 11, "0123456789") == strlen(s + 11))
		return 0;
	return check_one_of(s, ok, e);
}

int check_signal(const char *s, struct err *e)
{
	const char *p = s;

	while (isalnum((unsigned char)*p) || *p == '+' || *p == '-')
		p++;
	if (*s && !*p && p - s < 20)
		return 0;
	return err_set(e, 0, "\"%s\" is no signal, like \"SIGINT\"", s);
}

int check_timezone(const char *s, struct err *e)
{
	if (*s && *s != '/' && !strstr(s, ".."))
		return 0;
	return err_set(
		e, 0, "\"%s\" must be \"host\" or a name like \"Europe/Berlin\"", s);
}

int check_cpuset(const char *s, struct err *e)
{
	if (*s && strspn(s, "0123456789,-") == strlen(s))
		return 0;
	return err_set(e, 0, "\"%s\" must be a list of CPUs, like \"0-3,7\"", s);
}

/* One character, or ctrl- and one of a-z @ [ \ ] ^ _ */
static bool is_key(const char *s, size_t n)
{
	if (n == 1)
		return isgraph((unsigned char)*s);
	return n == 6 && !strncmp(s, "ctrl-", 5) &&
	       (islower((unsigned char)s[5]) || strchr("@[\\]^_", s[5]));
}

int check_detach_keys(const char *s, struct err *e)
{
	const char *p = s;

	for (size_t n; n = strcspn(p, ","), is_key(p, n); p += n + 1)
		if (!p[n])
			return 0;
	return err_set(e, 0, "\"%s\" must be keys, like \"ctrl-p,ctrl-q\"", s);
}
