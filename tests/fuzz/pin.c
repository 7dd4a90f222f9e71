/* SPDX-License-Identifier: MIT */
/* A Dockerfile whose images are held to digests: it then starts from those, and is as it
 * was else. */
#include <string.h>

#include "fuzz.h"

#include "build/dockerfile.h"
#include "build/pin.h"

#define DIGEST "@sha256:0"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	AUTO_KVS struct kvs args = {0}, pins = {0};
	AUTO_STRV struct strv bases = {0}, sources = {0}, now = {0}, rest = {0};
	AUTO_BUF struct buf out = {0};
	struct err e = {0};

	if (memchr(data, 0, size))
		return 0;
	dockerfile_images(text, size, &args, &bases, &sources);
	for (size_t i = 0; i < bases.n; i++)
		kvs_setf(&pins, bases.v[i], "pinned%zu" DIGEST, i);
	if (dockerfile_pin(text, size, &args, &pins, &out, &e) < 0) {
		fuzz_message(e.msg);
		return 0;
	}
	dockerfile_images(buf_str(&out), out.n, &args, &now, &rest);
	for (size_t i = 0; i < now.n; i++)
		assert(strstr(now.v[i], DIGEST));
	return 0;
}
