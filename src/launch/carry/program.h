/* SPDX-License-Identifier: MIT */
/* src/porter as it was built: the bytes of an executable file. */
#ifndef CNNRUN_LAUNCH_CARRY_PROGRAM_H
#define CNNRUN_LAUNCH_CARRY_PROGRAM_H

#include <stddef.h>

extern const unsigned char porter_program[];
extern const size_t porter_program_bytes;

#endif
