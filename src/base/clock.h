/* SPDX-License-Identifier: MIT */
/* Time that only goes forward, whatever is done to the date; from an unknown start. */
#ifndef CNNRUN_BASE_CLOCK_H
#define CNNRUN_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);     /* milliseconds */
double clock_seconds(void); /* seconds, to the nanosecond */

#endif
