/* SPDX-License-Identifier: MIT */
/* What to install for what is missing, by this machine's own package manager. */
#ifndef CNNRUN_BASE_PACKAGES_H
#define CNNRUN_BASE_PACKAGES_H

#include <stdbool.h>

enum { PACKAGE_MANAGERS = 5 }; /* apt-get, dnf, pacman, zypper, apk */

/* A row of the table in scripts/setup.sh, which says what its words mean. */
struct package {
	const char *purpose, *probes, *names[PACKAGE_MANAGERS], *why;
};
extern const struct package package_table[]; /* ends with a NULL purpose */

/* Is a program or a library of these probes here? */
bool package_is_here(const struct package *p);
/* The line that installs what has these probes, separated by spaces, as this user types
 * it; where nobody knows this machine's packages, what to look for. The caller frees. */
char *package_line(const char *probes);

#endif
