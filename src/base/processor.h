/* SPDX-License-Identifier: MIT */
/* Processors by the names of images, which are Go's. */
#ifndef CNNRUN_BASE_PROCESSOR_H
#define CNNRUN_BASE_PROCESSOR_H

/* "amd64" for the kernel's "x86_64"; what is no name of a kernel's stays as it is. Where
 * variant is no NULL, "v7", "" = there is but one. Both borrowed. */
const char *processor_name(const char *kernel, const char **variant);
/* This machine's. */
const char *processor_here(const char **variant);

#endif
