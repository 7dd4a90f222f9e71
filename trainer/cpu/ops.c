/* SPDX-License-Identifier: MIT */
#include "cpu/ops.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define OPS_ENTRY(kind, isa) .kind = &kind##_ops_##isa,
/* Releases of clang-format differ here. */
/* clang-format off */
#define OPS_TABLE(name) {.isa = #name, OPS_KINDS(OPS_ENTRY, name)}
/* clang-format on */

/* Best first. */
static const struct ops tables[] = {
#ifdef __x86_64__
	OPS_TABLE(avx512),
	OPS_TABLE(avx2),
#endif
	OPS_TABLE(plain),
};

static bool runs_here(const char *isa)
{
#ifdef __x86_64__
	if (!strcmp(isa, "avx512"))
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl") &&
		       __builtin_cpu_supports("avx512bw");
	if (!strcmp(isa, "avx2"))
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
	return !strcmp(isa, "plain");
}

const struct ops *ops_find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if ((!name || !strcmp(name, tables[i].isa)) && runs_here(tables[i].isa))
			return &tables[i];
	return NULL;
}
