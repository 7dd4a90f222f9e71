/* SPDX-License-Identifier: MIT */
/* Who watches a job and wants to go: signals as events, and the question of Ctrl-C. */
#ifndef CNNRUN_CLI_LEAVE_H
#define CNNRUN_CLI_LEAVE_H

/* From here on HUP, INT and TERM wait for leave_wait(); a file to be given to it. */
int leave_begin(void);
void leave_end(int fd);
/* At most so long. The signal that came, 0 = none. */
int leave_wait(int fd, int ms);
/* For who prints: the same, also SIGPIPE once nobody reads standard output, and sooner
 * where there is something at other (-1 = nothing else). ms -1 = without a limit. */
int leave_watch(int fd, int other, int ms);

enum leave { LEAVE_STAY, LEAVE_CANCEL, LEAVE_IT };
/* What shall become of the job; without a terminal, or after another signal, it goes on.
 */
enum leave leave_ask(const char *job, int fd);

#endif
