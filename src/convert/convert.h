/* SPDX-License-Identifier: MIT */
/* A plan as what others start: a docker line, a script, a compose file, a
 * devcontainer.json. */
#ifndef CNNRUN_CONVERT_CONVERT_H
#define CNNRUN_CONVERT_CONVERT_H

#include "plan/resolved.h"

/* The equal `docker run` line, shell-quoted, one option a line with trailing backslashes.
 * What the command line cannot say (files put in, the X grant) comes first as comments or
 * commands. The caller frees. */
char *docker_line(const struct resolved *s);
/* The same with its services before it, and their end. */
char *docker_lines(const struct resolved *s);

/* A plan on its way to those who have no cnnrun. */
struct conversion {
	const struct plan *p;
	struct resolved *s; /* p's; portable() has made it fit for other machines */
	const char *shown;  /* the profile, for people */
	const char *up;     /* from the file's directory to the project: ".", ".." */
	struct strv lost;   /* what the file cannot say, a line each */
	/* For Kubernetes: --code and --node, and of a sweep which task this is. */
	const char *code;
	struct kvs nodes;
	size_t task, n_tasks; /* 0 = it is none */
	const char *words;    /* what that adds to the command line */
};

/* Names of this run, and what the profile's display and GPUs are on any machine; paths
 * below the project, the home and the like become places: portable.h. Fails on texts that
 * no such file can hold. */
int portable(const struct plan *p, struct resolved *s, struct err *e);

/* Each gives the text of the file, which the caller frees, and adds to c->lost. */
char *convert_docker(struct conversion *c);
char *convert_compose(struct conversion *c);
/* services: those of the file's compose.yaml, which lies beside it. */
char *convert_devcontainer(struct conversion *c);
/* Kubernetes objects; of a later task of a sweep those that follow. */
char *convert_k8s(struct conversion *c);
/* Can a cluster run its plan? Asked first, without c->s, and again with it. */
int k8s_fits(struct conversion *c, struct err *e);

#endif
