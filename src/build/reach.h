/* SPDX-License-Identifier: MIT */
/* What of this machine's network a Dockerfile reaches, beyond that of its own steps. */
#ifndef CNNRUN_BUILD_REACH_H
#define CNNRUN_BUILD_REACH_H

#include <stdbool.h>

#include "base/strv.h"

struct build_reach {
	struct strv hosts;     /* that a step has the engine fetch from; REACH_ANY */
	struct strv frontends; /* images that read the file in place of the engine */
	char *syntax;      /* who reads it, Docker's own included; NULL = the engine */
	bool host_network; /* a step that asks for it */
	bool insecure;     /* a step without confinement */
};
void build_reach_free(struct build_reach *r);
#define AUTO_BUILD_REACH __attribute__((cleanup(build_reach_free)))

/* The engine fetches by its own network, where this machine's loopback is, and a name can
 * mean any address: so every host counts. A host that only the build knows is this. */
#define REACH_ANY "anywhere"

/* Adds what text reaches. Builders differ in where an instruction begins and ends, so
 * what any of them could take for one counts: rather too much than too little. */
void build_reach_read(const char *text, size_t n, struct build_reach *out);

/* "127.0.0.1:5000" of an image's name whose registry is an address, or localhost; the
 * caller frees. NULL = it is a name. */
char *reach_registry(const char *ref);

#endif
