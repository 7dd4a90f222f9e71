/* SPDX-License-Identifier: MIT */
/* What texts of a plan may look like. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "plan/fields.h"

int check_text(const char *s, struct err *e)
{
	return *s ? 0 : err_set(e, EINVAL, "must not be empty");
}

int check_workdir(const char *s, struct err *e)
{
	if (*s != '/')
		return err_set(
			e, EINVAL, "\"%s\" must be an absolute path in the container", s);
	for (const char *p = s; (p = strstr(p, "/..")); p += 3)
		if (p[3] == 0 || p[3] == '/')
			return err_set(e, EINVAL, "\"%s\" must not contain \"..\"", s);
	if (strpbrk(s, "\n\r"))
		return err_set(e, EINVAL, "a path must not contain line breaks");
	return 0;
}

int check_target(const char *s, struct err *e)
{
	if (check_workdir(s, e) < 0)
		return -1;
	if (s[strspn(s, "/.")] == 0)
		return err_set(e, EINVAL, "\"%s\" cannot be a mount target", s);
	return 0;
}

int check_name(const char *s, struct err *e)
{
	const char *p = s;

	if (!isalnum((unsigned char)*p))
		goto bad;
	for (p++; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.-", *p))
			goto bad;
	if (p - s >= 2 && p - s <= 128)
		return 0;
bad:
	return err_set(e, EINVAL,
		"\"%s\" must be 2 to 128 letters, digits, \"_\", \".\" or \"-\", and "
		"begin with a letter or digit",
		s);
}

int check_reference(const char *s, struct err *e)
{
	size_t n = strlen(s);

	if (!n || n > 400 || !isalnum((unsigned char)*s))
		goto bad;
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.-/:@", *p))
			goto bad;
	return 0;
bad:
	return err_set(e, EINVAL, "\"%s\" is no image reference, like \"debian:12\"", s);
}

int check_env_name(const char *s, struct err *e)
{
	if (!*s || strchr(s, '='))
		return err_set(
			e, EINVAL, "\"%s\" is no name of an environment variable", s);
	return 0;
}

int check_ip(const char *s, struct err *e)
{
	unsigned char addr[16];

	if (inet_pton(AF_INET, s, addr) == 1 || inet_pton(AF_INET6, s, addr) == 1)
		return 0;
	return err_set(e, 0, "\"%s\" is no IP address", s);
}
