/* SPDX-License-Identifier: MIT */
/* What the filter did not let through: said once each, and counted. */
#ifndef CNNRUN_LAUNCH_REFUSALS_H
#define CNNRUN_LAUNCH_REFUSALS_H

/* Where it is said: a socket of packets, a line each; -1 = nowhere. */
void refusals_begin(int news);
/* "evil.example:443", "is not on the list". Of any thread. */
void refuse(const char *what, const char *why);
/* So many that the kernel had no way for, since the last call. */
void refuse_routes(unsigned long n);
/* The sum, if there is one. */
void refusals_end(void);

#endif
