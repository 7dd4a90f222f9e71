/* SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"
#include "base/file.h"
#include "base/mem.h"
#include "data/gz.h"
#include "fetch/http.h"
#include "fetch/md5.h"
#include "fetch/untar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 4, MOST_BYTES = 1 << 30 };

struct source_file {
	const char *name, *md5;
};

/* content: md5 is that of the inflated file, so that a packer's name or date in it is no
 * harm. */
struct source {
	const char *name, *url, *folder;
	bool content, archive;
	struct source_file files[MOST_FILES];
};

static const struct source sources[] = {
	{"cifar10", "https://www.cs.toronto.edu/~kriz", "cifar-10-batches-bin", false,
		true, {{"cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"}}},
	{"fashion", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
		"FashionMNIST/raw", true, false,
		{{"train-images-idx3-ubyte.gz", "f4a8712d7a061bf5bd6d2ca38dc4d50a"},
			{"train-labels-idx1-ubyte.gz",
				"9018921c3c673c538a1fc5bad174d6f9"},
			{"t10k-images-idx3-ubyte.gz", "8181f5470baa50b63fa0f6fddb340f0a"},
			{"t10k-labels-idx1-ubyte.gz",
				"15d484375f8d13e6eb1aabb0c3f46965"}}},
	{"mnist", "https://ossci-datasets.s3.amazonaws.com/mnist", "MNIST/raw", false,
		false,
		{{"train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
			{"train-labels-idx1-ubyte.gz",
				"d53e105ee54ea40749a09fcbcd1e9432"},
			{"t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"},
			{"t10k-labels-idx1-ubyte.gz",
				"ec29112dd5afa0611ce80d1b7f02629c"}}},
};

/* mkdir -p */
static int make_folders(const char *path, struct err *e)
{
	AUTO_FREE char *copy = mem_printf("%s/", path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return err_set(e, "%s: %s", copy, strerror(errno));
		*p = '/';
	}
	return 0;
}

static int read_plain(const char *path, uint8_t **data, long *size, struct err *e)
{
	AUTO_CLOSE FILE *f = fopen(path, "rbe");
	AUTO_FREE uint8_t *buffer = NULL;
	struct stat st;

	if (!f || fstat(fileno(f), &st) < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	buffer = mem_alloc((size_t)st.st_size);
	*size = (long)fread(buffer, 1, (size_t)st.st_size, f);
	*data = buffer;
	buffer = NULL;
	return 0;
}

/* Whether the file at path is the one that is meant. */
static bool good(const struct source *s, const struct source_file *f, const char *path)
{
	AUTO_FREE uint8_t *data = NULL;
	char hex[33];
	struct err e;
	long size;

	if (access(path, R_OK) < 0)
		return false;
	if ((s->content ? gz_read(path, MOST_BYTES, &data, &size, &e)
			: read_plain(path, &data, &size, &e)) < 0)
		return false;
	md5_hex(data, (size_t)size, hex);
	return !strcmp(hex, f->md5);
}

/* An unfinished download waits as NAME.part and is gone on with. A wrong one is removed,
 * and fetched once more from its beginning, for it may have been an old part of another
 * file. */
static int fetch_file(const struct source *s, const struct source_file *f,
	const char *base, const char *folder, struct err *e)
{
	AUTO_FREE char *url = mem_printf("%s/%s", base, f->name);
	AUTO_FREE char *path = mem_printf("%s/%s", folder, f->name);
	AUTO_FREE char *part = mem_printf("%s.part", path);

	if (good(s, f, path)) {
		printf("%s: there already\n", path);
		return 0;
	}
	for (int again = 0; again < 2; again++) {
		bool old = access(part, F_OK) == 0;

		if (http_download(url, part, isatty(STDERR_FILENO), e) < 0)
			return -1;
		if (good(s, f, part)) {
			if (file_replace(part, path, e) < 0)
				return -1;
			printf("%s\n", path);
			return 0;
		}
		unlink(part);
		if (!old)
			break;
	}
	return err_set(e,
		"%s: what came is not %s (checksum); try again, or another --url", url,
		f->name);
}

static int unpack(const char *folder, const char *name, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/%s", folder, name);
	AUTO_FREE uint8_t *tar = NULL;
	long size;

	if (gz_read(path, MOST_BYTES, &tar, &size, e) < 0 ||
		untar(tar, size, ".bin", folder, e) < 0)
		return err_wrap(e, "unpack %s", path);
	return 0;
}

static const struct source *find_source(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(sources[i].name, name))
			return &sources[i];
	return NULL;
}

int fetch_run(const struct options *o, struct err *e)
{
	const struct source *s = o->argument ? find_source(o->argument) : NULL;
	AUTO_FREE char *folder = NULL;

	if (!s)
		return err_set(e, "fetch what? cifar10, fashion or mnist");
	folder = mem_printf("%s/%s", o->data_dir ? o->data_dir : DATASET_DIR, s->folder);
	if (make_folders(folder, e) < 0)
		return -1;
	for (int i = 0; i < MOST_FILES && s->files[i].name; i++) {
		if (fetch_file(s, &s->files[i], o->url ? o->url : s->url, folder, e) < 0)
			return err_wrap(e, "fetch %s", s->name);
		if (s->archive && unpack(folder, s->files[i].name, e) < 0)
			return -1;
	}
	return 0;
}
