/* SPDX-License-Identifier: MIT */
/* An entry of a list of hosts: "example.org", "*.example.net:443", "192.168.1.5:8080".
 * Without a port it is of HTTP's and HTTPS's; "*." is of all names below, not of the name
 * itself. */
#ifndef CNNRUN_PLAN_HOST_RULE_H
#define CNNRUN_PLAN_HOST_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, HOST_MAX = 254 };

int check_host_rule(const char *s, struct err *e);
/* Is what it lists an address, and not a name? */
bool host_rule_is_address(const char *rule);
/* The port that it names; 0 = none. */
unsigned host_rule_port(const char *rule);
/* Does it list this host, as host_text() leaves one, at this port? 0 = at any. */
bool host_rule_lists(const char *rule, const char *host, unsigned port);
/* Does one that was granted include one that is wanted? */
bool host_rule_covers(const char *granted, const char *wanted);
/* The n bytes at text as a name or an address is compared: in lower case, without a dot
 * at its end. false: it is neither; an address has to be in its usual form. */
bool host_text(const char *text, size_t n, char out[HOST_MAX]);

#endif
