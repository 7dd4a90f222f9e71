/* SPDX-License-Identifier: MIT */
/* A parser for the JSON that safetensors allows; nothing in the file is believed
 * unchecked. */
#include "net/safetensors.h"
#include "base/mem.h"
#include "net/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A line for the shell: the state dictionary in a .pt file as safetensors. */
#define CONVERT                                                                          \
	"convert it: python3 -c 'import sys, torch; from safetensors.torch import "      \
	"save_file; d = torch.load(sys.argv[1], map_location=\"cpu\"); "                 \
	"d = next((d[k] for k in (\"state_dict\", \"model_state_dict\", \"model\") if "  \
	"k in d), d); "                                                                  \
	"save_file({k: v.contiguous() for k, v in d.items()}, sys.argv[1] + "            \
	"\".safetensors\")' '%s'"

static bool parse_size(struct text *t, size_t *value)
{
	size_t v = 0;
	int digits = 0;

	text_accept(t, ' ');
	for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++, digits++) {
		if (v > (SIZE_MAX >> 8) / 10)
			return false;
		v = v * 10 + (size_t)(*t->at - '0');
	}
	*value = v;
	return digits > 0;
}

/* [a, b, …] of at most `most` numbers. */
static bool parse_sizes(struct text *t, size_t *values, int most, int *count)
{
	*count = 0;
	if (!text_accept(t, '['))
		return false;
	if (text_accept(t, ']'))
		return true;
	do {
		if (*count == most || !parse_size(t, &values[(*count)++]))
			return false;
	} while (text_accept(t, ','));
	return text_accept(t, ']');
}

static bool parse_entry(struct text *t, struct st_entry *entry)
{
	char key[32], dtype[16];
	size_t numbers[4];
	int count;

	entry->dtype = ST_OTHER;
	if (!text_accept(t, '{'))
		return false;
	do {
		if (!text_string(t, key, sizeof(key)) || !text_accept(t, ':'))
			return false;
		if (!strcmp(key, "dtype")) {
			if (!text_string(t, dtype, sizeof(dtype)))
				return false;
			for (int i = 0; i < ST_OTHER; i++)
				if (!strcmp(dtype, st_dtype_names[i]))
					entry->dtype = (enum st_dtype)i;
		} else if (!strcmp(key, "shape")) {
			if (!parse_sizes(t, numbers, 4, &entry->rank))
				return false;
			for (int i = 0; i < entry->rank; i++)
				entry->shape[i] = (long)numbers[i];
		} else if (!strcmp(key, "data_offsets")) {
			if (!parse_sizes(t, numbers, 2, &count) || count != 2)
				return false;
			entry->begin = numbers[0];
			entry->end = numbers[1];
		} else {
			return false;
		}
	} while (text_accept(t, ','));
	return text_accept(t, '}');
}

/* The text of a string as it stands in the file, quotes and escapes included. */
static bool copy_string(struct text *t, FILE *out)
{
	const char *from;

	text_accept(t, ' ');
	while (t->at < t->end && strchr(" \t\r\n", *t->at))
		t->at++;
	from = t->at;
	if (!text_string(t, NULL, 0))
		return false;
	fwrite(from, 1, (size_t)(t->at - from), out);
	return true;
}

static bool copy_pairs(struct text *t, FILE *out)
{
	const char *between = "";

	if (text_accept(t, '}'))
		return true;
	do {
		fputs(between, out);
		if (!copy_string(t, out) || !text_accept(t, ':'))
			return false;
		fputc(':', out);
		if (!copy_string(t, out))
			return false;
		between = ",";
	} while (text_accept(t, ','));
	return text_accept(t, '}');
}

/* Flat strings only, kept as text without spaces between. */
static bool parse_metadata(struct text *t, char **to)
{
	size_t size;
	bool good;
	FILE *out;

	if (!text_accept(t, '{'))
		return false;
	out = open_memstream(to, &size);
	fputc('{', out);
	good = copy_pairs(t, out);
	fputc('}', out);
	fclose(out);
	return good;
}

static bool entry_fits(const struct st_entry *t, size_t data_size)
{
	size_t size = t->dtype < ST_OTHER ? st_dtype_sizes[t->dtype] : 0;

	if (t->begin > t->end || t->end > data_size)
		return false;
	for (int i = 0; i < t->rank; i++)
		if (t->shape[i] > 0 && size > SIZE_MAX / (size_t)t->shape[i])
			return false;
		else
			size *= (size_t)t->shape[i];
	return t->dtype == ST_OTHER || size == t->end - t->begin;
}

static bool parse_header(struct st_file *f, struct text *t)
{
	char name[256];

	if (!text_accept(t, '{'))
		return false;
	if (text_accept(t, '}'))
		return true;
	do {
		if (!text_string(t, name, sizeof(name)) || !text_accept(t, ':'))
			return false;
		if (!strcmp(name, "__metadata__")) {
			if (f->metadata || !parse_metadata(t, &f->metadata))
				return false;
		} else {
			struct st_entry *entry = st_new_entry(f);

			*entry = (struct st_entry){0};
			memcpy(entry->name, name, sizeof(name));
			if (!parse_entry(t, entry) || !entry_fits(entry, f->data_size))
				return false;
		}
	} while (text_accept(t, ','));
	return text_accept(t, '}');
}

static int read_whole(const char *path, uint8_t **out, size_t *size, struct err *e)
{
	AUTO_CLOSE FILE *in = fopen(path, "rbe");
	AUTO_FREE uint8_t *memory = NULL;
	struct stat st;

	if (!in || fstat(fileno(in), &st) < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < 8 || st.st_size > (off_t)1 << 32)
		return err_set(e, "%s: not a safetensors file", path);
	*size = (size_t)st.st_size;
	memory = malloc(*size);
	if (!memory || fread(memory, 1, *size, in) != *size)
		return err_set(e, "%s: cannot read %zu bytes", path, *size);
	*out = memory;
	memory = NULL;
	return 0;
}

int st_read(struct st_file *f, const char *path, struct err *e)
{
	struct text t;
	uint64_t length;
	size_t size = 0;

	*f = (struct st_file){0};
	if (read_whole(path, &f->memory, &size, e) < 0)
		return -1;
	if (!memcmp(f->memory, "PK\3\4", 4) || !memcmp(f->memory, "\x80\2\x8a", 3)) {
		st_free(f);
		return err_set(e, "%s is PyTorch's own format; " CONVERT, path, path);
	}
	memcpy(&length, f->memory, sizeof(length));
	if (length > size - 8) {
		st_free(f);
		return err_set(e, "%s: not a safetensors file, or cut short", path);
	}
	t.at = (const char *)f->memory + 8;
	t.end = t.at + length;
	f->data = f->memory + 8 + length;
	f->data_size = size - 8 - length;
	if (!parse_header(f, &t)) {
		st_free(f);
		return err_set(
			e, "%s: its safetensors header is broken, or cut short", path);
	}
	return 0;
}
