/* SPDX-License-Identifier: MIT */
/* AMD's GPUs, as the kernel lists what can render. */
#include "host/gpu.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

#define NODE "renderD"

static const char vendor_id[] = "0x1002";

static bool is_amd(const char *dir, const char *node)
{
	AUTO_FREE char *path = xasprintf("%s/%s/device/vendor", dir, node);
	AUTO_BUF struct buf text = {0};

	return file_read(path, 64, &text, NULL) == 0 &&
	       !strncmp(buf_str(&text), vendor_id, strlen(vendor_id));
}

/* renderD9 before renderD128 */
static int by_number(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return strlen(x) != strlen(y) ? (int)strlen(x) - (int)strlen(y) : strcmp(x, y);
}

void host_amd_gpus(const char *dir, struct strv *nodes)
{
	DIR *d = opendir(dir);
	struct dirent *de;

	while (d && (de = readdir(d)))
		if (!strncmp(de->d_name, NODE, strlen(NODE)) && is_amd(dir, de->d_name))
			strv_addf(nodes, "/dev/dri/%s", de->d_name);
	if (d)
		closedir(d);
	if (nodes->n)
		qsort(nodes->v, nodes->n, sizeof *nodes->v, by_number);
}
