/* SPDX-License-Identifier: MIT */
/* doctor: programs and libraries that some things need, and the line that installs each.
 */
#include <string.h>

#include "base/mem.h"
#include "base/packages.h"
#include "cli/doctor/doctor.h"

void doctor_needs(struct report *r)
{
	AUTO_BUF struct buf here = {0};

	for (const struct package *p = package_table; p->purpose; p++) {
		const char *name = strchr(p->probes, ':') + 1;
		int n = (int)strcspn(name, ",");
		AUTO_FREE char *line = NULL;

		if (strcmp(p->purpose, "use") != 0)
			continue;
		if (package_is_here(p)) {
			buf_addf(&here, "%s%.*s", here.n ? ", " : "", n, name);
			continue;
		}
		line = package_line(p->probes);
		report_add(r, FINDING_WARN, "missing", line, "%.*s, for %s", n, name,
			p->why);
	}
	if (here.n)
		report_add(r, FINDING_OK, "installed", NULL, "%s", here.p);
}
