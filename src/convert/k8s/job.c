/* SPDX-License-Identifier: MIT */
/* export k8s: a Job, or a JobSet where all Pods of a run restart together, and a Service
 * where somebody is to find them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/k8s/k8s.h"
#include "convert/tree.h"

#define NAMED "app.kubernetes.io/name"
#define ONE   "app.kubernetes.io/instance"

void k8s_metadata(const struct k8s *k, cJSON *o, bool named)
{
	cJSON *to = cJSON_AddObjectToObject(o, "metadata"), *labels, *notes;
	const struct kvs *own = &k->c->s->set.labels;

	if (named)
		cJSON_AddStringToObject(to, "name", k->name);
	labels = cJSON_AddObjectToObject(to, "labels");
	cJSON_AddStringToObject(labels, NAMED, k->base);
	cJSON_AddStringToObject(labels, ONE, k->name);
	cJSON_AddStringToObject(labels, "app.kubernetes.io/managed-by", "cnnrun");
	notes = cJSON_AddObjectToObject(to, "annotations");
	cJSON_AddStringToObject(notes, "cnnrun/profile", k->c->shown);
	json_put(notes, "cnnrun/task", k->c->n_tasks ? k->c->words : NULL);
	for (size_t i = 0; i < own->n; i++) /* labels of docker's are any texts */
		cJSON_AddStringToObject(notes, own->v[i].key, own->v[i].value);
}

static cJSON *object(const struct k8s *k, const char *version, const char *kind)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "apiVersion", version);
	cJSON_AddStringToObject(o, "kind", kind);
	k8s_metadata(k, o, true);
	return o;
}

cJSON *k8s_protocol(const struct plan_port *p)
{
	const char *name = p->protocol;

	return cJSON_CreateString(!name || !strcmp(name, "tcp") ? "TCP"
				  : !strcmp(name, "udp")        ? "UDP"
								: "SCTP");
}

unsigned k8s_port(const struct plan_port *p)
{
	return p->host && !(p->host_end && !p->container_end) ? p->host : p->container;
}

static void add_ports(const struct settings *s, cJSON *list)
{
	for (size_t i = 0; i < s->n_ports; i++)
		for (unsigned n = 0; n < port_count(&s->ports[i]); n++) {
			const struct plan_port *p = &s->ports[i];
			cJSON *o = cJSON_CreateObject(), *protocol = k8s_protocol(p);
			unsigned to = p->container + n;
			AUTO_FREE char *name = xasprintf("p%u-%s", to, p->protocol);

			cJSON_AddStringToObject(o, "name", name);
			cJSON_AddNumberToObject(o, "port", k8s_port(p) + n);
			cJSON_AddNumberToObject(o, "targetPort", to);
			cJSON_AddItemToObject(o, "protocol", protocol);
			cJSON_AddItemToArray(list, o);
		}
}

/* By which ranks find the first one, and others the ports. */
static cJSON *service(const struct k8s *k)
{
	cJSON *o = object(k, "v1", "Service"), *spec, *list;
	bool headless = k->ranks > 1;

	spec = cJSON_AddObjectToObject(o, "spec");
	if (headless) {
		cJSON_AddStringToObject(spec, "clusterIP", "None");
		cJSON_AddBoolToObject(spec, "publishNotReadyAddresses", true);
	}
	cJSON_AddStringToObject(cJSON_AddObjectToObject(spec, "selector"), ONE, k->name);
	list = cJSON_CreateArray();
	add_ports(&k->p->set, list);
	for (size_t i = 0; i < k->p->n_services; i++)
		add_ports(&k->p->services[i].set, list);
	if (list->child) {
		cJSON_AddItemToObject(spec, "ports", list);
		return o;
	}
	cJSON_Delete(list);
	if (headless)
		return o;
	cJSON_Delete(o);
	return NULL;
}

static cJSON *rule(cJSON *rules, const char *action)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "action", action);
	cJSON_AddItemToArray(rules, o);
	return o;
}

/* A node that goes away, and being pushed off it, is nobody's failure. */
static void rule_disruption(cJSON *rules, const char *action)
{
	cJSON *of = cJSON_AddArrayToObject(rule(rules, action), "onPodConditions");

	cJSON_AddItemToArray(of, cJSON_CreateObject());
	cJSON_AddStringToObject(of->child, "type", "DisruptionTarget");
	cJSON_AddStringToObject(of->child, "status", "True");
}

/* Any other status than the one that asks to go on is the end. */
static void rule_status(const struct k8s *k, cJSON *rules)
{
	const struct plan_checkpoint *c = &k->p->set.checkpoint;
	cJSON *of = cJSON_AddObjectToObject(rule(rules, "FailJob"), "onExitCodes");

	cJSON_AddStringToObject(of, "containerName", "main");
	cJSON_AddStringToObject(of, "operator", "NotIn");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(of, "values"),
		cJSON_CreateNumber(c->wanted ? c->status : CHECKPOINT_STATUS));
}

static cJSON *job_spec(struct k8s *k)
{
	cJSON *o = cJSON_CreateObject(), *rules;
	bool set = k8s_is_set(k);

	if (k->ranks > 1) {
		cJSON_AddStringToObject(o, "completionMode", "Indexed");
		cJSON_AddNumberToObject(o, "completions", k->ranks);
		cJSON_AddNumberToObject(o, "parallelism", k->ranks);
	}
	cJSON_AddNumberToObject(o, "backoffLimit", set ? 0 : k->p->set.retries);
	if (k->ranks == 1 || set) {
		rules = cJSON_AddArrayToObject(
			cJSON_AddObjectToObject(o, "podFailurePolicy"), "rules");
		rule_disruption(rules, set ? "Count" : "Ignore");
		if (k->p->set.retries)
			rule_status(k, rules);
	}
	cJSON_AddItemToObject(o, "template", k8s_pod(k));
	return o;
}

/* What its Job's policy ended stays so; all else restarts every rank. */
static cJSON *job_set(struct k8s *k)
{
	cJSON *o = object(k, "jobset.x-k8s.io/v1alpha2", "JobSet");
	cJSON *spec = cJSON_AddObjectToObject(o, "spec"), *to, *of;

	to = cJSON_AddObjectToObject(spec, "network");
	cJSON_AddBoolToObject(to, "enableDNSHostnames", true);
	cJSON_AddStringToObject(to, "subdomain", k->name);
	to = cJSON_AddObjectToObject(spec, "failurePolicy");
	cJSON_AddNumberToObject(to, "maxRestarts", k->p->set.retries);
	of = rule(cJSON_AddArrayToObject(to, "rules"), "FailJobSet");
	cJSON_AddStringToObject(of, "name", "notAgain");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(of, "onJobFailureReasons"),
		cJSON_CreateString("PodFailurePolicy"));
	of = cJSON_CreateObject();
	cJSON_AddItemToArray(cJSON_AddArrayToObject(spec, "replicatedJobs"), of);
	cJSON_AddStringToObject(of, "name", "ranks");
	cJSON_AddNumberToObject(of, "replicas", 1);
	to = cJSON_AddObjectToObject(of, "template");
	cJSON_AddItemToObject(to, "spec", job_spec(k));
	return o;
}

static void add(struct buf *b, const cJSON *object)
{
	if (b->n)
		buf_adds(b, "---\n");
	tree_yaml(b, object);
}

static void secret_line(const struct k8s *k, struct strv *head)
{
	AUTO_FREE char *names = strv_join(&k->variables, "|");

	if (!k->variables.n)
		return;
	strv_addf(head,
		"First, with their values in your environment: env | grep -E '^(%s)=' | "
		"kubectl create secret generic %s-secrets --from-env-file=/dev/stdin",
		names, k->base);
}

static char *head(struct k8s *k)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_STRV struct strv lines = {0};
	struct buf b = {0};

	if (k->p->about)
		strv_add(&lines, k->p->about);
	strv_addf(&lines, "By cnnrun export k8s %s", k->c->shown);
	strv_addf(&lines, "For Kubernetes 1.31 or later%s: kubectl apply -f FILE",
		k8s_is_set(k) ? " with JobSet" : "");
	secret_line(k, &lines);
	k8s_lost(k);
	for (size_t i = 0; i < k->c->lost.n; i++)
		if (!strv_has(&lines, k->c->lost.v[i]))
			strv_add(&lines, k->c->lost.v[i]);
	tree_remarks(o, &lines, 0);
	tree_yaml(&b, o);
	return buf_take(&b);
}

int k8s_fits(struct conversion *c, struct err *e)
{
	AUTO_K8S struct k8s k;

	return k8s_init(&k, c, e) < 0 ? -1 : k8s_check(&k, c->p, e);
}

char *convert_k8s(struct conversion *c)
{
	AUTO_K8S struct k8s k;
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *first = NULL;
	AUTO_JSON cJSON *found = NULL, *job = NULL;

	if (k8s_init(&k, c, &(struct err){0}) < 0)
		return xstrdup(""); /* k8s_fits() said why */
	if (k8s_is_set(&k)) {
		job = job_set(&k);
	} else {
		job = object(&k, "batch/v1", "Job");
		cJSON_AddItemToObject(job, "spec", job_spec(&k));
	}
	found = service(&k);
	if (found && !k8s_is_set(&k))
		add(&b, found);
	add(&b, job);
	first = head(&k);
	return xasprintf("%s%s", c->task ? "---\n" : first, buf_str(&b));
}
