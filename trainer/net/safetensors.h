/* SPDX-License-Identifier: MIT */
/* The safetensors format (github.com/huggingface/safetensors): u64 header length, JSON
 * header
 * {"name":{"dtype","shape","data_offsets"}, "__metadata__":{…}}, one buffer. */
#ifndef TRAINER_SAFETENSORS_H
#define TRAINER_SAFETENSORS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum st_dtype { ST_F32, ST_I64, ST_F64, ST_F16, ST_BF16, ST_OTHER };

struct st_entry {
	char name[256];
	enum st_dtype dtype;
	int rank;
	long shape[4];
	size_t begin, end; /* in data */
};

struct st_file {
	struct st_entry *entries;
	int count;
	uint8_t *data; /* the buffer; data_size bytes */
	size_t data_size;
	char *metadata; /* {"key":"value",…} as text, or NULL */
	/* private */
	uint8_t *memory;
	int room;
	size_t data_room;
};

void st_free(struct st_file *f);

/* Room for so many bytes of data, so that adding does not move them. */
void st_reserve(struct st_file *f, size_t size);

/* Adds an entry with zeroed data, which lies at f->data + begin. rank 0 is a scalar. */
struct st_entry *st_add(struct st_file *f, const char *name, enum st_dtype dtype,
	int rank, const long *shape);
const struct st_entry *st_find(const struct st_file *f, const char *name);

/* The elements of a tensor of floats, of whichever width, as float; false for others. */
bool st_floats(const struct st_file *f, const struct st_entry *t, float *to);

/* The value of a metadata key as text without escapes, or as a number; false when it is
 * not there, or not that. */
bool st_text(const struct st_file *f, const char *key, char *value, size_t room);
bool st_number(const struct st_file *f, const char *key, double *value);

/* Whole files. Every length and offset is checked; writing is atomic: a reader sees the
 * old or the new file, also after a crash. */
int st_read(struct st_file *f, const char *path, struct err *e);
int st_write(const struct st_file *f, const char *path, struct err *e);

/* Whether st_write to this path may succeed, as far as that can be known: nothing stays.
 */
int st_writable(const char *path, struct err *e);

/* Shared by the two files behind this header. */
extern const char *const st_dtype_names[];
extern const size_t st_dtype_sizes[];
struct st_entry *st_new_entry(struct st_file *f);

#endif
