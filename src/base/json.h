/* SPDX-License-Identifier: MIT */
/* What cJSON leaves to say: typed look-ups and building from our own lists. */
#ifndef CNNRUN_BASE_JSON_H
#define CNNRUN_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"

/* Borrowed; NULL (or the fallback) when the key is absent or of another type. o may be
 * NULL. Keys are compared with case. */
const cJSON *json_get(const cJSON *o, const char *key);
const char *json_str(const cJSON *o, const char *key);
bool json_bool(const cJSON *o, const char *key, bool fallback);
double json_num(const cJSON *o, const char *key, double fallback);
/* The same without a fraction; fallback when it does not fit. */
int json_int(const cJSON *o, const char *key, int fallback);
int64_t json_int64(const cJSON *o, const char *key, int64_t fallback);

/* Parses n bytes; on failure e says where. The caller deletes. */
cJSON *json_parse(const char *text, size_t n, struct err *e);
/* The same of a file, as file_read() reads it. */
cJSON *json_read(const char *path, size_t max, struct err *e);
/* Compact text for machines, or indented text that a terminal can show. The caller frees.
 */
char *json_text(const cJSON *j, bool pretty);

/* The keys that lead to the first text that is not UTF-8, "0/source"; NULL = there is
 * none. The caller frees. */
char *json_not_utf8(const cJSON *j);
/* Refuses keys and strings that are not UTF-8: other programs read such bytes as U+FFFD,
 * so that a name may become that of another file. e says where in j. */
int json_check_utf8(const cJSON *j, struct err *e);
/* Compact text for another program; checked so. NULL for NULL. The caller frees. */
int json_send(const cJSON *j, char **text, struct err *e);

cJSON *json_strv(const struct strv *s);
/* Appends the strings of an array. */
void json_read_strv(const cJSON *a, struct strv *out);
cJSON *json_kvs(const struct kvs *k);
/* Appends the strings of an object; nothing of what is none. */
void json_read_kvs(const cJSON *o, struct kvs *out);
/* A whole number as it is: cJSON's own are doubles, and from 1e15 on they may get an
 * exponent. */
cJSON *json_whole(int64_t n);
/* Adds s under key unless it is NULL. */
void json_put(cJSON *o, const char *key, const char *s);
/* Adds a list or object under key unless it is empty; it is taken either way. */
void json_put_some(cJSON *o, const char *key, cJSON *some);

void json_free(cJSON **j);
#define AUTO_JSON __attribute__((cleanup(json_free)))

#endif
