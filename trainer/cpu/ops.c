/* SPDX-License-Identifier: MIT */
#include "cpu/ops.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define OPS_ENTRY(kind, isa) .kind = &kind##_ops_##isa,
/* Releases of clang-format differ here. */
/* clang-format off */
#define OPS_TABLE(name) {.isa = #name, OPS_KINDS(OPS_ENTRY, name)}
#define OPS_TABLE_BF16(name, base)                                                       \
	{.isa = #name, .bf16 = true,                                                     \
		OPS_PRODUCTS(OPS_ENTRY, name) OPS_OTHERS(OPS_ENTRY, base)}
/* clang-format on */

/* Best first. */
static const struct ops tables[] = {
#ifdef __x86_64__
	OPS_TABLE(avx512),
	OPS_TABLE(avx2),
#endif
	OPS_TABLE(plain),
#ifdef HAVE_AMX
	OPS_TABLE_BF16(amx_bf16, avx512),
	OPS_TABLE_BF16(avx512_bf16, avx512),
#endif
	OPS_TABLE_BF16(plain_bf16, plain),
};

/* CNNTRAIN_WITHOUT names kernels that this processor shall seem to lack. */
static bool left_out(const char *isa)
{
	const char *words = getenv("CNNTRAIN_WITHOUT");
	size_t length = strlen(isa);

	for (const char *p = words; p && (p = strstr(p, isa)); p += length)
		if ((p == words || p[-1] == ',') && (!p[length] || p[length] == ','))
			return true;
	return false;
}

#ifdef HAVE_AMX
/* Compilers do not know these by name yet. */
static bool has_avx512_bf16(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1U << 5);
}

/* The kernel gives a process tile registers only when it asks. */
static bool has_amx_bf16(void)
{
	enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
	const unsigned needed = 1U << 22 | 1U << 24;
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & needed) == needed &&
	       syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#endif

static bool runs_here(const char *isa)
{
	if (left_out(isa))
		return false;
#ifdef HAVE_AMX
	if (!strcmp(isa, "avx512_bf16"))
		return runs_here("avx512") && has_avx512_bf16();
	if (!strcmp(isa, "amx_bf16"))
		return runs_here("avx512") && has_avx512_bf16() && has_amx_bf16();
#endif
#ifdef __x86_64__
	if (!strcmp(isa, "avx512"))
		return __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl") &&
		       __builtin_cpu_supports("avx512bw");
	if (!strcmp(isa, "avx2"))
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
	return !strncmp(isa, "plain", 5);
}

static bool is_asked(const char *name, const struct ops *o)
{
	if (!name)
		return !o->bf16;
	if (!strcmp(name, "bf16"))
		return o->bf16 && strcmp(o->isa, "plain_bf16") != 0;
	return !strcmp(name, o->isa);
}

const struct ops *ops_find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (is_asked(name, &tables[i]) && runs_here(tables[i].isa))
			return &tables[i];
	return NULL;
}
