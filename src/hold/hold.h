/* SPDX-License-Identifier: MIT */
/* The program that a container of ours begins with: it looks whether what is mounted is
 * what was meant, and only then becomes the command. It lies in the gate, a directory
 * that the launch mounts, beside the plan it judges by; it runs in any image, and again
 * whenever the engine starts the container again, when no launcher is there any more. */
#ifndef CNNRUN_HOLD_HOLD_H
#define CNNRUN_HOLD_HOLD_H

#include <stdbool.h>
#include <stddef.h>

/* What lies in a gate. */
#define HOLD_PROGRAM "hold"  /* is the container's first process */
#define HOLD_ENTER   "enter" /* the same, for one more command in a running container */
#define HOLD_LINE    "enter-line" /* the same; its first word is a socket in the gate */
#define HOLD_SIZED   "-sized"     /* behind these two: once the terminal has a size */
#define HOLD_PROBE   "probe"      /* the same, to see whether a port answers */
#define HOLD_PLAN    "mounts"     /* see judge.c */
#define HOLD_SOCKET  "s"          /* where the launcher waits for the report */
#define HOLD_TIE     "tie"    /* a socket; with its other end all ends; may be missing */
#define HOLD_JUDGED  "judged" /* is there once the container has started well */

/* The environment, from who has no other way for it to arrive as it is; may be missing.
 */
#define HOLD_ENVIRONMENT "environment"

#define HOLD_PORTS  "ports" /* what is opened for the network's filter; may be missing */
#define HOLD_FILTER "n"     /* where that waits for it */

/* One of HOLD_PORTS: a socket that is made in the container, where nothing else leads,
 * and answered by the filter outside. */
struct hold_port {
	unsigned char datagrams;
	unsigned char address[4], port[2]; /* as they are sent */
};
enum { HOLD_PORTS_MAX = 64 };

/* First lines of the plan after the boot's id. */
#define HOLD_EXEC "exec" /* become the command */
#define HOLD_INIT                                                                        \
	"init" /* be the init process of the command; " N": for N seconds, " N B S":     \
	  signal S goes to it B seconds before their end */
#define HOLD_IDLE "idle" /* there is none: wait for what enters, until a signal comes */

/* At the end of that line: once the terminal has a size. */
#define HOLD_WAITS_SIZE " sized"

/* The report; none, but the end of the connection, says that the command runs. */
enum hold_kind {
	HOLD_MOVED = 'M',          /* index: of the mount in the plan */
	HOLD_UNJUDGED = 'J',       /* code: why the mounts could not be looked at */
	HOLD_NO_FILTER = 'N',      /* code: why the ports could not be opened */
	HOLD_NO_EXEC = 'X',        /* code: why the command could not be executed */
	HOLD_NO_INTERPRETER = 'I', /* it is there, what it needs is not */
};

struct hold_report {
	unsigned char kind, code;
	unsigned char index[2]; /* low byte first */
};

enum { HOLD_PLAN_MAX = 1 << 18 };

enum judge_how {
	JUDGE_FIRST,      /* the very thing that the launcher holds open */
	JUDGE_AGAIN,      /* what has its name by now: the user may have replaced it */
	JUDGE_ENTER,      /* the one or the other: it may have been renamed meanwhile */
	JUDGE_OTHER_BOOT, /* and devices may have other numbers */
};
/* Every mount of lines, as the plan has them, is where it should be: -1; else which is
 * not. */
int judge_mounts(const char *lines, const char *mountinfo, enum judge_how how);

/* Starts a child in a process group of its own, in front of the terminal where there is
 * one. 0 = in the child; its id in the parent, for which all signals wait; below 0 =
 * there is none, and the caller has to do without. */
long split(void);
/* The parent's part of a command that was entered: passes on the signals that come as
 * bytes over the line, and ends as its child does. A line that breaks means HUP, and the
 * byte 0 that no more comes. */
_Noreturn void attend_line(long child, long line);

/* How long it may run. */
struct hold_time {
	long seconds;        /* 0 = no matter */
	long before, signal; /* is sent so many seconds before that; 0 = none */
};

/* Starts a child, as the first process of a container should: false in the child; in the
 * parent never returns. done is closed there. After its time all ends, and where the tie,
 * -1 = there is none, is cut. */
bool init_split(long done, long tie, const struct hold_time *t);
enum { HOLD_TIME_OVER = 124, HOLD_CUT = 125 }; /* the status then */

/* Waits for a signal that asks for the end, which all other processes of the container
 * get as well; buries the orphans meanwhile. done is closed. */
_Noreturn void idle(long done);

/* One run of the program. */
struct hold {
	char **argv, **envp; /* argv[1] is the command */
	long gate;           /* the directory that this lies in */
	long report;         /* to the launcher, -1 = nobody waits */
	bool init, idle, sized;
	struct hold_time time;
};

/* All of a file, as text; -errno. A file of /proc must be one. */
long read_all(const char *path, long dir, bool proc, char *to, size_t room);
/* The command gets the variables of the gate in place of its own; -errno. */
long take_environment(struct hold *h);
/* Opens the ports of the gate, if there are any, and hands them to the filter; -errno. */
long open_ports(const struct hold *h);
/* Connects to a socket in the gate, whose path may be too long for an address; -errno. */
long call_gate(const struct hold *h, const char *name, int flags);

/* Until the terminal, if there is one, has a size, or nobody gives it one. */
void await_size(void);

/* argv[1] is a port of this container, argv[2] perhaps a path of HTTP: 0 = it answers. */
_Noreturn void probe(char **argv);
/* Says why there is no command: to the launcher, if it is there. */
_Noreturn void end(const struct hold *h, struct hold_report r, int status);
/* Becomes the command, or says why not. */
_Noreturn void become(const struct hold *h);

#endif
