/* SPDX-License-Identifier: MIT */
#include "net/safetensors.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const st_dtype_names[] = {"F32", "I64", "F64", "F16", "BF16"};
const size_t st_dtype_sizes[] = {4, 8, 8, 2, 2};

void st_free(struct st_file *f)
{
	free(f->entries);
	free(f->metadata);
	free(f->memory ? f->memory : f->data);
	*f = (struct st_file){0};
}

struct st_entry *st_new_entry(struct st_file *f)
{
	if (f->count == f->room) {
		struct st_entry *more;

		f->room = f->room ? 2 * f->room : 64;
		more = mem_alloc((size_t)f->room * sizeof(*more));
		if (f->count)
			memcpy(more, f->entries, (size_t)f->count * sizeof(*more));
		free(f->entries);
		f->entries = more;
	}
	return &f->entries[f->count++];
}

void st_reserve(struct st_file *f, size_t size)
{
	uint8_t *data;

	if (size <= f->data_room)
		return;
	data = mem_alloc(size);
	if (f->data_size)
		memcpy(data, f->data, f->data_size);
	free(f->data);
	f->data = data;
	f->data_room = size;
}

static void grow_data(struct st_file *f, size_t size)
{
	if (size > f->data_room)
		st_reserve(f, 2 * size);
	f->data_size = size;
}

struct st_entry *st_add(struct st_file *f, const char *name, enum st_dtype dtype,
	int rank, const long *shape)
{
	struct st_entry *t = st_new_entry(f);
	size_t size = st_dtype_sizes[dtype];
	*t = (struct st_entry){.dtype = dtype, .rank = rank};
	snprintf(t->name, sizeof(t->name), "%s", name);
	for (int i = 0; i < rank; i++) {
		t->shape[i] = shape[i];
		size *= (size_t)shape[i];
	}
	t->begin = f->data_size;
	t->end = t->begin + size;
	grow_data(f, t->end);
	return t;
}

const struct st_entry *st_find(const struct st_file *f, const char *name)
{
	for (int i = 0; i < f->count; i++)
		if (!strcmp(f->entries[i].name, name))
			return &f->entries[i];
	return NULL;
}

static float half_value(uint16_t half)
{
	int exponent = half >> 10 & 31, fraction = half & 1023;
	float v = exponent == 31 ? (fraction ? NAN : INFINITY)
		  : exponent     ? ldexpf((float)(1024 + fraction), exponent - 25)
				 : ldexpf((float)fraction, -24);

	return half >> 15 ? -v : v;
}

static float one_float(enum st_dtype dtype, const uint8_t *from)
{
	uint32_t bits;
	uint16_t half;
	double wide;
	float v;

	if (dtype == ST_F64) {
		memcpy(&wide, from, sizeof(wide));
		return (float)wide;
	}
	if (dtype == ST_F32) {
		memcpy(&v, from, sizeof(v));
		return v;
	}
	memcpy(&half, from, sizeof(half));
	if (dtype == ST_F16)
		return half_value(half);
	bits = (uint32_t)half << 16;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

bool st_floats(const struct st_file *f, const struct st_entry *t, float *to)
{
	size_t size;

	if (t->dtype == ST_I64 || t->dtype == ST_OTHER)
		return false;
	size = st_dtype_sizes[t->dtype];
	for (size_t at = t->begin; at < t->end; at += size)
		*to++ = one_float(t->dtype, f->data + at);
	return true;
}

bool st_text(const struct st_file *f, const char *key, char *value, size_t room)
{
	AUTO_FREE char *quoted = mem_printf("\"%s\":\"", key);
	const char *at = f->metadata ? strstr(f->metadata, quoted) : NULL;
	size_t length;

	if (!at)
		return false;
	at += strlen(quoted);
	length = strcspn(at, "\"\\");
	if (at[length] != '"' || length >= room)
		return false;
	memcpy(value, at, length);
	value[length] = 0;
	return true;
}

bool st_number(const struct st_file *f, const char *key, double *value)
{
	char text[64], *end;

	if (!st_text(f, key, text, sizeof(text)))
		return false;
	*value = strtod(text, &end);
	return end != text && *end == 0;
}

static void print_name(FILE *out, const char *name)
{
	fputc('"', out);
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			fputc('\\', out);
		if ((unsigned char)*name < ' ')
			fprintf(out, "\\u%04x", (unsigned)*name);
		else
			fputc(*name, out);
	}
	fputc('"', out);
}

static void print_header(const struct st_file *f, FILE *out)
{
	fputc('{', out);
	if (f->metadata)
		fprintf(out, "\"__metadata__\":%s%s", f->metadata, f->count ? "," : "");
	for (int i = 0; i < f->count; i++) {
		const struct st_entry *t = &f->entries[i];

		fputs(i ? "," : "", out);
		print_name(out, t->name);
		fprintf(out, ":{\"dtype\":\"%s\",\"shape\":[", st_dtype_names[t->dtype]);
		for (int j = 0; j < t->rank; j++)
			fprintf(out, "%s%ld", j ? "," : "", t->shape[j]);
		fprintf(out, "],\"data_offsets\":[%zu,%zu]}", t->begin, t->end);
	}
	fputc('}', out);
	while (ftell(out) % 8) /* so that the data is aligned */
		fputc(' ', out);
}

static int write_all(int fd, const void *from, size_t size)
{
	const char *p = from;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The rename is on disk when the folder is. */
static void sync_folder(const char *path)
{
	AUTO_FREE char *copy = mem_printf("%s", path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int st_write(const struct st_file *f, const char *path, struct err *e)
{
	AUTO_FREE char *temporary = mem_printf("%s.tmp", path);
	AUTO_FREE char *header = NULL;
	size_t size = 0;
	uint64_t length;
	FILE *out = open_memstream(&header, &size);
	int fd, bad;

	print_header(f, out);
	fclose(out);
	length = size;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_set(e, "%s: %s", temporary, strerror(errno));
	bad = write_all(fd, &length, sizeof(length)) < 0 ||
	      write_all(fd, header, size) < 0 ||
	      write_all(fd, f->data, f->data_size) < 0 || fsync(fd) < 0;
	bad = close(fd) < 0 || bad;
	if (bad) {
		err_set(e, "%s: %s", temporary, strerror(errno));
		unlink(temporary);
		return -1;
	}
	if (file_replace(temporary, path, e) < 0)
		return -1;
	sync_folder(path);
	return 0;
}

int st_writable(const char *path, struct err *e)
{
	AUTO_FREE char *temporary = mem_printf("%s.tmp", path);
	int fd;

	if (file_replaceable(path, e) < 0)
		return -1;
	fd = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_set(e, "%s: %s", temporary, strerror(errno));
	close(fd);
	unlink(temporary);
	return 0;
}
