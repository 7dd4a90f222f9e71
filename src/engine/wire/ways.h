/* SPDX-License-Identifier: MIT */
/* What it takes to reach an engine besides its address: noted as the address is found,
 * for all connections of this process and of those that it forks. */
#ifndef CNNRUN_ENGINE_WAYS_H
#define CNNRUN_ENGINE_WAYS_H

#include <stdbool.h>

struct way {
	char *ca, *cert, *key; /* files in PEM; NULL = the system's authorities, none */
	char *identity;        /* key file for ssh; NULL = ssh knows */
	bool plain;            /* of tcp://: without TLS */
};

/* That of this url, empty at first. It stays where it is. */
struct way *way_to(const char *url);
/* Takes ca.pem, cert.pem and key.pem of dir, as far as they are there. */
void way_certificates(struct way *way, const char *dir);

#endif
