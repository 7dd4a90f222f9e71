/* SPDX-License-Identifier: MIT */
/* Errors as values: the cause and the cure in one line. */
#ifndef CNNRUN_BASE_ERR_H
#define CNNRUN_BASE_ERR_H

#include <stdarg.h>

/* Caller-owned, fixed size: nothing to free. code: errno, HTTP status or ERR_*. */
struct err {
	int code;
	char msg[2048];
};

/* Codes above errno and HTTP: what a caller decides by. */
enum {
	ERR_USAGE = 10002,
	ERR_INTERRUPTED,
	ERR_NO_PROGRAM,  /* the container's program is not there */
	ERR_NOT_PROGRAM, /* it is there, and cannot be executed */
	ERR_NO_GPU,      /* the engine cannot pass GPUs on */
	ERR_PORT_TAKEN,  /* something on this machine listens there already */
	ERR_UNREACHABLE, /* no registry could be asked */
	ERR_DENIED,      /* the registry wants to know who asks */
	ERR_NO_IMAGE,    /* it has no such image */
};

/* All return -1, so that a failing function can `return err_set(e, …)`. e may be NULL. */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* As err_set with code errno and ": strerror" appended. */
int err_errno(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "context: msg"; keeps the code. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "msg; cure": appends what the user can do about it. */
int err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The analyzer does not see into err.c: these fail, always. */
#ifdef __clang_analyzer__
#define err_set(...)                                                                     \
	__extension__({                                                                  \
		(void)(err_set)(__VA_ARGS__);                                            \
		-1;                                                                      \
	})
#define err_errno(...)                                                                   \
	__extension__({                                                                  \
		(void)(err_errno)(__VA_ARGS__);                                          \
		-1;                                                                      \
	})
#define err_wrap(...)                                                                    \
	__extension__({                                                                  \
		(void)(err_wrap)(__VA_ARGS__);                                           \
		-1;                                                                      \
	})
#define err_hint(...)                                                                    \
	__extension__({                                                                  \
		(void)(err_hint)(__VA_ARGS__);                                           \
		-1;                                                                      \
	})
#endif

#endif
