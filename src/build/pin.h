/* SPDX-License-Identifier: MIT */
/* A Dockerfile's text with names of images made into those of certain ones. */
#ifndef CNNRUN_BUILD_PIN_H
#define CNNRUN_BUILD_PIN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

/* Writes text to out with each image that pins has (name → name and digest) named so;
 * nothing else differs. A name that is written over several lines cannot be. */
int dockerfile_pin(const char *text, size_t n, const struct kvs *arguments,
	const struct kvs *pins, struct buf *out, struct err *e);

#endif
