# SPDX-License-Identifier: MIT
"""no_seccomp.py PROGRAM WORD…: runs it as a kernel without seccomp would, that is, where
seccomp(2) is unknown and prctl(2) has no PR_SET_SECCOMP. Such a kernel cannot be had in a
test, so a filter answers in its place."""
import ctypes
import errno
import os
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EQ, PR_SET_SECCOMP = 4, 22


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
lib.seccomp_init.restype = ctypes.c_void_p
lib.seccomp_init.argtypes = [ctypes.c_uint32]
lib.seccomp_load.argtypes = [ctypes.c_void_p]
lib.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                       ctypes.c_uint, ctypes.POINTER(Compare)]
f = lib.seccomp_init(ALLOW)


def refuse(name, code, *compares):
    call = lib.seccomp_syscall_resolve_name(name)
    array = (Compare * len(compares))(*compares)
    if lib.seccomp_rule_add_array(f, ERRNO | code, call, len(compares), array):
        sys.exit("no_seccomp.py: no rule for %r" % name)


refuse(b"seccomp", errno.ENOSYS)
refuse(b"prctl", errno.EINVAL, Compare(0, EQ, PR_SET_SECCOMP, 0))
if lib.seccomp_load(f):
    sys.exit("no_seccomp.py: cannot load the filter")
os.execv(sys.argv[1], sys.argv[1:])
