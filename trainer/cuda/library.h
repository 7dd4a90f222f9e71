/* SPDX-License-Identifier: MIT */
/* Libraries that are used where they are there: loaded at run time, never linked. */
#ifndef TRAINER_CUDA_LIBRARY_H
#define TRAINER_CUDA_LIBRARY_H

/* One function: where its address goes, a pointer to a function pointer. */
struct library_symbol {
	const char *name;
	void *address;
};

/* The first of the names (NULL ends them) that is there and has all the symbols (a NULL
 * name ends those). False: none. The library stays loaded. */
bool library_load(const char *const *names, const library_symbol *symbols);

#endif
