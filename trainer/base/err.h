/* SPDX-License-Identifier: MIT */
/* Errors: filled by the one who fails, wrapped on the way up, printed once by main. */
#ifndef TRAINER_ERR_H
#define TRAINER_ERR_H

#ifdef __cplusplus
extern "C" {
#endif

/* Caller-owned, fixed size: nothing to free. */
struct err {
	char msg[512];
};

/* Both return -1, so that a failing function can `return err_set(e, …)`. */
int err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "context: what went wrong" */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif

/* The analyzer does not see into err.c: these fail, always. */
#ifdef __clang_analyzer__
#define err_set(...)                                                                     \
	__extension__({                                                                  \
		(void)(err_set)(__VA_ARGS__);                                            \
		-1;                                                                      \
	})
#define err_wrap(...)                                                                    \
	__extension__({                                                                  \
		(void)(err_wrap)(__VA_ARGS__);                                           \
		-1;                                                                      \
	})
#endif

#endif
