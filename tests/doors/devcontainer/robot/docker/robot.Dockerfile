FROM devcontainer-base
COPY rules /etc/rules
