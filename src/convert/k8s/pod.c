/* SPDX-License-Identifier: MIT */
/* The Pod of a run: its services first, which stay beside it, then the main container. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/docker_option.h"
#include "convert/k8s/k8s.h"

/* git finds a directory that is not its user's only where it is told both. */
#define FETCH                                                                            \
	"git init -q . && export GIT_DIR=.git GIT_WORK_TREE=. && "                       \
	"git fetch -q --depth 1 -- \"$0\" \"$1\" && git checkout -q FETCH_HEAD"
#define CODE "/cnnrun-code"

/* As the main container's, where a quota wants to know; it needs no GPU. */
static void fetch_resources(const cJSON *of, cJSON *o)
{
	cJSON *own = of ? cJSON_Duplicate(of, true) : NULL, *each;

	if (!own)
		return;
	cJSON_ArrayForEach(each, own)
	{
		cJSON_DeleteItemFromObject(each, "nvidia.com/gpu");
		cJSON_DeleteItemFromObject(each, "amd.com/gpu");
	}
	cJSON_AddItemToObject(o, "resources", own);
}

static void fetch(const struct k8s *k, cJSON *spec, cJSON *volumes)
{
	const cJSON *main = json_get(spec, "containers")->child, *v;
	cJSON *o = cJSON_CreateObject(), *list, *mount = cJSON_CreateObject();
	const char *const line[] = {"sh", "-c", FETCH, k->url, k->revision};
	bool wanted = false;

	cJSON_ArrayForEach(v, volumes) wanted |= !strcmp(json_str(v, "name"), "code");
	if (!wanted)
		return;
	strv_addf(&k->c->lost,
		"what fetches %s: sh and git of the image do, it has to have them",
		k->revision);
	cJSON_AddStringToObject(o, "name", "code");
	cJSON_AddStringToObject(o, "image", json_str(main, "image"));
	cJSON_AddStringToObject(o, "imagePullPolicy", json_str(main, "imagePullPolicy"));
	list = cJSON_AddArrayToObject(o, "command");
	for (size_t i = 0; i < COUNT_OF(line); i++)
		cJSON_AddItemToArray(list, k8s_string(line[i]));
	cJSON_AddStringToObject(o, "workingDir", CODE);
	cJSON_AddItemToObject(o, "securityContext",
		cJSON_Duplicate(json_get(main, "securityContext"), true));
	fetch_resources(json_get(main, "resources"), o);
	list = cJSON_AddArrayToObject(o, "volumeMounts");
	cJSON_AddStringToObject(mount, "name", "code");
	cJSON_AddStringToObject(mount, "mountPath", CODE);
	cJSON_AddItemToArray(list, mount);
	cJSON_InsertItemInArray(
		cJSON_GetObjectItemCaseSensitive(spec, "initContainers"), 0, o);
}

struct services {
	struct k8s *k;
	cJSON *list, *volumes;
};

static void add_service(void *ctx, const struct resolved *s)
{
	struct services *x = ctx;
	size_t i = (size_t)(s - x->k->c->s->services);

	cJSON_AddItemToArray(
		x->list, k8s_container(x->k, &x->k->p->services[i], s, x->volumes));
}

/* Services by their names, which all are this Pod. */
static void hosts(const struct k8s *k, cJSON *spec)
{
	const struct resolved *s = k->c->s;
	cJSON *list = cJSON_CreateArray(), *o, *names;

	if (s->n_services) {
		cJSON_AddItemToArray(list, o = cJSON_CreateObject());
		cJSON_AddStringToObject(o, "ip", "127.0.0.1");
		names = cJSON_AddArrayToObject(o, "hostnames");
		for (size_t i = 0; i < s->n_services; i++)
			cJSON_AddItemToArray(
				names, cJSON_CreateString(s->services[i].service));
	}
	for (size_t i = 0; i < s->set.extra_hosts.n; i++) {
		cJSON_AddItemToArray(list, o = cJSON_CreateObject());
		cJSON_AddStringToObject(o, "ip", s->set.extra_hosts.v[i].value);
		names = cJSON_AddArrayToObject(o, "hostnames");
		cJSON_AddItemToArray(
			names, cJSON_CreateString(s->set.extra_hosts.v[i].key));
	}
	json_put_some(spec, "hostAliases", list);
}

/* As docker has it: any user may listen at any port. */
#define LOW_PORTS "net.ipv4.ip_unprivileged_port_start"

static bool has_low_ports(const struct resolved *s)
{
	for (size_t i = 0; i < s->set.n_ports; i++)
		if (s->set.ports[i].container < 1024)
			return true;
	for (size_t i = 0; i < s->n_services; i++)
		if (has_low_ports(&s->services[i]))
			return true;
	return false;
}

static void sysctls(const struct resolved *s, cJSON *o)
{
	const struct kvs *all = &s->set.sysctls;
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < all->n; i++)
		k8s_add_named(list, all->v[i].key, "value",
			cJSON_CreateString(all->v[i].value));
	if (has_low_ports(s) && !kvs_get(all, LOW_PORTS))
		k8s_add_named(list, LOW_PORTS, "value", cJSON_CreateString("0"));
	json_put_some(o, "sysctls", list);
}

static void security(const struct resolved *s, cJSON *spec)
{
	cJSON *o = cJSON_AddObjectToObject(spec, "securityContext"), *list = NULL;

	if (s->has_user) { /* claims are the group's, where their storage can do that */
		cJSON_AddNumberToObject(o, "fsGroup", s->gid);
		cJSON_AddStringToObject(o, "fsGroupChangePolicy", "OnRootMismatch");
	}
	for (size_t i = 0; i < s->groups.n; i++) {
		list = list ? list : cJSON_AddArrayToObject(o, "supplementalGroups");
		cJSON_AddItemToArray(list, cJSON_CreateNumber(atoi(s->groups.v[i])));
	}
	cJSON_AddStringToObject(
		cJSON_AddObjectToObject(o, "seccompProfile"), "type", "RuntimeDefault");
	sysctls(s, o);
}

/* Of each try, from when it runs: a Job's own deadline counts waiting, and all tries. The
 * end of a checkpoint's time is that of the Pod's grace. */
static void times(const struct settings *s, cJSON *spec)
{
	int64_t grace = s->checkpoint.wanted ? s->checkpoint.before : s->stop_timeout;

	if (s->time)
		cJSON_AddItemToObject(spec, "activeDeadlineSeconds",
			json_whole(s->time -
				   (s->checkpoint.wanted ? s->checkpoint.before : 0)));
	if (grace >= 0)
		cJSON_AddItemToObject(
			spec, "terminationGracePeriodSeconds", json_whole(grace));
}

static void place(const struct k8s *k, cJSON *spec)
{
	const struct resolved *s = k->c->s;
	cJSON *o;

	if (k->c->nodes.n)
		cJSON_AddItemToObject(spec, "nodeSelector", json_kvs(&k->c->nodes));
	if (k->ranks > 1 && !k8s_is_set(k))
		cJSON_AddStringToObject(spec, "subdomain", k->name);
	else if (k->ranks == 1)
		json_put(spec, "hostname", k->p->set.hostname);
	if (s->set.dns.n) {
		o = cJSON_AddObjectToObject(spec, "dnsConfig");
		cJSON_AddItemToObject(o, "nameservers", json_strv(&s->set.dns));
	}
	hosts(k, spec);
}

cJSON *k8s_pod(struct k8s *k)
{
	const struct resolved *s = k->c->s;
	cJSON *o = cJSON_CreateObject(), *spec, *volumes = cJSON_CreateArray(), *main;
	struct services x = {.k = k, .volumes = volumes};

	k8s_metadata(k, o, false);
	spec = cJSON_AddObjectToObject(o, "spec");
	cJSON_AddStringToObject(spec, "restartPolicy", "Never");
	cJSON_AddBoolToObject(spec, "automountServiceAccountToken", false);
	cJSON_AddBoolToObject(spec, "enableServiceLinks", false);
	main = k8s_container(k, k->p, s, volumes);
	/* a process of the Pod's reaps, but its signals are for the first one */
	if (s->set.init && !s->n_services && !json_get(main, "lifecycle"))
		cJSON_AddBoolToObject(spec, "shareProcessNamespace", true);
	times(&k->p->set, spec);
	place(k, spec);
	security(s, spec);
	x.list = cJSON_AddArrayToObject(spec, "initContainers");
	docker_in_order(s, add_service, &x);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(spec, "containers"), main);
	fetch(k, spec, volumes);
	if (!x.list->child)
		cJSON_DeleteItemFromObjectCaseSensitive(spec, "initContainers");
	json_put_some(spec, "volumes", volumes);
	return o;
}
