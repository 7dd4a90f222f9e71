/* SPDX-License-Identifier: MIT */
/* The name of an X display. */
#include "fuzz.h"

#include "host/x11/x11.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *name = fuzz_text(data, size);
	struct x11_display d;
	struct err e = {0};

	if (x11_parse(name, &d, &e) < 0) {
		fuzz_message(e.msg);
		return 0;
	}
	assert(strlen(d.host) < sizeof d.host && strlen(d.socket) < sizeof d.socket);
	assert(d.number >= 0 && d.number <= 65535 && d.screen >= 0 && d.screen <= 255);
	assert(d.socket[0] || d.host[0]);
	return 0;
}
