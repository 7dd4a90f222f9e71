/* SPDX-License-Identifier: MIT */
/* The program as it was built: what an attacker of its memory would have to get past. */
#include "test.h"

#include <elf.h>
#include <link.h>

#include "base/buf.h"

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static struct buf program;

static int read_program(void **state)
{
	const char *build = getenv("BUILD");
	AUTO_FREE char *path = path_join(build ? build : "build", "cnnrun");
	struct err e = {0};

	(void)state;
	if (file_read(path, 0, &program, &e) < 0)
		fail_msg("%s", e.msg);
	return memcmp(program.p, ELFMAG, SELFMAG);
}

static int free_program(void **state)
{
	(void)state;
	buf_free(&program);
	return 0;
}

/* The program header of a type; zeroed when there is none. */
static ElfW(Phdr) segment(ElfW(Word) type)
{
	ElfW(Ehdr) h;
	ElfW(Phdr) p;

	memcpy(&h, program.p, sizeof h);
	for (unsigned i = 0; i < h.e_phnum; i++) {
		memcpy(&p, program.p + h.e_phoff + i * sizeof p, sizeof p);
		if (p.p_type == type)
			return p;
	}
	memset(&p, 0, sizeof p);
	return p;
}

static ElfW(Xword) dynamic(ElfW(Sxword) tag)
{
	ElfW(Phdr) where = segment(PT_DYNAMIC);
	ElfW(Dyn) d;

	for (size_t at = 0; at < where.p_filesz; at += sizeof d) {
		memcpy(&d, program.p + where.p_offset + at, sizeof d);
		if (d.d_tag == tag)
			return d.d_un.d_val;
	}
	return 0;
}

static bool names(const char *symbol)
{
	return memmem(program.p, program.n, symbol, strlen(symbol) + 1) != NULL;
}

static void it_is_loaded_anywhere(void **state)
{
	ElfW(Ehdr) h;

	(void)state;
	memcpy(&h, program.p, sizeof h);
	assert_int_equal(h.e_type, ET_DYN);
	assert_true(dynamic(DT_FLAGS_1) & DF_1_PIE);
}

/* Full RELRO: every address is looked up at the start and read-only from then on. */
static void its_tables_are_read_only(void **state)
{
	(void)state;
	assert_int_equal(segment(PT_GNU_RELRO).p_type, PT_GNU_RELRO);
	assert_true(dynamic(DT_FLAGS) & DF_BIND_NOW);
	assert_true(dynamic(DT_FLAGS_1) & DF_1_NOW);
}

static void its_stack_is_no_code(void **state)
{
	ElfW(Phdr) stack = segment(PT_GNU_STACK);

	(void)state;
	assert_int_equal(stack.p_type, PT_GNU_STACK);
	assert_false(stack.p_flags & PF_X);
}

static void its_buffers_are_guarded(void **state)
{
	(void)state;
	assert_true(names("__stack_chk_fail"));
	if (SANITIZED) { /* in place of the checked forms, which would hide from it */
		assert_true(names("__asan_report_load1"));
		return;
	}
#ifdef __OPTIMIZE__ /* the checked forms need an optimiser */
	assert_true(names("__vsnprintf_chk"));
	assert_true(names("__memcpy_chk"));
#endif
}

/* No writable memory can be run and no code can be written. */
static void no_segment_is_both(void **state)
{
	ElfW(Ehdr) h;

	(void)state;
	memcpy(&h, program.p, sizeof h);
	for (unsigned i = 0; i < h.e_phnum; i++) {
		ElfW(Phdr) p;

		memcpy(&p, program.p + h.e_phoff + i * sizeof p, sizeof p);
		assert_false(
			p.p_type == PT_LOAD && (p.p_flags & PF_W) && (p.p_flags & PF_X));
	}
	assert_int_equal(dynamic(DT_TEXTREL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_loaded_anywhere),
		cmocka_unit_test(its_tables_are_read_only),
		cmocka_unit_test(its_stack_is_no_code),
		cmocka_unit_test(its_buffers_are_guarded),
		cmocka_unit_test(no_segment_is_both),
	};

	return cmocka_run_group_tests(tests, read_program, free_program);
}
