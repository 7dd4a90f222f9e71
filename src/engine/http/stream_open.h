/* SPDX-License-Identifier: MIT */
/* From the body of a reply to a stream of output. */
#ifndef CNNRUN_ENGINE_STREAM_OPEN_H
#define CNNRUN_ENGINE_STREAM_OPEN_H

#include "engine/stream.h"
#include "engine/http/body_stream.h"

/* Takes over body; frames are demultiplexed unless tty. */
struct stream *stream_new(struct body_stream *body, bool tty);

#endif
