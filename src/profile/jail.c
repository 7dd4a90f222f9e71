/* SPDX-License-Identifier: MIT */
/* The order matters: everything here happens before the first foreign byte is read. */
#include "profile/child.h"

#include <dirent.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static void close_from(int first)
{
	DIR *d;
	struct dirent *f;

	if (!syscall(SYS_close_range, first, ~0U, 0))
		return;
	d = opendir("/proc/self/fd");
	if (!d) {
		for (int fd = first; fd < 65536; fd++)
			close(fd);
		return;
	}
	while ((f = readdir(d))) {
		int fd = atoi(f->d_name);

		if (fd >= first && fd != dirfd(d))
			close(fd);
	}
	closedir(d);
}

static int keep_only_door(int door)
{
	if (door != DOOR_FD && dup2(door, DOOR_FD) < 0)
		return -1;
	for (int fd = 0; fd < DOOR_FD; fd++)
		close(fd);
	close_from(DOOR_FD + 1);
	return 0;
}

/* The host's handlers are no code of this process, and its terminal's keys are not for
 * it: a profile that listens must outlive a Ctrl-C that goes to the container. */
static void reset_signals(void)
{
	struct sigaction dfl = {.sa_handler = SIG_DFL}, ign = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &dfl, NULL);
	sigaction(SIGPIPE, &ign, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}

static int limit(__rlimit_resource_t what, rlim_t soft, rlim_t hard)
{
	struct rlimit now, l = {soft, hard};

	if (!getrlimit(what, &now)) {
		if (l.rlim_max > now.rlim_max)
			l.rlim_max = now.rlim_max;
		if (l.rlim_cur > l.rlim_max)
			l.rlim_cur = l.rlim_max;
	}
	return setrlimit(what, &l);
}

static int set_limits(const struct profile_limits *l)
{
	/* Only the soft limit, so that the host can prolong it for a profile that
	 * listens; this process has no system call left to do so. */
	rlim_t cpu = (rlim_t)(2 * l->seconds) + 2;
	rlim_t space = 2 * (rlim_t)l->memory + ((rlim_t)512 << 20);

	if (limit(RLIMIT_CPU, cpu, RLIM_INFINITY) < 0)
		return -1;
	if (!SANITIZED && limit(RLIMIT_AS, space, space) < 0)
		return -1;
	if (limit(RLIMIT_CORE, 0, 0) < 0 || limit(RLIMIT_FSIZE, 0, 0) < 0 ||
		limit(RLIMIT_NPROC, 0, 0) < 0 || limit(RLIMIT_NOFILE, 0, 0) < 0)
		return -1;
	return 0;
}

static int allow_door(scmp_filter_ctx f, int call)
{
	return seccomp_rule_add(
		f, SCMP_ACT_ALLOW, call, 1, SCMP_A0(SCMP_CMP_EQ, DOOR_FD, 0));
}

/* Anonymous and never executable. */
static int allow_mmap(scmp_filter_ctx f, int call)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 2,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
}

/* The system call filter alone; 0 or -errno. */
static int jail_seal(void)
{
	static const int plain[] = {
		SCMP_SYS(brk),
		SCMP_SYS(munmap),
		SCMP_SYS(mremap),
		SCMP_SYS(exit_group),
		SCMP_SYS(rt_sigreturn),
		SCMP_SYS(clock_gettime), /* table.sort picks its pivot by clock() */
#if SANITIZED
		SCMP_SYS(madvise),
		SCMP_SYS(sigaltstack),
		SCMP_SYS(futex),
		SCMP_SYS(sched_yield),
		SCMP_SYS(getpid),
		SCMP_SYS(gettid),
#endif
	};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = f ? 0 : -ENOMEM;

	if (!rc)
		rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (size_t i = 0; !rc && i < COUNT_OF(plain); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, plain[i], 0);
	if (!rc)
		rc = allow_door(f, SCMP_SYS(read));
	if (!rc)
		rc = allow_door(f, SCMP_SYS(write));
	if (!rc)
		rc = allow_mmap(f, SCMP_SYS(mmap));
#if defined(__i386__) || defined(__arm__)
	if (!rc)
		rc = allow_mmap(f, SCMP_SYS(mmap2));
#endif
	if (!rc)
		rc = seccomp_load(f);
	if (f)
		seccomp_release(f);
	return rc;
}

int jail_enter(int door, const struct profile_limits *limits, pid_t parent, bool *sealed)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return -1;
	if (keep_only_door(door) < 0)
		return -1;
	reset_signals();
	clearenv();
	if (set_limits(limits) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	*sealed = jail_seal() == 0;
	return 0;
}
