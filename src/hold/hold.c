/* SPDX-License-Identifier: MIT */
#include "hold/hold.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>

#include "hold/memory.h"
#include "hold/sys.h"

#define PROC_MAGIC   0x9fa0
#define BOOT         "/proc/sys/kernel/random/boot_id"
#define CANNOT_JUDGE 125
#define CANNOT_EXEC  126
#define NO_SUCH_FILE 127
#define MOUNTS_MAX   (4 << 20)
#define PATH_BYTES   4096

static char plan[HOLD_PLAN_MAX], mounts[MOUNTS_MAX];

static void say(const char *text)
{
	sys_write(2, text, length(text));
}

static bool is_missing(const struct hold_report *r)
{
	return r->kind == HOLD_NO_EXEC && (r->code == ENOENT || r->code == ENOTDIR);
}

/* The launcher says it, if it is there. */
_Noreturn void end(const struct hold *h, struct hold_report r, int status)
{
	static const struct {
		enum hold_kind kind;
		const char *words;
	} told[] = {
		{HOLD_MOVED, "a mount is not what it was when this was launched, so "
			     "nothing is run"},
		{HOLD_UNJUDGED, "the mounts cannot be looked at, so nothing is run"},
		{HOLD_NO_FILTER, "the network's filter is gone, so nothing is run"},
		{HOLD_NO_EXEC, "cannot be executed"},
		{HOLD_NO_INTERPRETER, "the image lacks the interpreter that it needs"},
	};

	if (h->report >= 0 && sys_write(h->report, &r, sizeof r) == sizeof r)
		sys_exit(status);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (told[i].kind != r.kind)
			continue;
		say("cnnrun: ");
		if (is_missing(&r)) {
			say("the container has no program ");
		} else if (h->argv[1]) {
			say(h->argv[1]);
			say(": ");
		}
		say(is_missing(&r) ? h->argv[1] : told[i].words);
		say("\n");
	}
	sys_exit(status);
}

_Noreturn static void end_unjudged(const struct hold *h, long error)
{
	end(h, (struct hold_report){HOLD_UNJUDGED, (unsigned char)-error, {0}},
		CANNOT_JUDGE);
}

long read_all(const char *path, long dir, bool proc, char *to, size_t room)
{
	long fd = SYS(openat, dir, path, O_RDONLY | O_CLOEXEC, 0, 0), n = 0, k;
	struct statfs fs = {0};

	if (fd < 0)
		return fd;
	k = SYS(fstatfs, fd, &fs, 0, 0, 0);
	if (k == 0 && proc && fs.f_type != PROC_MAGIC)
		k = -EPERM;
	while (k >= 0 && (k = sys_read(fd, to + n, room - 1 - (size_t)n)) > 0)
		if ((n += k) == (long)room - 1)
			k = -EFBIG;
	sys_close(fd);
	to[k < 0 ? 0 : n] = 0;
	return k < 0 ? k : n;
}

/* Elsewhere than at the launch: in a machine of the engine's own, or after a restart of
 * this one. */
static bool is_same_boot(void)
{
	char now[64];

	return read_all(BOOT, AT_FDCWD, true, now, sizeof now) <= 0 || begins(plan, now);
}

static const char *after_line(const char *p)
{
	while (*p && *p != '\n')
		p++;
	return *p ? p + 1 : p;
}

static void read_time(struct hold_time *t, const char *p)
{
	long *const to[] = {&t->seconds, &t->before, &t->signal};

	for (int i = 0; i < 3 && *p >= '0' && *p <= '9'; i++) {
		while (*p >= '0' && *p <= '9')
			*to[i] = *to[i] * 10 + *p++ - '0';
		p += *p == ' ';
	}
}

static void judge(struct hold *h, bool first)
{
	long n = read_all(HOLD_PLAN, h->gate, false, plan, sizeof plan);
	const char *how = after_line(plan);
	bool same_boot, started;
	int moved;

	if (n < 0)
		end_unjudged(h, n);
	h->init = begins(how, HOLD_INIT);
	h->idle = begins(how, HOLD_IDLE);
	if (begins(how, HOLD_INIT " "))
		read_time(&h->time, how + sizeof HOLD_INIT);
	for (const char *p = how; first && h->report >= 0 && *p && *p != '\n'; p++)
		h->sized |= begins(p, HOLD_WAITS_SIZE);
	n = read_all("/proc/self/mountinfo", AT_FDCWD, true, mounts, sizeof mounts);
	if (n < 0)
		end_unjudged(h, n);
	same_boot = is_same_boot();
	started = SYS(faccessat, h->gate, HOLD_JUDGED, 0, 0, 0) == 0;
	/* another machine has other mounts; whether it is one shows at the first start */
	if (!same_boot && !started)
		return;
	moved = judge_mounts(after_line(how), mounts,
		!same_boot                   ? JUDGE_OTHER_BOOT
		: !first                     ? JUDGE_ENTER
		: h->report >= 0 && !started ? JUDGE_FIRST
					     : JUDGE_AGAIN);
	if (moved >= 0)
		end(h,
			(struct hold_report){HOLD_MOVED, 0,
				{(unsigned char)(moved & 255),
					(unsigned char)(moved >> 8 & 255)}},
			CANNOT_JUDGE);
}

long call_gate(const struct hold *h, const char *name, int flags)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char *to = a.sun_path, digits[24];
	const char *parts[] = {"/proc/self/fd/", digits, "/", name};
	long v = h->gate, n = sizeof digits - 1, fd, r;

	digits[n] = 0;
	do
		digits[--n] = (char)('0' + v % 10);
	while (v /= 10);
	parts[1] = digits + n;
	for (size_t i = 0; i < 4; i++)
		for (const char *p = parts[i]; *p; p++)
			*to++ = *p;
	fd = SYS(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0, 0, 0);
	r = fd < 0 ? fd : SYS(connect, fd, &a, sizeof a, 0, 0);
	if (r < 0 && fd >= 0)
		sys_close(fd);
	return r < 0 ? r : fd;
}

/* The command's parent stays, where somebody has it on the line. */
static void take_line(const struct hold *h, const char *name)
{
	long line = call_gate(h, name, SOCK_NONBLOCK), child = line < 0 ? -1 : split();

	if (child > 0)
		attend_line(child, line);
	if (line >= 0)
		sys_close(line);
}

_Noreturn static void hold(char **argv, char **envp)
{
	struct hold h = {.argv = argv, .envp = envp, .report = -1};
	char *name = argv[0], *slash = NULL;
	bool first, on_line;
	long ports, tie = -ENOENT;

	for (char *p = name; *p; p++)
		slash = *p == '/' ? p : slash;
	if (slash && begins(slash + 1, HOLD_PROBE))
		probe(argv);
	first = slash && !begins(slash + 1, HOLD_ENTER);
	on_line = slash && begins(slash + 1, HOLD_LINE) && argv[1];
	for (char *p = slash; p && *p; p++)
		h.sized |= begins(p, HOLD_SIZED);
	h.argv += on_line;
	if (slash)
		*slash = 0;
	h.gate = slash ? sys_open(name, O_PATH | O_DIRECTORY) : -ENOENT;
	if (h.gate < 0)
		end_unjudged(&h, h.gate);
	if (first)
		h.report = call_gate(&h, HOLD_SOCKET, SOCK_NONBLOCK);
	judge(&h, first);
	if (first)
		tie = call_gate(&h, HOLD_TIE, SOCK_NONBLOCK);
	if (tie < 0 && tie != -ENOENT) /* whoever was to wait for it is gone */
		sys_exit(HOLD_CUT);
	ports = take_environment(&h);
	if (ports < 0)
		end_unjudged(&h, ports);
	ports = first ? open_ports(&h) : 0;
	if (ports < 0)
		end(&h, (struct hold_report){HOLD_NO_FILTER, (unsigned char)-ports, {0}},
			CANNOT_JUDGE);
	if (h.sized)
		await_size();
	if (on_line)
		take_line(&h, argv[1]);
	if (first && h.idle)
		idle(h.report);
	if (first && (h.init || tie >= 0))
		init_split(h.report, tie, &h.time);
	become(&h);
}

#ifdef HOLD_FREESTANDING
/* The stack as the kernel leaves it: argc, argv, NULL, envp. */
__attribute__((used)) _Noreturn static void hold_start(long *stack)
{
	char **argv = (char **)(stack + 1);

	hold(argv, argv + *stack + 1);
}

#ifdef __x86_64__
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n"
	"\tcall hold_start\n");
#else
__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tmov x0, sp\n\tbl "
	"hold_start\n");
#endif
#else
extern char **environ;
int main(int argc, char **argv)
{
	(void)argc;
	hold(argv, environ);
}
#endif
