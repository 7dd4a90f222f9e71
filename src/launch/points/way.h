/* SPDX-License-Identifier: MIT */
/* Where a path of the container leads: through the image's links, as far as the first
 * mount. */
#ifndef CNNRUN_LAUNCH_WAY_H
#define CNNRUN_LAUNCH_WAY_H

#include "launch/image/image_look.h"

struct way {
	char *real; /* the path without the image's links */
	char *link; /* the first of these; NULL = there is none */
	int links;
	bool direct;  /* they lead by no other links */
	bool is_link; /* real itself is one: it was not to be followed */
	const struct resolved_mount *in; /* the mount that real is at or below */
};
void way_free(struct way *w);
#define AUTO_WAY __attribute__((cleanup(way_free)))

enum way_end { WAY_FOLLOW, WAY_KEEP }; /* what about a link at its end */

/* but: a mount of s that does not count; NULL = all do. */
int way_find(struct image_look *k, const struct resolved *s, const char *path,
	enum way_end end, const struct resolved_mount *but, struct way *out,
	struct err *e);
/* Is m a mount of the user's files? Those of the launch's own are not. */
bool mount_is_users(const struct resolved_mount *m);
/* Says that the image's link leads into a mount, where the engine would work as root. */
int way_refuse(const struct image_look *k, const struct way *w, struct err *e);

#endif
