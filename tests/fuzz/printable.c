/* SPDX-License-Identifier: MIT */
/* Foreign text on its way to a terminal or into a shell's line. */
#include "fuzz.h"

#include "base/printable.h"
#include "base/utf8.h"
#include "cli/face/words.h"
#include "plan/shell_word.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

static void check(const char *s, bool newlines)
{
	while (*s) {
		unsigned long c = 0;
		size_t n = utf8_read(s, &c);

		assert(n && (utf8_is_plain(c) || c == '\t' || (newlines && c == '\n')));
		s += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = fuzz_text(data, size), *same = fuzz_text(data, size);
	AUTO_FREE char *json = NULL;
	AUTO_JSON cJSON *j = cJSON_CreateString(text), *back = NULL;
	AUTO_BUF struct buf word = {0}, clean = {0};

	shell_word(&word, text);
	check(buf_str(&word), false);
	add_clean(&clean, (const char *)data, size);
	check(buf_str(&clean), true);
	json = json_text(j, true);
	check(json, true);
	back = json_parse(json, strlen(json), NULL);
	assert(cJSON_IsString(back));
	log_printable(text, true);
	assert(strlen(text) == strlen(same));
	check(text, true);
	log_printable(text, false);
	check(text, false);
	return 0;
}
