/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "plan/resolved.h"

bool is_open_variable(const char *name)
{
	static const char *const open[] = {"TERM", "COLORTERM", "LANG", "LANGUAGE", "TZ",
		"USER", "DISPLAY", "NO_COLOR"};

	for (size_t i = 0; i < COUNT_OF(open); i++)
		if (!strcmp(name, open[i]))
			return true;
	return !strncmp(name, "LC_", 3);
}

bool is_own_label(const char *key)
{
	return !strcmp(key, "cnnrun") || !strncmp(key, "cnnrun.", 7);
}

bool is_plain_label(const char *key)
{
	return !strncmp(key, "org.opencontainers.image.", 25) ||
	       !strcmp(key, "maintainer");
}

/* Names that hold a mark and no secret: a file, a person, directories. */
static bool is_harmless(const char *name)
{
	static const char *const names[] = {"XAUTHORITY", "PWD", "OLDPWD"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return strcasestr(name, "AUTHOR") && !strcasestr(name, "AUTHORIZ");
}

/* "https://me:password@host/" */
static bool has_password(const char *value)
{
	const char *scheme = strstr(value, "://"), *at;
	size_t n = scheme ? strcspn(scheme + 3, "/?# ") : 0;

	at = n ? memrchr(scheme + 3, '@', n) : NULL;
	return at && memchr(scheme + 3, ':', (size_t)(at - scheme) - 3);
}

bool looks_secret(const char *name, const char *value)
{
	static const char *const marks[] = {"TOKEN", "PASS", "PWD", "KEY", "SECRET",
		"CREDENTIAL", "AUTH", "COOKIE", "JWT"};

	if (value && has_password(value))
		return true;
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (strcasestr(name, marks[i]))
			return !is_harmless(name);
	return false;
}

/* Of words, numbers, names and paths no piece is so long and mixed. */
enum { TOKEN_MIN = 20 };

static bool is_mixed(const char *s, size_t n)
{
	bool letter = false, digit = false;

	for (size_t i = 0; i < n; i++) {
		letter |= isalpha((unsigned char)s[i]);
		digit |= isdigit((unsigned char)s[i]);
	}
	return letter && digit;
}

bool looks_like_token(const char *name, const char *value)
{
	if (looks_secret(name, value))
		return true;
	while (*value) {
		size_t n = strcspn(value, "/:.,@ \t\n");

		if (n >= TOKEN_MIN && is_mixed(value, n))
			return true;
		value += n + (value[n] != 0);
	}
	return false;
}

bool resolved_hides(const struct resolved *s, const struct kv *v)
{
	return looks_secret(v->key, v->value) || strv_has(&s->secrets, v->key);
}
