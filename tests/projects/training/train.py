# SPDX-License-Identifier: MIT
"""An epoch a run, from the last checkpoint on."""
import os

rank = int(os.environ["RANK"])
with open("/data/set") as f:
    data = f.read().strip()
os.makedirs("runs", exist_ok=True)
path = "runs/checkpoint-%d" % rank
epoch = 1 + (int(open(path).read()) if os.path.exists(path) else 0)
with open(path, "w") as f:
    f.write(str(epoch))
if rank == 0:
    print("epoch %d of %s, %s workers, key %s" % (epoch, data, os.environ["WORLD_SIZE"],
                                                  "given" if os.environ.get("WANDB_API_KEY") else "missing"))
