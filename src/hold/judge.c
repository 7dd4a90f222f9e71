/* SPDX-License-Identifier: MIT */
/* The plan: the boot's id, HOLD_INIT or HOLD_EXEC, then a mount a line,
 *     MAJOR:MINOR ROOT INODE TARGET
 * as /proc/self/mountinfo writes these. A mount is where it should be if its target leads
 * to the root of a mount of that device and root, at that very place: through no link,
 * and with nothing over it. */
#include <sys/stat.h>

#include "hold/hold.h"
#include "hold/sys.h"

enum { PATH_BYTES = 4096 };

struct text {
	const char *p;
	size_t n;
};

static bool same(struct text a, struct text b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i])
			return false;
	return true;
}

/* The next word of a line. */
static struct text word(const char **at)
{
	struct text t = {*at, 0};

	while (t.p[t.n] && t.p[t.n] != ' ' && t.p[t.n] != '\n')
		t.n++;
	*at = t.p + t.n + (t.p[t.n] == ' ');
	return t;
}

static const char *next_line(const char *p)
{
	while (*p && *p != '\n')
		p++;
	return *p ? p + 1 : p;
}

static bool is_octal(const char *p)
{
	return p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' &&
	       p[2] <= '7';
}

/* "\040" is a blank. */
static bool unescape(struct text t, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++) {
		if (n + 1 >= PATH_BYTES)
			return false;
		to[n] = t.p[i];
		if (t.p[i] == '\\' && t.n - i > 3 && is_octal(t.p + i + 1)) {
			to[n] = (char)((t.p[i + 1] - '0') * 64 + (t.p[i + 2] - '0') * 8 +
				       t.p[i + 3] - '0');
			i += 3;
		}
		n++;
	}
	to[n] = 0;
	return true;
}

static bool is_text(struct text t, const char *s)
{
	return same(t, (struct text){s, length(s)});
}

static void number(char *to, unsigned long v)
{
	char digits[24];
	int n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*to++ = digits[--n];
	*to = 0;
}

/* The id of the mount that fd lies on, as text in buf; nothing where it is not told. */
static struct text mount_of(long fd, char *buf, size_t room)
{
	char path[64] = "/proc/self/fdinfo/";
	long info, n;

	number(path + length(path), (unsigned long)fd);
	info = sys_open(path, O_RDONLY);
	n = info < 0 ? 0 : sys_read(info, buf, room - 1);
	if (info >= 0)
		sys_close(info);
	buf[n < 0 ? 0 : n] = 0;
	for (const char *p = buf; *p; p = next_line(p)) {
		const char *key = "mnt_id:\t";
		size_t k = 0;

		while (key[k] && p[k] == key[k])
			k++;
		if (!key[k])
			return (struct text){p + k, (size_t)(next_line(p) - p) - k - 1};
	}
	return (struct text){buf, 0};
}

/* What a target leads to. */
struct place {
	char info[512];
	struct text mount; /* its id; n = 0: who runs this may not look there */
	char inode[24];
};

static bool look(struct text target, struct place *out)
{
	char name[PATH_BYTES];
	struct stat st = {0};
	long fd;

	out->mount.n = 0;
	if (!unescape(target, name))
		return false;
	fd = sys_open(name, O_PATH);
	if (fd < 0)
		return fd == -EACCES;
	out->mount = mount_of(fd, out->info, sizeof out->info);
	if (SYS(fstat, fd, &st, 0, 0, 0) < 0)
		out->mount.n = 0;
	sys_close(fd);
	number(out->inode, st.st_ino);
	return out->mount.n > 0;
}

static bool is_there(const char *line, const char *mountinfo, enum judge_how how)
{
	struct text device = word(&line), root = word(&line), inode = word(&line),
		    target = word(&line);
	static struct place place;
	bool good = false, held;

	if (!look(target, &place))
		return false;
	held = place.mount.n && is_text(inode, place.inode);
	if (how == JUDGE_FIRST && place.mount.n && !held)
		return false;
	for (const char *p = mountinfo; *p; p = next_line(p)) {
		const char *at = p;
		struct text id = word(&at);
		struct text its_device = (word(&at), word(&at)), its_root = word(&at);

		if (place.mount.n && !same(id, place.mount))
			continue;
		/* of several at one place the last is on top */
		if (same(word(&at), target))
			good = (same(root, its_root) || (how == JUDGE_ENTER && held)) &&
			       (how == JUDGE_OTHER_BOOT || same(device, its_device));
	}
	return good;
}

int judge_mounts(const char *lines, const char *mountinfo, enum judge_how how)
{
	int i = 0;

	for (const char *line = lines; *line; line = next_line(line), i++)
		if (!is_there(line, mountinfo, how))
			return i;
	return -1;
}
