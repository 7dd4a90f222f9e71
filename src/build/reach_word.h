/* SPDX-License-Identifier: MIT */
/* Which host a word of a Dockerfile names. */
#ifndef CNNRUN_BUILD_REACH_WORD_H
#define CNNRUN_BUILD_REACH_WORD_H

#include <stdbool.h>

/* The host, with its port, that a source of an ADD is fetched from; REACH_ANY where a
 * variable could make it any; NULL = a file of the context. The caller frees. */
char *reach_word(const char *word);
/* Is the image one of Docker's own, which read a Dockerfile as the engine does? */
bool reach_is_docker_frontend(const char *ref);

#endif
