/* SPDX-License-Identifier: MIT */
/* Owned lists of strings, and of key-value pairs in order of insertion. */
#ifndef CNNRUN_BASE_STRV_H
#define CNNRUN_BASE_STRV_H

#include <stdbool.h>
#include <stddef.h>

/* v is NULL-terminated once n > 0. */
struct strv {
	char **v;
	size_t n;
};

struct kv {
	char *key, *value;
};

struct kvs {
	struct kv *v;
	size_t n;
};

void strv_add(struct strv *s, const char *item);
void strv_addf(struct strv *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool strv_has(const struct strv *s, const char *item);
void strv_drop(struct strv *s, const char *item);           /* wherever it is */
void strv_copy(struct strv *to, const struct strv *from);   /* replaces what to held */
char *strv_join(const struct strv *s, const char *between); /* the caller frees */
void strv_free(struct strv *s);

/* Appends, whether the key is there or not: for many keys that are known to differ. */
void kvs_add(struct kvs *k, const char *key, const char *value);
void kvs_addf(struct kvs *k, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Replaces the value of an existing key, else appends. */
void kvs_set(struct kvs *k, const char *key, const char *value);
void kvs_setf(struct kvs *k, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Borrowed, NULL when absent. */
const char *kvs_get(const struct kvs *k, const char *key);
void kvs_free(struct kvs *k);

#define AUTO_STRV __attribute__((cleanup(strv_free)))
#define AUTO_KVS  __attribute__((cleanup(kvs_free)))

#endif
