/* SPDX-License-Identifier: MIT */
/* The list of what here and over there agreed on last, kept beside a carried directory's
 * state. */
#ifndef CNNRUN_LAUNCH_CARRY_LIST_H
#define CNNRUN_LAUNCH_CARRY_LIST_H

#include <stdio.h>

#include "launch/carry/entry.h"

struct carry_list {
	FILE *file; /* NULL = there is none: nothing is known */
	char *line;
	size_t room;
	char before[CARRY_PATH_MAX + 1]; /* path of the last one */
};
/* A list that is not there is empty. */
int carry_list_open(struct carry_list *l, const char *path, struct err *e);
/* As a carry_source, of a struct carry_list. EUCLEAN: it is damaged. */
int carry_list_next(void *list, struct carry_entry *out, struct err *e);
void carry_list_close(struct carry_list *l);

struct carry_writer {
	FILE *file;
	char *path, *new;
};
int carry_writer_open(struct carry_writer *w, const char *path, struct err *e);
void carry_writer_add(struct carry_writer *w, const struct carry_entry *entry);
/* It takes the old one's place, whole. */
int carry_writer_keep(struct carry_writer *w, struct err *e);
void carry_writer_close(struct carry_writer *w); /* what was not kept is gone */

#endif
