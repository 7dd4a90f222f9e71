/* SPDX-License-Identifier: MIT */
/* Structs as tables of fields: one table reads, checks, writes, copies and frees, and
 * says what `docker run` and a plain `plan` call a field. */
#ifndef CNNRUN_PLAN_FIELDS_H
#define CNNRUN_PLAN_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum field_type {
	FIELD_STR,    /* char * */
	FIELD_BOOL,   /* bool */
	FIELD_TRI,    /* int: -1 unset, 0, 1 */
	FIELD_INT,    /* int64_t within [min, max] */
	FIELD_BYTES,  /* the same, a size; below 0 = unlimited */
	FIELD_INT32,  /* int within [min, max] */
	FIELD_UINT,   /* unsigned within [min, max] */
	FIELD_NUM,    /* double above 0 */
	FIELD_ENUM,   /* enum: index into names */
	FIELD_STRV,   /* struct strv */
	FIELD_WORDS,  /* struct strv, at `also` a bool: an empty list is not the same as
			 none */
	FIELD_KVS,    /* struct kvs: object of strings */
	FIELD_OBJECT, /* the struct of a shape; at offset 0 members of the outer struct */
	FIELD_LIST,   /* pointer to structs of a shape, at `also` a size_t: how many */
	FIELD_PRESENT, /* bool, its key is "": the object that has this field is there */
};

struct shape;

struct field {
	const char *key;
	enum field_type type;
	size_t offset, also;
	/* STR, STRV and WORDS (each item), KVS (each key): NULL = any text */
	int (*check)(const char *text, struct err *e);
	int (*check_value)(const char *text, struct err *e); /* KVS: each value */
	const char *const *names;                            /* ENUM: NULL-terminated */
	int64_t min, max;       /* numbers: max 0 = no limit */
	const struct shape *of; /* OBJECT, LIST */
	bool asks;  /* it leaves the free set, whatever its value: a right of its own */
	bool found; /* resolve looks for it on this machine: it is not copied */
	const char *option;  /* of docker run; NULL = docker_options.c knows better */
	char between;        /* KVS: what stands between name and value there */
	const char *subject; /* of the line of a plain plan; NULL = key, "" = said
				elsewhere */
	const char
		*says; /* "memory %s"; NULL = the value; BOOL: when it is not as always */
};

struct shape {
	const struct field *fields;
	size_t size;
	const void *blank; /* LIST: what an item is before it is read */
	/* Checks the members together once they are read, and fills in what follows. */
	int (*complete)(void *obj, struct err *e);
	char *(*text)(const void *obj); /* LIST: an item as docker run says it */
};

/* Releases of clang-format differ here. */
/* clang-format off */
#define FIELDS_END {.key = NULL}
/* clang-format on */

/* Where reading failed: "mount/0/target"; "" = nowhere in particular. */
struct where {
	char path[128];
};

/* Adds to o every field of obj that differs from the same field of blank. */
void fields_write(const void *obj, const void *blank, const struct field *f, cJSON *o);
/* One field: a wrong type and, in what it holds, an unknown key are errors that name it;
 * w may be NULL. Writing gives NULL when it does not differ from blank. */
int field_read(void *obj, const struct field *f, const cJSON *value, struct where *w,
	struct err *e);
cJSON *field_write(const void *obj, const void *blank, const struct field *f);
/* to must be blank. Leaves out what is found. */
void fields_copy(void *to, const void *from, const struct field *f);
void fields_free(void *obj, const struct field *f);
/* What the field holds, one text an item, as docker run says it; nothing when it does not
 * differ from blank. A switch has the text "true" or "false". */
void field_texts(
	const void *obj, const void *blank, const struct field *f, struct strv *out);
/* By key, with '/' for what is in an object: "limit/memory". */
const struct field *field_find(const struct field *f, const char *path);

#endif
