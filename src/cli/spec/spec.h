/* SPDX-License-Identifier: MIT */
/* Specs of profiles: where they are, and the Lua that runs them. */
#ifndef CNNRUN_CLI_SPEC_SPEC_H
#define CNNRUN_CLI_SPEC_SPEC_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

/* Adds path, or every *_spec.lua below it where it is a directory: none that is hidden,
 * of a repository within, or behind a link. One that others could change is an error. */
int spec_files(const char *path, struct strv *out, struct err *e);
/* The text of a Lua program that has cnnrun's scripts in it and ends in testing/run.lua,
 * which gets the program's arguments. */
int spec_program(struct buf *out, struct err *e);

#endif
