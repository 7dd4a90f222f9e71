/* SPDX-License-Identifier: MIT */
/* Variables in a Dockerfile's words. */
#ifndef CNNRUN_BUILD_EXPAND_H
#define CNNRUN_BUILD_EXPAND_H

#include "base/buf.h"
#include "base/strv.h"

/* Stands for what only the engine can tell, or nobody: substitutions of newer frontends,
 * what is malformed, nests too deep or grows too long. No image's name holds it. */
#define EXPAND_UNKNOWN '\1'

/* Appends s with its $NAME and ${NAME…} replaced and its quotes removed. */
void expand(const char *s, const struct kvs *vars, char escape, struct buf *out);

#endif
