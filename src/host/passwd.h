/* SPDX-License-Identifier: MIT */
/* Our user merged into the texts of an image's /etc/passwd and /etc/group. Pure text in,
 * text out; nothing is read from this machine. */
#ifndef CNNRUN_HOST_PASSWD_H
#define CNNRUN_HOST_PASSWD_H

#include "plan/resolved.h"

/* What both promise: image NULL = the image has no such file (root's line is made up).
 * Lines that are not well-formed stay as they are, and a last line without a line end
 * gets one. Merging twice gives the same as once. With id->wanted false or uid 0 the
 * text is returned unchanged. ':' and control characters in our own fields become '_', as
 * does a leading '+', '-' or '#', which mean something else to the C library. The caller
 * frees. */

/* Our line comes first and so wins for name and uid; the image's line of our name goes,
 * its lines of our uid stay. Password '*': without a shadow line 'x' fails in sudo.
 * shell is used when id->shell is NULL. */
char *passwd_merge(
	const char *image, const struct resolved_identity *id, const char *shell);

/* Our primary and supplementary groups are there by number afterwards, with us as member.
 * A group of the image with that number keeps its name. A group of the image with our
 * group's name but another number stays as well, since files carry its number: our
 * primary group then stands before it and wins by name, our supplementary groups stand
 * behind it and the image's wins by name. */
char *group_merge(const char *image, const struct resolved_identity *id);

struct passwd_entry {
	char *name, *gecos, *home, *shell;
	uid_t uid;
	gid_t gid;
};
void passwd_entry_free(struct passwd_entry *p);
#define AUTO_ENTRY __attribute__((cleanup(passwd_entry_free)))
/* The user of that name, or else of that number; text may be NULL. */
bool passwd_find(const char *text, const char *who, struct passwd_entry *out);
/* The same of a group; *name, the caller's, may be NULL. */
bool group_find(const char *text, const char *who, gid_t *gid, char **name);
/* Appends the numbers of the groups that list member. */
void groups_with(const char *text, const char *member, struct strv *gids);

#endif
