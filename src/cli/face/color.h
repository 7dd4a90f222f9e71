/* SPDX-License-Identifier: MIT */
/* SGR sequences for standard output; "" where it is no terminal or colours are unwanted.
 */
#ifndef CNNRUN_CLI_COLOR_H
#define CNNRUN_CLI_COLOR_H

enum color { COLOR_END, COLOR_BOLD, COLOR_DIM, COLOR_RED, COLOR_GREEN, COLOR_YELLOW };

const char *color(enum color c);

#endif
