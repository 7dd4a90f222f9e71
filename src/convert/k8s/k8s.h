/* SPDX-License-Identifier: MIT */
/* Kubernetes: what the parts of a Job have in common. */
#ifndef CNNRUN_CONVERT_K8S_H
#define CNNRUN_CONVERT_K8S_H

#include "convert/convert.h"

enum code { CODE_NONE, CODE_IMAGE, CODE_PVC, CODE_GIT };

struct k8s {
	struct conversion *c;
	const struct plan *p;
	char *base; /* the profile's name, and of its Secret what comes before "-secrets"
		     */
	char *name; /* of its objects: of a task of a sweep with its number */
	int ranks;  /* Pods that run at once */
	enum code code;        /* where the project's files come from */
	char *claim;           /* PVC */
	char *url, *revision;  /* GIT */
	struct strv variables; /* of the Secret */
};
void k8s_free(struct k8s *k);
#define AUTO_K8S __attribute__((cleanup(k8s_free)))

/* Names, and what --code says; p without its names resolved is enough. */
int k8s_init(struct k8s *k, struct conversion *c, struct err *e);
/* What no cluster does, and what its API server would not see. */
int k8s_check(const struct k8s *k, const struct plan *p, struct err *e);

/* Of that its names; s may be NULL. */
int k8s_check_names(const struct plan *p, const struct resolved *s, struct err *e);
int k8s_check_ports(const struct plan *p, struct err *e); /* services' too */

/* And its services, its ranks, another try. */
int k8s_check_run(const struct k8s *k, struct err *e);

/* Letters, digits and "-", as names of objects, containers and hosts are. */
bool k8s_is_label(const char *s, size_t max);
/* The whole reference of an image that a node can pull; NULL = none can. The caller
 * frees. */
char *k8s_image(const struct plan *p);
/* Do all its Pods restart together? */
bool k8s_is_set(const struct k8s *k);
/* A text in which "$(NAME)" is to stay as it is. */
cJSON *k8s_string(const char *text);
/* Adds { "name": name, key: value } to a list, which takes over value. */
void k8s_add_named(cJSON *list, const char *name, const char *key, cJSON *value);

/* "64Mi" */
cJSON *k8s_size(int64_t bytes);
/* "TCP" */
cJSON *k8s_protocol(const struct plan_port *p);

/* Where a Service answers for it, the first of a range. */
unsigned k8s_port(const struct plan_port *p);

/* A directory of the plan's in the project, seen from there, "" for all of it; NULL = it
 * lies elsewhere. The caller frees. */
char *k8s_below(const struct plan *p, const char *path);
/* Mounts of a container, and the volumes of its Pod. The texts of lists say what it
 * loses. */
void k8s_mounts(struct k8s *k, const struct plan *p, const struct resolved *s,
	cJSON *container, cJSON *volumes);
/* Is there a place where what it saves outlives its Pod? */
bool k8s_keeps(const struct k8s *k, const struct plan *p);

/* The main container, or a service. */
cJSON *k8s_container(
	struct k8s *k, const struct plan *p, const struct resolved *s, cJSON *volumes);
/* The Pod's metadata and spec. */
cJSON *k8s_pod(struct k8s *k);
/* Adds what the objects do not say, and what has to be there before them. */
void k8s_lost(struct k8s *k);
/* Labels and annotations, and the name where the object has one of its own. */
void k8s_metadata(const struct k8s *k, cJSON *o, bool named);

#endif
