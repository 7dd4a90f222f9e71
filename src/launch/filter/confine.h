/* SPDX-License-Identifier: MIT */
/* The filter reads what an enemy says, as the user. */
#ifndef CNNRUN_LAUNCH_CONFINE_H
#define CNNRUN_LAUNCH_CONFINE_H

/* From here on this process starts no program, writes no file, and touches no other
 * process. */
void confine(void);

#endif
