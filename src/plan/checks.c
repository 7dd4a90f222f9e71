/* SPDX-License-Identifier: MIT */
#include "plan/checks.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "plan/resolved.h"

int check_text(const char *s, struct err *e)
{
	return *s ? 0 : err_set(e, EINVAL, "must not be empty");
}

/* What cnnrun knows its own containers by is nobody else's to set. */
int check_label(const char *s, struct err *e)
{
	if (is_own_label(s))
		return err_set(e, EINVAL, "\"%s\" is a label of cnnrun's own", s);
	return check_text(s, e);
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

/* Letters, digits and others, the first a letter, a digit or one of first. */
static bool is_name(const char *s, const char *first, const char *others)
{
	if (!*s || (!isalnum((unsigned char)*s) && !strchr(first, *s)))
		return false;
	while (isalnum((unsigned char)*s) || (*s && strchr(others, *s)))
		s++;
	return !*s;
}

int check_name(const char *s, struct err *e)
{
	size_t n = strlen(s);

	if (is_name(s, "", "_.-") && n >= 2 && n <= 128)
		return 0;
	return err_set(e, EINVAL,
		"\"%s\" must be 2 to 128 letters, digits, \"_\", \".\" or \"-\", and "
		"begin with a letter or digit",
		s);
}

/* The others find it by this name. */
int check_service(const char *s, struct err *e)
{
	if (strlen(s) <= 40 && *s >= 'a' && *s <= 'z' && strcmp(s, "main") != 0 &&
		strcmp(s, "localhost") != 0 &&
		s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == 0 &&
		s[strlen(s) - 1] != '-')
		return 0;
	return err_set(e, EINVAL,
		"\"%.80s\" must be a name such as db: a small letter, then up to 39 "
		"small "
		"letters, digits, \"-\" or \"_\"; not main or localhost",
		s);
}

int check_job(const char *s, struct err *e)
{
	size_t n = strspn(s, "0123456789"), part = 0;

	if (s[n] == '_')
		part = strspn(s + n + 1, "0123456789");
	if (n && n < 10 && part < 10 && !s[n + (part ? part + 1 : 0)])
		return 0;
	return err_set(e, EINVAL,
		"\"%.80s\" must be a job's number such as 42, or 42_3 of an array", s);
}

/* It stands where an image's name could, and in heads of requests. */
int check_context(const char *s, struct err *e)
{
	if (*s >= 'a' && *s <= 'z' && strlen(s) <= 100 &&
		s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.-")] == 0)
		return 0;
	return err_set(e, EINVAL,
		"\"%.80s\" must be a name such as lib: a small letter, then small "
		"letters, digits, \"_\", \".\" or \"-\"",
		s);
}

int check_context_source(const char *s, struct err *e)
{
	static const char scheme[] = CONTEXT_IMAGE;

	if (!strncmp(s, scheme, sizeof scheme - 1))
		return check_reference(s + sizeof scheme - 1, e);
	if (!strstr(s, "://"))
		return check_text(s, e);
	return err_set(e, EINVAL,
		"\"%.200s\" must be a directory, or an image: \"" CONTEXT_IMAGE
		"debian:12\"",
		s);
}

int check_network(const char *s, struct err *e)
{
	if (is_name(s, "", "_.-") && strlen(s) <= 128)
		return 0;
	return err_set(e, EINVAL,
		"\"%s\" must be \"bridge\", \"none\", \"host\" or the name of a network",
		s);
}

int check_user(const char *s, struct err *e)
{
	size_t n = strlen(s);
	AUTO_FREE char *stem = xstrndup(s, n && s[n - 1] == '$' ? n - 1 : n);

	if (is_name(stem, "_", "_.-") && !isdigit((unsigned char)*stem) && n <= 32)
		return 0;
	return err_set(e, EINVAL, "\"%s\" is no user name, like \"bob\"", s);
}

int check_group(const char *s, struct err *e)
{
	if (*s && strspn(s, "0123456789") == strlen(s) && strlen(s) <= 10)
		return 0;
	if (check_user(s, NULL) == 0)
		return 0;
	return err_set(e, EINVAL, "\"%s\" is no group, like \"video\" or \"44\"", s);
}

int check_becomes(const char *s, struct err *e)
{
	if (check_group(s, NULL) == 0)
		return 0;
	return err_set(e, EINVAL,
		"\"%s\" must be \"host\", or a user of the image, like \"app\" or "
		"\"1000\"",
		s);
}

int check_hostname(const char *s, struct err *e)
{
	if (is_name(s, "", ".-") && strlen(s) <= 63)
		return 0;
	return err_set(e, 0,
		"\"%s\" must be 1 to 63 letters, digits, \"-\" or \".\", and begin with "
		"a "
		"letter or digit",
		s);
}

int check_host(const char *s, struct err *e)
{
	if (is_name(s, "_", "_.-") && strlen(s) <= 253)
		return 0;
	return err_set(e, 0, "\"%s\" is no host name", s);
}

int check_address(const char *s, struct err *e)
{
	if (!strcmp(s, "host-gateway") || check_ip(s, NULL) == 0)
		return 0;
	return err_set(e, 0, "\"%s\" must be an IP address or \"host-gateway\"", s);
}

int check_reference(const char *s, struct err *e)
{
	const char *last = strrchr(s, '/');
	size_t n = strlen(s);

	if (!n || n > 400 || !isalnum((unsigned char)*s))
		goto bad;
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.-/:@", *p))
			goto bad;
	for (const char *p = last ? last : s; *p && *p != ':' && *p != '@'; p++)
		if (isupper((unsigned char)*p))
			return err_set(e, EINVAL,
				"\"%s\" has a capital letter; the names of images have "
				"none",
				s);
	return 0;
bad:
	return err_set(e, EINVAL, "\"%s\" is no image reference, like \"debian:12\"", s);
}

bool cache_is_directory(const char *s)
{
	return *s == '.' || *s == '/';
}

int check_cache(const char *s, struct err *e)
{
	if (cache_is_directory(s))
		return check_text(s, e);
	if (strncmp(s, "type=", strlen("type=")) != 0)
		return check_reference(s, e);
	err_set(e, EINVAL, "\"%.200s\" is a cache as docker words it", s);
	return err_hint(e,
		"write the directory, as \"./cache\", an image of a registry, as "
		"\"registry.example/me/cache\", or \"inline\"");
}

int check_env_name(const char *s, struct err *e)
{
	if (!*s || strpbrk(s, "= \t") || strlen(s) > 255 || !text_is_printable(s))
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
