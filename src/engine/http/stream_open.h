/* SPDX-License-Identifier: MIT */
#ifndef CNNRUN_ENGINE_STREAM_OPEN_H
#define CNNRUN_ENGINE_STREAM_OPEN_H

#include "engine/stream.h"
#include "engine/http/upgrade.h"

/* Takes over body; frames are demultiplexed unless tty. */
struct stream *stream_new(struct body_stream *body, bool tty);

#endif
