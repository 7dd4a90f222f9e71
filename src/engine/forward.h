/* SPDX-License-Identifier: MIT */
/* Ways between this machine and that of an engine behind ssh, over the login that there
 * is: what ssh calls forwards. Each is one word of ssh's, as
 * "-L127.0.0.1:8080:127.0.0.1:80" (from here to there) or "-R/socket/there:/socket/here".
 * They are the login's, whoever asked for them, and last until they are closed or it
 * ends. */
#ifndef CNNRUN_ENGINE_FORWARD_H
#define CNNRUN_ENGINE_FORWARD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"

/* Can an engine of this url have any? */
bool forward_possible(const char *url);
/* Those from here to there come first. What is open already stays so. */
int forward_open(const char *url, const struct strv *words, struct err *e);
/* As far as the login lives. */
void forward_close(const char *url, const struct strv *words);

/* Makes a directory for sockets over there which nobody but that user can enter; name is
 * nobody else's. *path is the caller's. */
int forward_place(const char *url, const char *name, char **path, struct err *e);
/* Lets every container in which a socket there is mounted connect to it. */
int forward_place_open(const char *url, const char *socket, struct err *e);
/* With the sockets in it, if it is there. */
int forward_place_remove(const char *url, const char *name, struct err *e);

/* The line of ssh for somebody at a terminal who wants such a way. The caller frees. */
char *forward_typed(const char *url, const char *word);

#endif
