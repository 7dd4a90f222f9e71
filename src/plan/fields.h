/* SPDX-License-Identifier: MIT */
/* JSON objects as tables of fields: read with validation, written when not default. */
#ifndef CNNRUN_PLAN_FIELDS_H
#define CNNRUN_PLAN_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum field_type {
	FIELD_STR,   /* char * */
	FIELD_BOOL,  /* bool */
	FIELD_TRI,   /* int: -1 unset, 0, 1 */
	FIELD_INT,   /* int64_t within [min, max] */
	FIELD_INT32, /* int within [min, max] */
	FIELD_NUM,   /* double >= 0 */
	FIELD_ENUM,  /* enum: index into names */
	FIELD_STRV,  /* struct strv */
	FIELD_KVS,   /* struct kvs: object of strings */
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
	/* STR, STRV (each item), KVS (each key): NULL = any text */
	int (*check)(const char *text, struct err *e);
	const char *const
		*names;   /* ENUM: NULL-terminated; an empty name cannot be written */
	int64_t min, max; /* INT, INT32: max 0 = no limit */
};

#define FIELDS_END                                                                       \
	{                                                                                \
		NULL, FIELD_STR, 0, NULL, NULL, 0, 0                                     \
	}

/* Reads object o into obj; an unknown key or a wrong type is an error naming the key. */
int fields_read(void *obj, const struct field *f, const cJSON *o, struct err *e);
/* Adds to o every field of obj that differs from the same field of blank. */
void fields_write(const void *obj, const void *blank, const struct field *f, cJSON *o);
/* One field alone. */
int field_read(void *obj, const struct field *f, const cJSON *value, struct err *e);
cJSON *field_write(const void *obj, const void *blank, const struct field *f);

/* Checks shared by the primitives: 0, or -1 with e saying what is allowed. */
int check_text(const char *s, struct err *e);      /* not empty */
int check_target(const char *s, struct err *e);    /* absolute path, no "..", not "/" */
int check_workdir(const char *s, struct err *e);   /* absolute path, no ".." */
int check_name(const char *s, struct err *e);      /* [A-Za-z0-9][A-Za-z0-9_.-]+ */
int check_reference(const char *s, struct err *e); /* image reference */
int check_env_name(const char *s, struct err *e);  /* no '=', not empty */
int check_ip(const char *s, struct err *e);        /* IPv4 or IPv6 address */

#endif
