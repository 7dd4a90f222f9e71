/* SPDX-License-Identifier: MIT */
/* zlib reads anything; libdeflate, where it is installed, inflates twice as fast, which
 * is most of the time before the first step. */
#include "data/gz.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#ifdef HAVE_LIBDEFLATE
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_RATIO = 1032 }; /* deflate's best */

/* Room for what is inflated. Huge pages spare thousands of page faults. */
static uint8_t *make_room(size_t size)
{
	enum { HUGE = 1 << 21 };
	uint8_t *room;

	if (size < 2 * HUGE)
		return malloc(size);
	size = (size + HUGE - 1) / HUGE * HUGE;
	room = aligned_alloc(HUGE, size);
	if (room)
		madvise(room, size, MADV_HUGEPAGE); /* a wish */
	return room;
}

/* One gzip member whose trailer tells its size. 0 when done; else zlib shall try, which
 * also finds the words for what is wrong. */
static int read_fast(const char *path, long limit, uint8_t **data, long *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = -1;
	struct libdeflate_decompressor *d = NULL;
	struct stat st;
	uint8_t *in = MAP_FAILED;
	const uint8_t *tail;
	size_t length = 0, used, want;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 18) {
		length = (size_t)st.st_size;
		in = mmap(NULL, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	}
	if (in != MAP_FAILED && in[0] == 0x1f && in[1] == 0x8b) {
		tail = in + length - 4;
		want = tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 |
		       (size_t)tail[3] << 24;
		d = libdeflate_alloc_decompressor();
		*data = want > 0 && want <= (size_t)limit && want / MOST_RATIO <= length
				? make_room(want)
				: NULL;
		if (d && *data &&
			libdeflate_gzip_decompress_ex(d, in, length, *data, want, &used,
				NULL) == LIBDEFLATE_SUCCESS &&
			used == length) {
			*size = (long)want;
			result = 0;
		} else {
			free(*data);
			*data = NULL;
		}
	}
	if (d)
		libdeflate_free_decompressor(d);
	if (in != MAP_FAILED)
		munmap(in, length);
	if (fd >= 0)
		close(fd);
	return result;
}

uint32_t gz_checksum(uint32_t before, const uint8_t *data, size_t size)
{
	return libdeflate_crc32(before, data, size);
}
#else
uint32_t gz_checksum(uint32_t before, const uint8_t *data, size_t size)
{
	return (uint32_t)crc32_z(before, data, size);
}

static int read_fast(const char *path, long limit, uint8_t **data, long *size)
{
	(void)path;
	(void)limit;
	(void)data;
	(void)size;
	return -1;
}
#endif

static void close_gz(gzFile *f)
{
	if (*f)
		gzclose(*f);
}

#define AUTO_GZ __attribute__((cleanup(close_gz)))

int gz_read(const char *path, long limit, uint8_t **data, long *size, struct err *e)
{
	AUTO_GZ gzFile f = NULL;
	AUTO_FREE uint8_t *buffer = NULL;
	long room = 1 << 16, got = 0;
	int n, code;

	if (read_fast(path, limit, data, size) == 0)
		return 0;
	f = gzopen(path, "rbe");
	if (!f)
		return err_set(e, "%s: %s", path, strerror(errno));
	gzbuffer(f, 1 << 17);
	do {
		uint8_t *more = got < room && buffer
					? buffer
					: realloc(buffer, (size_t)(room *= 4));

		if (!more)
			return err_set(e, "%s: no memory for %ld bytes", path, room);
		buffer = more;
		n = gzread(f, buffer + got, (unsigned)(room - got));
		if (n > 0)
			got += n;
	} while (n > 0 && got <= limit);
	if (n < 0) {
		const char *why = gzerror(f, &code); /* "path: why" */

		if (code == Z_ERRNO)
			return err_set(e, "%s: %s", path, strerror(errno));
		return err_set(e, "%s; fetch it again", why);
	}
	if (got > limit)
		return err_set(e, "%s: more than %ld bytes", path, limit);
	gzerror(f, &code);
	if (code == Z_BUF_ERROR)
		return err_set(e, "%s: file ends early; fetch it again", path);
	*data = buffer;
	*size = got;
	buffer = NULL;
	return 0;
}
