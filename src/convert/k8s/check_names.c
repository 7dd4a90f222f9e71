/* SPDX-License-Identifier: MIT */
/* Names that are well anywhere but in a cluster, or in the line that makes its Secret. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/k8s/k8s.h"

enum { NAME_MAX_LENGTH = 63, HOST_MAX_LENGTH = 253, NAMESERVERS_MAX = 3 };

static bool only(const char *s, size_t max, const char *others)
{
	size_t n = strlen(s);

	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(others, *p))
			return false;
	return n && n <= max;
}

static bool is_variable(const char *name)
{
	return only(name, HOST_MAX_LENGTH, "_.-") && !isdigit((unsigned char)*name);
}

/* As RFC 1123 has them. */
static bool is_host(const char *s)
{
	size_t n = strlen(s);

	return n && n <= HOST_MAX_LENGTH && isalnum((unsigned char)*s) &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n &&
	       isalnum((unsigned char)s[n - 1]) && !strstr(s, "..") && !strstr(s, "-.") &&
	       !strstr(s, ".-");
}

/* "name", "example.com/name": the ends of both are letters or digits. */
static bool is_key(const char *key)
{
	const char *slash = strchr(key, '/');
	AUTO_FREE char *domain = slash ? xstrndup(key, (size_t)(slash - key)) : NULL;
	const char *name = slash ? slash + 1 : key;

	if (domain && (!only(domain, HOST_MAX_LENGTH, ".-") || !is_host(domain)))
		return false;
	return only(name, NAME_MAX_LENGTH, "_.-") && isalnum((unsigned char)*name) &&
	       isalnum((unsigned char)name[strlen(name) - 1]);
}

static int check_variable(
	const struct plan *p, const char *key, const char *name, struct err *e)
{
	if (is_variable(name))
		return 0;
	err_set(e, EINVAL, "no variable of a Pod is called %s: letters, digits and \"_\"",
		name);
	return plan_fail(p, key, e);
}

int k8s_check_names(const struct plan *p, const struct resolved *s, struct err *e)
{
	const struct settings *set = &p->set;

	for (size_t i = 0; i < p->env.n; i++)
		if (check_variable(p, "env/set", p->env.v[i].key, e) < 0)
			return -1;
	for (size_t i = 0; i < p->env_pass.n; i++)
		if (check_variable(p, "env/pass", p->env_pass.v[i], e) < 0)
			return -1;
	for (size_t i = 0; s && i < s->env.n; i++) /* those of files too */
		if (check_variable(p, "env_file/0", s->env.v[i].key, e) < 0)
			return -1;
	for (size_t i = 0; i < set->labels.n; i++)
		if (!is_key(set->labels.v[i].key)) {
			err_set(e, EINVAL,
				"no annotation is called %s: letters, digits and \"-\", "
				"as example.com/name",
				set->labels.v[i].key);
			return plan_fail(p, "label", e);
		}
	for (size_t i = 0; i < set->extra_hosts.n; i++)
		if (!is_host(set->extra_hosts.v[i].key)) {
			err_set(e, EINVAL,
				"no host of a Pod is called %s: small letters, digits "
				"and "
				"\"-\"",
				set->extra_hosts.v[i].key);
			return plan_fail(p, "host", e);
		}
	if (set->dns.n > NAMESERVERS_MAX) {
		err_set(e, EINVAL, "a Pod asks %d nameservers at most", NAMESERVERS_MAX);
		return plan_fail(p, "dns/0", e);
	}
	return 0;
}

/* All its containers share a Service. */
struct port {
	const char *protocol;
	unsigned number;
};

static bool has_port(const struct port *all, size_t n, const struct port *one)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].number == one->number &&
			!strcmp(all[i].protocol, one->protocol))
			return true;
	return false;
}

int k8s_check_ports(const struct plan *p, struct err *e)
{
	struct port all[PORTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i <= p->n_services; i++) {
		const struct settings *s = i ? &p->services[i - 1].set : &p->set;

		for (size_t k = 0; k < s->n_ports; k++)
			for (unsigned j = 0; j < port_count(&s->ports[k]); j++) {
				struct port one = {
					s->ports[k].protocol, k8s_port(&s->ports[k]) + j};

				if (n == PORTS_MAX || has_port(all, n, &one)) {
					err_set(e, EINVAL,
						"a Service has port %u once: c:port { "
						"host "
						"= … } says another",
						one.number);
					return plan_fail(p, "port/0", e);
				}
				all[n++] = one;
			}
	}
	return 0;
}
