/* SPDX-License-Identifier: MIT */
/* Gates of containers that may outlive their launch: among the user's state, by the
 * launch's id. */
#ifndef CNNRUN_LAUNCH_KEPT_H
#define CNNRUN_LAUNCH_KEPT_H

#include <stdbool.h>

#define GATES "gate" /* in the state: a directory a launch */

/* The caller frees. */
char *gate_kept_dir(const char *id);
/* Removes a gate, or all of a launch's files, wherever they are; fine when there is none.
 */
void gate_remove(const char *dir);
/* Is a kept gate, by its name, one of this launch's? That of a service has ".db" after
 * the launch's id. */
bool gate_is_of(const char *gate, const char *id);
void gate_remove_kept(const char *id);
/* Removes the cookie that the session of this id had in a box's gate. */
void gate_remove_cookies(const char *id);
#define GATE_COOKIE "x-" /* in a gate, before the session's id */
/* Removes those of containers of this engine that are gone: that is_left() does not know.
 */
void gate_remove_lost(
	const char *url, bool (*is_left)(void *ctx, const char *id), void *ctx);
/* In a launch's own directory: the gate of a container that ends with it. */
#define GATE_BELOW  "gate"
#define GATE_ENGINE "engine" /* in a gate: its engine's url */

#endif
