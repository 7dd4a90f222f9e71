/* SPDX-License-Identifier: MIT */
/* What the user's desktop session offers besides X: Wayland, audio, D-Bus, time zone,
 * device nodes. Nothing here opens a connection. */
#ifndef CNNRUN_HOST_DESKTOP_H
#define CNNRUN_HOST_DESKTOP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"

/* Absolute path of an existing socket, from the variables that clients use and their
 * defaults in $XDG_RUNTIME_DIR (/run/user/UID where that is unset); NULL = there is none.
 * The caller frees, here and below. */
char *desktop_wayland(void);
char *desktop_pipewire(void);
char *desktop_pulse(void);
/* The pulse cookie file, NULL = none. */
char *desktop_pulse_cookie(void);
char *desktop_dbus(void);      /* DBUS_SESSION_BUS_ADDRESS's or $XDG_RUNTIME_DIR/bus */
char *desktop_ssh_agent(void); /* SSH_AUTH_SOCK's, behind all links */

/* "Europe/Berlin" or rules ("CET-1CEST,M3.5.0,M10.5.0/3") from TZ, /etc/localtime or,
 * where that is missing, /etc/timezone; NULL = unknown. */
char *desktop_timezone(void);
/* The files of these, below another directory than /etc. */
char *session_timezone_in(const char *etc);

/* The device nodes a display can use: /dev/dri/card* and renderD*. */
void desktop_dri(struct strv *nodes);
/* Owner group and permission bits of a node; -1 with e set when it is not a device. */
int device_group(const char *node, gid_t *gid, mode_t *mode, struct err *e);

/* WSLg: true under WSL with /mnt/wslg. */
bool desktop_wslg(void);

#endif
