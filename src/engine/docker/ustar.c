/* SPDX-License-Identifier: MIT */
#include "engine/docker/ustar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BLOCK 512

/* POSIX.1-1988, all that readers agree on. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type,
		link[100];
	char magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8],
		prefix[155];
	char pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

/* Octal text, or GNU's base 256 where that is too small: uids of directory services. */
static void put_number(char *field, size_t n, uint64_t v)
{
	if (v >> (3 * (n - 1)) == 0) {
		for (size_t i = n - 1; i-- > 0; v >>= 3)
			field[i] = (char)('0' + (v & 7));
		return;
	}
	for (size_t i = n; i-- > 1; v >>= 8)
		field[i] = (char)(v & 255);
	field[0] = (char)0x80;
}

static int put_name(struct header *h, const char *path)
{
	size_t n = strlen(path);

	if (n <= sizeof h->name) {
		memcpy(h->name, path, n);
		return 0;
	}
	for (const char *slash = strchr(path, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		size_t front = (size_t)(slash - path), rest = n - front - 1;

		if (front <= sizeof h->prefix && rest && rest <= sizeof h->name) {
			memcpy(h->prefix, path, front);
			memcpy(h->name, slash + 1, rest);
			return 0;
		}
	}
	return -1;
}

int ustar_add(struct buf *tar, const struct resolved_file *f, struct err *e)
{
	struct header h = {.magic = "ustar", .version = {'0', '0'}};
	const unsigned char *bytes = (const unsigned char *)&h;
	const char *path = f->path + strspn(f->path, "/");
	size_t n = f->data ? f->n : 0, pad = (BLOCK - n % BLOCK) % BLOCK;
	unsigned sum = 0;

	if (put_name(&h, path) < 0)
		return err_set(
			e, ENAMETOOLONG, "path too long for the container: %s", f->path);
	put_number(h.mode, sizeof h.mode, f->mode & 07777);
	put_number(h.uid, sizeof h.uid, f->uid);
	put_number(h.gid, sizeof h.gid, f->gid);
	put_number(h.size, sizeof h.size, n);
	put_number(h.mtime, sizeof h.mtime, (uint64_t)time(NULL));
	h.type = f->data ? '0' : '5';
	memset(h.checksum, ' ', sizeof h.checksum);
	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes[i];
	put_number(h.checksum, 7, sum);
	buf_add(tar, &h, sizeof h);
	buf_add(tar, f->data, n);
	memset(buf_room(tar, pad), 0, pad);
	tar->n += pad;
	tar->p[tar->n] = 0;
	return 0;
}

void ustar_end(struct buf *tar)
{
	memset(buf_room(tar, 2 * BLOCK), 0, 2 * BLOCK);
	tar->n += 2 * BLOCK;
	tar->p[tar->n] = 0;
}

/* -1 = no number. */
static int64_t get_number(const char *field, size_t n)
{
	uint64_t v = 0;
	size_t i = 0;

	if ((unsigned char)field[0] & 0x80) {
		for (i = 1; i < n; i++) {
			if (v >> 55)
				return -1;
			v = v << 8 | (unsigned char)field[i];
		}
		return (int64_t)v;
	}
	while (i < n && field[i] == ' ')
		i++;
	for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(field[i] - '0');
	return i < n && field[i] && field[i] != ' ' ? -1 : (int64_t)v;
}

static bool is_empty(const char *block)
{
	for (size_t i = 0; i < BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

int ustar_next(const struct buf *tar, size_t *at, struct ustar_member *m, struct err *e)
{
	struct header h;
	int64_t size;

	while (tar->n - *at >= BLOCK) {
		size_t left = tar->n - *at - BLOCK;

		memcpy(&h, tar->p + *at, sizeof h);
		if (is_empty(tar->p + *at))
			return 0;
		size = get_number(h.size, sizeof h.size);
		if (memcmp(h.magic, "ustar", 5) != 0 || size < 0)
			return err_set(e, EPROTO,
				"unreadable archive from the container engine");
		m->type = h.type ? h.type : '0';
		m->n = (size_t)size;
		m->data = tar->p + *at + BLOCK;
		memcpy(m->link, h.link, sizeof h.link);
		m->link[sizeof h.link] = 0;
		/* what is cut short, padding included, ends the tar */
		if (m->n > left || (m->n + BLOCK - 1) / BLOCK * BLOCK > left)
			*at = tar->n;
		else
			*at += BLOCK + (m->n + BLOCK - 1) / BLOCK * BLOCK;
		if (!strchr("xgLK", m->type))
			return 1;
	}
	return 0;
}
