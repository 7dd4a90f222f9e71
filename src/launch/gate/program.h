/* SPDX-License-Identifier: MIT */
/* src/hold as it was built: the bytes of an executable file. */
#ifndef CNNRUN_LAUNCH_GATE_PROGRAM_H
#define CNNRUN_LAUNCH_GATE_PROGRAM_H

#include <stddef.h>

extern const unsigned char hold_program[];
extern const size_t hold_program_bytes;

#endif
