#!/bin/sh
# SPDX-License-Identifier: MIT
# gpu-first-run.sh [--device NAME] [--program CNNTRAIN] [--data DIR] [--out FILE] [--seconds N]
# The trainer on its first machine with a GPU: checks it, measures it, and writes what came out as
# Markdown. Takes at most N (600) seconds; what there is no time for is said. Status 1 when a check
# failed. Without --program it is built here (make CUDA=1). --device cpu tries the script itself.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
device=cuda program='' data='' out=gpu-first-run.md seconds=600
while [ $# -gt 0 ]; do
	case $1 in
	--device) device=$2 ;;
	--program) program=$(realpath "$2") ;;
	--data) data=$(realpath "$2") ;;
	--out) out=$2 ;;
	--seconds) seconds=$2 ;;
	*) echo "usage: gpu-first-run.sh [--device NAME] [--program CNNTRAIN] [--data DIR] [--out FILE] [--seconds N]" >&2 && exit 2 ;;
	esac
	shift 2
done
end=$(($(date +%s) + seconds))
if [ -z "$program" ]; then
	make -C "$here" CUDA=1 BUILD=build/gpu build/gpu/cnntrain >&2
	program=$here/build/gpu/cnntrain
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
say() { printf '%s\n' "$@" >>"$out"; }
title() { say '' "## $1" ''; }
# One line of a table, and on the screen.
row() {
	say "| $1 | $2 |"
	printf '%-44s %s\n' "$1" "$2"
}
table() { say "| $1 | $2 |" '|---|---|'; }
bad() {
	if [ "$(left)" -le 1 ]; then
		row "$1" 'not done in its time'
		return
	fi
	failed=$((failed + 1))
	row "$1" "**FAILED**: $2"
}
left() { echo $((end - $(date +%s))); }
# limited SECONDS COMMAND…: that long, or what is left.
limited() {
	limit=$1
	shift
	[ "$(left)" -ge "$limit" ] || limit=$(left)
	[ "$limit" -gt 1 ] || return 124
	timeout "$limit" "$@"
}
# train FOLDER [OPTIONS…]: a run there; what it said is in FOLDER.said.
train() {
	folder=$1
	shift
	set -- --fashion --log_dir "$scratch/$folder" --overwrite --device "$device" "$@"
	[ -z "$data" ] || set -- "$@" --data_dir "$data"
	limited 120 "$program" "$@" >"$scratch/$folder.said" 2>&1
}
said() { tail -n 1 "$scratch/$1.said" | cut -c1-200; }
losses() { sed -n 's/^{"step":[0-9]*,.*"loss":\([^}]*\)}$/\1/p' "$scratch/$1/train.jsonl"; }
rate() { sed -n 's/.*"images_per_second":\([0-9]*\).*/\1/p' "$scratch/$1/train.jsonl" | tail -n 1; }
# What a library's absence does: dlopen() ends at the first file of that name.
hide() {
	mkdir -p "$scratch/hidden"
	for library; do : >"$scratch/hidden/$library"; done
	LD_LIBRARY_PATH=$scratch/hidden${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export LD_LIBRARY_PATH
}

machine() {
	say "# cnntrain on $device" '' "$(date -u +%Y-%m-%dT%H:%MZ), $("$program" --version)"
	title Machine
	table what is
	row processor "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) threads"
	if command -v nvidia-smi >/dev/null; then
		nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | while read -r line; do
			row GPU "$line"
		done
	fi
	row commit "$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)"
}

selftest() {
	if limited 180 "$program" selftest --device "$device" >"$scratch/selftest.said" 2>&1; then
		row selftest "$(grep -c '^ok' "$scratch/selftest.said") results as near as they have to be"
	else
		bad selftest "$(said selftest)"
		grep -v '^ok' "$scratch/selftest.said" | head -n 20 >&2
	fi
}

sanitizers() {
	[ "$device" != cpu ] || return 0
	if ! command -v compute-sanitizer >/dev/null; then
		row 'compute-sanitizer' 'not here'
		return
	fi
	for tool in memcheck racecheck synccheck initcheck; do
		set -- --fashion --log_dir "$scratch/$tool" --overwrite --device "$device" --max_steps 2 --num_epochs 1 --batch_size 64 --no_graph
		[ -z "$data" ] || set -- "$@" --data_dir "$data"
		if limited 60 compute-sanitizer --tool "$tool" --error-exitcode 9 "$program" "$@" >"$scratch/$tool.said" 2>&1; then
			row "compute-sanitizer $tool" 'nothing'
		elif [ $? -eq 124 ]; then
			row "compute-sanitizer $tool" 'not done in its time'
		else
			bad "compute-sanitizer $tool" "$(said "$tool")"
		fi
	done
}

# The losses of 20 steps on the CPU; products of the GPU add up in another order.
same_as_cpu() {
	train on-device --max_steps 20 --num_epochs 20 || { bad 'equal to the CPU' "$(said on-device)" && return; }
	was=$device device=cpu
	train on-cpu --max_steps 20 --num_epochs 20 || { device=$was && bad 'equal to the CPU' "$(said on-cpu)" && return; }
	device=$was
	losses on-device >"$scratch/a" && losses on-cpu >"$scratch/b"
	apart=$(paste "$scratch/a" "$scratch/b" | awk '{ d = ($1 - $2) / $2; d = d < 0 ? -d : d; m = d > m ? d : m } END { print m + 0 }')
	if [ -s "$scratch/a" ] && awk "BEGIN { exit !($apart < 1e-3) }"; then
		row 'equal to the CPU, 20 steps' "losses apart by $apart at most"
	else
		bad 'equal to the CPU, 20 steps' "losses apart by $apart"
	fi
}

resumes() {
	train whole --max_steps 12 || { bad resume "$(said whole)" && return; }
	train part --max_steps 5 || { bad resume "$(said part)" && return; }
	set -- --fashion --log_dir "$scratch/part" --resume --device "$device" --max_steps 12
	[ -z "$data" ] || set -- "$@" --data_dir "$data"
	if limited 60 "$program" "$@" >"$scratch/part.said" 2>&1 && cmp -s "$scratch/whole/model.safetensors" "$scratch/part/model.safetensors"; then
		row resume 'the same bits as without'
	else
		bad resume "$(said part)"
	fi
	if train limit --max_seconds 2 --num_epochs 100000 --interrupted_status 75; then
		bad 'a limit of 2 seconds' 'ended with status 0'
	elif [ $? -eq 75 ]; then
		row 'a limit of 2 seconds' 'saved, status 75'
	else
		bad 'a limit of 2 seconds' "$(said limit)"
	fi
}

# refused NAME WORDS OPTIONS…: ends with 1 or 2 and one line.
refused() {
	name=$1 words=$2
	shift 2
	status=0
	train refused "$@" || status=$?
	if [ "$status" -gt 0 ] && [ "$status" -lt 3 ] && grep -q "$words" "$scratch/refused.said"; then
		row "$name" "$(said refused)"
	else
		bad "$name" "status $status: $(said refused)"
	fi
}

errors() {
	was=$device
	device=cuda:99
	refused 'a GPU that is not there' 'cuda:99\|GPU 99' --max_steps 1
	device=$was
	refused 'a loss that is not finite' 'not finite' --lr 1e9 --max_steps 200
}

# speed NAME OPTIONS…: of the second epoch.
speed() {
	name=$1
	shift
	if train speed --num_epochs 2 "$@"; then
		row "$name" "$(rate speed)"
	elif [ $? -eq 124 ]; then
		row "$name" 'not done in its time'
	elif grep -q -e ' needs ' -e 'fp32 and bf16 only' -e ' has neither ' "$scratch/speed.said"; then
		row "$name" "$(said speed)"
	else
		bad "$name" "$(said speed)"
	fi
}

speeds() {
	batches='64 500 2000'
	[ "$device" != cpu ] || batches=64
	for precision in fp32 tf32 bf16; do
		for batch in $batches; do
			speed "$precision, batch $batch" --precision "$precision" --batch_size "$batch"
		done
	done
	[ "$device" != cpu ] || return 0
	speed 'fp32, batch 500, no graph' --no_graph
	(hide libcublas.so.13 libcublas.so.12 libcublas.so && speed 'fp32, batch 500, no cuBLAS' && exit "$failed") || failed=$?
	(hide libnccl.so.2 libnccl.so && speed 'fp32, batch 500, no NCCL' && exit "$failed") || failed=$?
}

pytorch() {
	if ! python3 -c 'import torch' 2>/dev/null; then
		row PyTorch 'not here'
		return
	fi
	PYTHONPATH=$here/tests/trainer limited 120 python3 - "$device" <<'PYTHON' >"$scratch/torch" 2>/dev/null || row PyTorch 'failed'
import sys
import time

import torch
from lib.simplecnn import SimpleCNN

device = "cpu" if sys.argv[1] == "cpu" else "cuda"
steps = 3 if device == "cpu" else 100
wait = (lambda: None) if device == "cpu" else torch.cuda.synchronize
for precision in ("fp32",) if device == "cpu" else ("fp32", "tf32", "bf16"):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    for batch in (64, 500, 2000)[:1 if device == "cpu" else 3]:
        model = SimpleCNN(1).to(device, memory_format=torch.channels_last).train()
        adam = torch.optim.Adam(model.parameters())
        x = torch.randn(batch, 1, 32, 32, device=device)
        y = torch.randint(10, (batch,), device=device)
        for step in range(steps + 2):
            if step == 2:
                wait()
                start = time.time()
            with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
                loss = torch.nn.functional.cross_entropy(model(x), y)
            adam.zero_grad()
            loss.backward()
            adam.step()
        wait()
        print(f"PyTorch {torch.__version__}, {precision}, batch {batch}|"
              f"{steps * batch / (time.time() - start):.0f}", flush=True)
PYTHON
	while IFS='|' read -r name speed; do row "$name" "$speed"; done <"$scratch/torch"
}

: >"$out"
machine
title Checks
table check result
selftest
same_as_cpu
resumes
errors
sanitizers
title Speed
table 'precision, batch' 'images/s of an epoch'
speeds
pytorch
say '' "$failed checks failed; $((seconds - $(left))) seconds."
echo "$failed failed; see $out"
[ "$failed" -eq 0 ]
