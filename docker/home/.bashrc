# Interactive bash in the container; this directory is the user's home there, so history
# and settings stay with the project.
[[ $- == *i* ]] || return

PS1='\[\e[33m\]\u@\h\[\e[0m\]:\w\$ '
HISTFILE=$HOME/.bash_history
HISTSIZE=10000
HISTFILESIZE=20000
HISTCONTROL=ignoredups
shopt -s histappend checkwinsize
PROMPT_COMMAND='history -a' # a killed container keeps its history

alias ls='ls --color=auto'
alias grep='grep --color=auto'
alias ll='ls -alF'
