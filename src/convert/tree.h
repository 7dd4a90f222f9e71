/* SPDX-License-Identifier: MIT */
/* A file as a tree, which is written as YAML or as JSON: an object's item called REMARK
 * is a comment where it stands, a line each of a text or a list. */
#ifndef CNNRUN_CONVERT_TREE_H
#define CNNRUN_CONVERT_TREE_H

#include "base/buf.h"
#include "base/json.h"

#define REMARK "#"

/* Adds the lines from the one at index from on, where there are some. */
void tree_remarks(cJSON *o, const struct strv *lines, size_t from);
void tree_yaml(struct buf *b, const cJSON *object);
void tree_json(struct buf *b, const cJSON *object);

#endif
