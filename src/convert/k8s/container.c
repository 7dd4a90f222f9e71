/* SPDX-License-Identifier: MIT */
/* A container of a Pod. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/docker_option.h"
#include "convert/k8s/k8s.h"
#include "convert/ready.h"

/* torch's own; every Pod has all ports to itself. */
#define MASTER_PORT "29500"
#define INDEX       "metadata.annotations['batch.kubernetes.io/job-completion-index']"

static void words(cJSON *o, const char *key, bool has, const struct strv *list)
{
	cJSON *to = has ? cJSON_AddArrayToObject(o, key) : NULL;

	for (size_t i = 0; has && i < list->n; i++)
		cJSON_AddItemToArray(to, k8s_string(list->v[i]));
}

/* No words for "args" are the image's own; for "command" they are its entrypoint, which
 * an empty one takes away. */
static void program(const struct settings *s, cJSON *o)
{
	bool none = s->has_entrypoint && !s->entrypoint.n;

	words(o, "command", s->has_entrypoint, none ? &s->command : &s->entrypoint);
	words(o, "args", s->has_command && s->command.n && !none, &s->command);
}

static void from_index(cJSON *list, const char *name)
{
	cJSON *from = cJSON_CreateObject();

	cJSON_AddStringToObject(
		cJSON_AddObjectToObject(from, "fieldRef"), "fieldPath", INDEX);
	k8s_add_named(list, name, "valueFrom", from);
}

static void rank(const struct k8s *k, cJSON *list, struct strv *names)
{
	static const char *const all[] = {"RANK", "NODE_RANK", "WORLD_SIZE", "LOCAL_RANK",
		"LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"};
	AUTO_FREE char *n = xasprintf("%d", k->ranks);
	AUTO_FREE char *first =
		xasprintf("%s%s-0.%s", k->name, k8s_is_set(k) ? "-ranks-0" : "", k->name);
	const char *const values[] = {NULL, NULL, n, "0", "1", first, MASTER_PORT};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		strv_add(names, all[i]);
		if (values[i])
			k8s_add_named(
				list, all[i], "value", cJSON_CreateString(values[i]));
		else
			from_index(list, all[i]);
	}
}

static void from_secret(struct k8s *k, cJSON *list, const char *name)
{
	AUTO_FREE char *secret = xasprintf("%s-secrets", k->base);
	cJSON *from = cJSON_CreateObject();
	cJSON *ref = cJSON_AddObjectToObject(from, "secretKeyRef");

	cJSON_AddStringToObject(ref, "name", secret);
	cJSON_AddStringToObject(ref, "key", name);
	k8s_add_named(list, name, "valueFrom", from);
	if (!strv_has(&k->variables, name))
		strv_add(&k->variables, name);
}

static void env(struct k8s *k, const struct plan *p, const struct resolved *s, cJSON *o)
{
	cJSON *list = cJSON_CreateArray();
	AUTO_STRV struct strv done = {0};

	if (k->ranks > 1 && !s->service)
		rank(k, list, &done);
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];
		bool hidden = docker_env_is_filed(s, v) || docker_env_by_name(s, v);

		if (strv_has(&done, v->key) ||
			(!strcmp(v->key, "TERM") && !kvs_get(&p->env, "TERM")))
			continue;
		if (hidden)
			from_secret(k, list, v->key);
		else
			k8s_add_named(list, v->key, "value", k8s_string(v->value));
	}
	if (resolved_lacks_language(s))
		k8s_add_named(list, "LANG", "value", cJSON_CreateString(RESOLVED_LANG));
	json_put_some(o, "env", list);
}

cJSON *k8s_size(int64_t bytes)
{
	static const char *const units[] = {"", "Ki", "Mi", "Gi", "Ti"};
	AUTO_FREE char *text = NULL;
	size_t i = 0;

	for (; i + 1 < COUNT_OF(units) && bytes % 1024 == 0 && bytes; i++)
		bytes /= 1024;
	text = xasprintf("%lld%s", (long long)bytes, units[i]);
	return cJSON_CreateString(text);
}

static void resources(const struct plan *p, cJSON *o)
{
	const struct settings *s = &p->set;
	const struct plan_gpus *g = &s->gpus;
	int gpus = g->select == GPU_NONE || g->optional ? 0
		   : g->select == GPU_COUNT             ? g->count
							: (int)g->ids.n;
	cJSON *limits = cJSON_CreateObject(), *to;

	if (s->cpus > 0) {
		int milli = (int)(s->cpus * 1000 + 0.999);
		bool whole = milli % 1000 == 0;
		AUTO_FREE char *cpu =
			xasprintf("%d%s", whole ? milli / 1000 : milli, whole ? "" : "m");

		cJSON_AddStringToObject(limits, "cpu", cpu);
	}
	if (s->memory)
		cJSON_AddItemToObject(limits, "memory", k8s_size(s->memory));
	if (gpus) {
		AUTO_FREE char *n = xasprintf("%d", gpus);

		cJSON_AddStringToObject(limits,
			g->vendor == GPU_AMD ? "amd.com/gpu" : "nvidia.com/gpu", n);
	}
	if (!limits->child) {
		cJSON_Delete(limits);
		return;
	}
	to = cJSON_AddObjectToObject(o, "resources");
	cJSON_AddItemToObject(to, "requests", cJSON_Duplicate(limits, true));
	cJSON_AddItemToObject(to, "limits", limits);
}

static void security(const struct resolved *s, cJSON *o)
{
	const struct settings *set = &s->set;
	cJSON *to = cJSON_AddObjectToObject(o, "securityContext");
	cJSON *caps = NULL;

	if (s->has_user) {
		cJSON_AddNumberToObject(to, "runAsUser", s->uid);
		cJSON_AddNumberToObject(to, "runAsGroup", s->gid);
		if (s->uid)
			cJSON_AddBoolToObject(to, "runAsNonRoot", true);
	}
	if (strv_has(&set->security_opt, "no-new-privileges"))
		cJSON_AddBoolToObject(to, "allowPrivilegeEscalation", false);
	if (set->readonly_rootfs)
		cJSON_AddBoolToObject(to, "readOnlyRootFilesystem", true);
	if (set->cap_drop.n || set->cap_add.n)
		caps = cJSON_AddObjectToObject(to, "capabilities");
	if (set->cap_drop.n)
		cJSON_AddItemToObject(caps, "drop", json_strv(&set->cap_drop));
	if (set->cap_add.n)
		cJSON_AddItemToObject(caps, "add", json_strv(&set->cap_add));
}

static void ports(const struct settings *s, cJSON *o)
{
	cJSON *list = s->n_ports ? cJSON_AddArrayToObject(o, "ports") : NULL;

	for (size_t i = 0; i < s->n_ports; i++)
		for (unsigned n = 0; n < port_count(&s->ports[i]); n++) {
			cJSON *port = cJSON_CreateObject();

			cJSON_AddNumberToObject(
				port, "containerPort", s->ports[i].container + n);
			cJSON_AddItemToObject(
				port, "protocol", k8s_protocol(&s->ports[i]));
			cJSON_AddItemToArray(list, port);
		}
}

/* What follows in the Pod begins once it is ready. */
static void probe(struct k8s *k, const struct plan_ready *r, cJSON *o)
{
	double each = r->interval > 1 ? r->interval : 1;
	cJSON *to, *of;

	if (r->log || (!r->http && !r->port && !r->has_command)) {
		strv_addf(&k->c->lost,
			"ready by %s: nothing waits for it, s:ready { port = … } would",
			r->log ? "a line that it prints" : "its image's health check");
		return;
	}
	to = cJSON_AddObjectToObject(o, "startupProbe");
	of = cJSON_AddObjectToObject(to, r->http   ? "httpGet"
					 : r->port ? "tcpSocket"
						   : "exec");
	if (r->http)
		cJSON_AddStringToObject(of, "path", r->http);
	if (r->http || r->port)
		cJSON_AddNumberToObject(of, "port", r->port ? r->port : 80);
	else /* in which "$(NAME)" is no reference */
		cJSON_AddItemToObject(of, "command", json_strv(&r->command));
	cJSON_AddNumberToObject(to, "periodSeconds", (int)(each + 0.5));
	cJSON_AddNumberToObject(
		to, "failureThreshold", (int)(ready_seconds(r) / each + 0.999));
}

/* A signal of its own instead of SIGTERM, which follows when its time is over. */
static void stop(struct k8s *k, const struct plan_checkpoint *c, cJSON *o)
{
	cJSON *to;
	AUTO_FREE char *line = xasprintf("kill -%s 1; sleep %lld",
		checkpoint_signal_name(c), (long long)c->before);

	if (!c->wanted || !strcmp(checkpoint_signal_name(c), "TERM"))
		return;
	to = cJSON_AddObjectToObject(cJSON_AddObjectToObject(o, "lifecycle"), "preStop");
	to = cJSON_AddArrayToObject(cJSON_AddObjectToObject(to, "exec"), "command");
	cJSON_AddItemToArray(to, cJSON_CreateString("sh"));
	cJSON_AddItemToArray(to, cJSON_CreateString("-c"));
	cJSON_AddItemToArray(to, cJSON_CreateString(line));
	strv_addf(&k->c->lost,
		"what sends SIG%s: sh, kill and sleep of the image do, it has to have "
		"them",
		checkpoint_signal_name(c));
}

cJSON *k8s_container(
	struct k8s *k, const struct plan *p, const struct resolved *s, cJSON *volumes)
{
	cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *image = k8s_image(p);

	cJSON_AddStringToObject(o, "name", s->service ? s->service : "main");
	cJSON_AddStringToObject(o, "image", image);
	cJSON_AddStringToObject(
		o, "imagePullPolicy", p->pull == PULL_ALWAYS ? "Always" : "IfNotPresent");
	program(&s->set, o);
	json_put(o, "workingDir", s->set.workdir);
	env(k, p, s, o);
	ports(&s->set, o);
	resources(p, o);
	security(s, o);
	if (s->service && !s->ready.done) {
		cJSON_AddStringToObject(o, "restartPolicy", "Always");
		probe(k, &s->ready, o);
	} else if (!s->service) {
		stop(k, &s->set.checkpoint, o);
	}
	k8s_mounts(k, p, s, o, volumes);
	return o;
}
