/* SPDX-License-Identifier: MIT */
/* What a file cannot say, in words for a comment and a warning. */
#ifndef CNNRUN_CONVERT_LOST_H
#define CNNRUN_CONVERT_LOST_H

#include "convert/convert.h"

/* Adds what cnnrun does for the main container, which is 0, or service i - 1, beyond what
 * docker does. */
void lost_of(struct conversion *c, size_t i);

#endif
