/* SPDX-License-Identifier: MIT */
/* The parts of an image's name. */
#ifndef CNNRUN_ENGINE_IMAGE_REF_H
#define CNNRUN_ENGINE_IMAGE_REF_H

/* "host:5000/a/b:1" → "host:5000/a/b" and "1"; the tag is "latest" when there is none, or
 * the digest. The caller frees both. */
void image_split_ref(const char *ref, char **repository, char **tag);

#endif
