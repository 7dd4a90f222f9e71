# SPDX-License-Identifier: MIT
"""Lines of `docker run` as projects have them: what for, the line, and the options that have no
equal. Devices are ones that every machine has."""

LINES = [
    ("a shell", "docker run -it --rm ubuntu:24.04 bash", ()),
    ("a compiler on the project, as oneself",
     'docker run --rm -v "$PWD":/src -w /src --user "$(id -u):$(id -g)" gcc:13 make -j4 all', ()),
    ("a linter", "docker run --rm -v $(pwd):/code:ro registry.example.com/lint/pylint:3 pylint --rcfile=/code/.pylintrc src", ()),
    ("ROS with a window", """xhost +local:root
sudo docker run -it --rm --net=host --ipc=host -e DISPLAY=$DISPLAY -e QT_X11_NO_MITSHM=1 \\
    -v /tmp/.X11-unix:/tmp/.X11-unix:rw -e ROS_DOMAIN_ID=${ROS_DOMAIN_ID:-0} \\
    -v "$(pwd)":/ws -w /ws osrf/ros:humble-desktop bash""", ()),
    ("ROS with all of a robot", "docker run -it --privileged --network host --pid host -v /dev:/dev -v $HOME/.ros:/root/.ros"
     " -e ROS_MASTER_URI=http://localhost:11311 -e ROS_HOSTNAME=robot ros:noetic roslaunch base bringup.launch", ()),
    ("a robot's serial line", "docker run --rm --device /dev/zero:/dev/ttyUSB0 --device=/dev/full:/dev/ttyACM0:rw"
     " --group-add 20 --cap-add SYS_NICE --ulimit rtprio=99 --restart on-failure:3 robot/base:2.1 ./drive", ()),
    ("USB whenever it comes", "docker run -d --name usb --restart=unless-stopped --device-cgroup-rule='c 189:* rmw'"
     " -v /run:/run/host:ro robot/usb", ()),
    ("a simulator like Isaac", """docker run --name isaac --entrypoint bash -it --gpus all -e "ACCEPT_EULA=Y" --rm --network=host \\
  -e "PRIVACY_CONSENT=Y" \\
  -v ~/sim/cache/kit:/sim/kit/cache:rw \\
  -v ~/sim/logs:/root/.nvidia-omniverse/logs:rw \\
  nvcr.io/sim/isaac:4.2.0""", ()),
    ("an autopilot", "docker run -it --rm --privileged -e LOCAL_USER_ID=$(id -u) -v $PWD:/firmware:rw"
     " -v /tmp/.X11-unix:/tmp/.X11-unix:ro -e DISPLAY=$DISPLAY --network host --name=px4 px4io/px4-dev-simulation:2024 bash", ()),
    ("notebooks", "docker run -p ${JUPYTER_PORT:-8888}:8888 -e JUPYTER_ENABLE_LAB=yes -v \"${PWD}\":/home/jovyan/work"
     " quay.io/jupyter/datascience-notebook:2024-10-07", ()),
    ("notebooks as root who becomes you", "docker run --rm -p 10000:8888 --user root -e NB_UID=$(id -u) -e CHOWN_HOME=yes"
     " -w /home/jovyan --shm-size=2g quay.io/jupyter/scipy-notebook start-notebook.py --ServerApp.base_url=/lab", ()),
    ("training", "docker run --gpus all --ipc=host --ulimit memlock=-1 --ulimit stack=67108864 -it --rm -v $PWD:/workspace"
     " -v ${DATA:-/usr/share}:/data:ro nvcr.io/nvidia/pytorch:24.05-py3 torchrun --nproc-per-node=2 train.py --lr 0.1", ()),
    ("two GPUs, the host's user", """docker run --rm --gpus '"device=0,1"' -u $(id -u):$(id -g) -e HOME=/tmp -e WANDB_API_KEY \\
      -v "$PWD/runs":/runs -m 64g --cpus=7.5 trainer:v3 python -m trainer --out /runs""", ()),
    ("an inference server like Triton", "docker run --gpus=1 --rm -p8000:8000 -p8001:8001 -p8002:8002 -v $PWD/models:/models"
     " --shm-size=1g --ulimit memlock=-1 nvcr.io/nvidia/tritonserver:24.05-py3 tritonserver --model-repository=/models", ()),
    ("a language model", "docker run --runtime nvidia --gpus all -v ~/.cache/huggingface:/root/.cache/huggingface"
     " --env HUGGING_FACE_HUB_TOKEN=hf_x1 -p 127.0.0.1:8000:8000 --ipc=host vllm/vllm-openai:v0.5.0 --model mistral/7b", ()),
    ("models on this machine", "docker run -d --gpus=all -v ollama:/root/.ollama -p 11434:11434 --name ollama ollama/ollama", ()),
    ("a database", "docker run --name some-postgres -e POSTGRES_PASSWORD=mysecret -e POSTGRES_DB=shop -d -p 5432:5432"
     " -v pgdata:/var/lib/postgresql/data --shm-size=256mb postgres:16-alpine", ()),
    ("another database", "docker run -d --name mysql -e MYSQL_ROOT_PASSWORD=secret -v \"$PWD/conf\":/etc/mysql/conf.d:ro"
     " --health-cmd='mysqladmin ping' --health-interval 5s mysql:8 --character-set-server=utf8mb4", ("health-cmd", "health-interval")),
    ("a cache", "docker run --rm -d --name redis --read-only --tmpfs /data:size=64m --cap-drop ALL --user 999:1000 redis:7 redis-server --save ''", ()),
    ("a CI runner", "docker run -d --name gitlab-runner --restart always -v \"$PWD/config\":/etc/gitlab-runner"
     " -v \"$PWD/docker.sock\":/var/run/docker.sock gitlab/gitlab-runner:latest", ()),
    ("a Jetson", "docker run --runtime nvidia -it --rm --network=host -e NVIDIA_VISIBLE_DEVICES=all -e NVIDIA_DRIVER_CAPABILITIES=all"
     " -v /tmp:/tmp/argus:ro --device /dev/full:/dev/video0 nvcr.io/nvidia/l4t-pytorch:r35.2.1-pth2.0-py3", ()),
    ("an editor in the browser", "docker run -it --init -p 127.0.0.1:8080:8080 -v \"$HOME/.config:/home/coder/.config\""
     " -v \"$PWD:/home/coder/project\" -u \"$(id -u):$(id -g)\" -e \"DOCKER_USER=$USER\" codercom/code-server:latest", ()),
    ("a web server", "docker run --name web -d -p 8080:80/tcp -p 8443:443 -v $PWD/site:/usr/share/nginx/html:ro,z"
     " --label traefik.enable=true --log-driver syslog --log-opt tag=web nginx:1.27", ("log-driver", "log-opt", "z")),
    ("a debugger", "docker run --rm -it --cap-add=SYS_PTRACE --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
     " -v \"$PWD\":/w -w /w debian:12 gdb ./a.out", ()),
    ("a browser with sound and a window", "docker run -it --rm -e DISPLAY=unix$DISPLAY -v /tmp/.X11-unix:/tmp/.X11-unix"
     " -v /etc/localtime:/etc/localtime:ro -v /dev/shm:/dev/shm --security-opt seccomp=chrome.json browser/chrome:120", ()),
    ("with the user's databases", "docker run --rm -it -v /etc/passwd:/etc/passwd:ro -v /etc/group:/etc/group:ro -u $(id -u):$(id -g)"
     " -v $PWD:$PWD -w $PWD texlive/texlive:latest latexmk -pdf main.tex", ("/etc/passwd", "/etc/group")),
    ("an embedded tool chain", "podman run --rm --userns=keep-id -v .:/project -w /project -e IDF_CCACHE_ENABLE=1"
     " docker.io/espressif/idf:v5.2 idf.py -DX='a b' build", ()),
    ("networks", "docker run -dit --network mynet --network-alias api --add-host db.local:10.0.0.5 --add-host=host.docker.internal:host-gateway"
     " --dns 1.1.1.1 --hostname api --sysctl net.core.somaxconn=1024 --cap-add NET_ADMIN shop/api:1.0",
     ("network-alias",)),
    ("a VPN", "docker run -d --name=wg --cap-add=NET_ADMIN --cap-add=SYS_MODULE -e PUID=1000 -e PGID=1000 -e TZ=Europe/Berlin"
     " -p 51820:51820/udp -v $PWD/config:/config --sysctl=\"net.ipv4.conf.all.src_valid_mark=1\" --restart unless-stopped"
     " vpn/wireguard:latest", ()),
    ("mounts in the long form", "docker run --rm --mount type=bind,source=\"$PWD\",target=/in,readonly"
     " --mount type=volume,src=out,dst=/out --mount type=tmpfs,destination=/scratch,tmpfs-size=1g,tmpfs-mode=1770"
     " tool:1 --in /in", ()),
    ("a virtual machine", "docker run --device=/dev/full:/dev/kvm --stop-timeout 120 --stop-signal SIGINT -e VERSION=11"
     " -p 8006:8006 -p 3389:3389/tcp -p 3389:3389/udp --pids-limit 500 --cpuset-cpus 0 emu/windows", ()),
    ("a scanner with little", "docker run --rm --network none --read-only --cap-drop=ALL --security-opt=no-new-privileges"
     " -u 65534:65534 -m 512m --memory-swap 512m --pids-limit=64 --tmpfs /tmp:rw,noexec,size=16m -v $PWD:/in:ro scan:2 /in", ()),
    ("what has no equal", "docker run --rm --blkio-weight 300 --oom-kill-disable --cpu-shares 512 --mac-address 02:42:ac:11:00:02"
     " --memory-reservation 1g -m 2g --cidfile x --sig-proxy=true -a stdout alpine:3.20 true",
     ("blkio-weight", "oom-kill-disable", "cpu-shares", "mac-address", "memory-reservation", "cidfile")),
    ("a file of variables", "docker run --rm --env-file ./.env -e DEBUG=1 -e EMPTY= -e LANG app:latest sh -c 'echo \"$HOME\" | tee /x'", ()),
    ("a port range and names", "docker run -d --name=sip -p 10000-10010:10000-10010/udp -p 0.0.0.0:5060:5060 -l team=voice"
     " --hostname sip --domainname example.org --no-healthcheck --pull always --ulimit nofile=1024:4096 voice/sip:3", ()),
    ("created, to be started", "docker create --name job --rm -v $PWD/in:/in:ro batch/job:7 /run.sh \"$@\"", ()),
    ("a named user of the image", "docker run -it --rm -u vscode -v $PWD:/workspaces/app -w /workspaces/app"
     " mcr.microsoft.com/devcontainers/python:3.12 zsh", ()),
    ("a script", """#!/bin/sh
# starts the tool
set -e
IMAGE="${TOOL_IMAGE:-tool}:1.4"
ARGS=(--rm -it)
ARGS+=(-v "$PWD:/w" -w /w)
exec docker run "${ARGS[@]}" \\
    -e LEVEL="${LEVEL:-2}" \\
    "$IMAGE" tool --all
""", ()),
]
