/* SPDX-License-Identifier: MIT */
#include "launch/filter/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include "base/mem.h"

static const int refused[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
	SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_vm_readv), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_send_signal), SCMP_SYS(kill), SCMP_SYS(tkill),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(creat), SCMP_SYS(truncate),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
	SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),
	SCMP_SYS(symlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
	SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmodat),
	SCMP_SYS(fchmod), SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchownat),
	SCMP_SYS(fchown), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr),
	SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(io_uring_setup),
	SCMP_SYS(openat2), SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(add_key)};

static void refuse_writing(scmp_filter_ctx c, int call, unsigned arg)
{
	seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), call, 1,
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, O_WRONLY, O_WRONLY));
	seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), call, 1,
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, O_RDWR, O_RDWR));
	seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), call, 1,
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT));
	seccomp_rule_add(c, SCMP_ACT_ERRNO(EACCES), call, 1,
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, O_TRUNC, O_TRUNC));
}

/* Names are looked up by whatever the machine has for it, which no list of what is needed
 * could foresee; so this is one of what is not. */
void confine(void)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!c)
		return;
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	refuse_writing(c, SCMP_SYS(open), 1);
	refuse_writing(c, SCMP_SYS(openat), 2);
	seccomp_load(c); /* sets no_new_privs too */
	seccomp_release(c);
}
