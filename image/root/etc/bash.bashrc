# Interactive shells of the switch.

# containerlab's kind sonic-vs runs bash as the first process and calls supervisord once, when it deploys: a container that is started again would be
# a bare shell. The first time the links come later and supervisord is called; from then on (the switch has left its mark) it starts by itself. A shell
# that is not the first process, `docker exec -it ... bash`, starts nothing.
if [ $$ = 1 ] && [ -e /var/lib/hypersonic/started ]; then
	(setsid supervisord </dev/null >/dev/null 2>&1 &)
fi

[ -n "$PS1" ] || return
shopt -s checkwinsize
PS1='\u@\h:\w\$ '
[ -r /usr/share/bash-completion/bash_completion ] && . /usr/share/bash-completion/bash_completion
