# SPDX-License-Identifier: MIT
# What a job of Slurm's does, below its #SBATCH lines; $1 is its directory, $2 the program. What is its plan's,
# retries, again, n and lines, is set above: src/batch/slurm.c.
# shellcheck shell=sh disable=SC2154

dir=$1${SLURM_ARRAY_TASK_ID:+/task.$SLURM_ARRAY_TASK_ID} cnnrun=$2
turn=${SLURM_RESTART_COUNT:-0} ended=

# What each task ended with; which was the first that failed by itself, and with what.
look() {
	tasks='' cause='' first=0 r=0
	while [ "$r" -lt "$n" ]; do
		s=null when=0
		[ ! -e "$dir/begun.$turn.$r" ] || while read -r word what at; do
			[ "$word" != ended ] || { s=$what when=$at; }
		done <"$dir/begun.$turn.$r"
		if [ "$when" != 0 ] && { [ "$first" = 0 ] || [ "$when" -lt "$first" ]; }; then
			first=$when cause=$r status=$s
		fi
		tasks=$tasks${tasks:+,}$s r=$((r + 1))
	done
}

# record HOW: exit.json, whole or not at all.
record() {
	printf '{"job":%s,"turn":%s,%s,"tasks":[%s],"when":"%s"}\n' "$SLURM_JOB_ID" "$turn" \
		"$1" "$tasks" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$dir/exit.new" &&
		mv "$dir/exit.new" "$dir/exit.json"
}

# A job that is started twice would write into the same files.
if ! (set -C && echo "job $SLURM_JOB_ID on $SLURMD_NODENAME, since $(date)" >"$dir/run.$turn") 2>/dev/null; then
	echo "cnnrun: this run has begun already: $(cat "$dir/run.$turn")" >&2
	exit 125
fi
rm -f "$dir/exit.json"
# whoever submitted it may have been killed before he could write it
[ -e "$1/job" ] || printf %s "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}" >"$1/job"
# Who is ended by the scheduler has no status of its own, whatever srun says.
trap 'ended=1; look; record "\"signal\":\"TERM\""' TERM
MASTER_PORT=$("$cnnrun" node-run --port) && export MASTER_PORT
srun --export=ALL --kill-on-bad-exit=1 "$lines" "$cnnrun" node-run "$dir" &
wait $!
status=$?
while kill -0 $! 2>/dev/null; do
	wait $!
	status=$?
done
trap '' TERM

look
if [ -n "$cause" ]; then
	[ "$n" = 1 ] || echo "cnnrun: task $cause failed first, with status $status" >&2
elif [ -n "$ended" ]; then
	record '"signal":"TERM"'
	exit 143
# a task that asks to go on ends well, lest the others be killed while they save what they have
elif [ "$status" = 0 ] && ls "$dir"/again."$turn".* >/dev/null 2>&1; then
	status=$again
	# what node failures and preemption requeue is not counted
	done=$(cat "$dir/retried" 2>/dev/null || echo 0)
	if [ "$done" -lt "$retries" ]; then
		echo $((done + 1)) >"$dir/retried.new" && mv "$dir/retried.new" "$dir/retried"
		# the number of an array is that of one of its tasks, too
		scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}" && exit 0
	fi
fi
record "\"status\":$status"
exit "$status"
