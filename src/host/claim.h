/* SPDX-License-Identifier: MIT */
/* Names that one launch of this machine at a time can hold, whoever its user is: abstract
 * sockets. No file that somebody could delete; the kernel frees them with the last
 * descriptor, and it is the kernel that says whose they are. */
#ifndef CNNRUN_HOST_CLAIM_H
#define CNNRUN_HOST_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A descriptor that holds the name while it, or a copy of it in any process, is open; -1
 * with errno EADDRINUSE where somebody else does. */
int claim_take(const char *name);

struct claim {
	char name[108];
	bool known; /* the kernel said whose */
	uid_t uid;
};

struct claims {
	struct claim *v; /* by name */
	size_t n;
};
void claims_free(struct claims *c);
#define AUTO_CLAIMS __attribute__((cleanup(claims_free)))

/* Those that are held now and whose names begin so; -1 = this kernel cannot tell. */
int claims_list(const char *prefix, struct claims *out);
const struct claim *claims_find(const struct claims *c, const char *name); /* or NULL */

#endif
