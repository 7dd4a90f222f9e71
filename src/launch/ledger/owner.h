/* SPDX-License-Identifier: MIT */
/* The labels on everything cnnrun makes. */
#ifndef CNNRUN_LAUNCH_OWNER_H
#define CNNRUN_LAUNCH_OWNER_H

#define LABEL_CNNRUN  "cnnrun"         /* "1" */
#define LABEL_PROFILE "cnnrun.profile" /* absolute path */
#define LABEL_PROJECT "cnnrun.project" /* absolute directory */
#define LABEL_UID     "cnnrun.uid"     /* who launched */
#define LABEL_IMAGE   "cnnrun.image"   /* reference; the container is made from an id */
#define LABEL_BASE    "cnnrun.base"    /* id of the image whose home it has as yours */
#define LABEL_GPUS    "cnnrun.gpus"    /* UUIDs of those it holds, with blanks */
#define LABEL_GATE    "cnnrun.gate"    /* where in it what it begins with lies */
#define LABEL_SERVICE "cnnrun.service" /* its name; the main container has none */
#define LABEL_LAUNCH  "cnnrun.launch"  /* unique per launch; the ledger's name */
#define LABEL_RIGHTS  "cnnrun.rights"  /* what it may do, as JSON */
#define LABEL_BOX     "cnnrun.box"     /* of one that stays: digest of its plan */
#define LABEL_JOB     "cnnrun.job"     /* of a cluster: the scheduler's number */
#define LABEL_RANK    "cnnrun.rank"    /* of its tasks, which */
#define LABEL_CARRY   "cnnrun.carry" /* of a volume: the directory that it is a copy of */
#define LABEL_MARK    "cnnrun.mark"  /* that the others are true: see mark.h */

#endif
