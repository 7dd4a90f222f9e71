/* SPDX-License-Identifier: MIT */
/* One connection out of the container. */
#ifndef CNNRUN_LAUNCH_VISIT_H
#define CNNRUN_LAUNCH_VISIT_H

#include <stdbool.h>

/* Judges and carries it, in a thread; takes fd. proxy: it came for the proxy, and says
 * itself where it goes. false: it cannot now. */
bool visit_begin(int fd, bool proxy);

/* So many at once; more wait in the kernel. */
enum { VISITS_MAX = 256 };
/* Room for one more? */
bool visit_room(void);
/* Has fd become readable when there is room again. */
int visit_room_fd(void);

#endif
