/* SPDX-License-Identifier: MIT */
/* What the emulation's files share. */
#ifndef TRAINER_EMULATE_STATE_H
#define TRAINER_EMULATE_STATE_H

#include "cuda/emulate/runtime.h"

int emulate_device(); /* of this host thread */
int emulate_stream_device(cudaStream_t s);
bool emulate_capturing(); /* this host thread */

#endif
