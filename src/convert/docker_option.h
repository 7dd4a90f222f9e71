/* SPDX-License-Identifier: MIT */
/* Options of `docker run`: a list of names and values, NULL where there is none. */
#ifndef CNNRUN_CONVERT_DOCKER_OPTION_H
#define CNNRUN_CONVERT_DOCKER_OPTION_H

#include "base/buf.h"
#include "plan/resolved.h"

/* All that a container takes, in docker's order. */
void docker_options(struct kvs *o, const struct resolved *s);
/* A tmpfs as --tmpfs says it, another mount as --mount does. The caller frees. */
char *docker_tmpfs(const struct resolved *s, const struct resolved_mount *m);
char *docker_mount(const struct resolved_mount *m);
/* Does --env-file say it already? */
bool docker_env_is_filed(const struct resolved *s, const struct kv *v);
/* Passed on by its name: what the profile does not spell out, and what looks secret and
 * is this environment's. The line is to be shown. */
bool docker_env_by_name(const struct resolved *s, const struct kv *v);
/* What no option says, a line each: what cnnrun does besides. language is the one where
 * the image may have its own. */
void docker_remarks(struct strv *out, const struct resolved *s, const char *language);
/* "docker run" with these, the image and its words, on lines of their own. */
void docker_run(struct buf *b, const struct resolved *s, const struct kvs *options);
/* A comment line. A name with a line end must not make a command of its rest. */
void docker_comment(struct buf *b, const char *text);
/* In the order in which they can start. fn gets each service once. */
void docker_in_order(const struct resolved *s,
	void (*fn)(void *ctx, const struct resolved *service), void *ctx);

#endif
